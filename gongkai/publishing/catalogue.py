"""The catalogue of what the law says is public: 条例 Art 20 and 21 with the columns of bodies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from gongkai.bodies.models import Body, Region
from gongkai.law.taxonomy import LocalLevel, art20, art21, art21_levels
from gongkai.publishing import queries
from gongkai.publishing.models import Column


@dataclass(slots=True)
class Entry:
    """One item of the law with the columns that hold it. ``number``: 第二十条第几项."""

    key: str
    label: str
    number: int | None = None
    columns: list[Held] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(held.count for held in self.columns)

    @property
    def newest(self) -> datetime | None:
        return max((h.column.newest_at for h in self.columns if h.column.newest_at), default=None)


@dataclass(frozen=True, slots=True)
class Held:
    """A column and how many public documents it has."""

    column: Column
    count: int


def catalogue(columns: Iterable[Column], counts: dict[int, int]) -> list[Entry]:
    """The 15 items in the order of the law, each with its columns; none is left out."""
    by_item: dict[int, list[Held]] = defaultdict(list)
    for column in columns:
        if column.art20_item is not None:
            by_item[column.art20_item].append(Held(column, counts.get(column.pk, 0)))
    return [Entry(str(item.item), item.label, item.item, by_item[item.item]) for item in art20()]


def level_of(body: Body) -> LocalLevel | None:
    """Whom Art 21 counts the body among; None above the cities, where it adds nothing."""
    if body.region.level in (Region.Level.NATION, Region.Level.PROVINCE):
        return None
    township = body.kind == Body.Kind.TOWNSHIP or body.region.level == Region.Level.TOWNSHIP
    level = "township" if township else "city"
    return next(one for one in art21_levels() if one.level == level)


def local(columns: Iterable[Column], counts: dict[int, int], *, level: str) -> list[Entry]:
    """What Art 21 adds for cities and counties, or for townships."""
    by_kind: dict[str, list[Held]] = defaultdict(list)
    for column in columns:
        if column.art21_kind:
            by_kind[column.art21_kind].append(Held(column, counts.get(column.pk, 0)))
    return [
        Entry(kind.key, kind.label, None, by_kind[kind.key])
        for kind in art21()
        if kind.level == level
    ]


def of_body(body: Body) -> tuple[list[Entry], list[Entry]]:
    """The catalogue of one body: Art 20, Art 21."""
    columns = queries.columns(body)
    for column in columns:
        column.body = body
    counts = queries.counts(Q(body=body))
    level = level_of(body)
    added = local(columns, counts, level=level.level) if level else []
    return catalogue(columns, counts), added
