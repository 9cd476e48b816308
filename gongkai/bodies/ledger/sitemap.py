"""The pages of public registers for sitemap.xml."""

from __future__ import annotations

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from gongkai.bodies.ledger.book import all_books
from gongkai.bodies.ledger.queries import bodies_with_public_lines
from gongkai.bodies.models import Body


class Ledgers(Sitemap):
    """The page of every body that let a line out; its registers are linked there."""

    limit = 5000

    def items(self) -> Any:
        return bodies_with_public_lines([b for b in all_books() if b.is_public]).order_by("pk")

    def location(self, item: Body) -> str:
        return reverse("body-ledgers", args=[item.slug])
