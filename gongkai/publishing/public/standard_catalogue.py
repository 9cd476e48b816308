"""基层政务公开标准目录 and the reading points, as the public sees them."""

from __future__ import annotations

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongkai.base.page_cache import kept
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.bodies.models import Body
from gongkai.law.taxonomy import catalogue_channels
from gongkai.publishing.coverage import coverage
from gongkai.publishing.models import CatalogueItem, ReadingPoint

LIST = column(
    "基层政务公开标准目录",
    "各机关按领域公开的事项、要素、依据、时限和渠道",
    "信息公开目录",
    "standard-catalogue-list",
)
POINTS = column(
    "政府信息查阅点",
    "国家档案馆、公共图书馆、政务服务场所等查阅政府信息的地点",
    "信息公开指南",
    "reading-points",
)


@public
@kept
@require_safe
def catalogue_list(request: HttpRequest) -> HttpResponse:
    """The bodies that have a catalogue."""
    bodies = (
        Body.objects.filter(pk__in=CatalogueItem.objects.order_by().values("body"))
        .select_related("region")
        .order_by("region__path", "name")
    )
    return render(
        request,
        "publishing/public/standard_catalogues.html",
        {"column": LIST, "crumbs": [(LIST["name"], None)], "bodies": bodies},
    )


@public
@kept
@require_safe
def catalogue(request: HttpRequest, slug: str) -> HttpResponse:
    """The catalogue of a body, with links to what was published."""
    body = get_object_or_404(Body, slug=slug)
    entries = coverage(body, timezone.localdate())
    if not entries:
        raise Http404("这个机关还没有公布标准目录。")
    asked = request.GET.get("class", "")
    groups = list(dict.fromkeys(entry.item.level1 for entry in entries))
    counted = {name: sum(e.item.level1 == name for e in entries) for name in groups}
    shown = [e for e in entries if e.item.level1 == asked] if asked in groups else entries
    ticks = catalogue_channels()
    tables = [
        (
            level1,
            [(e, [ticks[key].label for key in e.item.channels], e.links[:5]) for e in found],
        )
        for level1, found in groupby(shown, key=lambda e: e.item.level1)
    ]
    return render(
        request,
        "publishing/public/standard_catalogue.html",
        {
            "column": LIST,
            "crumbs": [
                (LIST["name"], reverse("standard-catalogue-list")),
                (body.name, None),
            ],
            "body": body,
            "tables": tables,
            "groups": [(name, counted[name]) for name in groups],
            "asked": asked,
            "all": len(entries),
        },
    )


@public
@kept
@require_safe
def reading_points(request: HttpRequest) -> HttpResponse:
    """Where people may read; those in use only."""
    found = (
        ReadingPoint.objects.filter(closed_on=None)
        .select_related("body__region")
        .order_by("body__region__path", "body__name", "kind", "name")
    )
    return render(
        request,
        "publishing/public/reading_points.html",
        {
            "column": POINTS,
            "crumbs": [(POINTS["name"], None)],
            "groups": [
                (body, list(points)) for body, points in groupby(found, key=lambda p: p.body)
            ],
        },
    )


urlpatterns: list[URLPattern] = [
    path("standard-catalogue/", catalogue_list, name="standard-catalogue-list"),
    path("standard-catalogue/<slug:slug>/", catalogue, name="standard-catalogue"),
    path("reading-points/", reading_points, name="reading-points"),
]
