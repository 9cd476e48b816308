"""Letters and lists as DOCX, in the layout of ``official`` (GB/T 9704-2012)."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from gongkai.documents import official
from gongkai.documents.blocks import PITCH as FULL_PITCH
from gongkai.documents.blocks import (
    Block,
    Cell,
    Document,
    PageBreak,
    Picture,
    Table,
    kept_with,
    pitch,
    title_lines,
)
from gongkai.documents.official import (
    EM,
    FREE,
    MM,
    PITCH,
    SMALL,
    SONG,
    fonts,
    lines,
    run,
    size,
    spacing,
    style,
)
from gongkai.documents.pdf import millimetres

#: A document without a date of its own; the moment of writing would make every copy differ.
_NO_DAY = datetime(2000, 1, 1)
#: The space at the side of a cell, in twips.
CELL = 90


def docx(document: Document) -> bytes:
    """The document as DOCX; the same document always gives the same bytes.

    Its properties hold the title and the date, nobody's name.
    """
    blocks = [_title(document.title)]
    for i, block in enumerate(document.blocks):
        after = document.blocks[i + 1] if i + 1 < len(document.blocks) else None
        blocks.append(_block(block, after, wide=document.wide))
    day = document.on
    made = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else _NO_DAY
    body = "".join(blocks)
    base = _base(pitch(document), document.wide)
    return official.filled(base, body, title=document.title, author="", made=made)


def _title(title: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr>{lines(title_lines(title))}</w:p>'


_STYLES = {
    "number": "Number",
    "addressee": "Plain",
    "plain": "Plain",
    "body": "BodyText",
    "annex": "BodyText",
    "contact": "BodyText",
    "heading": "Heading1",
    "subheading": "Heading2",
    "centred": "Centred",
    "sign": "Signature",
    "note": "Note",
    "blank": "Plain",
}


def _block(block: Block, after: Block | None, *, wide: bool) -> str:
    if isinstance(block, PageBreak):
        return '<w:p><w:pPr><w:pStyle w:val="Gap"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>'
    if isinstance(block, Table):
        return _table(block, wide=wide)
    if isinstance(block, Picture):
        return ""
    keep = "<w:keepNext/>" if kept_with(after) else ""
    if block.style == "contact":
        keep += "<w:keepLines/>"
    properties = f'<w:pStyle w:val="{_STYLES[block.style]}"/>{keep}'
    if block.style == "sign":
        properties += f'<w:ind w:right="{round(block.right * EM)}"/>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(block.text) if block.text else ''}</w:p>"


def _table(table: Table, *, wide: bool) -> str:
    widths = [round(w * MM) for w in millimetres(table, wide=wide)]
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    rows = []
    for r, row in enumerate(table.placed()):
        cells = "".join(_cell(widths, column, cell, first) for column, cell, first in row)
        head = "<w:tblHeader/>" if r < table.heads else ""
        rows.append(f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{cells}</w:tr>")
    # Tables that follow each other would become one, and a document must not end with a table.
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        # Word lays the words of a table on the edge of the type area, not its lines.
        f'<w:tblInd w:w="{CELL}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}"
        '</w:tbl><w:p><w:pPr><w:pStyle w:val="Gap"/></w:pPr></w:p>'
    )


def _cell(widths: list[int], column: int, cell: Cell, first: bool) -> str:
    width = sum(widths[column : column + cell.colspan])
    span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    merged = ""
    if cell.rowspan > 1:
        merged = '<w:vMerge w:val="restart"/>' if first else "<w:vMerge/>"
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>' if cell.head else ""
    place = '<w:jc w:val="center"/>' if cell.head else ""
    text = lines(cell.text.split("\n")) if first and cell.text else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merged}{shade}'
        f'<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="TableText"/>{place}'
        f"</w:pPr>{text}</w:p></w:tc>"
    )


# --- the package --------------------------------------------------------------------------


@cache
def _base(points: float, wide: bool) -> dict[str, bytes]:
    """The empty letter: the styles of the standard and those of letters and lists.

    ``points`` from line to line; there are nine of them at most. ``wide``: on its side.
    """
    line = PITCH if points == FULL_PITCH else round(points * 20)
    centre = '<w:jc w:val="center"/>'
    left = f'{FREE}{spacing(290 if wide else 330, rule="atLeast")}<w:jc w:val="left"/>'
    styles = official.styles(
        style("Plain", "Plain", ""),
        style("Centred", "Centred", centre),
        style("Number", "Number", spacing(line, after=line) + centre),
        style("Signature", "Signature", '<w:jc w:val="right"/>'),
        style("TableText", "Table Text", left, f"{fonts(SONG)}{SMALL}{size(21 if wide else 24)}"),
        official.grid_style("Grid", high=60, wide=CELL),
        after_title=160,
        pitch=line,
    )
    return official.empty_package(styles, first_page_numbered=False, pitch=line, wide=wide)
