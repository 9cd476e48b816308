"""One report as typed data. Everything in this room reads or makes these objects.

A cell is addressed as ``t2.licensing.decisions``, ``t3.granted.natural``, ``t4.review_upheld``;
row and column keys are those of ``law/report_formats``. The address is how findings,
corrections and comparisons name a cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from gongkai.law.formats import ReportFormat, report_format

FormatId = Literal["2019", "2021", "older"]
Scope = Literal["full", "excerpt"]
Mark = Literal["/", "-"]
#: A number (int for counts, Decimal for amounts), an explicit "not applicable" mark, or
#: None: the cell is absent, blank or its row is missing. 0 only where the source prints 0.
Value = int | Decimal | Mark | None


def shown(value: Value) -> str:
    """A value as it is written down and shown on a page; "" for an absent cell."""
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


@dataclass(slots=True, unsafe_hash=True)
class Place:
    """Where something stands in the source: page and line count from 1, cell is "B12" style.

    Never changed once made, like a ``Cell``; neither is frozen, as a report has hundreds of them
    and a frozen one takes three times as long to make.
    """

    page: int | None = None
    line: int | None = None
    cell: str | None = None

    def __str__(self) -> str:
        parts = []
        if self.page is not None:
            parts.append(f"第{self.page}页")
        if self.line is not None:
            parts.append(f"第{self.line}行")
        if self.cell is not None:
            parts.append(f"单元格{self.cell}")
        return "".join(parts) or "位置不明"


@dataclass(slots=True, unsafe_hash=True)
class Cell:
    """A table cell: value, the form it was printed in, where, and how sure the reading is (0–1)."""

    value: Value = None
    printed: str | None = None
    place: Place | None = None
    confidence: float = 1.0

    @property
    def number(self) -> int | Decimal | None:
        """The value if it is a number, else None (marks and absent cells)."""
        return self.value if isinstance(self.value, int | Decimal) else None


ABSENT = Cell()


@dataclass(frozen=True, slots=True)
class Table2Row:
    """A row of table 二; ``label`` as printed, ``amount_unit`` as printed (None: not printed)."""

    item: str
    key: str
    label: str
    cells: dict[str, Cell]
    amount_unit: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One of the six sections: number 1–6 (0: text before the first), printed title, text.

    ``text`` keeps one paragraph a line; tables are not in it. ``lines`` are the source
    lines of those paragraphs, in step, where known.
    """

    number: int
    title: str
    text: str = ""
    place: Place | None = None
    lines: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """What the reader could not read or had to assume: stable code, Chinese sentence, place."""

    code: str
    message: str
    place: Place | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """The statistics period as WRITTEN in the source, even if wrong."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Report:
    """An annual report as read. Tables are None when the source has none of their cells."""

    format: FormatId
    year: int | None = None
    agency: str | None = None
    region: str | None = None
    title: str | None = None
    file: str | None = None
    scope: Scope = "full"
    period: Period | None = None
    sections: tuple[Section, ...] = ()
    table2: tuple[Table2Row, ...] | None = None
    table3: dict[str, tuple[Cell, ...]] | None = None
    table4: tuple[Cell, ...] | None = None
    notices: tuple[Notice, ...] = ()
    #: headings in the order met: every printed top-level heading, also repeated or wrong ones
    headings: tuple[Section, ...] = field(default=(), repr=False)

    @property
    def layout(self) -> ReportFormat | None:
        """The official tables of this report's format; None for ``older``."""
        return None if self.format == "older" else report_format(self.format)

    def cells(self) -> Iterator[tuple[str, Cell]]:
        """Every (address, cell) that the report has, in the order of its tables."""
        for row in self.table2 or ():
            for key, cell in row.cells.items():
                yield f"t2.{row.key}.{key}", cell
        columns = [c.key for c in report_format("2021").table3_columns]
        for row_key, cells in (self.table3 or {}).items():
            for column, cell in zip(columns, cells, strict=True):
                yield f"t3.{row_key}.{column}", cell
        if self.table4 is not None:
            keys = report_format("2021").table4_keys
            yield from ((f"t4.{k}", c) for k, c in zip(keys, self.table4, strict=True))

    def cell(self, address: str) -> Cell:
        """The cell at an address; an absent cell where the report does not have it."""
        return dict(self.cells()).get(address, ABSENT)

    def value(self, address: str) -> Value:
        return self.cell(address).value

    def section(self, number: int) -> Section | None:
        """The first section with this number (1–6)."""
        return next((s for s in self.sections if s.number == number), None)

    def with_cells(self, changes: dict[str, Cell]) -> Report:
        """A copy in which the cells at these addresses are replaced (KeyError: no such cell)."""
        left = dict(changes)
        table2 = self.table2 and tuple(
            replace(
                row,
                cells={k: left.pop(f"t2.{row.key}.{k}", c) for k, c in row.cells.items()},
            )
            for row in self.table2
        )
        columns = [c.key for c in report_format("2021").table3_columns]
        table3 = self.table3 and {
            row: tuple(left.pop(f"t3.{row}.{k}", c) for k, c in zip(columns, cells, strict=True))
            for row, cells in self.table3.items()
        }
        keys = report_format("2021").table4_keys
        table4 = self.table4 and tuple(
            left.pop(f"t4.{k}", c) for k, c in zip(keys, self.table4, strict=True)
        )
        if left:
            raise KeyError(", ".join(sorted(left)))
        return replace(self, table2=table2, table3=table3, table4=table4)
