"""The statutory tables of the annual report, as data (law/report_formats/*.yaml)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from gongkai.law.shipped import shipped

CellKind = Literal["count", "signed", "amount"]
FORMAT_IDS = ("2019", "2021")


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str
    kind: CellKind = "count"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; ``group`` and ``path`` only in table 三."""

    key: str
    label: str
    path: str = ""
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One block of table 二: a clause of Art 20 with its own columns."""

    clause: str
    item: str
    head: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """One official format of the annual report.

    ``source`` is the document that set it; ``first_year``/``last_year`` are the report
    years it governs (``last_year`` None: still in force).
    """

    id: str
    source: str
    first_year: int
    last_year: int | None
    sections: tuple[str, ...]
    table2: tuple[Clause, ...]
    table3_note: str
    table3_columns: tuple[Column, ...]
    table3_rows: tuple[Row, ...]
    table4_blocks: tuple[Column, ...]
    table4_columns: tuple[Column, ...]
    #: Every cell in official order: ``t2.row.column``, ``t3.row.column``, ``t4.column``.
    addresses: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        t2 = (f"t2.{r.key}.{c.key}" for b in self.table2 for r in b.rows for c in b.columns)
        t3 = (f"t3.{r.key}.{c.key}" for r in self.table3_rows for c in self.table3_columns)
        every = (*t2, *t3, *(f"t4.{key}" for key in self.table4_keys))
        object.__setattr__(self, "addresses", every)

    @property
    def table3_leaves(self) -> tuple[str, ...]:
        """Keys of the result rows （一）–（六） that sum to （七）总计."""
        outside = {"new_received", "carried_over", "total_concluded", "carried_forward"}
        return tuple(r.key for r in self.table3_rows if r.key not in outside)

    @property
    def table4_keys(self) -> tuple[str, ...]:
        """The 15 column keys of table 四, ``review_upheld`` … ``after_review_total``."""
        return tuple(f"{b.key}_{c.key}" for b in self.table4_blocks for c in self.table4_columns)


def _columns(raw: list[dict[str, Any]]) -> tuple[Column, ...]:
    return tuple(Column(**c) for c in raw)


@cache
def report_format(format_id: str) -> ReportFormat:
    """The format with this id ("2019" or "2021"); KeyError for any other."""
    if format_id not in FORMAT_IDS:
        raise KeyError(format_id)
    raw = shipped("gongkai.law", f"report_formats/{format_id}.yaml")
    return ReportFormat(
        id=raw["id"],
        source=raw["source"],
        first_year=raw["first_year"],
        last_year=raw["last_year"],
        sections=tuple(raw["sections"]),
        table2=tuple(
            Clause(
                b["clause"],
                b["item"],
                b["head"],
                _columns(b["columns"]),
                tuple(Row(**r) for r in b["rows"]),
            )
            for b in raw["table2"]
        ),
        table3_note=raw["table3"]["note"],
        table3_columns=_columns(raw["table3"]["columns"]),
        table3_rows=tuple(Row(**r) for r in raw["table3"]["rows"]),
        table4_blocks=_columns(raw["table4"]["blocks"]),
        table4_columns=_columns(raw["table4"]["columns"]),
    )


def format_for_year(year: int) -> ReportFormat | None:
    """The format that governs a report year; None before the first statutory format."""
    for format_id in FORMAT_IDS:
        found = report_format(format_id)
        if found.first_year <= year and (found.last_year is None or year <= found.last_year):
            return found
    return None
