"""XLSX: a sheet for each table, merged as the form prints it, and one for the text.

Figures are numbers, marks and everything else are strings; nothing becomes a formula or a link.
"""

from __future__ import annotations

import io
from decimal import Decimal
from math import ceil
from typing import Any

import xlsxwriter

from gongkai.annual_report.render.blocks import (
    COLOURS,
    Document,
    Paragraph,
    Table,
    TableCell,
    ems,
)

_SHEETS = {"t2": "表二", "t3": "表三", "t4": "表四", "findings": "体检结果"}
TEXT_SHEET = "正文"
#: A spreadsheet cell holds this many characters at most; longer text goes on in the next row.
_LONGEST = 32_000


def xlsx(document: Document) -> bytes:
    """The document as a workbook: text first where there is any, then the tables."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        told: dict[str, Any] = {"title": document.title[:255], "author": document.author or ""}
        if document.made_at is not None:
            told["created"] = document.made_at
        book.set_properties(told)
        formats = _Formats(book)
        _text_sheet(book, formats, document)
        for table in document.tables:
            _table_sheet(book, formats, table)
    return out.getvalue()


class _Formats:
    """The cell formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.made: dict[tuple[tuple[str, object], ...], Any] = {}

    def get(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            base = {"font_name": "宋体", "font_size": 11, "valign": "vcenter", "text_wrap": True}
            self.made[key] = self.book.add_format(base | properties)
        return self.made[key]


def _text_sheet(book: Any, formats: _Formats, document: Document) -> None:
    sheet = book.add_worksheet(TEXT_SHEET)
    sheet.set_column(0, 0, 100)
    sheet.write_string(
        0, 0, document.title[:_LONGEST], formats.get(bold=True, font_size=16, align="center")
    )
    line = 1
    for block in document.blocks:
        if not isinstance(block, Paragraph):
            continue
        bold = block.style in ("heading", "subheading")
        for start in range(0, len(block.text), _LONGEST):
            part = block.text[start : start + _LONGEST]
            sheet.write_string(line, 0, part, formats.get(bold=bold))
            line += 1
    _paper(sheet)


def _table_sheet(book: Any, formats: _Formats, table: Table) -> None:
    sheet = book.add_worksheet(_SHEETS.get(table.key, table.caption[:31]))
    # A unit of column width is half a character, about 2 mm; figures need room for six digits.
    widths = [max(width / 2, 8) for width in table.widths]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for row, lines in _lines(table, widths).items():
        # Spreadsheet programs do not fit the height of merged cells to their text.
        sheet.set_row(row, min(15 * lines + 4, 400))
    for row, column, cell in table.placed():
        look = _look(formats, cell)
        if cell.colspan > 1 or cell.rowspan > 1:
            last = (row + cell.rowspan - 1, column + cell.colspan - 1)
            sheet.merge_range(row, column, *last, "", look)
        _write(sheet, row, column, cell, look)
        if cell.mark:
            note = f"{cell.mark.text}　{cell.mark.title}"[:_LONGEST]
            sheet.write_comment(row, column, note, {"x_scale": 2})
    heads = len(table.groups[0].head) if len(table.groups) == 1 else 0
    if heads:
        sheet.freeze_panes(heads, 0)
        sheet.repeat_rows(0, heads - 1)
    _paper(sheet)


def _lines(table: Table, widths: list[float]) -> dict[int, int]:
    """Row → how many lines its longest text takes, cells merged downwards left aside."""
    lines: dict[int, int] = {}
    for row, column, cell in table.placed():
        room = sum(widths[column : column + cell.colspan]) - 1
        needed = 1 if cell.rowspan > 1 else ceil(ems(cell.text) * 2 / room) or 1
        lines[row] = max(lines.get(row, 1), needed)
    return lines


def _paper(sheet: Any) -> None:
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C— &P —")


def _look(formats: _Formats, cell: TableCell) -> Any:
    left = cell.role == "text" or (cell.role == "label" and cell.scope == "row")
    look: dict[str, object] = {"border": 1, "align": "left" if left else "center"}
    if cell.mark:
        ink, ground = COLOURS[cell.mark.level]
        look |= {"font_color": f"#{ink}", "bg_color": f"#{ground}", "bold": True}
    elif cell.role == "head":
        look["bg_color"] = "#F2F2F2"
    if cell.role == "value":
        decimals = len(cell.text.partition(".")[2])
        look["num_format"] = f"0.{'0' * decimals}" if decimals else "0"
        # The sign of a found cell is part of its format: the figure stays a number.
        if cell.mark:
            look["num_format"] = f'{look["num_format"]}"{cell.mark.text}"'
    return formats.get(**look)


def _write(sheet: Any, row: int, column: int, cell: TableCell, look: Any) -> None:
    if cell.role != "value":
        sheet.write_string(row, column, cell.text[:_LONGEST], look)
    elif isinstance(cell.value, int | Decimal) and _fits(cell.value):
        sheet.write_number(row, column, float(cell.value), look)
    elif cell.value is None:
        sheet.write_blank(row, column, None, look)
        if cell.mark:
            sheet.write_string(row, column, cell.mark.text, look)
    else:
        # A mark, or a number with more digits than a spreadsheet keeps: the text is exact.
        sheet.write_string(row, column, cell.text, look)


def _fits(value: int | Decimal) -> bool:
    """Whether a spreadsheet keeps every digit: it has fifteen."""
    exact = Decimal(value)
    return abs(exact) < 10**15 and len(exact.normalize().as_tuple().digits) <= 15
