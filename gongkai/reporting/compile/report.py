"""A report made of values and texts: what the registers say in the model of ``annual_report``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from gongkai.annual_report.model import ABSENT, Cell, Period, Report, Section, Table2Row, shown
from gongkai.bodies.models import Body
from gongkai.law.formats import ReportFormat
from gongkai.reporting.compile.counting import Number
from gongkai.reporting.compile.models import Computation


def build(body: Body, year: int, form: ReportFormat, values: Mapping[str, Number | None]) -> Report:
    """The report of a body and year with these cells (address → number); no text yet."""

    def cell(address: str) -> Cell:
        value = values.get(address)
        return ABSENT if value is None else Cell(value, shown(value))

    table2 = tuple(
        Table2Row(
            block.item,
            row.key,
            row.label,
            {c.key: cell(f"t2.{row.key}.{c.key}") for c in block.columns},
            "万元" if any(c.kind == "amount" for c in block.columns) else None,
        )
        for block in form.table2
        for row in block.rows
    )
    table3 = {
        row.key: tuple(cell(f"t3.{row.key}.{c.key}") for c in form.table3_columns)
        for row in form.table3_rows
    }
    return Report(
        format=form.id,  # type: ignore[arg-type]
        year=year,
        agency=body.name,
        title=f"{body.name}{year}年政府信息公开工作年度报告",
        period=Period(date(year, 1, 1), date(year, 12, 31)),
        table2=table2,
        table3=table3,
        table4=tuple(cell(f"t4.{key}") for key in form.table4_keys),
    )


def sections(form: ReportFormat, texts: Mapping[int, Iterable[str]]) -> tuple[Section, ...]:
    """The six sections under their official titles; ``texts``: number → paragraphs."""
    return tuple(
        Section(number, title, "\n".join(texts.get(number, ())))
        for number, title in enumerate(form.sections, 1)
    )


def values_of(computation: Computation) -> dict[str, Number | None]:
    """Address → number, as a computation kept them."""
    return {a: number(entry["value"]) for a, entry in computation.cells.items()}


def number(text: str | None) -> Number | None:
    """A kept number: amounts have a point."""
    if not text:
        return None
    return Decimal(text) if "." in text else int(text)
