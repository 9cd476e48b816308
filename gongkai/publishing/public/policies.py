"""政策文件库 and 政策解读: lists to narrow by body, theme, year, genre, validity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from gongkai.base.page_cache import kept
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.bodies.models import Body, Region
from gongkai.bodies.queries import in_region
from gongkai.publishing import queries
from gongkai.publishing.models import Column, Document
from gongkai.publishing.public.columns import page_of

Block = Column.Block
#: Bodies and themes in a choice; beyond it one narrows by words or region first.
MOST_CHOICES = 200


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of documents is narrowed to; empty strings: not at all."""

    q: str = ""
    region: str = ""
    body: str = ""
    theme: str = ""
    year: str = ""
    genre: str = ""
    validity: str = ""
    explains_by: str = ""

    def apply(self, documents: QuerySet[Document], *, without: str = "") -> QuerySet[Document]:
        """The documents that fit; ``without``: a facet that does not count this time."""
        wanted = replace(self, **{without: ""}) if without else self
        if wanted.region:
            region = Region.objects.filter(code=wanted.region).first()
            bodies = in_region(region) if region else Body.objects.none()
            documents = documents.filter(queries.of_bodies(bodies))
        if wanted.body:
            documents = documents.filter(body__slug=wanted.body)
        if wanted.theme:
            documents = documents.filter(theme=wanted.theme)
        if wanted.year:
            documents = documents.filter(year=int(wanted.year))
        if wanted.genre:
            documents = documents.filter(genre=wanted.genre)
        if wanted.explains_by:
            documents = documents.filter(explains_by=wanted.explains_by)
        if wanted.validity:
            documents = documents.filter(validity=wanted.validity)
        for word in wanted.q.split()[:5]:
            named = Q(title__icontains=word) | Q(doc_number__icontains=word)
            documents = documents.filter(named | Q(index_number__icontains=word))
        return documents

    @property
    def given(self) -> bool:
        return self != Filter()

    def query(self) -> str:
        """The filter as a query string."""
        pairs = ((one.name, getattr(self, one.name)) for one in fields(self))
        return urlencode([(name, value) for name, value in pairs if value])


def filter_from(sent: QueryDict) -> Filter:
    """What the address says; what is no year, genre or validity is left out."""
    given = {one.name: sent.get(one.name, "").strip()[:100] for one in fields(Filter)}
    year = given["year"]
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        given["year"] = ""
    if given["genre"] not in Document.Genre.values:
        given["genre"] = ""
    if given["explains_by"] not in Document.Explains.values:
        given["explains_by"] = ""
    if given["validity"] not in Document.Validity.values:
        given["validity"] = ""
    return Filter(**given)


#: Facet → the column of the document that it counts.
_FACETS = {
    "year": "year",
    "theme": "theme",
    "genre": "genre",
    "validity": "validity",
    "explains_by": "explains_by",
    "body": "of_body",
}


def facets(documents: QuerySet[Document], wanted: Filter) -> dict[str, list[tuple[str, str, int]]]:
    """For each facet its values, their words, and how many documents each would leave.

    One query for all that nothing is chosen of, and one for each of the others.
    """
    counts = {name: Counter[Any]() for name in _FACETS}
    free = [name for name in _FACETS if not getattr(wanted, name)]
    asked = [(free, wanted.apply(documents))] if free else []
    for name in _FACETS:
        if name not in free:
            asked.append(([name], wanted.apply(documents, without=name)))
    for names, rows in asked:
        for *values, n in _grouped(rows, [_FACETS[name] for name in names]):
            for name, value in zip(names, values, strict=True):
                counts[name][value] += n
    labels = {
        "genre": dict(Document.Genre.choices),
        "validity": dict(Document.Validity.choices),
        "explains_by": dict(Document.Explains.choices),
    }
    found: dict[str, list[tuple[str, str, int]]] = {}
    for name in ("year", "theme", "genre", "validity", "explains_by"):
        counted = [(v, n) for v, n in counts[name].items() if v not in ("", None)]
        key = (lambda row: -row[0]) if name == "year" else (lambda row: (-row[1], row[0]))
        found[name] = [
            (str(v), f"{v}年" if name == "year" else str(labels.get(name, {}).get(v, v)), n)
            for v, n in sorted(counted, key=key)[:MOST_CHOICES]
        ]
    bodies = Body.objects.filter(pk__in=list(counts["body"])).values_list("pk", "slug", "name")
    listed = [(slug, name, counts["body"][pk]) for pk, slug, name in bodies]
    found["body"] = sorted(listed, key=lambda row: (-row[2], row[1]))[:MOST_CHOICES]
    return found


def _grouped(documents: QuerySet[Document], names: list[str]) -> Iterable[tuple[Any, ...]]:
    documents = documents.annotate(of_body=queries.apart("body"))
    return documents.order_by().values_list(*names).annotate(n=Count("pk")).iterator()


def library(request: HttpRequest, block: str, tags: dict[str, str]) -> HttpResponse:
    """A filtered list of the documents of a block; those in force first."""
    wanted = filter_from(request.GET)
    everything = Document.objects.filter(
        live=True, column__in=Column.objects.filter(block=block).order_by().values("pk")
    )
    listed = queries.live().filter(
        column__in=Column.objects.filter(block=block).order_by().values("pk")
    )
    page, pages = page_of(queries.newest_valid_first(wanted.apply(listed)), request.GET.get("page"))
    body = Body.objects.filter(slug=wanted.body).first() if wanted.body else None
    region = Region.objects.filter(code=wanted.region).first() if wanted.region else None
    context: dict[str, Any] = {
        "column": tags,
        "crumbs": [(tags["name"], None)],
        "wanted": wanted,
        "query": wanted.query(),
        "facets": facets(everything, wanted),
        "page": page,
        "pages": pages,
        "body": body,
        "region": region,
    }
    return render(request, "publishing/public/policies.html", context)


POLICIES = column(
    "政策文件库",
    "各机关的规范性文件和其他政策文件，标明有效性，可以按机关、主题、年份、体裁查找",
    "政策文件",
    "policy-list",
    "政策文件,规范性文件,有效性",
)
INTERPRETATIONS = column(
    "政策解读",
    "与政策文件同步公布的文字、图解、视频和问答解读",
    "政策解读",
    "interpretation-list",
    "政策解读,图解,问答",
)


@public
@kept
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """政策文件库: those in force first, the newest first."""
    return library(request, Block.POLICY, POLICIES)


@public
@kept
@require_safe
def interpretations(request: HttpRequest) -> HttpResponse:
    """政策解读, each beside what it explains."""
    return library(request, Block.INTERPRETATION, INTERPRETATIONS)


urlpatterns: list[URLPattern] = [
    path("policies/", policies, name="policy-list"),
    path("interpretations/", interpretations, name="interpretation-list"),
]
