"""Office pages of 规范性文件: the register, one entry, its legality review; counts for table 二."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongkai.base.office import number_of, office_page
from gongkai.base.permissions import staff
from gongkai.base.streams import download
from gongkai.bodies.models import Body, Role
from gongkai.documents import blocks
from gongkai.documents.blocks import Cell, Paragraph, Table, chinese_date
from gongkai.documents.pdf import pdf
from gongkai.law.parameters import rule
from gongkai.publishing.actions import normative
from gongkai.publishing.content import draft_of, words
from gongkai.publishing.desk.access import document_or_404
from gongkai.publishing.desk.shared import (
    DAY,
    HOME,
    XLSX,
    body_of,
    form_page,
    holds,
    required,
    year_of,
)
from gongkai.publishing.interpretation import unexplained
from gongkai.publishing.models import Document, NormativeRecord
from gongkai.publishing.normative_register import Counts, normative_counts
from gongkai.publishing.roles import VIEW, WRITERS
from gongkai.publishing.validity import IN_FORCE

PER_PAGE = 50
LIST = ("desk-normative", "规范性文件")
HEAD = (
    *("统一登记号", "文件名称", "发文字号", "成文日期", "公布日期", "施行日期", "有效期至"),
    *("有效性", "合法性审核", "公平竞争审查", "征求意见", "集体讨论", "备案"),
)
SHOWN = {
    "": "全部",
    "in_force": "现行有效",
    "ended": "已废止、失效",
    "near": "快到期",
    "draft": "还没有公布",
    "lacking": "登记不全",
    "unexplained": "还没有解读",
}


class RecordForm(forms.ModelForm):
    """What a writer enters in the register."""

    class Meta:
        model = NormativeRecord
        fields = normative.ENTERED
        widgets = {
            "consulted_from": DAY,
            "consulted_to": DAY,
            "discussed_on": DAY,
            "filed_on": DAY,
            "basis": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "register_number": "没有实行统一登记的地方可以不填。",
            "basis": "依据的法律、法规、规章和上级文件的名称。",
            "consultation_note": "例如：收到意见 12 条，采纳 5 条，其余已说明。",
            "filed_on": "公布以后填写。",
            "no_interpretation": "有政策解读的不填；内容简单、不需要单独解读的，写明理由。",
        }

    def _post_clean(self) -> None:
        """The action checks and saves; the form only reads."""


class LegalityForm(forms.Form):
    """The conclusion of the legality review."""

    result = forms.ChoiceField(
        label="结论",
        widget=forms.RadioSelect,
        choices=[
            (key.value, key.label)
            for key in (
                NormativeRecord.Legality.LAWFUL,
                NormativeRecord.Legality.CHANGE,
                NormativeRecord.Legality.UNLAWFUL,
            )
        ],
        error_messages=required("请选择合法性审核的结论。"),
    )
    opinion = forms.CharField(
        label="审核意见",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="制定权限、依据、程序和内容是否合法；应当修改的，写明条款和理由。",
        error_messages=required("请写明合法性审核意见。"),
    )
    sha256 = forms.CharField(widget=forms.HiddenInput, required=False)


def register_of(body: Body, chosen: dict[str, str], today: date) -> QuerySet[Document]:
    """The normative documents of a body, drafts too, that a filter leaves."""
    found = Document.objects.filter(body=body, is_normative=True).select_related("normative")
    found = found.exclude(state=Document.State.WITHDRAWN, live=False)
    if q := chosen["q"]:
        found = found.filter(
            Q(title__icontains=q)
            | Q(doc_number__icontains=q)
            | Q(normative__register_number__icontains=q)
            | Q(normative__basis__icontains=q)
        )
    if year := year_of(chosen["year"]):
        found = found.filter(formed_on__year=year)
    show = chosen["show"]
    if show == "in_force":
        found = found.filter(live=True, validity__in=IN_FORCE)
    elif show == "ended":
        found = found.filter(
            live=True, validity__in=(Document.Validity.REPEALED, Document.Validity.EXPIRED)
        )
    elif show == "near":
        most = max(rule("normative.expiry_warning", on=today).value)
        found = found.filter(
            live=True,
            validity__in=IN_FORCE,
            expires_on__gte=today,
            expires_on__lte=today + timedelta(days=most),
        ).order_by("expires_on", "pk")
    elif show == "draft":
        found = found.filter(live=False)
    elif show == "unexplained":
        found = found.filter(pk__in=unexplained([body], today).values("pk"))
    elif show == "lacking":
        found = found.filter(
            Q(normative=None)
            | Q(normative__basis="")
            | Q(normative__competition="")
            | Q(normative__consultation="")
            | Q(normative__discussed_on=None)
            | Q(live=True, normative__filed_on=None)
        )
    return found if show == "near" else found.order_by("-formed_on", "-pk")


def _chosen(request: HttpRequest) -> dict[str, str]:
    given = {n: request.GET.get(n, "").replace("\0", "").strip()[:60] for n in ("q", "year")}
    show = request.GET.get("show", "")
    return given | {"show": show if show in SHOWN else ""}


@staff(VIEW)
@never_cache
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The register with its filters, what runs out soon, and the counts of a year."""
    body, bodies = body_of(request)
    today = timezone.localdate()
    chosen = _chosen(request)
    year = year_of(chosen["year"]) or today.year
    last = min(date(year, 12, 31), today) if year <= today.year else date(year, 12, 31)
    counts = normative_counts(body, date(year, 1, 1), date(year, 12, 31), last)
    near = register_of(body, {"q": "", "year": "", "show": "near"}, today)
    query = request.GET.copy()
    query.pop("p", None)
    return office_page(
        request,
        "publishing/desk/normative.html",
        "规范性文件",
        [HOME],
        icon="doc-full",
        body=body,
        bodies=bodies,
        chosen=chosen,
        shown=SHOWN,
        pages=Paginator(register_of(body, chosen, today), PER_PAGE).get_page(request.GET.get("p")),
        near=near[:10],
        counts=counts,
        year=year,
        last=last,
        query=query.urlencode(),
    )


