"""JSON and CSV: the figures for programs and spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator

from gongkai.annual_report.check.narrative import as_published
from gongkai.annual_report.exchange import CSV_HEAD, dumps
from gongkai.annual_report.model import ABSENT, Report, Value
from gongkai.annual_report.render.blocks import printed
from gongkai.annual_report.render.official import (
    clauses_of,
    decimals_of,
    label_of,
    layout_of,
    rows_of,
)
from gongkai.documents.tables import csv_file


def json_text(report: Report) -> str:
    """``gongkai-annual-report/1``: all the report has, without loss, and the text's numbers."""
    return dumps(as_published(report)) + "\n"


def csv_text(report: Report) -> str:
    """One line a cell, with its address and labels; opens rightly in spreadsheet programs (BOM)."""
    decimals = decimals_of(layout_of(report))
    cells = (
        (address, table, row, column, printed(value, decimals=decimals if amount else 0))
        for address, table, row, column, value, amount in labelled_cells(report)
    )
    return csv_file([CSV_HEAD, *cells])


def labelled_cells(report: Report) -> Iterator[tuple[str, str, str, str, Value, bool]]:
    """Every cell of the report's tables: address, table, row, column, value, whether an amount."""
    layout = layout_of(report)
    if report.table2 is not None:
        by_key = {row.key: row for row in report.table2}
        for clause in clauses_of(report.table2, layout):
            for form_row in clause.rows:
                row = by_key.get(form_row.key)
                label = label_of(row, form_row)
                cells = row.cells if row else {}
                for c in clause.columns:
                    value = cells.get(c.key, ABSENT).value
                    address = f"t2.{form_row.key}.{c.key}"
                    yield address, "表二", label, c.label, value, c.kind == "amount"
    if report.table3 is not None:
        absent = (ABSENT,) * len(layout.table3_columns)
        for form_row in rows_of(report.table3, layout):
            numbers = report.table3.get(form_row.key, absent)
            for c, cell in zip(layout.table3_columns, numbers, strict=True):
                label = form_row.label
                if form_row.group and form_row.path.count("-") > 1:
                    label = f"{form_row.group}{label}"
                yield f"t3.{form_row.key}.{c.key}", "表三", label, c.label, cell.value, False
    if report.table4 is not None:
        labels = [(b.label, c.label) for b in layout.table4_blocks for c in layout.table4_columns]
        for key, (block, column), cell in zip(
            layout.table4_keys, labels, report.table4, strict=True
        ):
            yield f"t4.{key}", "表四", block, column, cell.value, False
