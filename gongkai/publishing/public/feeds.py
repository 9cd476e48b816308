"""Atom feeds: what a column, a body, a region published last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from gongkai.base.feeds import Atom
from gongkai.base.permissions import public
from gongkai.bodies.models import Body, Region
from gongkai.bodies.queries import in_region
from gongkai.publishing import queries
from gongkai.publishing.models import Column, Document
from gongkai.publishing.public.tags import column_address

#: Entries of a feed.
LENGTH = 50
Of = Column | Body | Region


class _Latest(Feed):
    """The newest documents of a column, a body, or the bodies of a region."""

    feed_type = Atom

    def __init__(self, of: Of) -> None:
        self.of = of

    def title(self) -> str:
        match self.of:
            case Column():
                return f"{self.of.body.short_name}：{self.of.name}"
            case Body():
                return f"{self.of.name}主动公开的政府信息"
        return f"{self.of.full_name}主动公开的政府信息"

    def subtitle(self) -> str:
        return self.of.description if isinstance(self.of, Column) else "最近公开和更新的政府信息"

    def link(self) -> str:
        match self.of:
            case Column():
                return column_address(self.of)
            case Body():
                return reverse("body", args=[self.of.slug])
        return reverse("region", args=[self.of.code])

    def feed_url(self) -> str:
        match self.of:
            case Column():
                return reverse("column-feed", args=[self.of.body.slug, self.of.key])
            case Body():
                return reverse("body-feed", args=[self.of.slug])
        return reverse("region-feed", args=[self.of.code])

    def author_name(self) -> str:
        match self.of:
            case Column():
                return self.of.body.name
            case Body():
                return self.of.name
        return self.of.full_name

    def items(self) -> Iterable[Document]:
        found = queries.live()
        match self.of:
            case Column():
                family = queries.family(self.of, queries.columns(self.of.body))
                found = found.filter(column__in=[one.pk for one in family])
            case Body():
                found = found.filter(body=self.of)
            case Region():
                bodies = in_region(self.of).order_by().values("pk")
                return queries.newest(LENGTH, bodies=bodies)
        return found[:LENGTH]

    def item_title(self, item: Document) -> str:
        return item.title

    def item_description(self, item: Document) -> str:
        return item.summary or "，".join(p for p in (item.column.name, item.doc_number) if p)

    def item_pubdate(self, item: Document) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Document) -> datetime | None:
        return item.changed_at or item.published_at

    def item_author_name(self, item: Document) -> str:
        return item.issuer

    def item_categories(self, item: Document) -> list[str]:
        return [one for one in (item.column.name, item.get_genre_display(), item.theme) if one]


@public
@require_safe
def column_feed(request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
    found = get_object_or_404(Column.objects.select_related("body"), body__slug=slug, key=key)
    return _Latest(found)(request)


@public
@require_safe
def body_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    return _Latest(get_object_or_404(Body, slug=slug))(request)


@public
@require_safe
def region_feed(request: HttpRequest, code: str) -> HttpResponseBase:
    return _Latest(get_object_or_404(Region, code=code))(request)


urlpatterns: list[URLPattern] = [
    path("bodies/<slug:slug>/feed.atom", body_feed, name="body-feed"),
    path("bodies/<slug:slug>/columns/<slug:key>/feed.atom", column_feed, name="column-feed"),
    path("regions/<slug:code>/feed.atom", region_feed, name="region-feed"),
]
