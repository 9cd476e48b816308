"""发布和报送统计: what a body published in a year, by column and by the section that sent it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from gongkai.bodies.models import Body, Section
from gongkai.publishing.models import Column, Document, Release, SectionQuota

State = Document.State


@dataclass(frozen=True, slots=True)
class OfColumn:
    """How many documents first came out in a column this year and last, how many stand there."""

    block: str
    name: str
    depth: int
    now: int
    before: int
    standing: int


@dataclass(frozen=True, slots=True)
class OfSection:
    """What a section sent in a year: its task, handed in, published, of those late."""

    section: Section | None
    quota: int | None
    handed_in: int
    published: int
    late: int

    @property
    def share(self) -> int | None:
        """So many of a hundred of its task are published; None without a task."""
        return 100 * self.published // self.quota if self.quota else None

    @property
    def lacking(self) -> int:
        return max(0, (self.quota or 0) - self.published)


def first_releases(body: Body, year: int) -> QuerySet[Release]:
    """The first publications of a body's documents in a year."""
    return released([body.pk], year)


def late(releases: QuerySet[Release]) -> QuerySet[Release]:
    """Of first publications those after their last day, with the ``day`` of each."""
    was_late = Q(document__due_on__isnull=False, day__gt=F("document__due_on"))
    return releases.annotate(day=TruncDate("at")).filter(was_late)


def released(bodies: Collection[int], year: int) -> QuerySet[Release]:
    """The first publications of the documents of some bodies in a year."""
    begin, end = (
        timezone.make_aware(datetime.combine(date(y, 1, 1), time())) for y in (year, year + 1)
    )
    return Release.objects.filter(
        document__body__in=bodies, number=1, at__gte=begin, at__lt=end
    ).order_by()


def by_column(body: Body, year: int) -> list[OfColumn]:
    """Every column in the order of its block, those below after it."""
    now, before = (_grouped(body, y, F("document__column")) for y in (year, year - 1))
    standing = dict(
        Document.objects.filter(body=body, live=True)
        .order_by()
        .values_list("column")
        .annotate(n=Count("pk"))
    )
    columns = list(Column.objects.filter(body=body).order_by("order", "pk"))
    below: dict[int | None, list[Column]] = {}
    for column in columns:
        below.setdefault(column.parent_id, []).append(column)
    found: list[OfColumn] = []

    def walk(parent: int | None, block: str, depth: int) -> None:
        for one in below.get(parent, []):
            if parent is not None or one.block == block:
                numbers = (now[one.pk], before[one.pk], standing.get(one.pk, 0))
                found.append(OfColumn(Column.Block(block).label, one.name, depth, *numbers))
                walk(one.pk, block, depth + 1)

    for block in Column.Block:
        walk(None, block, 0)
    return found


def by_section(body: Body, year: int) -> list[OfSection]:
    """Every section in its order; last, where there are any, documents of no section.

    A document is of the section that drafted it, else of that which keeps its column; one that is
    not published counts as sent in the year in which it was begun.
    """
    ours = Coalesce("document__section", "document__column__section")
    published = _grouped(body, year, ours)
    of_each = late(first_releases(body, year).annotate(of=ours)).values_list("of")
    late_of = Counter(dict(of_each.annotate(n=Count("pk"))))
    begun = Document.objects.filter(body=body, created_at__year=year, releases=None).order_by()
    waiting = begun.exclude(state=State.DRAFT).annotate(of=Coalesce("section", "column__section"))
    sent_of = published + Counter(dict(waiting.values_list("of").annotate(n=Count("pk"))))
    quotas = dict(
        SectionQuota.objects.filter(section__body=body, year=year).values_list("section", "items")
    )
    sections: list[Section | None] = [*body.sections.order_by("order", "pk")]
    if published[None] or sent_of[None]:
        sections.append(None)
    return [
        OfSection(one, quotas.get(pk), sent_of[pk], published[pk], late_of[pk])
        for one in sections
        for pk in (one.pk if one else None,)
    ]


def _grouped(body: Body, year: int, of: Any) -> Counter[int | None]:
    found = first_releases(body, year).annotate(of=of).values_list("of").annotate(n=Count("pk"))
    return Counter(dict(found))
