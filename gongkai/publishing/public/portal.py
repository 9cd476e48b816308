"""The portal of all bodies: guides, rules, the catalogue, key fields, topics, a region's site."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongkai.base.page_cache import kept
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.bodies.models import Body, Region
from gongkai.bodies.queries import in_region
from gongkai.law.taxonomy import (
    LocalItem,
    LocalLevel,
    PublicItem,
    art20,
    art21,
    art21_levels,
    law_names,
)
from gongkai.publishing import queries
from gongkai.publishing.models import Column, Document
from gongkai.publishing.public.columns import page_of

Block = Column.Block
BODIES_ON_A_PAGE = 50
SHOWN = 8

GUIDES = column(
    "政府信息公开指南",
    "各机关政府信息公开工作机构的名称、地址、电话，信息的分类和获取方式",
    "信息公开指南",
    "guide-list",
)
RULES = column(
    "政府信息公开制度",
    "政府信息公开的法律、法规、国家规定和各机关的制度",
    "政策文件",
    "rule-list",
)
CATALOGUE = column(
    "法定主动公开内容",
    "《条例》规定主动公开的十五项内容，按机关和事项查阅",
    "信息公开目录",
    "catalogue",
)
LOCAL = column(
    "地方各级还要公开的事项",
    "市、县、乡各级根据本地方的具体情况主动公开的事项",
    "信息公开目录",
    "catalogue-local",
)
KEY_FIELDS = column("重点领域", "各机关重点领域的政府信息", "信息公开目录", "key-field-list")
TOPICS = column("专题专栏", "各机关开设的专题和开设的起止日期", "信息公开目录", "topic-list")


@public
@kept
@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """The guide of every body, by region."""
    region = chosen_region(request)
    bodies = in_region(region) if region else Body.objects.all()
    page = Paginator(
        bodies.select_related("region").order_by("region__path", "name"), BODIES_ON_A_PAGE
    ).get_page(request.GET.get("page"))
    return render(
        request,
        "publishing/public/guides.html",
        {
            "column": GUIDES,
            "crumbs": [(GUIDES["name"], None)],
            "region": region,
            "page": page,
            "pages": page.paginator.get_elided_page_range(page.number),
            "query": f"region={region.code}" if region else "",
        },
    )


@public
@kept
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """What binds all, and the rules of the bodies, those in force first."""
    region = chosen_region(request)
    documents = _narrowed(queries.live().filter(column__in=_columns(Block.RULES)), region)
    page, pages = page_of(queries.newest_valid_first(documents), request.GET.get("page"))
    return render(
        request,
        "publishing/public/all_rules.html",
        {
            "column": RULES,
            "crumbs": [(RULES["name"], None)],
            "laws": law_names(),
            "page": page,
            "pages": pages,
            "query": f"region={region.code}" if region else "",
        },
    )


@public
@kept
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The fifteen items of Art 20 over all bodies (of a region), each with its newest."""
    region = chosen_region(request)
    return render(
        request,
        "publishing/public/all_catalogue.html",
        {
            "column": CATALOGUE,
            "crumbs": [(CATALOGUE["name"], None)],
            "region": region,
            "items": _items(region),
            "levels": [(level, sum(n for _, n in items)) for level, items in _local(region)],
            "bodies": _publishing(region)[:BODIES_ON_A_PAGE],
        },
    )


@public
@kept
@require_safe
def item(request: HttpRequest, number: int) -> HttpResponse:
    """Everything public under one item of Art 20, newest first."""
    known: dict[int, PublicItem] = {one.item: one for one in art20()}
    if number not in known:
        raise Http404
    columns = Column.objects.filter(art20_item=number)
    return _documents_of(request, known[number].label, columns, item=known[number])


@public
@kept
@require_safe
def local_catalogue(request: HttpRequest) -> HttpResponse:
    """What Art 21 adds for cities, counties and townships, each with how much is public."""
    region = chosen_region(request)
    return render(
        request,
        "publishing/public/local_catalogue.html",
        {
            "column": LOCAL,
            "crumbs": [(CATALOGUE["name"], _where("catalogue", region)), (LOCAL["name"], None)],
            "region": region,
            "groups": _local(region),
        },
    )


@public
@kept
@require_safe
def local_item(request: HttpRequest, key: str) -> HttpResponse:
    """Everything public under one item of Art 21, newest first."""
    known: dict[str, LocalItem] = {one.key: one for one in art21()}
    if key not in known:
        raise Http404
    one = known[key]
    level = next(level for level in art21_levels() if level.level == one.level)
    columns = Column.objects.filter(art21_kind=key)
    return _documents_of(request, one.label, columns, item=one, level=level)


def _documents_of(
    request: HttpRequest, label: str, columns: QuerySet[Column], **context: Any
) -> HttpResponse:
    """The public documents of these columns, with the choice of a region."""
    region = chosen_region(request)
    found = queries.live().filter(column__in=columns.order_by().values("pk"))
    page, pages = page_of(_narrowed(found, region), request.GET.get("page"))
    crumbs = [(CATALOGUE["name"], _where("catalogue", region))]
    if "level" in context:
        crumbs.append((LOCAL["name"], _where("catalogue-local", region)))
    return render(
        request,
        "publishing/public/item.html",
        {
            "column": CATALOGUE | {"name": label, "description": f"{label}，各机关公开的内容"},
            "crumbs": [*crumbs, (label, None)],
            "region": region,
            "page": page,
            "pages": pages,
            "query": f"region={region.code}" if region else "",
            **context,
        },
    )


