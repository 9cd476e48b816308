"""A column of a body: what is under it, what is below it, what stands there while it is empty."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongkai.base.page_cache import kept
from gongkai.base.permissions import public
from gongkai.law.parameters import NoRuleInForce, rule
from gongkai.publishing import queries
from gongkai.publishing.duties import span
from gongkai.publishing.models import Column, Document
from gongkai.publishing.public.tags import column_address, column_tags

PAGE_SIZE = 20


@public
@kept
@require_safe
def column(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What was published under the column and those below it, newest first."""
    found = get_object_or_404(
        Column.objects.select_related("body", "parent__body", "section"), body__slug=slug, key=key
    )
    address = column_address(found)
    if address != request.path:
        return redirect(address, permanent=True)
    siblings = queries.columns(found.body)
    family = queries.family(found, siblings)
    documents = queries.live().filter(column__in=[one.pk for one in family])
    page, pages = page_of(documents, request.GET.get("page"))
    counts = queries.counts(Q(column__in=[one.pk for one in family])) if len(family) > 1 else {}
    return render(
        request,
        "publishing/public/column.html",
        {
            "column": column_tags(found),
            "crumbs": crumbs(found),
            "found": found,
            "below": [
                (one, reverse("column", args=[slug, one.key]), counts.get(one.pk, 0))
                for one in siblings
                if one.parent_id == found.pk
            ],
            "page": page,
            "pages": pages,
            "limit": limit_of(found),
            "is_open": queries.is_open(found),
            "not_yet": found.opens_on is not None and found.opens_on > timezone.localdate(),
            "about_body": found.art20_item == ABOUT,
        },
    )


#: Item of Art 20 whose content is also kept as data of the body: sections, posts, address.
ABOUT = 2


def page_of(documents: QuerySet[Document], number: str | None) -> tuple[Page[Document], list]:  # type: ignore[type-arg]
    """One page of a list, and the page numbers to show."""
    page: Page[Any] = Paginator(documents.values_list("pk", flat=True), PAGE_SIZE).get_page(number)
    page.object_list = queries.by_ids(page.object_list)
    pages = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return page, list(pages)


def limit_of(column: Column) -> tuple[str, str]:
    """Within how long something appears in the column, and the article; empty where none is."""
    try:
        found = rule(column.due_rule, on=timezone.localdate())
    except NoRuleInForce:
        return "", ""
    return span(found), found.article


def crumbs(column: Column) -> list[tuple[str, str | None]]:
    """The body, the column above, the column itself."""
    trail: list[tuple[str, str | None]] = [
        (column.body.short_name, reverse("body", args=[column.body.slug]))
    ]
    if column.block == Column.Block.STATUTORY:
        trail.append(("法定主动公开内容", reverse("body-catalogue", args=[column.body.slug])))
    if column.parent is not None:
        trail.append((column.parent.name, column_address(column.parent)))
    return [*trail, (column.name, None)]


urlpatterns: list[URLPattern] = [
    path("bodies/<slug:slug>/columns/<slug:key>/", column, name="column"),
]