@staff(VIEW)
@require_safe
def counts_page(request: HttpRequest) -> HttpResponse:
    """制发、废止、现行有效 of any period and day, each number with its documents."""
    body, bodies = body_of(request)
    today = timezone.localdate()
    days: dict[str, date] = {
        "from": date(today.year, 1, 1),
        "to": date(today.year, 12, 31),
        "on": today,
    }
    wrong = ""
    for name in days:
        if given := request.GET.get(name, ""):
            try:
                days[name] = date.fromisoformat(given)
            except ValueError:
                wrong = "日期填写得不对，请改正。"
    counts: Counts = normative_counts(body, days["from"], days["to"], days["on"])
    return office_page(
        request,
        "publishing/desk/normative_counts.html",
        "制发、废止和现行有效件数",
        [HOME, (reverse(LIST[0]), LIST[1])],
        icon="table",
        status=422 if wrong else 200,
        body=body,
        bodies=bodies,
        days=days,
        wrong=wrong,
        lists=[
            ("制发", counts.made),
            ("废止（含宣布失效、期满失效）", counts.ended),
            ("现行有效", counts.in_force),
            ("已公布、尚未施行", counts.not_yet),
        ],
    )


@staff(VIEW)
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The register as a workbook, or as a PDF to print."""
    body, _ = body_of(request)
    found = register_of(body, _chosen(request), timezone.localdate())
    rows = [_row(one) for one in found]
    if kind == "xlsx":
        return download(_xlsx(rows), f"{body.short_name}规范性文件登记.xlsx", XLSX)
    if kind == "pdf":
        return download(_pdf(body, rows), f"{body.short_name}规范性文件登记.pdf", "application/pdf")
    raise Http404


def _row(one: Document) -> tuple[str, ...]:
    entry = getattr(one, "normative", None) or NormativeRecord(document=one)
    day = timezone.localdate(one.published_at) if one.published_at else None
    filing = " ".join(filter(None, (str(entry.filed_on or ""), entry.filed_with)))
    return (
        entry.register_number,
        one.title,
        one.doc_number,
        str(one.formed_on),
        str(day or "未公布"),
        str(one.effective_on or ""),
        str(one.expires_on or ""),
        one.get_validity_display() if one.live else one.get_state_display(),
        entry.get_legality_display(),
        entry.get_competition_display() if entry.competition else "",
        entry.get_consultation_display() if entry.consultation else "",
        str(entry.discussed_on or ""),
        filing,
    )


def _xlsx(rows: list[tuple[str, ...]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("规范性文件登记")
        head = book.add_format({"bold": True, "border": 1, "text_wrap": True})
        plain = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        for at, row in enumerate((HEAD, *rows)):
            for column, text in enumerate(row):
                sheet.write_string(at, column, text, plain if at else head)
        for column, width in enumerate((16, 44, 20, *[12] * 5, 14, 18, 16, 12, 20)):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 2)
    return out.getvalue()


def _pdf(body: Body, rows: list[tuple[str, ...]]) -> bytes:
    """The columns that fit a page: number, name, 文号, days, validity, legality, filing."""
    columns = (0, 1, 2, 3, 6, 7, 8, 12)
    table = Table(
        (
            tuple(Cell(HEAD[at], head=True) for at in columns),
            *(tuple(Cell(row[at]) for at in columns) for row in rows),
        ),
        (2.6, 4.4, 3, 2.7, 2.7, 1.6, 1.6, 1.4),
        heads=1,
    )
    today = timezone.localdate()
    return pdf(
        blocks.Document(
            title="行政规范性文件登记簿",
            blocks=(
                Paragraph(f"{body.name}　　{chinese_date(today)}　　共 {len(rows)} 件", "plain"),
                table,
            ),
            on=today,
        )
    )


@staff(VIEW)
@never_cache
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry of the register, with its form."""
    document = document_or_404(request.user, pk)
    draft = draft_of(document)
    if not draft.is_normative:
        return redirect("desk-document", pk=pk)
    known = normative.record_of(document)
    may = holds(request, document.body, *WRITERS, Role.LEGAL)
    form = RecordForm(request.POST or None, instance=known)
    seen = number_of(request.POST.get("seen"))

    def act(values: dict[str, Any]) -> NormativeRecord:
        return normative.enter(document, values, by=request.user, seen=seen)

    return form_page(
        request,
        form,
        act,
        title=f"登记：{draft.title}",
        trail=[(reverse(LIST[0]), LIST[1])],
        button="保存登记",
        done="登记已保存。",
        back=reverse("desk-normative-entry", args=[pk]),
        template="publishing/desk/normative_entry.html",
        icon="doc-full",
        document=document,
        draft=draft,
        entry=known,
        may=may,
        may_review=holds(request, document.body, Role.LEGAL),
        why_not=normative.why_not_submitted(document, draft),
        missing=normative.missing(known),
        filing_due=normative.filing_due(known),
        usual=normative.usual_expiry(
            draft.effective_on or draft.formed_on, is_trial=known.is_trial
        ),
        undergone=document.changes_undergone.filter(by__live=True).select_related("by__body"),
        made=document.changes_made.select_related("document__body"),
        rounds=document.cleanup_items.exclude(verdict="").select_related("cleanup"),
    )


