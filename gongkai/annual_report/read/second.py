"""The second reading of a PDF: where its text leaves doubt, its ruled lines are asked.

pdfium's text is fast and nearly always enough, but it drops what only the drawing says: which
of the columns is blank, which of two lines a label belongs to. A reading with blank or lost
cells is therefore repeated on the geometry, and what the two disagree on is marked: confidence
``DOUBT`` and a notice ``READINGS_DIFFER`` with the place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gongkai.annual_report.model import Cell, Notice, Report
from gongkai.annual_report.read import pdf
from gongkai.annual_report.read.document import Document, UnusableInput
from gongkai.annual_report.read.interpret import interpret

#: Confidence of a cell that the two readings give differently: below what counts as certain.
DOUBT = 0.4
#: Notices after which the lines are worth asking.
_DOUBTS = frozenset(
    (
        *("CELL_BLANK", "CELL_NOT_NUMBER", "VALUE_ORPHAN"),
        *("T2_EXTRA_CELLS", "T2_LABEL_MISSING", "T2_MISSING", "T2_ROW_TWICE", "T2_ROW_UNREADABLE"),
        *("T3_BLANK", "T3_LABEL_MISSING", "T3_MISSING", "T3_ROWS_MISSING", "T3_ROW_UNREADABLE"),
        *("T4_BLANK", "T4_MISSING", "T4_TWICE", "T4_UNREADABLE"),
    )
)


def interpret_pdf(document: Document, data: bytes) -> list[Report]:
    """The reports in a PDF; ``document`` is its ``pdf.text_document``, ``data`` the file.

    UnusableInput: neither reading finds an annual report.
    """
    try:
        first = interpret(document)
    except UnusableInput:
        return interpret(pdf.grid_document(data, document.name))
    if not any(_doubtful(report) for report in first):
        return first
    try:
        second = interpret(pdf.grid_document(data, document.name))
    except UnusableInput:
        return first
    if len(first) != len(second):
        return first
    return [_settled(a, b) for a, b in zip(first, second, strict=True)]


def _doubtful(report: Report) -> bool:
    if any(n.code in _DOUBTS for n in report.notices):
        return True
    rows: list[Iterable[Cell]] = [row.cells.values() for row in report.table2 or ()]
    rows += [*(report.table3 or {}).values(), report.table4 or ()]
    return any(c.value is None or c.confidence < 0.5 for row in rows for c in row)


def _settled(text: Report, grid: Report) -> Report:
    """The reading that found more, with every disagreement marked."""
    a, b = dict(text.cells()), dict(grid.cells())
    read_a = sum(cell.value is not None for cell in a.values())
    read_b = sum(cell.value is not None for cell in b.values())
    # As many cells in both: the lines say in which column a figure stands.
    taken, other = (grid, a) if read_b >= read_a else (text, b)
    marked: dict[str, Cell] = {}
    notices = list(taken.notices)
    for address, cell in taken.cells():
        rival = other.get(address)
        if rival is None or rival.value == cell.value:
            continue
        if cell.value is not None and rival.value is None and taken is grid:
            continue  # what the text could not place, the lines place
        marked[address] = replace(cell, confidence=min(cell.confidence, DOUBT))
        by_text, by_grid = (rival, cell) if taken is grid else (cell, rival)
        notices.append(
            Notice(
                "READINGS_DIFFER",
                f"按文字读作{_shown(by_text)}，按表格线读作{_shown(by_grid)}，"
                f"暂取{'后' if taken is grid else '前'}者，请对照原件核对。",
                cell.place or rival.place,
                address,
            )
        )
    return replace(taken.with_cells(marked), notices=tuple(notices))


def _shown(cell: Cell) -> str:
    return "空白" if cell.value is None else f"“{cell.printed or cell.value}”"
