"""Office pages of the 标准目录: what is covered, one item, workbook in and out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongkai.base.office import number_of, office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.base.streams import download
from gongkai.base.uploads import SafeFilesField
from gongkai.bodies.ledger.book import all_books
from gongkai.law.taxonomy import catalogue_channels
from gongkai.publishing import catalogue_sheet
from gongkai.publishing.actions import catalogue as actions
from gongkai.publishing.catalogue_sheet import Line
from gongkai.publishing.coverage import STATES, coverage, totals
from gongkai.publishing.desk.access import seen_bodies
from gongkai.publishing.desk.shared import DAY, HOME, XLSX, body_of, form_page, holds, required
from gongkai.publishing.models import CatalogueItem, CatalogueLink, Column, Document
from gongkai.publishing.roles import DRAFT, VIEW, WRITERS

LIST = ("desk-catalogue", "标准目录")
_SALT = "catalogue-import"


def _lines(text: str) -> list[str]:
    return [line for one in text.splitlines() if (line := one.strip())]


class ItemForm(forms.ModelForm):
    """What may be changed of an item."""

    channels = forms.MultipleChoiceField(
        label="公开渠道和载体",
        widget=forms.CheckboxSelectMultiple,
        choices=[(key, one.label) for key, one in catalogue_channels().items()],
        error_messages=required("请至少选择一个公开渠道。"),
    )

    book = forms.ChoiceField(
        label="以台账公开",
        required=False,
        help_text="事项的结果在公开台账里逐件公开的，请选择台账；公开的条目计入这个事项。",
    )
    book_element = forms.ChoiceField(label="台账对应的要素", required=False)

    class Meta:
        model = CatalogueItem
        fields = actions.CHANGED
        widgets = {
            "elements": forms.Textarea(attrs={"rows": 6}),
            "basis": forms.Textarea(attrs={"rows": 3}),
            "matters": forms.Textarea(attrs={"rows": 2}),
            "ended_on": DAY,
        }
        help_texts = {
            "elements": "一行一个要素。",
            "matters": "按事项清单里的名称填写，一行一个；和二级事项同名的不用填。",
            "ended_on": "事项取消后填写，不再要求公开。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["column"].queryset = Column.objects.filter(body=self.instance.body)  # type: ignore[attr-defined]
        books = [(one.slug, one.title) for one in all_books() if one.is_public]
        self.fields["book"].choices = [("", "不以台账公开"), *books]  # type: ignore[attr-defined]
        # As they are typed now; the stored one stays, so that the action can refuse it if gone.
        elements = _lines(self.data.get("elements", self.instance.elements))
        stored = self.initial["book_element"] = self.instance.book_element.strip()
        known = dict.fromkeys([*elements, *_lines(stored)])
        offered = [(one, one) for one in known]
        self.fields["book_element"].choices = [("", "整个事项"), *offered]  # type: ignore[attr-defined]

    def clean_elements(self) -> str:
        return "\n".join(_lines(self.cleaned_data["elements"]))

    def clean_matters(self) -> str:
        return "\n".join(_lines(self.cleaned_data["matters"]))

    def _post_clean(self) -> None:
        """The action saves; the form only reads."""


class UploadForm(forms.Form):
    field = forms.CharField(
        label="领域", max_length=40, initial=actions.HEALTH, error_messages=required("请填写领域。")
    )
    files = SafeFilesField(label="工作簿", kinds=("xlsx",), max_files=1)


def _item_or_404(request: HttpRequest, pk: int) -> CatalogueItem:
    found = CatalogueItem.objects.filter(pk=pk, body__in=seen_bodies(request.user))
    item = found.select_related("body", "column").first()
    if item is None:
        raise Http404("没有这个事项，或者您没有查看的权限。")
    return item


@staff(VIEW)
@never_cache
@require_safe
def coverage_page(request: HttpRequest) -> HttpResponse:
    """The map: every item with its state, where and when it was published."""
    body, bodies = body_of(request)
    entries = coverage(body, timezone.localdate())
    counted = totals(entries)
    state = request.GET.get("state", "")
    group = request.GET.get("class", "")
    groups = list(dict.fromkeys(entry.item.level1 for entry in entries))
    if state in STATES:
        entries = [entry for entry in entries if entry.state == state]
    if group in groups:
        entries = [entry for entry in entries if entry.item.level1 == group]
    return office_page(
        request,
        "publishing/desk/catalogue.html",
        "基层政务公开标准目录",
        [HOME],
        icon="table",
        body=body,
        bodies=bodies,
        entries=entries,
        states=[(key, label, counted[key]) for key, label in STATES.items()],
        all=sum(counted.values()),
        state=state,
        groups=groups,
        group=group,
        may=holds(request, body, *actions.KEEPERS),
    )


@staff(VIEW)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The catalogue as a workbook in the columns of its form."""
    body, _ = body_of(request)
    items = CatalogueItem.objects.filter(body=body)
    name = f"{body.short_name}基层政务公开标准目录"
    return download(catalogue_sheet.write(name, items), f"{name}.xlsx", XLSX)


@staff(DRAFT)
@require_POST
def set_up(request: HttpRequest) -> HttpResponse:
    """The items of the health field that ship."""
    body, _ = body_of(request)
    made = actions.set_up_catalogue(body, by=request.user)
    messages.success(request, f"标准目录已有 {len(made)} 个事项，请对照本地公布的目录核对。")
    return redirect("desk-catalogue")


