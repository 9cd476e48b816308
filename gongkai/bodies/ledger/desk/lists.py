"""All registers of a body; the lines of one; its counts; the lines as a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.base import audit, words_asked
from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.base.streams import streamed
from gongkai.bodies.ledger import photos, queries, sheets
from gongkai.bodies.ledger.book import Book, all_books, shown
from gongkai.bodies.ledger.desk.shared import (
    KEEP,
    VIEW,
    body_of,
    book_or_404,
    days_left,
    download,
    may_publish,
    trail,
)
from gongkai.bodies.ledger.pages import Pages
from gongkai.bodies.models import Body
from gongkai.documents.tables import CSV, csv_pieces, workbook

PER_PAGE = 50
#: So many lines go into one workbook; a CSV has no bound.
MOST_IN_WORKBOOK = 100_000
PHOTOS = "照片"
SHOWN = {
    "": "全部",
    "open": "没有办结",
    "waiting": "待公开",
    "public": "已公开",
    "struck": "已划销",
}


@staff(VIEW)
@require_safe
def ledgers(request: HttpRequest) -> HttpResponse:
    """Every register of the body with the lines of the year and what waits to be published.

    Of what stands until it ends (accounts, items) those are counted that stand today.
    """
    body, bodies = body_of(request)
    today = timezone.localdate()
    year = _number(request.GET.get("year", "")) or today.year
    only = queries.only_sections(request.user, body)
    groups = []
    for name, books in groupby(all_books(), key=lambda one: one.group):
        rows = []
        for one in books:
            mine = queries.entries_for(request.user, one, body, only=only)
            if one.stands:
                mine = queries.standing(one, mine, today)
            else:
                mine = mine & queries.entries(one, body, year)
            waiting = queries.to_publish_for(request.user, one, body, only=only)
            first = waiting.first()
            count, by = 0, ""
            if first:
                first.body = body
                count, by = waiting.count(), days_left(first, short=True)
            rows.append((one, mine.order_by().count(), count, by))
        groups.append((name, rows))
    return office_page(
        request,
        "bodies/desk/ledger/ledgers.html",
        "台账",
        trail()[:1],
        icon="table",
        body=body,
        bodies=bodies,
        year=year,
        groups=groups,
        may_keep=queries.keeps_any(request.user, body),
    )


@staff(VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def ledger(request: HttpRequest, slug: str) -> HttpResponse:
    """The lines of one register, the latest first; POST asks for some of them."""
    one = book_or_404(slug)
    body, bodies = body_of(request)
    if request.method == "POST":
        return _asked_for(request, one, body)
    rows, chosen = narrow(request, one, body)
    pages = Pages(rows.select_related(*_relations(one)), PER_PAGE).get_page(request.GET.get("p"))
    pictures = photos.counts(one, [line.pk for line in pages]) if one.photos else {}
    for line in pages:
        line.cells = [(name, one.label(name), shown(one, line, name)) for name in one.columns]
        if one.photos:
            line.cells.append(("photos", PHOTOS, f"{pictures.get(line.pk, 0)} 张"))
        if one.is_public:
            line.body = body
            line.days_left = days_left(line, short=True) if one.may_be_public(line) else None
    waiting = queries.to_publish_for(request.user, one, body)
    lets_out = may_publish(request, one, body)
    query = request.GET.copy()
    query.pop("p", None)
    return office_page(
        request,
        "bodies/desk/ledger/ledger.html",
        one.title,
        trail(),
        icon="table",
        book=one,
        body=body,
        bodies=bodies,
        chosen=chosen,
        forgotten=words_asked.asked(request) is None,
        narrowed=any(chosen.values()),
        filters=_filters(one, body, chosen),
        years=queries.years(queries.entries(one, body), one.year_of),
        shown={key: words for key, words in SHOWN.items() if _has(one, key)},
        labels=[one.label(name) for name in one.columns] + [PHOTOS] * one.photos,
        pages=pages,
        query=query.urlencode(),
        may_keep=request.user.has_perm(KEEP) and queries.keeps_any(request.user, body),
        may_publish=chosen["show"] == "waiting" and lets_out,
        waiting=waiting[:1000].count(),
        # Of what he entered himself another lets out.
        lets_out=lets_out and waiting.exclude(entered_by=request.user.pk).exists(),
    )


def _asked_for(request: HttpRequest, one: Book, body: Body) -> HttpResponse:
    """To the list as it was asked for. The words may be a name: they stand in no address."""
    names = ("year", "show", *one.filters)
    wanted = {name: request.POST.get(name, "")[:60] for name in names}
    wanted[words_asked.PARAMETER] = words_asked.keep(request, request.POST.get("q", ""))
    query = {"body": body.slug} | {name: value for name, value in wanted.items() if value}
    return redirect(f"{reverse('desk-ledger', args=[one.slug])}?{urlencode(query)}")


def _has(one: Book, show: str) -> bool:
    """Whether lines of this book can be so."""
    return {"open": bool(one.due), "waiting": one.is_public, "public": one.is_public}.get(
        show, True
    )


def narrow(request: HttpRequest, one: Book, body: Body) -> tuple[QuerySet[Any], dict[str, str]]:
    """The lines that the person asked for, of those he may see."""
    chosen = {name: request.GET.get(name, "") for name in ("year", "show", *one.filters)}
    words = words_asked.asked(request)
    chosen["q"] = words or ""
    rows = queries.entries_for(request.user, one, body)
    show = chosen["show"] if chosen["show"] in SHOWN else ""
    chosen["show"] = show
    rows = rows.exclude(struck_at=None) if show == "struck" else rows.filter(struck_at=None)
    if show == "waiting":
        rows = rows & queries.to_publish(one, body).order_by()
    if show == "open":
        rows = queries.unsettled(one, rows)
    if show == "public" and one.is_public:
        rows = rows.exclude(published_at=None)
    if year := _number(chosen["year"]):
        rows = rows.filter(**{one.year_of or "happened_on__year": year})
    for name in one.filters:
        if value := chosen[name]:
            fits = any(str(key) == value for key, _ in queries.choices_of(one, name, body))
            rows = rows.filter(**{name: value}) if fits else rows.none()
    if words is None:  # a list of everything is not what was asked for
        rows = rows.none()
    elif words:
        rows = queries.search(rows, one, words)
    return rows.order_by("-happened_on", "-pk"), chosen


def _filters(one: Book, body: Body, chosen: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "label": one.label(name),
            "value": chosen[name],
            "choices": [(str(k), w) for k, w in queries.choices_of(one, name, body)],
        }
        for name in one.filters
    ]


def _relations(one: Book) -> list[str]:
    wanted = {*one.columns, *one.fields, "section"}  # a column may be reckoned from another field
    return [f.name for f in one.model._meta.fields if f.is_relation and f.name in wanted] or [
        "section"
    ]


def _number(text: str) -> int | None:
    """A year in reach; None for anything else."""
    return int(text) if re.fullmatch("(19|20|21)[0-9]{2}", text) else None


@staff(VIEW)
@require_safe
def counts(request: HttpRequest, slug: str) -> HttpResponse:
    """Lines and sums by month and by category of a year, beside the year before."""
    one = book_or_404(slug)
    body, bodies = body_of(request)
    known = queries.years(queries.entries(one, body), one.year_of)
    year = _number(request.GET.get("year", "")) or (
        known[0] if known else timezone.localdate().year
    )
    return office_page(
        request,
        "bodies/desk/ledger/counts.html",
        f"{one.title}：{year} 年统计",
        trail(one),
        icon="table",
        book=one,
        body=body,
        bodies=bodies,
        year=year,
        years=known or [year],
        **counted(one, queries.entries_for(request.user, one, body), body, year),
    )


def counted(one: Book, rows: QuerySet[Any], body: Body, year: int) -> dict[str, Any]:
    """What the page of counts shows of the lines of a year and of the year before."""
    this = rows & queries.entries(one, body, year)
    last = rows & queries.entries(one, body, year - 1)
    by_kind = queries.by_category(this, one) if one.category else []

    def told(found: dict[str, Any]) -> tuple[int, list[Any]]:
        return found["lines"], [found[name] or 0 for name in one.sums]

    return {
        "sums": [(name, one.label(name)) for name in one.sums],
        "months": [(found["month"], *told(found)) for found in queries.by_month(this, one)],
        "total": told(queries.counts(this, one)),
        "before": told(queries.counts(last, one)),
        "category": one.label(one.category) if one.category else "",
        "categories": [(word, *told(found)) for word, found in by_kind],
    }


@staff(VIEW)
@require_safe
@never_cache
def export(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """The lines that are listed, as a file in the columns of the sheet to be imported."""
    one = book_or_404(slug)
    body, _ = body_of(request)
    rows, _ = narrow(request, one, body)
    relations = [f.name for f in one.model._meta.fields if f.is_relation]
    wanted = [name for name in relations if name in one.sheet_fields]
    name = f"{one.title}-{timezone.localdate()}"
    audit.record(
        f"导出{one.title}",
        body,
        by=request.user,
        scope=body.slug,
        new={"条数": rows.count(), "格式": kind},
    )
    # A 承办人 sees the lines of his section only: those he may open.
    reads_all = queries.may_open(request.user, body) or queries.only_sections(request.user, body)
    closed = () if reads_all else one.sealed

    def lines(found: QuerySet[Any]) -> Iterator[list[str]]:
        yield [one.label(field) for field in one.sheet_fields]
        for line in found.select_related(*wanted).iterator(chunk_size=1000):
            yield sheets.row(one, line, closed=closed)

    if kind == "csv":
        return streamed(csv_pieces(lines(rows)), CSV, f"{name}.csv")
    return download(workbook(one.title, lines(rows[:MOST_IN_WORKBOOK])), name)


@staff(VIEW)
@require_safe
@never_cache
def photo_export(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The pictures of the lines that are listed, as one file."""
    one = book_or_404(slug)
    body, _ = body_of(request)
    rows, _ = narrow(request, one, body)
    try:
        made = photos.archive(one, rows)
    except Refused as no:
        messages.error(request, f"没有导出。{no}")
        return redirect("desk-ledger", one.slug)
    audit.record(
        f"导出{one.title}照片",
        body,
        by=request.user,
        scope=body.slug,
        new={"登记条数": rows.count()},
    )
    name = f"{one.title}-照片-{timezone.localdate()}.zip"
    return FileResponse(made, as_attachment=True, filename=name)


urlpatterns: list[URLPattern] = [
    path("ledgers/", ledgers, name="desk-ledgers"),
    path("ledgers/<slug:slug>/", ledger, name="desk-ledger"),
    path("ledgers/<slug:slug>/counts/", counts, name="desk-ledger-counts"),
    path("ledgers/<slug:slug>/lines.csv", export, {"kind": "csv"}, name="desk-ledger-csv"),
    path("ledgers/<slug:slug>/lines.xlsx", export, {"kind": "xlsx"}, name="desk-ledger-xlsx"),
    path("ledgers/<slug:slug>/photos.zip", photo_export, name="desk-ledger-photos"),
]
