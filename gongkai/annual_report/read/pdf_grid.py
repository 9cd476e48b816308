"""The geometry of a PDF page: lines drawn on it, characters with their boxes → grids and lines."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from gongkai.annual_report.model import Place
from gongkai.annual_report.read.document import Grid, GridCell, Paragraph
from gongkai.annual_report.read.grids import column_name
from gongkai.annual_report.read.ruling import Line, RuledCell, RuledTable, find_tables
from gongkai.annual_report.read.safety import MAX_CHARACTERS

#: Lines nearer than this (points) are the same line; a filled box thinner than this is a line.
_TOLERANCE = 3.0
_THIN = 3.5
_MAX_OBJECTS = 60_000
_MAX_FORMS = 6

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class PageTable:
    """A table of one page; ``xs`` tells whether it goes on on the next page."""

    rows: list[tuple[GridCell, ...]]
    place: Place
    xs: list[float]

    def grid(self) -> Grid:
        return Grid(tuple(self.rows), self.place)


@dataclass(slots=True)
class _Gathered:
    """The text of one cell, lines parted as in the plain text of the page."""

    text: str = ""
    line: int | None = None
    _last: int = 0
    _edge: float = 0.0

    def add(self, character: str, left: float, right: float, height: float, line: int) -> None:
        if self.line is None:
            self.line = line
        elif line != self._last:
            self.text += "\n"
        elif left - self._edge > max(height, 4.0):
            # A gap of more than a character: two values whose dividing line is missing.
            self.text += " "
        self.text += character
        self._last, self._edge = line, right


def page_blocks(page: Any, number: int) -> list[Paragraph | PageTable]:
    """The lines of text outside tables and the tables of a page, from top to bottom."""
    width, height = page.get_size()
    turn = _Turn(page.get_rotation(), width, height)
    horizontal, vertical = _lines(page, turn)
    tables = find_tables(horizontal, vertical, _TOLERANCE)
    gathered: list[dict[int, _Gathered]] = [{} for _ in tables]
    outside: dict[int, tuple[list[str], list[float]]] = {}
    for character, box, line in _characters(page, turn):
        if box is not None:
            left, top, right, bottom = box
            x, y = (left + right) / 2, (top + bottom) / 2
            hit = _hit(tables, x, y)
            if hit is not None:
                index, cell = hit
                into = gathered[index].setdefault(id(cell), _Gathered())
                into.add(character, left, right, bottom - top, line)
                continue
            outside.setdefault(line, ([], []))[1].append(y)
        outside.setdefault(line, ([], []))[0].append(character)
    found: list[tuple[float, Paragraph | PageTable]] = []
    for line, (characters, heights) in outside.items():
        text = "".join(characters).strip()
        if text and heights:
            found.append((sum(heights) / len(heights), Paragraph(text, Place(number, line))))
    for table, cells in zip(tables, gathered, strict=True):
        if cells:
            found.append((table.ys[0], _page_table(table, cells, number)))
    return [block for _, block in sorted(found, key=lambda item: item[0])]


def _hit(tables: list[RuledTable], x: float, y: float) -> tuple[int, RuledCell] | None:
    for index, table in enumerate(tables):
        if table.ys[0] <= y <= table.ys[-1]:
            cell = table.cell_at(x, y)
            if cell is not None:
                return index, cell
    return None


def _page_table(table: RuledTable, cells: dict[int, _Gathered], number: int) -> PageTable:
    rows: list[list[GridCell]] = [[] for _ in range(len(table.ys) - 1)]
    first: int | None = None
    for cell in table.cells:
        content = cells.get(id(cell))
        line = content.line if content else None
        if line is not None:
            first = line if first is None else min(first, line)
        rows[cell.row].append(
            GridCell(
                content.text if content else "",
                cell.colspan,
                cell.rowspan,
                Place(number, line, f"{column_name(cell.column)}{cell.row + 1}"),
            )
        )
    return PageTable([tuple(row) for row in rows], Place(number, first), table.xs)


@dataclass(slots=True)
class _Turn:
    """Page coordinates (y up, unturned) → as the reader sees the page (y down)."""

    rotation: int
    width: float
    height: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.rotation == 90:
            return y, x
        if self.rotation == 180:
            return self.width - x, y
        if self.rotation == 270:
            return self.width - y, self.height - x
        return x, self.height - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        (a, b), (c, d) = self.point(x0, y0), self.point(x1, y1)
        return min(a, c), min(b, d), max(a, c), max(b, d)


def _characters(
    page: Any, turn: _Turn
) -> Iterator[tuple[str, tuple[float, float, float, float] | None, int]]:
    """(character, box or None for one that pdfium added, line of the plain text from 1)."""
    text = page.get_textpage()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    line = 1
    for index in range(min(pdfium.FPDFText_CountChars(text), MAX_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if code in (10, 13):
            line += code == 10
            continue
        character = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        if not character or code in (0xFFFE, 0xFFFF):
            continue
        if character.isspace() or not pdfium.FPDFText_GetCharBox(
            text, index, left, right, bottom, top
        ):
            yield " ", None, line
            continue
        yield character, turn.box(left.value, bottom.value, right.value, top.value), line


def _lines(page: Any, turn: _Turn) -> tuple[list[Line], list[Line]]:
    horizontal: list[Line] = []
    vertical: list[Line] = []
    for x0, y0, x1, y1 in _strokes(page.raw, _IDENTITY, 0, [_MAX_OBJECTS]):
        left, top, right, bottom = turn.box(x0, y0, x1, y1)
        if bottom - top <= _THIN and right - left > bottom - top:
            horizontal.append(Line((top + bottom) / 2, left, right))
        elif right - left <= _THIN and bottom - top > right - left:
            vertical.append(Line((left + right) / 2, top, bottom))
    return horizontal, vertical


def _strokes(
    container: Any, matrix: Matrix, depth: int, left: list[int]
) -> Iterator[tuple[float, float, float, float]]:
    """Straight pieces of every path, those inside form objects too."""
    if depth:
        count, get = pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject
    else:
        count, get = pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject
    for index in range(max(0, count(container))):
        left[0] -= 1
        if left[0] < 0:
            return
        item = get(container, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            yield from _path(item, _times(_matrix(item), matrix), left)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_FORMS:
            yield from _strokes(item, _times(_matrix(item), matrix), depth + 1, left)


def _path(
    item: Any, matrix: Matrix, left: list[int]
) -> Iterator[tuple[float, float, float, float]]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    if not fill.value and not stroke.value:
        return
    points: list[tuple[float, float]] = []
    pieces: list[tuple[float, float, float, float]] = []
    start: tuple[float, float] | None = None
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(max(0, pdfium.FPDFPath_CountSegments(item))):
        left[0] -= 1
        if left[0] < 0:
            return
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = _apply(matrix, x.value, y.value)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO and points:
            pieces.append((*points[-1], *point))
        points.append(point)
        if pdfium.FPDFPathSegment_GetClose(segment) and start is not None:
            pieces.append((*point, *start))
    if stroke.value:
        yield from pieces
    elif points:
        # A filled box is a line when it is thin, and shading when it is not.
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        if min(max(xs) - min(xs), max(ys) - min(ys)) <= _THIN:
            yield min(xs), min(ys), max(xs), max(ys)


def _matrix(item: Any) -> Matrix:
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, found):
        return _IDENTITY
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
