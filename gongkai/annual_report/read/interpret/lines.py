"""Blocks → lines in one normal form, each with its source text and place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import cast

from gongkai.annual_report.characters import SIMPLIFIED
from gongkai.annual_report.model import Place
from gongkai.annual_report.read.document import Document, Grid, GridCell, Paragraph
from gongkai.annual_report.read.interpret.one_line import broken_up

_FOLD = {
    **SIMPLIFIED,
    **dict.fromkeys(map(ord, "—–―−﹣‐‑‒─━ー"), "-"),
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u00ad"), ""),
    ord("、"): "、",
    ord("\\"): "/",
    ord("∕"): "/",
    ord("⁄"): "/",
}
#: Signs of footnotes: circled and raised digits. Before their digit the fold puts a mark.
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳❶❷❸❹❺❻❼❽❾❿"
_RAISED_MARK = "\ue000"
_FOOTNOTE = re.compile(rf"(?<=\d)(?:{_RAISED_MARK}\d{{1,2}})+(?!\d)")
#: Page numbers that cannot be a value: set off on both sides, or named as a page.
_PAGE_NUMBER = re.compile(
    r"-\d{1,3}-|第\d{1,3}页(?:[,/]?共\d{1,3}页)?|\d{1,3}/\d{1,3}页|[Pp]age\d+(?:of\d+)?"
)
_SPLIT_THOUSANDS = re.compile(r"(?<![\d,.])(\d{1,3}),[ ]+(\d{3})(?![\d])")


@dataclass(slots=True)
class Piece:
    """One cell of a row: normalised text, source text, first column, place."""

    text: str
    raw: str
    col: int
    place: Place | None
    confidence: float = 1.0


@dataclass(slots=True)
class Line:
    """A line of text or a row of a table.

    ``cells`` is None for running text. ``grid`` numbers the drawn table that a row belongs
    to; rows of tabs or pipes have cells but no grid, as their columns are not reliable. A line
    of tabs alone is so many empty cells of a table that is printed one cell a line ("|").
    """

    text: str
    compact: str
    raw: str
    place: Place | None
    heading: bool = False
    cells: list[Piece] | None = None
    grid: int | None = None


class _Folds(dict[int, str]):
    """Character → its normal form, worked out once for each: whole texts are folded in one pass."""

    def __missing__(self, code: int) -> str:
        char = unicodedata.normalize("NFKC", chr(code))
        folded = char if char == "\n" else char.translate(_FOLD)
        if chr(code) in _RAISED:
            folded = _RAISED_MARK + folded
        self[code] = folded
        return folded


_FOLDS = _Folds()


#: The marks of every Chinese text with their normal form, which is its own normal form.
_MARKS = tuple((mark, _FOLDS[ord(mark)]) for mark in "，（）：；？！—\u3000")
#: Characters that may have another normal form: all but ASCII, the Chinese characters in use
#: now, and six marks.
_OLD_FORMS = "".join(chr(c) for c, plain in _FOLD.items() if c > 0x4E00 and chr(c) != plain)
_ODD = re.compile(
    rf"[\\{_OLD_FORMS}"
    "\x80-\u201b\u201e-\u3000\u3003-\u3009\u300c-\u4dff\ua000-\U0010ffff]"
)


def normalise(text: str) -> str:
    """NFKC, one kind of dash, traditional characters folded; newlines stay.

    A raised or circled digit after a digit is the sign of a footnote and is left out.
    """
    for mark, plain in _MARKS:
        text = text.replace(mark, plain)
    # Character by character takes four times as long, and few texts need it.
    if not _ODD.search(text):
        return text
    text = text.translate(_FOLDS)
    if _RAISED_MARK in text:
        text = _FOOTNOTE.sub("", text).replace(_RAISED_MARK, "")
    return text


def document_lines(document: Document) -> list[Line]:
    """The document as lines; empty ones and page numbers that stand alone are left out."""
    lines: list[Line] = []
    grids = 0
    for kind, blocks in groupby(document.blocks, type):
        if kind is Paragraph:
            lines += _text_lines(cast(list[Paragraph], list(blocks)))
            continue
        for grid in cast(Iterable[Grid], blocks):
            lines += _grid_lines(grid, grids)
            grids += 1
    return lines


def _text_lines(paragraphs: list[Paragraph]) -> list[Line]:
    if not paragraphs:
        return []
    joined = "\n".join([p.text for p in paragraphs])
    if joined.count("\n") >= len(paragraphs):
        paragraphs = [p for paragraph in paragraphs for p in _single_lines(paragraph)]
    texts = normalise(joined).split("\n")
    if (cut := broken_up(paragraphs, texts)) is not None:
        paragraphs, texts = cut, normalise("\n".join([p.text for p in cut])).split("\n")
    lines = []
    for paragraph, text in zip(paragraphs, texts, strict=True):
        compact = text.replace(" ", "")
        if "\t" in text:
            compact = "".join(compact.split())
            if not compact:
                cells = [Piece("", "", col, paragraph.place) for col in range(text.count("\t"))]
                lines.append(Line(text, "|", paragraph.text, paragraph.place, cells=cells))
                continue
        if not compact or compact.isspace():
            continue
        if (
            len(compact) < 16
            and compact[0] in "-第Pp0123456789"
            and not compact.isdecimal()
            and _PAGE_NUMBER.fullmatch(compact)
        ):
            continue
        if ", " in text:
            text = _SPLIT_THOUSANDS.sub(r"\1,\2", text)
        line = Line(text, compact, paragraph.text, paragraph.place, paragraph.heading)
        if "\t" in text:
            line.cells = _tab_cells(line)
        lines.append(line)
    return lines


def _single_lines(paragraph: Paragraph) -> list[Paragraph]:
    if "\n" not in paragraph.text:
        return [paragraph]
    return [replace(paragraph, text=part) for part in paragraph.text.split("\n")]


def _tab_cells(line: Line) -> list[Piece]:
    raw = line.raw.split("\t")
    return [
        Piece("".join(text.split()), raw[i].strip() if i < len(raw) else text, i, line.place)
        for i, text in enumerate(line.text.split("\t"))
    ]


def _grid_lines(grid: Grid, number: int) -> list[Line]:
    lines = []
    for row in columns(grid):
        filled = [cell for _, cell in row if cell.text.strip()]
        if not row:
            continue
        place = row[0][1].place or grid.place
        if len(filled) == 1 and len(filled[0].text) > 80:
            # A layout table: its one filled cell is running text.
            place = filled[0].place or place
            lines += _text_lines([Paragraph(filled[0].text, place)])
            continue
        cells = [
            Piece(
                "".join(normalise(cell.text).split()),
                cell.text.strip(),
                col,
                cell.place or place,
                cell.confidence,
            )
            for col, cell in row
        ]
        raw = "\t".join(cell.raw for cell in cells)
        text = "\t".join(cell.text for cell in cells)
        compact = "".join(cell.text for cell in cells)
        if compact:
            lines.append(Line(text, compact, raw, place, cells=cells, grid=number))
    return lines


def columns(grid: Grid) -> list[list[tuple[int, GridCell]]]:
    """Each row as (column from 0, cell), spans counted; a cell appears where it starts."""
    taken: dict[int, int] = {}
    out = []
    for row in grid.rows:
        placed = []
        col = 0
        for cell in row:
            while taken.get(col, 0) > 0:
                col += 1
            placed.append((col, cell))
            for c in range(col, col + max(cell.colspan, 1)):
                taken[c] = max(cell.rowspan, 1)
            col += max(cell.colspan, 1)
        taken = {c: n - 1 for c, n in taken.items() if n > 1}
        out.append(placed)
    return out
