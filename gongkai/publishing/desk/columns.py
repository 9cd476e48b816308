"""The columns of a body: the tree, each with its section, limit, update duty and empty note."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from gongkai.base.inputs import DayInput
from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body, Section
from gongkai.bodies.set_up import body_to_set_up
from gongkai.law.parameters import statute
from gongkai.law.taxonomy import art20, art21, art21_levels
from gongkai.publishing.actions.columns import set_up_columns
from gongkai.publishing.actions.settings import COLUMN_FIELDS, remove_column, save_column
from gongkai.publishing.desk.access import HOME
from gongkai.publishing.duties import span
from gongkai.publishing.models import Column
from gongkai.publishing.roles import SETTINGS

#: Limits of publication count working days.
_UNIT = "工作日"


def limits() -> list[tuple[str, str]]:
    """The rules that say within how long something is published."""
    return [
        (key, f"{span(rules[-1])}：{rules[-1].title}（{rules[-1].article}）")
        for key, rules in statute().values.items()
        if (key.startswith("publication.") and rules[-1].unit == _UNIT and key.endswith("_days"))
        or key == "publication.days"
        or key.endswith("budget_days")
    ]


class ColumnForm(forms.ModelForm):
    """A column; its address is asked for once."""

    class Meta:
        model = Column
        fields = ("key", *COLUMN_FIELDS)
        widgets = {"opens_on": DayInput(), "closes_on": DayInput()}
        help_texts = {
            "key": "用在网址里，小写字母、数字和短横，例如 health-news；建好以后不能改。",
            "column_type": "网页标签里的栏目类别，按国家规定的词填写，例如：政策文件、工作动态。",
            "description": "写明这个栏目放什么、有什么用，显示在栏目页上。",
            "update": "到期没有更新的，提前提醒负责科室。",
            "empty_note": "栏目还没有内容时，告诉公众什么时候会有，或者为什么没有。",
            "opens_on": "专题专栏填写；到日子自动开放。",
            "closes_on": "到日子自动关闭，内容仍然可以查到。",
            "order": "数字小的在前。",
        }

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Column.objects.filter(body=body).exclude(pk=self.instance.pk)
        self.fields["parent"] = forms.ModelChoiceField(
            others, label="上级栏目", required=False, empty_label="没有上级"
        )
        self.fields["section"] = forms.ModelChoiceField(
            Section.objects.filter(body=body),
            label="负责科室",
            required=False,
            empty_label="不指定",
        )
        self.fields["due_rule"] = forms.ChoiceField(label="公开时限", choices=limits())
        self.fields["art20_item"] = forms.TypedChoiceField(
            label="对应的法定主动公开内容",
            required=False,
            coerce=int,
            empty_value=None,
            choices=[("", "不对应"), *((i.item, f"第{i.item}项 {i.label}") for i in art20())],
        )
        self.fields["art21_kind"] = forms.ChoiceField(
            label="对应的地方公开事项",
            required=False,
            choices=[
                ("", "不对应"),
                *(
                    (v.who, [(i.key, i.label) for i in art21() if i.level == v.level])
                    for v in art21_levels()
                ),
            ],
        )
        if self.instance.pk:
            del self.fields["key"]
        for field in self.fields.values():
            field.error_messages["required"] = f"请填写{field.label}。"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens, closes = data.get("opens_on"), data.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", "关闭日期不能早于开设日期，请改正。")
        return data

    def _post_clean(self) -> None:
        """The column is written by the deed."""


@staff(SETTINGS)
def column_list(request: HttpRequest) -> HttpResponse:
    """The tree of a body's columns, with how many documents each shows."""
    body, bodies = body_to_set_up(request)
    columns = list(
        Column.objects.filter(body=body)
        .select_related("section")
        .annotate(shown=Count("documents", filter=Q(documents__live=True)))
        .order_by("order", "id")
    )
    below: dict[int | None, list[Column]] = {}
    for column in columns:
        below.setdefault(column.parent_id, []).append(column)
    for column in columns:
        filled = any(one.shown for one in (column, *below.get(column.pk, [])))  # type: ignore[attr-defined]
        column.bare = not filled and not column.empty_note  # type: ignore[attr-defined]
    tree = [
        (block.label, [(c, below.get(c.pk, [])) for c in below.get(None, []) if c.block == block])
        for block in Column.Block
    ]
    return office_page(
        request,
        "publishing/desk/columns.html",
        "栏目设置",
        [HOME],
        icon="list-ol",
        body=body,
        bodies=bodies,
        tree=[(label, rows) for label, rows in tree if rows],
    )


@staff(SETTINGS)
def column_page(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """The form of one column, or of a new one."""
    body, _ = body_to_set_up(request, slug)
    column = Column.objects.filter(body=body, pk=pk).first() if pk else None
    if pk and column is None:
        raise Http404("没有这个栏目。")
    form = ColumnForm(request.POST or None, instance=column, body=body)
    refusal = ""
    user: Any = request.user
    if request.method == "POST" and "remove" in request.POST and column is not None:
        try:
            remove_column(column, by=user)
        except Refused as no:
            refusal = str(no)
        else:
            messages.success(request, "栏目已删除。")
            return _back(body)
    elif request.method == "POST" and form.is_valid():
        try:
            save_column(body, form.cleaned_data, by=user, column=column)
        except Refused as no:
            refusal = str(no)
        else:
            messages.success(request, "栏目已保存。")
            return _back(body)
    return office_page(
        request,
        "publishing/desk/column.html",
        column.name if column else "新建栏目",
        [HOME, (f"{reverse('desk-columns')}?body={body.slug}", "栏目设置")],
        icon="list-ol",
        status=422 if refusal or (request.method == "POST" and form.errors) else 200,
        body=body,
        column=column,
        form=form,
        refusal=refusal,
    )


@staff(SETTINGS)
@require_POST
def set_up(request: HttpRequest, slug: str) -> HttpResponse:
    """Add the standard columns that the body lacks."""
    body, _ = body_to_set_up(request, slug)
    made = set_up_columns(body, by=request.user)  # type: ignore[arg-type]
    said = f"已增加 {len(made)} 个标准栏目。" if made else "标准栏目都已经有了。"
    messages.success(request, said)
    return _back(body)


def _back(body: Body) -> HttpResponse:
    return redirect(f"{reverse('desk-columns')}?body={body.slug}")


urlpatterns: list[URLPattern] = [
    path("documents/columns/", column_list, name="desk-columns"),
    path("documents/columns/<slug:slug>/new/", column_page, name="desk-new-column"),
    path("documents/columns/<slug:slug>/standard/", set_up, name="desk-standard-columns"),
    path("documents/columns/<slug:slug>/<int:pk>/", column_page, name="desk-column"),
]
