"""Documents, columns and sections for sitemap.xml."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.urls import reverse

from gongkai.bodies.models import Section
from gongkai.publishing.models import Column, Document
from gongkai.publishing.public.tags import column_address


class Documents(Sitemap):
    """Every public document, at its permanent address."""

    limit = 5000

    def items(self) -> Any:
        found = Document.objects.filter(live=True).select_related("body").order_by("pk")
        return found.only("year", "serial", "changed_at", "body__slug")

    def location(self, item: Document) -> str:
        return item.get_absolute_url()

    def lastmod(self, item: Document) -> datetime | None:
        return item.changed_at

    def get_latest_lastmod(self) -> datetime | None:
        newest: datetime | None = self.items().aggregate(newest=Max("changed_at"))["newest"]
        return newest


class Columns(Sitemap):
    """Every column of every body; the guide and the rules at their own pages."""

    limit = 5000

    def items(self) -> Any:
        return Column.objects.select_related("body").order_by("pk")

    def location(self, item: Column) -> str:
        return column_address(item)

    def lastmod(self, item: Column) -> datetime | None:
        return item.newest_at


class Sections(Sitemap):
    """Every section's own page, with the day on which what it says was changed."""

    limit = 5000

    def items(self) -> Any:
        return Section.objects.select_related("body").order_by("pk")

    def location(self, item: Section) -> str:
        return reverse("body-section", args=[item.body.slug, item.pk])

    def lastmod(self, item: Section) -> date | None:
        return item.changed_on
