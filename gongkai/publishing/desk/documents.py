"""The documents of the office: lists by what is to be done, one document on one page, export."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.cache import never_cache

from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.documents.tables import CSV, csv_file
from gongkai.law.calendar import national
from gongkai.law.deadlines.duties import COLOUR_LABELS
from gongkai.law.parameters import statute
from gongkai.publishing.desk.access import (
    HOME,
    Posts,
    bodies_to_write_for,
    documents_for,
    posts_of,
    seen_bodies,
)
from gongkai.publishing.desk.shared import year_of
from gongkai.publishing.desk.turns import to_review, to_write, with_turns
from gongkai.publishing.models import Column, Document, Finding
from gongkai.publishing.roles import VIEW
from gongkai.publishing.templatetags.publishing_desk import near, stands

State = Document.State
PER_PAGE = 50
KEPT = "desk-document-filter"
TABS = {
    "drafts": "我的草稿",
    "review": "待我审查",
    "approved": "待发布",
    "live": "已发布",
    "due": "快到期、逾期",
    "kept": "不主动公开",
    "all": "全部",
}
#: Still to be published: what a clock runs for.
UNPUBLISHED = Q(
    live=False,
    due_on__isnull=False,
    state__in=(State.DRAFT, State.REVIEW, State.RETURNED, State.APPROVED),
)
#: The machine asks about something in it.
ASKED = Exists(Finding.objects.filter(document=OuterRef("pk"), state=Finding.State.OPEN))
_LONGEST = 100
MOST = 20_000
HEADS = (
    *("标题", "发文字号", "索引号", "机关", "栏目", "体裁", "公开属性", "成文日期"),
    *("公开期限", "期限状态", "办理状态", "发布日期", "起草科室"),
)


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """What is asked of the list."""

    tab: str = "all"
    q: str = ""
    state: str = ""
    column: str = ""
    section: str = ""
    genre: str = ""
    attribute: str = ""
    year: str = ""
    body: str = ""
    asked: str = ""

    @classmethod
    def of(cls, data: QueryDict | dict[str, Any]) -> DocumentFilter:
        """From an address or the session; what is not understood asks for nothing."""
        given = {
            f.name: str(data.get(f.name) or "").replace("\0", "").strip()[:_LONGEST]
            for f in fields(cls)
        }
        return cls(**given | {"tab": given["tab"] if given["tab"] in TABS else "all"})

    def kept(self) -> dict[str, str]:
        return {k: v for k, v in asdict(self).items() if v}

    @property
    def query(self) -> str:
        out = QueryDict(mutable=True)
        out.update(self.kept())
        return out.urlencode()

    @property
    def narrowed(self) -> bool:
        return self != DocumentFilter(tab=self.tab)


def tabs_of(posts: Posts) -> dict[str, Q]:
    """What belongs to each tab, of the documents that ``documents_for`` lets the person see."""
    return {
        "drafts": to_write(posts),
        "review": to_review(posts),
        "approved": Q(state=State.APPROVED),
        "live": Q(live=True),
        "due": UNPUBLISHED & Q(due_on__lt=_soon()),
        "kept": Q(state=State.KEPT),
        "all": Q(),
    }


def _soon() -> Any:
    """The first day that is not near any more (the convention of the warning colours)."""
    today = timezone.localdate()
    at = statute().rule("convention.warning", on=today).value
    return national().add(today, at["green"])


def narrow(documents: QuerySet[Document], chosen: DocumentFilter) -> QuerySet[Document]:
    """What the filter leaves."""
    if chosen.q:
        documents = documents.filter(
            Q(title__icontains=chosen.q)
            | Q(doc_number__icontains=chosen.q)
            | Q(index_number__icontains=chosen.q)
        )
    if chosen.state in State.values:
        documents = documents.filter(state=chosen.state)
    if chosen.genre in Document.Genre.values:
        documents = documents.filter(genre=chosen.genre)
    if chosen.attribute in Document.Attribute.values:
        documents = documents.filter(attribute=chosen.attribute)
    if chosen.asked:
        documents = documents.filter(ASKED)
    if year := year_of(chosen.year):
        documents = documents.filter(formed_on__year=year)
    for name in ("column", "section", "body"):
        value = getattr(chosen, name)
        if value.isdecimal() and len(value) < 10:
            documents = documents.filter(**{name: int(value)})
    return documents


def in_order(documents: QuerySet[Document], tab: str) -> QuerySet[Document]:
    """What is out, the newest first; the rest by the day it is due."""
    if tab == "live":
        return documents.order_by("-published_at", "-pk")
    if tab == "all":
        return documents.order_by("-pk")
    return documents.order_by(F("due_on").asc(nulls_last=True), "-pk")


def _chosen(request: HttpRequest) -> DocumentFilter:
    """From the address, else as it was left."""
    given = {k: v for k, v in request.GET.items() if k not in ("p", "clear")}
    left = request.session.get(KEPT) or {"tab": given.get("tab") or _first_tab(request.user)}
    kept = DocumentFilter.of(left)
    return DocumentFilter.of(given | {"tab": given.get("tab", kept.tab)}) if given else kept


def _first_tab(user: Any) -> str:
    posts = posts_of(user)
    seen = documents_for(user)
    if seen.filter(to_review(posts)).exists():
        return "review"
    return "drafts" if bodies_to_write_for(user).exists() else "all"


@staff(VIEW)
def document_list(request: HttpRequest) -> HttpResponse:
    """The documents of one tab, those due first at the top; the filter is remembered."""
    if "clear" in request.GET:
        kept = DocumentFilter.of(request.session.get(KEPT, {}))
        request.session[KEPT] = {"tab": kept.tab}
        return redirect("desk-documents")
    chosen = _chosen(request)
    request.session[KEPT] = chosen.kept()
    seen = documents_for(request.user)
    posts = posts_of(request.user)
    tabs = tabs_of(posts)
    whole = seen.filter(tabs[chosen.tab])
    counts = seen.aggregate(**{f"in_{key}": Count("pk", filter=tab) for key, tab in tabs.items()})
    found = in_order(narrow(whole, chosen), chosen.tab)
    shown = found.select_related("body", "column", "section").defer("text")
    rows = Paginator(shown, PER_PAGE).get_page(request.GET.get("p"))
    rows.object_list = with_turns(list(rows.object_list), posts)
    bodies = seen_bodies(request.user)
    today = timezone.localdate()
    return office_page(
        request,
        "publishing/desk/documents.html",
        "政府信息",
        [HOME],
        icon="doc-full",
        tabs=[(key, word, counts[f"in_{key}"]) for key, word in TABS.items()],
        chosen=chosen,
        rows=rows,
        colours=_colours(whole) if chosen.tab in ("drafts", "due", "review", "approved") else [],
        may_write=bodies_to_write_for(request.user).exists(),
        states=State.choices,
        genres=Document.Genre.choices,
        attributes=Document.Attribute.choices,
        columns=Column.objects.filter(documents__in=whole).distinct().order_by("order", "name"),
        bodies=bodies if bodies.count() > 1 else [],
        years=range(today.year, today.year - 10, -1),
    )


def _colours(documents: QuerySet[Document]) -> list[tuple[str, str, int]]:
    """How many of each colour of the clock, the most urgent first."""
    counted = dict.fromkeys(COLOUR_LABELS, 0)
    waiting = (
        documents.filter(UNPUBLISHED).select_related("body").only("body", "due_on", "state", "live")
    )
    for document in waiting:
        found = near(document)
        if found is not None:
            counted[found.colour] += 1
    order = ("overdue", "due_today", "red", "yellow", "green")
    return [(c, COLOUR_LABELS[c], counted[c]) for c in order if counted[c]]


@staff(VIEW)
@never_cache
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as CSV."""
    chosen = _chosen(request)
    whole = documents_for(request.user).filter(tabs_of(posts_of(request.user))[chosen.tab])
    found = in_order(narrow(whole, chosen), chosen.tab)
    rows = [HEADS]
    for d in found.select_related("body", "column", "section").defer("text")[:MOST]:
        left = near(d)
        published = timezone.localtime(d.published_at).date() if d.published_at else ""
        cells = (d.title, d.doc_number, d.index_number, d.body.name, d.column.name)
        cells += (d.get_genre_display(), d.get_attribute_display(), d.formed_on, d.due_on or "")
        cells += (left.label if left else "", stands(d), published, d.section or "")
        rows.append(tuple(map(str, cells)))
    name = f"documents-{timezone.localdate()}.csv"
    return HttpResponse(
        csv_file(rows),
        headers={
            "Content-Type": CSV,
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


urlpatterns: list[URLPattern] = [
    path("documents/", document_list, name="desk-documents"),
    path("documents/list.csv", export, name="desk-documents-csv"),
]
