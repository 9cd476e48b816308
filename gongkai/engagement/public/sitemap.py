"""Mailboxes, public letters and surveys for sitemap.xml."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.db.models.functions import Coalesce
from django.urls import reverse

from gongkai.engagement.models import Mailbox, PublishedLetter, Survey
from gongkai.engagement.queries import LAST_TOLD, public_letters, public_surveys


class Mailboxes(Sitemap):
    """Every mailbox that takes letters."""

    limit = 5000

    def items(self) -> Any:
        return Mailbox.objects.filter(is_open=True).order_by("pk")

    def location(self, item: Mailbox) -> str:
        return reverse("mailbox", args=[item.slug])


class Letters(Sitemap):
    """Every published letter."""

    limit = 5000

    def items(self) -> Any:
        return public_letters().select_related(None).order_by("pk")

    def location(self, item: PublishedLetter) -> str:
        return reverse("published-letter", args=[item.pk])

    def lastmod(self, item: PublishedLetter) -> datetime | None:
        return item.published_at

    def get_latest_lastmod(self) -> datetime | None:
        newest: datetime | None = self.items().aggregate(newest=Max("published_at"))["newest"]
        return newest


class Surveys(Sitemap):
    """Every public consultation and survey."""

    limit = 5000

    def items(self) -> Any:
        return public_surveys().select_related(None).order_by("pk")

    def location(self, item: Survey) -> str:
        return reverse("survey", args=[item.pk])

    def lastmod(self, item: Survey) -> datetime | None:
        return item.told_at or item.published_at

    def get_latest_lastmod(self) -> datetime | None:
        told = self.items().annotate(last=Coalesce(LAST_TOLD, "published_at"))
        newest: datetime | None = told.aggregate(newest=Max("last"))["newest"]
        return newest
