"""What of the registers is public: a page per body, a page and a CSV file per register."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongkai.base import ratelimit
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.base.streams import streamed
from gongkai.bodies.ledger import book as shelf
from gongkai.bodies.ledger import queries
from gongkai.bodies.ledger.book import Book, all_books, shown
from gongkai.bodies.ledger.pages import Pages
from gongkai.bodies.models import Body
from gongkai.documents.tables import CSV, csv_pieces
from gongkai.law.parameters import statute

PER_PAGE = 50
#: So many withdrawn lines are told of on a page; of older ones a year is chosen.
WITHDRAWN = 100
#: Whole registers that one address may take in an hour.
DOWNLOADS = 60
LIST = column(
    "许可、处罚、采购、捐赠等结果公开",
    "行政许可、行政处罚、政府采购、捐赠使用等逐件公开的结果",
    "信息公开目录",
    "ledger-bodies",
)


def _public_books() -> list[Book]:
    return [one for one in all_books() if one.is_public]


@public
@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    """The bodies that have let lines out."""
    found = queries.bodies_with_public_lines(_public_books())
    return render(
        request,
        "bodies/ledger/bodies.html",
        {"column": LIST, "crumbs": [(LIST["name"], None)], "bodies": found},
    )


@public
@require_safe
def body_ledgers(request: HttpRequest, slug: str) -> HttpResponse:
    """The public registers of a body that have lines."""
    body = get_object_or_404(Body, slug=slug)
    counted = [
        (one, queries.public_entries(one, body).order_by().count()) for one in _public_books()
    ]
    filled = [
        (one, number)
        for one, number in counted
        if number or queries.publicly_withdrawn(one, body).exists()
    ]
    if not filled:
        raise Http404("这个机关还没有公开这类信息。")
    return render(
        request,
        "bodies/ledger/body.html",
        {
            "column": LIST,
            "crumbs": [(LIST["name"], reverse("ledger-bodies")), (body.name, None)],
            "body": body,
            "groups": [(n, list(g)) for n, g in groupby(filled, key=lambda pair: pair[0].group)],
        },
    )


def _asked(slug: str, name: str) -> tuple[Body, Book]:
    body = get_object_or_404(Body, slug=slug)
    try:
        one = shelf.book(name)
    except KeyError:
        raise Http404("没有这类信息。") from None
    if one.publication is None:
        raise Http404("没有这类信息。")
    return body, one


def cells(one: Book, line: Any) -> list[str]:
    """A line as the public sees it."""
    assert one.publication is not None
    masks = one.publication.masks
    return [
        masks[name](line) if name in masks else shown(one, line, name)
        for name in one.publication.columns
    ]


@public
@require_safe
def ledger(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """What was let out of one register, the latest first, a year at a time if asked."""
    body, one = _asked(slug, name)
    rows = queries.public_entries(one, body)
    years = queries.years(rows)
    year = next((y for y in years if str(y) == request.GET.get("year", "")), None)
    if year:
        rows = rows.filter(happened_on__year=year)
    pages = Pages(rows, PER_PAGE).get_page(request.GET.get("p"))
    assert one.publication is not None
    found = [cells(one, line) for line in pages]
    # A column that says nothing in any line of the page only makes it wider.
    filled = [n for n, column in enumerate(zip(*found, strict=True)) if any(column)]
    labels = [one.label(one.publication.columns[n]) for n in filled]
    return render(
        request,
        "bodies/ledger/ledger.html",
        {
            "column": LIST,
            "crumbs": [
                (LIST["name"], reverse("ledger-bodies")),
                (body.name, reverse("body-ledgers", args=[body.slug])),
                (one.title, None),
            ],
            "body": body,
            "book": one,
            "years": years,
            "year": year,
            "totals": _totals(one, body),
            "withdrawn": _withdrawn(one, body, year),
            "annulled": one.publication.annulled and one.label(one.publication.annulled),
            "annulled_article": _article(one.publication.annulled_rule),
            "labels": labels,
            "lines": [list(zip(labels, (line[n] for n in filled), strict=True)) for line in found],
            "pages": pages,
            "query": f"year={year}" if year else "",
        },
    )


def _withdrawn(one: Book, body: Body, year: int | None) -> list[tuple[Any, Any]]:
    """The lines that left the page with the day that took them off it."""
    assert one.publication is not None
    found = queries.publicly_withdrawn(one, body, year)[:WITHDRAWN]
    return [(line, getattr(line, one.publication.annulled)) for line in found]


def _article(key: str) -> str:
    found = statute().find(key, on=timezone.localdate()) if key else None
    return found.article if found else ""


def _totals(one: Book, body: Body) -> queries.Totals | None:
    """The sums by year that stand above the lines, where the book has some."""
    assert one.publication is not None
    if not one.publication.totals:
        return None
    found = queries.public_totals([shelf.book(slug) for slug in one.publication.totals], body)
    return found if found.years else None


@public
@require_safe
def ledger_csv(request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    """Everything that was let out of one register, for whoever wants to reckon with it."""
    body, one = _asked(slug, name)
    ratelimit.hit(request, "ledger-csv", limit=DOWNLOADS, seconds=3600)

    def lines() -> Iterator[list[str]]:
        assert one.publication is not None
        yield [one.label(field) for field in one.publication.columns]
        for line in queries.public_entries(one, body).iterator(chunk_size=1000):
            yield list(cells(one, line))

    return streamed(csv_pieces(lines()), CSV, f"{one.title}-{body.short_name}.csv")


urlpatterns: list[URLPattern] = [
    path("ledgers/", bodies, name="ledger-bodies"),
    path("ledgers/<slug:slug>/", body_ledgers, name="body-ledgers"),
    path("ledgers/<slug:slug>/<slug:name>/", ledger, name="body-ledger"),
    path("ledgers/<slug:slug>/<slug:name>.csv", ledger_csv, name="body-ledger-csv"),
]
