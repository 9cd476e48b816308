"""What a register says: a number, how many records are behind it, and a trace of which ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

Number = int | Decimal
#: A prime below 2**16: squares of remainders of a billion keys still fit into a 64-bit sum.
_PRIME = 65521

#: What a GROUP BY adds so that ``Trace.of_group`` can be told, in this order.
AGGREGATES: dict[str, Any] = {
    "trace_keys": Sum("pk"),
    "trace_squares": Sum((F("pk") % _PRIME) * (F("pk") % _PRIME)),
}


@dataclass(frozen=True, slots=True)
class Trace:
    """A set of records, by number, sum of keys and sum of squares: it adds up as the sets do.

    It is made by the database in the same pass that counts, and tells an unchanged register from
    a changed one; it is no seal against a forger (the frozen content is sealed by the route).
    """

    records: int = 0
    keys: int = 0
    squares: int = 0

    @classmethod
    def of_group(cls, records: int, extra: Sequence[int | None]) -> Trace:
        """Of one group of a query with ``AGGREGATES``."""
        return cls(records, int(extra[0] or 0), int(extra[1] or 0))

    @classmethod
    def of(cls, keys: Iterable[int]) -> Trace:
        """Of records whose keys are at hand."""
        every = list(keys)
        return cls(len(every), sum(every), sum((k % _PRIME) ** 2 for k in every))

    def __add__(self, other: Trace) -> Trace:
        return Trace(
            self.records + other.records, self.keys + other.keys, self.squares + other.squares
        )

    def __str__(self) -> str:
        return f"{self.records}-{self.keys:x}-{self.squares:x}"


@dataclass(frozen=True, slots=True)
class Counted:
    """A number from a register; ``value`` None where the register does not exist."""

    value: Number | None
    trace: Trace = Trace()

    def __add__(self, other: Counted) -> Counted:
        values = [v for v in (self.value, other.value) if v is not None]
        return Counted(sum(values) if values else None, self.trace + other.trace)


NOTHING = Counted(None)
ZERO = Counted(0)


@dataclass(frozen=True, slots=True)
class Record:
    """One record behind a number: what it is called, its day, where it is kept ("" nowhere)."""

    label: str
    on: date | None
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """The records behind a number, to be paged through: rows, and how one of them is described."""

    rows: QuerySet[Any] | Sequence[Any]
    describe: Callable[[Any], Record]

    def page(self, start: int, end: int) -> Iterator[Record]:
        yield from map(self.describe, self.rows[start:end])

    @property
    def trace(self) -> Trace:
        """The trace of these records now, to be held against the one that was kept."""
        rows = self.rows
        if isinstance(rows, QuerySet):
            found = rows.order_by().aggregate(trace_records=Count("pk"), **AGGREGATES)
            return Trace.of_group(found["trace_records"], [found[key] for key in AGGREGATES])
        return Trace.of(row.pk for row in rows)

    def __len__(self) -> int:
        return self.rows.count() if isinstance(self.rows, QuerySet) else len(self.rows)
