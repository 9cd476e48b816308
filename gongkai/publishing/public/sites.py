"""The site of one body: guide, rules, catalogue, organisation, and what its page shows first."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongkai.base.page_cache import kept
from gongkai.base.permissions import public
from gongkai.base.public import column as page_tags
from gongkai.bodies.models import Body, Section
from gongkai.bodies.public import facts
from gongkai.law.remedies import ways
from gongkai.law.taxonomy import account_kinds, law_names
from gongkai.publishing import catalogue as law_catalogue
from gongkai.publishing import queries
from gongkai.publishing.models import Channel, Column
from gongkai.publishing.public.columns import ABOUT, limit_of, page_of
from gongkai.publishing.public.tags import column_address, column_tags

Block = Column.Block
#: Documents in a list on the body's own page.
SHOWN = 6


def panel(body: Body) -> dict[str, Any]:
    """What the body's page shows of its disclosure (``body_panel``)."""
    columns = queries.columns(body)
    by_block: dict[str, list[Column]] = {}
    for column in columns:
        column.body = body
        if column.parent_id is None:
            by_block.setdefault(column.block, []).append(column)
    latest = queries.live().filter(body=body)
    return {
        "template": "publishing/public/panel.html",
        "order": 10,
        "style": "publishing/public.css",
        "feed": reverse("body-feed", args=[body.slug]),
        "body": body,
        "has_columns": bool(columns),
        "latest": latest[:SHOWN],
        "policies": queries.in_force(latest.filter(column__block=Block.POLICY))[:SHOWN],
        "interpretations": latest.filter(column__block=Block.INTERPRETATION)[:SHOWN],
        "groups": [
            (label, [c for b in blocks for c in by_block.get(b, []) if queries.is_open(c)])
            for label, blocks in (
                ("通知和动态", (Block.NOTICE, Block.NEWS)),
                ("重点领域", (Block.KEY_FIELD,)),
                ("专题专栏", (Block.TOPIC,)),
            )
        ],
        "heads": queries.heads(body),
    }


@public
@kept
@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """政府信息公开指南 (条例 Art 12): made of the body's data, with its own text beside it."""
    body = _body(slug)
    column = _first(body, Block.GUIDE)
    documents = list(queries.live().filter(body=body, column__block=Block.GUIDE).defer(None))
    return render(
        request,
        "publishing/public/guide.html",
        {
            **_tags(column, body, "政府信息公开指南", "信息公开指南", "guide-list"),
            "body": body,
            "facts": facts(body),
            "columns": [
                (label, [c for c in queries.columns(body) if c.block == block and not c.parent_id])
                for block, label in Block.choices
            ],
            "supervision": _supervision(body),
            "ways": ways(timezone.localdate()),
            "current": documents[0] if documents else None,
            "former": documents[1:],
        },
    )


def _supervision(body: Body) -> list[tuple[str, str]]:
    """Where the public complains of the body (Art 47): name, telephone, mail, address."""
    over = body.supervised_by
    if over is None:
        return []
    pairs = (
        ("监督机构", over.work_unit or over.name),
        ("监督电话", over.phone),
        ("电子邮箱", over.email),
        ("通信地址", f"{over.address}　{over.post_code}".strip("　") if over.address else ""),
        ("办公时间", over.office_hours),
    )
    return [(label, value) for label, value in pairs if value]


@public
@kept
@require_safe
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """政府信息公开制度: the laws that bind all, and the body's own rules."""
    body = _body(slug)
    column = _first(body, Block.RULES)
    documents = queries.newest_valid_first(
        queries.live().filter(body=body, column__block=Block.RULES)
    )
    page, pages = page_of(documents, request.GET.get("page"))
    return render(
        request,
        "publishing/public/rules.html",
        {
            **_tags(column, body, "政府信息公开制度", "政策文件", "rule-list"),
            "body": body,
            "laws": law_names(),
            "page": page,
            "pages": pages,
            "found": column,
            "limit": limit_of(column) if column else ("", ""),
        },
    )


@public
@kept
@require_safe
def catalogue(request: HttpRequest, slug: str) -> HttpResponse:
    """法定主动公开内容: the fifteen items of Art 20 and what Art 21 adds, with the columns."""
    body = _body(slug)
    items, added = law_catalogue.of_body(body)
    return render(
        request,
        "publishing/public/catalogue.html",
        {
            **_tags(None, body, "法定主动公开内容", "信息公开目录", "catalogue"),
            "body": body,
            "items": items,
            "added": [entry for entry in added if entry.columns],
            "level": law_catalogue.level_of(body),
            "elsewhere": [entry for entry in added if not entry.columns],
        },
    )


@public
@kept
@require_safe
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """机关职能、机构设置、负责人、办公地址、时间、电话 (Art 20 item 2), channels and windows."""
    body = _body(slug)
    open_now = Q(closed_on=None) | Q(closed_on__gt=timezone.localdate())
    return render(
        request,
        "publishing/public/organisation.html",
        {
            **_tags(None, body, "机构设置和负责人", "机构职能", "body-list"),
            "body": body,
            "facts": facts(body),
            "duties": queries.live().filter(body=body, column__art20_item=ABOUT)[:SHOWN],
            "heads": queries.heads(body),
            "sections": queries.sections(body),
            "channels": [
                (account_kinds()[one.kind].label, one)
                for one in Channel.objects.filter(open_now, body=body)
                if one.kind in account_kinds()
            ],
        },
    )


@public
@kept
@require_safe
def section(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What one section does, where it is, how to reach it, and what it publishes."""
    body = _body(slug)
    found = get_object_or_404(Section, pk=pk, body=body)
    tags = _tags(None, body, found.name, "机构职能", "body-list")
    above = (f"{body.short_name}机构设置和负责人", reverse("body-organisation", args=[body.slug]))
    tags["crumbs"] = [tags["crumbs"][0], above, (found.name, None)]
    columns = [c for c in queries.columns(body) if c.section_id == found.pk]
    for one in columns:
        one.body = body
    return render(
        request,
        "publishing/public/section.html",
        {
            **tags,
            "body": body,
            "section": found,
            "columns": [(c.name, column_address(c)) for c in columns if queries.is_open(c)],
            "latest": queries.live().filter(body=body, column__in=columns)[:SHOWN],
        },
    )


def _body(slug: str) -> Body:
    return get_object_or_404(Body.objects.select_related("region", "supervised_by"), slug=slug)


def _first(body: Body, block: str) -> Column | None:
    found = Column.objects.filter(body=body, block=block).select_related("body", "section")
    return found.order_by("order", "id").first()


def _tags(column: Column | None, body: Body, name: str, kind: str, url_name: str) -> dict[str, Any]:
    """Column tags and breadcrumb of a page of a body's site."""
    if column is not None:
        tags = column_tags(column, url_name)
    else:
        tags = page_tags(name, f"{body.name}的{name}", kind, url_name)
    return {
        "column": tags,
        "crumbs": [(body.short_name, reverse("body", args=[body.slug])), (name, None)],
    }


urlpatterns: list[URLPattern] = [
    path("bodies/<slug:slug>/guide/", guide, name="body-guide"),
    path("bodies/<slug:slug>/rules/", rules, name="body-rules"),
    path("bodies/<slug:slug>/catalogue/", catalogue, name="body-catalogue"),
    path("bodies/<slug:slug>/organisation/", organisation, name="body-organisation"),
    path("bodies/<slug:slug>/organisation/<int:pk>/", section, name="body-section"),
]