@staff(VIEW)
@never_cache
def legality(request: HttpRequest, pk: int) -> HttpResponse:
    """The legality review of the newest draft."""
    document = document_or_404(request.user, pk, Role.LEGAL)
    draft = draft_of(document)
    now = normative.legal_fingerprint(draft)
    form = LegalityForm(request.POST or None, initial={"sha256": now})

    def act(values: dict[str, Any]) -> NormativeRecord:
        return normative.review_legality(document, **values, by=request.user)

    return form_page(
        request,
        form,
        act,
        title=f"合法性审核：{draft.title}",
        trail=[
            (reverse(LIST[0]), LIST[1]),
            (reverse("desk-normative-entry", args=[pk]), "登记"),
        ],
        button="保存审核意见",
        done="合法性审核意见已保存。",
        back=reverse("desk-normative-entry", args=[pk]),
        renew={"sha256": now, "result": ""},
        quoted_title="正文",
        quoted=words(draft.text),
        final="审核针对现在这一稿；正文、附件、施行和失效日期以后有修改的，要重新审核。",
    )


urlpatterns: list[URLPattern] = [
    path("publishing/normative/", register, name="desk-normative"),
    path("publishing/normative/counts/", counts_page, name="desk-normative-counts"),
    path("publishing/normative/register.<slug:kind>", export, name="desk-normative-export"),
    path("publishing/normative/<int:pk>/", entry, name="desk-normative-entry"),
    path("publishing/normative/<int:pk>/legality/", legality, name="desk-normative-legality"),
]
