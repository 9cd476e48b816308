"""XLSX and CSV → blocks: a sheet is parted into paragraphs and grids at its blank rows.

``Place``: page is the number of the sheet, line the row, cell the address in the sheet.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import python_calamine

from gongkai.annual_report.model import Place
from gongkai.annual_report.read.document import (
    Block,
    Document,
    Grid,
    GridCell,
    Paragraph,
    UnusableInput,
)
from gongkai.annual_report.read.grids import SECTION_TITLE, column_name
from gongkai.annual_report.read.safety import MAX_TABLE_AREA
from gongkai.documents.safety import check_unpacked, member, open_zip, refuse

WHAT = "Excel 文件"
MAX_SHEETS = 60
_REFERENCE = re.compile(rb"""\br=["']([A-Za-z]{0,4})(\d{1,12})["']""")
_SHEET = re.compile(r"^xl/worksheets/[^/]+\.xml$")
#: Names of sheets that say nothing of the text: Excel's own, and those of our own workbooks.
_PLAIN_NAME = re.compile(r"^(Sheet\d*|正文|表[二三四])$")
#: A sheet at most this wide and long is read; one stray cell at the far corner is refused.
_MAX_COLUMNS = 400
_MAX_ROWS = 20_000

Merges = dict[tuple[int, int], tuple[int, int]]


def sheet_document(data: bytes, name: str) -> Document:
    """The visible sheets of a workbook, each with its name as a heading if there are several.

    UnusableInput: damaged, protected by a password, or of an abnormal size.
    """
    with open_zip(data, WHAT) as archive:
        check_unpacked(archive, WHAT)
        for part in archive.namelist():
            if _SHEET.match(part):
                _check_extent(member(archive, part, WHAT) or b"")
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [
            s.name
            for s in workbook.sheets_metadata
            if s.visible == python_calamine.SheetVisibleEnum.Visible
            and s.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        if len(names) > MAX_SHEETS:
            refuse(f"{WHAT}有 {len(names)} 张工作表，请只保留年度报告的工作表后再试。")
        blocks: list[Block] = []
        for page, title in enumerate(names, 1):
            sheet = workbook.get_sheet_by_name(title)
            rows = [[_text(v) for v in row] for row in sheet.to_python(skip_empty_area=False)]
            found = list(_parted(rows, _merges(sheet, rows), page))
            if found and len(names) > 1 and not _PLAIN_NAME.match(title):
                blocks.append(Paragraph(title, Place(page=page), heading=True))
            blocks.extend(found)
    except UnusableInput:
        raise
    except BaseException as error:
        # A damaged file can make the library panic, and a panic is no Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            refuse(f"{WHAT}已经损坏或者加了密码，打不开，请用 Excel 或者 WPS 另存一份后再试。")
        raise
    if not blocks:
        refuse(f"{WHAT}里没有内容，请确认选对了文件后再试。")
    return Document(name, "xlsx", tuple(blocks))


def csv_document(text: str, name: str) -> Document:
    """The rows of a CSV text, parted by a comma, semicolon or tab. UnusableInput: not a table."""
    text = text.lstrip("\ufeff")
    head = text[:4096]
    delimiter = max(",\t;", key=head.count)
    try:
        rows = [
            [cell.strip() for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error:
        refuse("CSV 文件的格式不对，读不出来，请用 Excel 或者 WPS 另存一份后再试。")
    if len(rows) > _MAX_ROWS or sum(map(len, rows)) > MAX_TABLE_AREA:
        refuse("表格大得不正常，为安全起见没有读取，请只保留年度报告的表格后再试。")
    blocks = tuple(_parted(rows, {}, None))
    if not blocks:
        refuse("CSV 文件里没有内容，请确认选对了文件后再试。")
    return Document(name, "csv", blocks)


def _check_extent(xml: bytes) -> None:
    """The library lays a sheet out in full: one cell at XFD1048576 would take all memory."""
    width = height = 0
    for match in _REFERENCE.finditer(xml):
        number = 0
        for letter in match[1].upper():
            number = number * 26 + letter - 64
        width, height = max(width, number), max(height, int(match[2]))
    if width > _MAX_COLUMNS or height > _MAX_ROWS or width * height > MAX_TABLE_AREA * 5:
        refuse(
            f"{WHAT}的工作表大得不正常（{height} 行 × {width} 列），"
            "请删去表格以外的内容另存一份后再试。"
        )


def _text(value: Any) -> str:
    """A cell as Excel shows it in the General format."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # Fifteen digits are what Excel keeps; never as 1e-06.
        whole = value.is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else f"{Decimal(f'{value:.15g}'):f}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value).strip()


def _merges(sheet: Any, rows: list[list[str]]) -> Merges:
    """Top left cell → (rows, columns) of the merged ranges that lie inside the sheet."""
    width = max(map(len, rows), default=0)
    out: Merges = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top < len(rows) and left < width:
            out[top, left] = (
                min(bottom, len(rows) - 1) - top + 1,
                min(right, width - 1) - left + 1,
            )
    if sum(h * w for h, w in out.values()) > MAX_TABLE_AREA:
        refuse("表格大得不正常，为安全起见没有读取，请只保留年度报告的表格后再试。")
    return out


def _parted(rows: list[list[str]], merges: Merges, page: int | None) -> Iterator[Block]:
    """Blank rows part the tables; a row with one text that is a title or prose is a paragraph."""
    covered = {
        (r, c)
        for (top, left), (height, width) in merges.items()
        for r in range(top, top + height)
        for c in range(left, left + width)
    } - merges.keys()
    group: list[int] = []
    for number, row in enumerate([*rows, []]):
        filled = [c for c, text in enumerate(row) if text and (number, c) not in covered]
        inside = any(
            (number, c) in covered and (number - 1, c) not in merges for c in range(1)
        ) or (bool(group) and any(t < number < t + h for (t, _), (h, _) in merges.items()))
        if not filled and not inside:
            yield from _table(rows, group, merges, covered, page)
            group = []
        elif len(filled) == 1 and not inside and _is_prose(row[filled[0]]):
            yield from _table(rows, group, merges, covered, page)
            group = []
            place = Place(page, number + 1, f"{column_name(filled[0])}{number + 1}")
            for line in row[filled[0]].splitlines():
                if line.strip():
                    yield Paragraph(line.strip(), place)
        else:
            group.append(number)


def _is_prose(text: str) -> bool:
    return len(text) > 60 or bool(SECTION_TITLE.match(text)) or "年度报告" in text


def _table(
    rows: list[list[str]],
    group: list[int],
    merges: Merges,
    covered: set[tuple[int, int]],
    page: int | None,
) -> Iterator[Block]:
    if not group:
        return
    used = [c for n in group for c, text in enumerate(rows[n]) if text]
    if not used:
        return
    width = max(used) + 1
    if len(set(used)) == 1:
        for number in group:
            if text := rows[number][width - 1]:
                yield Paragraph(
                    text, Place(page, number + 1, f"{column_name(width - 1)}{number + 1}")
                )
        return
    last = group[-1]
    out: list[tuple[GridCell, ...]] = []
    for number in group:
        cells: list[GridCell] = []
        row = rows[number]
        for column in range(width):
            if (number, column) in covered:
                continue
            height, breadth = merges.get((number, column), (1, 1))
            cells.append(
                GridCell(
                    row[column] if column < len(row) else "",
                    min(breadth, width - column),
                    min(height, last - number + 1),
                    Place(page, number + 1, f"{column_name(column)}{number + 1}"),
                )
            )
        out.append(tuple(cells))
    yield Grid(tuple(out), Place(page, group[0] + 1))
