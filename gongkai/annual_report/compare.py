"""Reports side by side: the years of one body, or bodies of one year, cell by cell.

Nothing is guessed: a difference or a growth that cannot be computed (a blank, a mark, no cell of
that kind in the year's form, growth from zero) is None, and each value says why it is missing.

Cells that mean the same in both forms have the same address (处理决定数量 is ``decisions`` in
each). 其他处理 is one row in the form of 2019 and three in that of 2021: where reports differ in
this, ``t3.other.*`` of the newer ones is the sum of the three.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

from gongkai.annual_report.model import ABSENT, Cell, Report, Value
from gongkai.annual_report.render.data import labelled_cells
from gongkai.annual_report.render.official import layout_of
from gongkai.law.formats import FORMAT_IDS, report_format

#: years: one body, in order of year · bodies: one year · copies: one body and year, as two files
#: or versions of one report · mixed: none of these.
Kind = Literal["years", "bodies", "copies", "mixed"]
#: number · mark ("/", "-") · blank (in the form, not filled) · none (not in the form of that
#: report) · sum (of the three rows of 其他处理).
State = Literal["number", "mark", "blank", "none", "sum"]
Number = int | Decimal

_OTHER = "other"
_OTHER_PARTS = tuple(r.key for r in report_format("2021").table3_rows if r.key.startswith("other_"))
#: Growth is given as a ratio with so many decimals: 0.2500 is a quarter more.
_RATIO = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Side:
    """One report of the comparison."""

    agency: str | None
    year: int | None
    format: str
    title: str | None
    file: str | None
    region: str | None = None

    @property
    def name(self) -> str:
        """Body and year; the file stands for a body that the report does not name."""
        year = f"{self.year}年" if self.year is not None else ""
        if self.agency or not self.file:
            return f"{self.agency or ''}{year}" or "未知报告"
        return f"{self.file}（{year}）" if year else self.file


@dataclass(frozen=True, slots=True)
class Line:
    """One cell in all reports, in the order of ``Comparison.sides``.

    ``bases[i]`` is the position of the report that value i is compared with (None: none);
    ``differences`` and ``growths`` are against it. Amounts are in 万元.
    """

    address: str
    table: str
    row: str
    column: str
    values: tuple[Value, ...]
    states: tuple[State, ...]
    bases: tuple[int | None, ...]
    differences: tuple[Number | None, ...]
    growths: tuple[Decimal | None, ...]

    @property
    def changed(self) -> bool:
        """Whether any computable difference is not zero."""
        return any(self.differences)


@dataclass(frozen=True, slots=True)
class Carry:
    """One column of the chain 结转下年度继续办理 (row 四) → next year's 上年结转 (row 二).

    ``agrees`` is None where one of the two is not a number.
    """

    earlier: int
    later: int
    column: str
    label: str
    carried_forward: Value
    carried_over: Value
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Reports side by side; ``notes`` are Chinese sentences on what could not be compared."""

    kind: Kind
    sides: tuple[Side, ...]
    lines: tuple[Line, ...]
    carries: tuple[Carry, ...]
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each side; where two would be the same, with its file, else its place."""
        names = [side.name for side in self.sides]
        if len(set(names)) == len(names):
            return tuple(names)
        files = [side.file or "" for side in self.sides]
        if len(set(files)) == len(files) and all(files):
            return tuple(f"{name}（{file}）" for name, file in zip(names, files, strict=True))
        return tuple(f"{name}（第{n}份）" for n, name in enumerate(names, 1))

    @property
    def title(self) -> str:
        """What is compared with what, in a line."""
        first, number = self.sides[0], len(self.sides)
        if self.kind == "copies":
            return f"{first.name}年报：{number} 份对照"
        what = {
            "years": "同一机关各年度",
            "bodies": "同一年度各机关",
            "mixed": "机关、年度不全相同",
        }
        return f"{what[self.kind]}：{number} 份年报"

    def line(self, address: str) -> Line | None:
        return next((line for line in self.lines if line.address == address), None)


def compare(reports: Sequence[Report], *, kind: Kind | None = None) -> Comparison:
    """Compare two or more reports.

    ``kind`` None: found from bodies and years. ``years`` sorts by year and compares each with
    the one before it; ``bodies`` and ``copies`` keep the order and compare all with the first;
    ``mixed`` compares each with the nearest earlier year of the same body. A body whose name was
    not read counts as the others' body only when all named ones are one body (and a note says so).
    ValueError (Chinese): fewer than two reports.
    """
    if len(reports) < 2:
        raise ValueError("比较至少需要两份年报，请再加一份。")
    chosen = kind or _kind(reports)
    if chosen == "years":
        reports = sorted(reports, key=lambda r: (r.year is None, r.year or 0))
    bases = _bases(reports, chosen)
    return Comparison(
        chosen,
        tuple(Side(r.agency, r.year, r.format, r.title, r.file, r.region) for r in reports),
        tuple(_lines(reports, bases)),
        tuple(_carries(reports, chosen)),
        tuple(_notes(reports, chosen)),
    )


def _kind(reports: Sequence[Report]) -> Kind:
    bodies = {r.agency for r in reports if r.agency}
    years = [r.year for r in reports]
    if len(bodies) <= 1 and None not in years and len(set(years)) == len(years):
        return "years"
    if len(set(years)) == 1 and years[0] is not None and len(bodies) == len(reports):
        return "bodies"
    if len(bodies) <= 1 and len(set(years)) == 1 and years[0] is not None:
        return "copies"
    return "mixed"


def _bases(reports: Sequence[Report], kind: Kind) -> tuple[int | None, ...]:
    if kind == "years":
        return (None, *range(len(reports) - 1))
    if kind in ("bodies", "copies"):
        return (None, *(0,) * (len(reports) - 1))
    return tuple(_earlier(reports, i) for i in range(len(reports)))


def _earlier(reports: Sequence[Report], i: int) -> int | None:
    """The nearest earlier year of the same body; None where body or year is not known."""
    one = reports[i]
    found = [
        (other.year, j)
        for j, other in enumerate(reports)
        if one.agency
        and other.agency == one.agency
        and other.year is not None
        and one.year is not None
        and other.year < one.year
    ]
    return max(found)[1] if found else None


# --- cells --------------------------------------------------------------------------------


def _lines(reports: Sequence[Report], bases: tuple[int | None, ...]) -> Iterator[Line]:
    kinds_of_other = {_has_other(r) for r in reports if r.table3 is not None}
    sum_other = kinds_of_other == {True, False}
    cells = [dict(r.cells()) for r in reports]
    # A report from before the statutory forms has no cell of them, and is not blank there.
    forms = [set(r.layout.addresses) if r.layout else set[str]() for r in reports]
    for address, (table, row, column) in _labels(reports, sum_other).items():
        found = [
            _value(report, own, form, address, sum_other)
            for report, own, form in zip(reports, cells, forms, strict=True)
        ]
        values = tuple(value for value, _ in found)
        pairs = [(None if b is None else values[b], v) for b, v in zip(bases, values, strict=True)]
        yield Line(
            address,
            table,
            row,
            column,
            values,
            tuple(state for _, state in found),
            bases,
            tuple(difference(a, b) for a, b in pairs),
            tuple(growth(a, b) for a, b in pairs),
        )


def _labels(reports: Sequence[Report], sum_other: bool) -> dict[str, tuple[str, str, str]]:
    """Every address with its labels, in the order of the newest form."""
    newest = max(reports, key=lambda r: (r.format == "2021", r.year or 0))
    labels: dict[str, tuple[str, str, str]] = {}
    for report in (newest, *reports):
        for address, table, row, column, *_ in labelled_cells(report):
            labels.setdefault(address, (table, row, column))
    if sum_other:
        # Where the two forms differ, the common row stands before the three parts of it.
        columns = {c.key: c.label for c in report_format(FORMAT_IDS[-1]).table3_columns}
        common = {f"t3.{_OTHER}.{k}": ("表三", "（六）其他处理", v) for k, v in columns.items()}
        out: dict[str, tuple[str, str, str]] = {}
        for address, label in labels.items():
            if address.split(".")[1] in _OTHER_PARTS:
                out |= common
            out.setdefault(address, label)
        labels = out
    order = {"表二": 0, "表三": 1, "表四": 2}
    return dict(sorted(labels.items(), key=lambda item: order[item[1][0]]))


def _has_other(report: Report) -> bool:
    return _OTHER in (report.table3 or {})


def _value(
    report: Report, own: dict[str, Cell], form: set[str], address: str, sum_other: bool
) -> tuple[Value, State]:
    if address in own:
        value = own[address].value
        if value is None:
            return None, "blank"
        return value, "mark" if isinstance(value, str) else "number"
    table, row, *rest = address.split(".")
    if sum_other and (table, row) == ("t3", _OTHER) and report.table3 is not None:
        parts = [own.get(f"t3.{part}.{rest[0]}", ABSENT).number for part in _OTHER_PARTS]
        known = [part for part in parts if part is not None]
        return (sum(known), "sum") if len(known) == len(parts) else (None, "blank")
    if sum_other and row in _OTHER_PARTS and _has_other(report):
        return None, "none"
    return None, "blank" if address in form else "none"


def difference(earlier: Value, later: Value) -> Number | None:
    """later − earlier; None unless both are numbers."""
    if not isinstance(earlier, int | Decimal) or not isinstance(later, int | Decimal):
        return None
    return later - earlier


def growth(earlier: Value, later: Value) -> Decimal | None:
    """(later − earlier) / earlier, four decimals; None unless both are numbers, earlier above 0."""
    change = difference(earlier, later)
    if change is None or not isinstance(earlier, int | Decimal) or earlier <= 0:
        return None
    ratio = Decimal(change) / Decimal(earlier)
    return ratio.quantize(_RATIO) if abs(ratio) < 10**20 else ratio


# --- the chain of carried cases -----------------------------------------------------------


def _carries(reports: Sequence[Report], kind: Kind) -> Iterator[Carry]:
    columns = report_format(FORMAT_IDS[-1]).table3_columns
    for i, earlier in enumerate(reports):
        for j, later in enumerate(reports):
            same = kind == "years" or (earlier.agency and earlier.agency == later.agency)
            if not same or None in (earlier.year, later.year):
                continue
            if (earlier.year or 0) + 1 != later.year:
                continue
            for column in columns:
                forward = earlier.value(f"t3.carried_forward.{column.key}")
                over = later.value(f"t3.carried_over.{column.key}")
                gap = difference(forward, over)
                agrees = None if gap is None else gap == 0
                yield Carry(i, j, column.key, column.label, forward, over, agrees)


def _notes(reports: Sequence[Report], kind: Kind) -> Iterator[str]:
    if kind in ("years", "copies") and any(r.agency is None for r in reports):
        yield "有报告没有读出机关名称，按同一机关比较，请核对。"
    if kind == "years" and len({r.agency for r in reports if r.agency}) > 1:
        yield "报告的机关名称不一致，按同一机关比较，请核对。"
    if kind == "copies":
        yield "这几份是同一机关、同一年度的年报，各份与第一份比较。"
    if kind == "mixed":
        yield "报告不全是同一机关或者同一年度的，只与同一机关更早的一份比较。"
    years = sorted({r.year for r in reports if r.year is not None})
    if kind == "years":
        for a, b in pairwise(years):
            if b - a > 1:
                gap = f"{a + 1}" if b - a == 2 else f"{a + 1}—{b - 1}"
                yield f"缺少 {gap} 年的报告，{b} 年与 {a} 年比较。"
    if len({layout_of(r).id for r in reports}) > 1:
        yield "报告的格式不同，含义不同的栏目不比较。"


# --- as plain data ------------------------------------------------------------------------


def to_dict(comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain data for ``exchange.dumps`` (Decimals stay exact)."""
    return {
        "schema": "gongkai-comparison/1",
        "kind": comparison.kind,
        "reports": [
            {
                "agency": s.agency,
                "region": s.region,
                "year": s.year,
                "format": s.format,
                "title": s.title,
                "file": s.file,
            }
            for s in comparison.sides
        ],
        "cells": [
            {
                "address": line.address,
                "table": line.table,
                "row": line.row,
                "column": line.column,
                "values": list(line.values),
                "states": list(line.states),
                "bases": list(line.bases),
                "differences": list(line.differences),
                "growths": list(line.growths),
            }
            for line in comparison.lines
        ],
        "carry_over": [
            {
                "from": c.earlier,
                "to": c.later,
                "column": c.column,
                "carried_forward": c.carried_forward,
                "carried_over": c.carried_over,
                "agrees": c.agrees,
            }
            for c in comparison.carries
        ],
        "notes": list(comparison.notes),
    }
