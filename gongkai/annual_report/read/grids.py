"""Tables as met in HTML and DOCX → blocks: layout tables dissolved, data tables as ``Grid``.

Both readers hand over a ``Raw`` tree; ``settle`` decides which tables are data and gives every
block its place. These sources have no lines of their own, so ``Place.line`` counts the visible
paragraphs and table rows from 1, and ``Place.cell`` is the cell's address inside its table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gongkai.annual_report.model import Place
from gongkai.annual_report.read.document import Block, Grid, GridCell, Paragraph
from gongkai.annual_report.read.safety import MAX_TABLE_AREA
from gongkai.documents.safety import refuse

#: A cell that spans more columns than this is a mistake or an attack.
_MAX_SPAN = 200
#: Text longer than this in a row of one cell is narrative, not a caption.
_LONG = 80
#: A printed heading of one of the six sections.
SECTION_TITLE = re.compile(r"^[一二三四五六]\s*、\s*\S{0,4}(总体情况|公开|行政复议|问题|其他|其它)")


@dataclass(slots=True)
class RawParagraph:
    text: str
    heading: bool = False


@dataclass(slots=True)
class RawCell:
    blocks: list[RawParagraph | RawTable] = field(default_factory=list)
    colspan: int = 1
    rowspan: int = 1

    def text(self) -> str:
        """All text in the cell, one paragraph a line, nested tables flattened."""
        return "\n".join(p.text for p in _paragraphs(self.blocks))


@dataclass(slots=True)
class RawTable:
    rows: list[list[RawCell]] = field(default_factory=list)
    layout: bool = False


Raw = RawParagraph | RawTable


def column_name(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def settle(raw: list[Raw], *, page: int | None = None) -> tuple[Block, ...]:
    """The blocks in reading order, each with its place.

    UnusableInput: a table whose spans cover more than ``MAX_TABLE_AREA`` cells.
    """
    out: list[Block] = []
    line = 0
    for item in _dissolve(raw):
        if isinstance(item, RawParagraph):
            line += 1
            out.append(Paragraph(item.text, Place(page=page, line=line), item.heading))
        else:
            out.append(grid(item, page=page, line=line + 1))
            line += len(item.rows)
    return tuple(out)


def grid(table: RawTable, *, page: int | None = None, line: int | None = None) -> Grid:
    """The table with a place in every cell; row spans end at the last row."""
    taken: dict[int, int] = {}  # column → rows that a cell from above still covers
    rows: list[tuple[GridCell, ...]] = []
    area = 0
    for number, row in enumerate(table.rows):
        cells: list[GridCell] = []
        column = 0
        covered = {c for c, left in taken.items() if left > 0}
        taken = {c: left - 1 for c, left in taken.items() if left > 1}
        for cell in row:
            while column in covered:
                column += 1
            width = max(1, min(cell.colspan, _MAX_SPAN))
            height = max(1, min(cell.rowspan or len(table.rows), len(table.rows) - number))
            area += width * height
            if area > MAX_TABLE_AREA:
                refuse("表格大得不正常，为安全起见没有读取，请只保留年度报告的表格后再试。")
            place = Place(
                page=page,
                line=None if line is None else line + number,
                cell=f"{column_name(column)}{number + 1}",
            )
            cells.append(GridCell(cell.text(), width, height, place))
            if height > 1:
                taken.update(dict.fromkeys(range(column, column + width), height - 1))
            column += width
        rows.append(tuple(cells))
    return Grid(tuple(rows), Place(page=page, line=line))


def _dissolve(raw: list[Raw]) -> Iterator[Raw]:
    for item in raw:
        if isinstance(item, RawParagraph):
            if item.text:
                yield item
        elif item.layout or _is_layout(item):
            for row in item.rows:
                for cell in row:
                    yield from _dissolve(cell.blocks)
        else:
            yield from _split(item)


def _is_layout(table: RawTable) -> bool:
    """Whether the table only arranges the page: one cell, or real tables inside its cells."""
    cells = [cell for row in table.rows for cell in row]
    if len(cells) < 2:
        return True
    inner = [b for cell in cells for b in cell.blocks if isinstance(b, RawTable)]
    return any(_is_data(t) for t in inner)


def _is_data(table: RawTable) -> bool:
    """A nested table that is more than a frame around one value."""
    if len(table.rows) > 1 and sum(len(row) for row in table.rows) > 3:
        return True
    inner = (b for row in table.rows for cell in row for b in cell.blocks)
    return sum(len(row) for row in table.rows) > 3 or any(
        isinstance(b, RawTable) and _is_data(b) for b in inner
    )


def _split(table: RawTable) -> Iterator[Raw]:
    """The table, parted where a full-width row holds narrative or a section heading.

    Some reports are one table from the first line to the last.
    """
    rows: list[list[RawCell]] = []
    for row in table.rows:
        text = row[0].text() if len(row) == 1 else ""
        if (
            len(row) == 1
            and row[0].rowspan <= 1
            and (len(text) > _LONG or SECTION_TITLE.match(text))
        ):
            if rows:
                yield RawTable(rows)
                rows = []
            yield from _dissolve(row[0].blocks)
        else:
            rows.append(row)
    if any(cell.text() for row in rows for cell in row):
        yield RawTable(rows)


def _paragraphs(blocks: list[Raw]) -> Iterator[RawParagraph]:
    for block in blocks:
        if isinstance(block, RawParagraph):
            if block.text:
                yield block
        else:
            for row in block.rows:
                for cell in row:
                    yield from _paragraphs(cell.blocks)