def _where(route: str, region: Region | None) -> str:
    return reverse(route) + (f"?region={region.code}" if region else "")


@public
@kept
@require_safe
def key_fields(request: HttpRequest) -> HttpResponse:
    """重点领域: the columns of every body, with how much is in them."""
    return _headings(request, KEY_FIELDS, Block.KEY_FIELD)


@public
@kept
@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """专题专栏: those that run, those to come, those that are over."""
    return _headings(request, TOPICS, Block.TOPIC)


def _headings(request: HttpRequest, tags: dict[str, str], block: str) -> HttpResponse:
    region = chosen_region(request)
    found = Column.objects.filter(block=block, parent=None).select_related("body")
    if region is not None:
        found = found.filter(queries.of_bodies(in_region(region)))
    columns = list(found.order_by("body__region__path", "body__name", "order", "id"))
    counts = queries.counts(Q(column__in=[one.pk for one in columns]))
    today = timezone.localdate()

    def shown(one: Column) -> bool:
        return bool(counts.get(one.pk)) or _when(one, today) == WHEN[1]

    groups = [(when, [one for one in columns if _when(one, today) == when]) for when in WHEN]
    return render(
        request,
        "publishing/public/headings.html",
        {
            "column": tags,
            "crumbs": [(tags["name"], None)],
            "region": region,
            # What has something is shown, the rest is named below it; a topic to come is shown.
            "groups": [
                (
                    when,
                    [(one, counts.get(one.pk, 0)) for one in some if shown(one)],
                    [one for one in some if not shown(one)],
                )
                for when, some in groups
                if some
            ],
            "dated": block == Block.TOPIC,
        },
    )


WHEN = ("正在进行", "即将开设", "已经结束")


def _when(one: Column, day: date) -> str:
    if one.opens_on is not None and one.opens_on > day:
        return WHEN[1]
    return WHEN[0] if queries.is_open(one, day) else WHEN[2]


@public
@kept
@require_safe
def region(request: HttpRequest, code: str) -> HttpResponse:
    """The site of a region: what its bodies publish, from the same data as their own sites."""
    found = get_object_or_404(Region, code=code)
    bodies = in_region(found).order_by().values("pk")
    return render(
        request,
        "publishing/public/region.html",
        {
            "column": column(
                f"{found.full_name}政府信息公开",
                f"{found.full_name}各行政机关主动公开的政府信息",
                "信息公开目录",
                "body-list",
            ),
            "crumbs": [("公开机关", reverse("body-list")), (found.full_name, None)],
            "region": found,
            "latest": queries.newest(SHOWN, bodies=bodies),
            "policies": queries.newest(
                SHOWN, columns=_columns(Block.POLICY), bodies=bodies, valid=True
            ),
            "bodies": in_region(found)
            .select_related("region")
            .order_by("region__path", "name")[:BODIES_ON_A_PAGE],
            "below": Region.objects.filter(parent=found).order_by("path"),
        },
    )


def chosen_region(request: HttpRequest) -> Region | None:
    """The region of the address; 404 for one that does not exist."""
    code = request.GET.get("region", "").strip()
    return get_object_or_404(Region, code=code) if code else None


def _narrowed(documents: QuerySet[Document], region: Region | None) -> QuerySet[Document]:
    return documents if region is None else documents.filter(queries.of_bodies(in_region(region)))


def _columns(block: str) -> QuerySet[Column, int]:
    return Column.objects.filter(block=block).order_by().values("pk")  # type: ignore[return-value]


def _publishing(region: Region | None) -> QuerySet[Body]:
    bodies = in_region(region) if region else Body.objects.all()
    return queries.publishing_bodies(bodies).order_by("region__path", "name")


def _items(region: Region | None) -> list[tuple[PublicItem, int]]:
    """Every item of Art 20 with the number of public documents under it."""
    columns = Column.objects.filter(art20_item__isnull=False)
    if region is not None:
        columns = columns.filter(queries.of_bodies(in_region(region)))
    counted: dict[Any, int] = dict(
        Document.objects.filter(live=True, column__in=columns.order_by().values("pk"))
        .order_by()
        .values_list("column__art20_item")
        .annotate(n=Count("pk"))
    )
    return [(one, counted.get(one.item, 0)) for one in art20()]


def _local(region: Region | None) -> list[tuple[LocalLevel, list[tuple[LocalItem, int]]]]:
    """Every item of Art 21 by level, with the number of public documents under it."""
    documents = _narrowed(Document.objects.filter(live=True), region).exclude(column__art21_kind="")
    counted: dict[str, int] = dict(
        documents.order_by().values_list("column__art21_kind").annotate(n=Count("pk"))
    )
    return [
        (level, [(one, counted.get(one.key, 0)) for one in art21() if one.level == level.level])
        for level in art21_levels()
    ]


urlpatterns: list[URLPattern] = [
    path("guides/", guides, name="guide-list"),
    path("rules/", rules, name="rule-list"),
    path("catalogue/", catalogue, name="catalogue"),
    path("catalogue/<int:number>/", item, name="catalogue-item"),
    path("catalogue/local/", local_catalogue, name="catalogue-local"),
    path("catalogue/local/<slug:key>/", local_item, name="catalogue-local-item"),
    path("key-fields/", key_fields, name="key-field-list"),
    path("topics/", topics, name="topic-list"),
    path("regions/<slug:code>/", region, name="region"),
]
