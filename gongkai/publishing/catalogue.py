"""The catalogue of what the law says is public: 条例 Art 20 and 21 with the columns of bodies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from gongkai.bodies.models import Body
from gongkai.law.taxonomy import art20, art21
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


def local(columns: Iterable[Column], counts: dict[int, int], *, township: bool) -> list[Entry]:
    """What Art 21 adds for cities and counties, or for townships."""
    by_kind: dict[str, list[Held]] = defaultdict(list)
    for column in columns:
        if column.art21_kind:
            by_kind[column.art21_kind].append(Held(column, counts.get(column.pk, 0)))
    level = "township" if township else "city"
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
    township = body.kind == Body.Kind.TOWNSHIP
    return catalogue(columns, counts), local(columns, counts, township=township)