@staff(VIEW)
@never_cache
@require_safe
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item with what fulfils it; public documents to link."""
    found = _item_or_404(request, pk)
    entry = next(e for e in coverage(found.body, timezone.localdate()) if e.item.pk == pk)
    q = request.GET.get("q", "").replace("\0", "").strip()[:60]
    candidates = Document.objects.filter(body=found.body, live=True)
    if q:
        candidates = candidates.filter(
            Q(title__icontains=q) | Q(doc_number__icontains=q) | Q(index_number__icontains=q)
        )
    elif found.column_id:
        candidates = candidates.filter(column=found.column)
    return office_page(
        request,
        "publishing/desk/catalogue_item.html",
        f"{found.code} {found.level2}",
        [HOME, (reverse(LIST[0]), LIST[1])],
        icon="table",
        item=found,
        entry=entry,
        elements=found.elements.splitlines(),
        ticks=[(one.label, key in found.channels) for key, one in catalogue_channels().items()],
        candidates=candidates.order_by("-published_at", "-pk")[:20],
        q=q,
        may=holds(request, found.body, *actions.KEEPERS),
        may_link=holds(request, found.body, *WRITERS, *actions.KEEPERS),
    )


@staff(DRAFT)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an item."""
    found = _item_or_404(request, pk)
    form = ItemForm(request.POST or None, instance=found)
    return form_page(
        request,
        form,
        lambda values: actions.change_item(found, values, by=request.user),
        title=f"修改：{found.code} {found.level2}",
        trail=[
            (reverse(LIST[0]), LIST[1]),
            (reverse("desk-catalogue-item", args=[pk]), found.code),
        ],
        button="保存",
        done="事项已保存。",
        back=reverse("desk-catalogue-item", args=[pk]),
    )


@staff(DRAFT)
@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Link a public document, to the whole item or to one element."""
    found = _item_or_404(request, pk)
    chosen = number_of(request.POST.get("document"))
    document = get_object_or_404(Document, pk=chosen, body=found.body, live=True)
    try:
        actions.link(found, document, by=request.user, element=request.POST.get("element", ""))
    except Refused as no:
        messages.error(request, str(no))
    else:
        messages.success(request, "已关联。")
    return redirect("desk-catalogue-item", pk=pk)


@staff(DRAFT)
@require_POST
def unlink(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Take a link away."""
    found = _item_or_404(request, pk)
    actions.unlink(get_object_or_404(CatalogueLink, item=found, pk=entry), by=request.user)
    messages.success(request, "已取消关联。")
    return redirect("desk-catalogue-item", pk=pk)


@staff(DRAFT)
@never_cache
def take_in(request: HttpRequest) -> HttpResponse:
    """Upload, look at every line, then take in all or nothing."""
    body, _ = body_of(request)
    sent = request.method == "POST"
    confirming = sent and "lines" in request.POST
    form = UploadForm(request.POST if sent else None, request.FILES if sent else None)
    refusal, lines, token, field = "", [], "", ""
    if confirming:
        try:
            given = signing.loads(request.POST["lines"], salt=_SALT, max_age=3600)
            if given["body"] != body.pk:
                raise signing.BadSignature
            lines = [Line(n, values, wrong) for n, values, wrong in given["lines"]]
            taken = actions.take_in(body, given["field"], lines, by=request.user)
        except signing.BadSignature:
            refusal = "核对的内容已经过期，请重新上传。"
        except Refused as no:
            refusal = str(no)
        else:
            messages.success(
                request,
                f"已导入：新增 {taken.new} 项，修改 {taken.changed} 项，没有变化 {taken.same} 项。",
            )
            if gone := taken.unlisted:
                which = "、".join(gone[:10]) + ("等" if len(gone) > 10 else "")
                messages.warning(
                    request,
                    f"有 {len(gone)} 项（{which}）原来以台账公开的要素已经不在目录里，"
                    "不再以台账公开，请到事项页修改，重新选择台账和要素。",
                )
            return redirect("desk-catalogue")
        form = UploadForm()
    elif sent and form.is_valid():
        try:
            lines = catalogue_sheet.read(form.cleaned_data["files"][0].data)
        except Refused as no:
            refusal = str(no)
        else:
            field = form.cleaned_data["field"]
            token = signing.dumps(
                {
                    "body": body.pk,
                    "field": field,
                    "lines": [(one.number, one.values, one.wrong) for one in lines],
                },
                salt=_SALT,
                compress=True,
            )
    bad = [one for one in lines if one.wrong]
    known = set(CatalogueItem.objects.filter(body=body, field=field).values_list("code", flat=True))
    return office_page(
        request,
        "publishing/desk/catalogue_import.html",
        "导入标准目录",
        [HOME, (reverse(LIST[0]), LIST[1])],
        icon="download",
        status=422 if refusal or (form.errors and sent) else 200,
        body=body,
        form=form,
        refusal=refusal,
        lines=lines,
        bad=bad,
        new=sum(one.values["code"] not in known for one in lines),
        token=token,
    )


urlpatterns: list[URLPattern] = [
    path("publishing/catalogue/", coverage_page, name="desk-catalogue"),
    path("publishing/catalogue/catalogue.xlsx", export, name="desk-catalogue-export"),
    path("publishing/catalogue/standard/", set_up, name="desk-catalogue-set-up"),
    path("publishing/catalogue/import/", take_in, name="desk-catalogue-import"),
    path("publishing/catalogue/<int:pk>/", item, name="desk-catalogue-item"),
    path("publishing/catalogue/<int:pk>/change/", change, name="desk-catalogue-change"),
    path("publishing/catalogue/<int:pk>/link/", link, name="desk-catalogue-link"),
    path("publishing/catalogue/<int:pk>/link/<int:entry>/", unlink, name="desk-catalogue-unlink"),
]
