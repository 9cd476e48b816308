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

from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.bodies.models import Body, Region
from gongkai.bodies.queries import in_region
from gongkai.law.taxonomy import PublicItem, art20, law_names
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
KEY_FIELDS = column("重点领域", "各机关重点领域的政府信息", "信息公开目录", "key-field-list")
TOPICS = column("专题专栏", "各机关开设的专题和开设的起止日期", "信息公开目录", "topic-list")


@public
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
            "bodies": _publishing(region)[:BODIES_ON_A_PAGE],
        },
    )


@public
@require_safe
def item(request: HttpRequest, number: int) -> HttpResponse:
    """Everything public under one item of Art 20, newest first."""
    known: dict[int, PublicItem] = {one.item: one for one in art20()}
    if number not in known:
        raise Http404
    region = chosen_region(request)
    columns = Column.objects.filter(art20_item=number).order_by().values("pk")
    documents = _narrowed(queries.live().filter(column__in=columns), region)
    page, pages = page_of(documents, request.GET.get("page"))
    label = known[number].label
    where = f"?region={region.code}" if region else ""
    return render(
        request,
        "publishing/public/item.html",
        {
            "column": CATALOGUE | {"name": label, "description": f"{label}，各机关公开的内容"},
            "crumbs": [(CATALOGUE["name"], reverse("catalogue") + where), (label, None)],
            "item": known[number],
            "region": region,
            "page": page,
            "pages": pages,
            "query": where[1:],
        },
    )


@public
@require_safe
def key_fields(request: HttpRequest) -> HttpResponse:
    """重点领域: the columns of every body, with how much is in them."""
    return _headings(request, KEY_FIELDS, Block.KEY_FIELD)


@public
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
    groups: dict[str, list[tuple[Column, int]]] = {}
    for one in columns:
        groups.setdefault(_when(one, today), []).append((one, counts.get(one.pk, 0)))
    return render(
        request,
        "publishing/public/headings.html",
        {
            "column": tags,
            "crumbs": [(tags["name"], None)],
            "region": region,
            "groups": [(when, groups[when]) for when in WHEN if when in groups],
            "dated": block == Block.TOPIC,
        },
    )


WHEN = ("正在进行", "即将开设", "已经结束")


def _when(one: Column, day: date) -> str:
    if one.opens_on is not None and one.opens_on > day:
        return WHEN[1]
    return WHEN[0] if queries.is_open(one, day) else WHEN[2]


@public
@require_safe
def region(request: HttpRequest, code: str) -> HttpResponse:
    """The site of a region: what its bodies publish, from the same data as their own sites."""
    found = get_object_or_404(Region, code=code)
    latest = _narrowed(queries.live(), found)
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
            "latest": latest[:SHOWN],
            "policies": queries.in_force(latest.filter(column__in=_columns(Block.POLICY)))[:SHOWN],
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


urlpatterns: list[URLPattern] = [
    path("guides/", guides, name="guide-list"),
    path("rules/", rules, name="rule-list"),
    path("catalogue/", catalogue, name="catalogue"),
    path("catalogue/<int:number>/", item, name="catalogue-item"),
    path("key-fields/", key_fields, name="key-field-list"),
    path("topics/", topics, name="topic-list"),
    path("regions/<slug:code>/", region, name="region"),
]
