"""Office pages of 每日情况: templates, figures entered twice, the draft they become."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Role
from gongkai.publishing.actions import bulletins as actions
from gongkai.publishing.desk.access import seen_bodies
from gongkai.publishing.desk.shared import DAY, HOME, body_of, form_page, holds, required
from gongkai.publishing.models import Bulletin, BulletinTemplate, Column
from gongkai.publishing.roles import DRAFT, VIEW, WRITERS

LIST = ("desk-bulletins", "每日情况")
MOST = 60


class TemplateForm(forms.Form):
    name = forms.CharField(label="名称", max_length=60, error_messages=required("请填写名称。"))
    column = forms.ModelChoiceField(
        Column.objects.none(),
        label="栏目",
        empty_label="请选择栏目",
        error_messages=required("请选择栏目。"),
    )
    title = forms.CharField(
        label="标题",
        max_length=150,
        help_text="{日期} 是当天的日期，例如：{日期}疫情情况",
        error_messages=required("请填写标题。"),
    )
    text = forms.CharField(
        label="正文",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="数字的名称写在花括号里，例如：当日新增{新增}例，累计{累计}例。",
        error_messages=required("请填写正文。"),
    )
    is_active = forms.BooleanField(label="使用中", required=False, initial=True)


class FiguresForm(forms.Form):
    """One field for each figure of a template."""

    def __init__(self, *args: Any, template: BulletinTemplate, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = template.figures
        if first:
            self.fields["on"] = forms.DateField(
                label="日期", widget=DAY, error_messages=required("请填写日期。")
            )
        for at, name in enumerate(self.names):
            self.fields[f"figure{at}"] = forms.IntegerField(
                label=name, min_value=0, max_value=10**9, error_messages=required("没有的填 0。")
            )
        if first:
            self.fields["source"] = forms.CharField(
                label="数据来源",
                max_length=200,
                help_text="发布这类信息的权限由法律规定，请写明授权发布的来源。",
                error_messages=required("请写明数据来源。"),
            )
            self.fields["approver"] = forms.CharField(
                label="数据批准人", max_length=60, error_messages=required("请写明批准人。")
            )

    def figures(self) -> dict[str, int]:
        return {name: self.cleaned_data[f"figure{at}"] for at, name in enumerate(self.names)}


@staff(VIEW)
@never_cache
@require_safe
def bulletins(request: HttpRequest) -> HttpResponse:
    """What waits for the second person, the latest ones, the templates."""
    body, bodies = body_of(request)
    found = Bulletin.objects.filter(template__body=body).select_related(
        "template", "document", "entered_by", "checked_by"
    )
    return office_page(
        request,
        "publishing/desk/bulletins.html",
        "每日情况",
        [HOME, (reverse("desk-channels"), "发布渠道")],
        icon="date",
        body=body,
        bodies=bodies,
        bulletins=found[:MOST],
        templates=BulletinTemplate.objects.filter(body=body),
        me=request.user,
        may_write=holds(request, body, *WRITERS),
        may_check=holds(request, body, *WRITERS, Role.REVIEWER, Role.HEAD),
        may_keep=holds(request, body, *actions.KEEPERS),
    )


@staff(DRAFT)
def template(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make or change a template."""
    body, _ = body_of(request)
    initial: dict[str, Any] = {}
    if pk is not None:
        known = get_object_or_404(BulletinTemplate, pk=pk, body__in=seen_bodies(request.user))
        body = known.body
        names = ("name", "column", "title", "text", "is_active")
        initial = {name: getattr(known, name) for name in names}
    form = TemplateForm(request.POST or None, initial=initial)
    form.fields["column"].queryset = Column.objects.filter(body=body)  # type: ignore[attr-defined]
    return form_page(
        request,
        form,
        lambda values: actions.save_template(body, values, by=request.user, pk=pk),
        title="修改模板" if pk else "新建模板",
        trail=[(reverse(LIST[0]), LIST[1])],
        button="保存",
        done="模板已保存。",
        back=reverse(LIST[0]),
    )


@staff(DRAFT)
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """The first person enters the figures of a day."""
    found = get_object_or_404(
        BulletinTemplate, pk=pk, body__in=seen_bodies(request.user), is_active=True
    )
    form = FiguresForm(
        request.POST or None, template=found, first=True, initial={"on": timezone.localdate()}
    )

    def act(values: dict[str, Any]) -> Bulletin:
        return actions.enter_figures(
            found,
            values["on"],
            form.figures(),
            source=values["source"],
            approver=values["approver"],
            by=request.user,
        )

    return form_page(
        request,
        form,
        act,
        title=f"录入：{found.name}",
        trail=[(reverse(LIST[0]), LIST[1])],
        button="保存，交他人复核",
        done="数字已录入，等待另一人复核。",
        back=reverse(LIST[0]),
    )


@staff(VIEW)
@never_cache
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person enters the figures again from the source; the first ones are not shown."""
    found = get_object_or_404(
        Bulletin.objects.select_related("template"),
        pk=pk,
        template__body__in=seen_bodies(request.user),
    )
    form = FiguresForm(request.POST or None, template=found.template, first=False)
    return form_page(
        request,
        form,
        lambda values: actions.check_figures(found, form.figures(), by=request.user),
        title=f"复核：{found.template.name} {found.on}",
        trail=[(reverse(LIST[0]), LIST[1])],
        button="核对",
        done="两次录入一致，已形成草稿，请送审。",
        back=lambda document: reverse("desk-document", args=[document.pk]),
        intro=f"请按数据来源“{found.source}”重新录入，不要照抄第一次录入的数字。"
        f"数据批准人：{found.approver}。",
    )


@staff(VIEW)
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Wrong figures are taken away, to be entered anew."""
    found = get_object_or_404(Bulletin, pk=pk, template__body__in=seen_bodies(request.user))
    try:
        actions.send_back(found, request.POST.get("reason", "")[:200], by=request.user)
    except Refused as no:
        messages.error(request, str(no))
    else:
        messages.success(request, "已退回，请重新录入。")
    return redirect(LIST[0])


urlpatterns: list[URLPattern] = [
    path("publishing/bulletins/", bulletins, name="desk-bulletins"),
    path("publishing/bulletins/templates/new/", template, name="desk-bulletin-template-new"),
    path("publishing/bulletins/templates/<int:pk>/", template, name="desk-bulletin-template"),
    path("publishing/bulletins/templates/<int:pk>/enter/", enter, name="desk-bulletin-enter"),
    path("publishing/bulletins/<int:pk>/check/", check, name="desk-bulletin-check"),
    path("publishing/bulletins/<int:pk>/send-back/", send_back, name="desk-bulletin-send-back"),
]
