"""``/api/v1/``: documents, columns, bodies, page by page; its description and its manual."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import date, datetime, time
from functools import wraps
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongkai.base import ratelimit
from gongkai.base.permissions import public
from gongkai.base.public import column as column_of_page
from gongkai.bodies.models import Body
from gongkai.law.taxonomy import art20
from gongkai.publishing.models import Column, Document
from gongkai.publishing.public.api import shapes
from gongkai.publishing.public.api.spec import LIMIT, MOST, PATHS, SCHEMAS, spec

#: One address: questions in an hour.
QUESTIONS = 2_000
#: Years that a question may name.
YEARS = (1900, 2199)
_GENRES = {label: key for key, label in Document.Genre.choices}


class Wrong(Exception):
    """A parameter that means nothing; its text says what to do."""


View = Callable[..., dict[str, Any]]


def answers(view: View) -> Callable[..., HttpResponse]:
    """What the view returns as JSON, for every site's scripts; refusals as ``{"error": …}``."""

    @public
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            ratelimit.hit(request, "api", limit=QUESTIONS, seconds=3600)
            response = _json(view(request, *args, **kwargs))
        except ratelimit.TooMany as no:
            response = _json({"error": "取得太频繁，请稍候再试。"}, 429)
            response["Retry-After"] = str(no.seconds)
        except Wrong as no:
            response = _json({"error": str(no)}, 400)
        except Http404 as no:
            response = _json({"error": str(no) or "没有这项内容。"}, 404)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return answer


def _json(content: dict[str, Any], status: int = 200) -> HttpResponse:
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})


@answers
def documents(request: HttpRequest) -> dict[str, Any]:
    """Public documents in the order in which they were entered."""
    found = shapes.documents().defer("text", "changes")
    given = request.GET
    if slug := given.get("body"):
        found = found.filter(body__slug=slug)
    if key := given.get("column"):
        found = found.filter(column__key=key)
    if "item" in given:
        number = _number(given["item"], "item", 1, len(art20()))
        found = found.filter(column__in=Column.objects.filter(art20_item=number))
    if "year" in given:
        first = datetime(_number(given["year"], "year", *YEARS), 1, 1)
        start, end = (
            timezone.make_aware(first),
            timezone.make_aware(first.replace(year=first.year + 1)),
        )
        found = found.filter(published_at__gte=start, published_at__lt=end)
    if genre := given.get("genre"):
        found = found.filter(genre=_GENRES.get(genre, genre))
    if validity := given.get("validity"):
        if validity not in Document.Validity.values:
            raise Wrong(f"validity 只能是 {'、'.join(Document.Validity.values)} 之一。")
        found = found.filter(validity=validity)
    if given.get("normative") == "1":
        found = found.filter(is_normative=True)
    if "changed_since" in given:
        day = _day(given["changed_since"])
        found = found.filter(changed_at__gte=timezone.make_aware(datetime.combine(day, time())))
    return _page(request, found, shapes.document)


@answers
def document(request: HttpRequest, slug: str, year: int, serial: int) -> dict[str, Any]:
    """One document with its text and attachments."""
    found = shapes.documents().filter(body__slug=slug, year=year, serial=serial).first()
    if found is None:
        raise Http404("没有这份信息，或者已经撤下。")
    return shapes.whole_document(request, found)


@answers
def columns(request: HttpRequest) -> dict[str, Any]:
    """The columns of the bodies."""
    found = Column.objects.select_related("body")
    if slug := request.GET.get("body"):
        found = found.filter(body__slug=slug)
    return _page(request, found, shapes.column)


@answers
def bodies(request: HttpRequest) -> dict[str, Any]:
    """The bodies, of a region with those below it."""
    found = Body.objects.select_related("region", "publishing_settings")
    if code := request.GET.get("region"):
        found = found.filter(region__path__contains=f"/{code}/")
    return _page(request, found, shapes.body)


def _page(
    request: HttpRequest,
    found: QuerySet[Any],
    shape: Callable[[HttpRequest, Any], dict[str, Any]],
) -> dict[str, Any]:
    limit = _number(request.GET.get("limit", str(LIMIT)), "limit", 1, MOST)
    if "cursor" in request.GET:
        found = found.filter(pk__gt=_after(request.GET["cursor"]))
    rows: list[Model] = list(found.order_by("pk")[: limit + 1])
    following = None
    if len(rows) > limit:
        query = request.GET.copy()
        query["cursor"] = _cursor(rows[limit - 1].pk)
        following = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    return {"items": [shape(request, row) for row in rows[:limit]], "next": following}


def _cursor(pk: int) -> str:
    return base64.urlsafe_b64encode(f"a{pk}".encode()).decode().rstrip("=")


def _after(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    if not (text.startswith("a") and text[1:].isdecimal() and len(text) < 19):
        raise Wrong("cursor 不对，请用上一页 next 给出的网址。")
    return int(text[1:])


def _number(text: str, name: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and least <= int(text[:9]) <= most):
        raise Wrong(f"{name} 要在 {least} 到 {most} 之间。")
    return int(text)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Wrong("changed_since 要写成日期，例如 2026-11-22。") from None
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise Wrong(f"changed_since 的年份要在 {YEARS[0]} 到 {YEARS[1]} 之间。")
    return day


@public
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description for programs."""
    server = request.build_absolute_uri("/").rstrip("/")
    site = settings.GONGKAI_SITE
    response = _json(spec(server, site["name"], site["data_terms"]))
    response["Access-Control-Allow-Origin"] = "*"
    return response


@public
@require_safe
def manual(request: HttpRequest) -> HttpResponse:
    """The same for people."""
    return render(
        request,
        "publishing/public/api.html",
        {
            "column": column_of_page(
                "开放数据接口",
                "政府信息的下载和读取接口",
                "数据开放",
                "api",
                "开放数据,接口,CSV,JSON",
            ),
            "crumbs": [("开放数据", "/data/"), ("政府信息接口", None)],
            "paths": [(way, *rest) for way, rest in PATHS.items()],
            "fields": [
                (name, f["description"])
                for name, f in SCHEMAS["WholeDocument"]["properties"].items()
            ],
            "own_terms": shapes.own_terms(),
            "validities": Document.Validity.choices,
            "questions": QUESTIONS,
            "most": MOST,
            "usual": LIMIT,
        },
    )


urlpatterns: list[URLPattern] = [
    path("api/", manual, name="api"),
    path("api/openapi.json", openapi, name="api-openapi"),
    path("api/v1/documents/", documents, name="api-documents"),
    path("api/v1/documents/<slug:slug>/<int:year>/<int:serial>/", document, name="api-document"),
    path("api/v1/columns/", columns, name="api-columns"),
    path("api/v1/bodies/", bodies, name="api-bodies"),
]
