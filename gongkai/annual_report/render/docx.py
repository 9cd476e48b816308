"""Reports as DOCX, in the layout of ``gongkai.documents.official`` (GB/T 9704-2012)."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from gongkai.annual_report.render.blocks import (
    COLOURS,
    Document,
    Paragraph,
    Table,
    TableCell,
    line_of,
    size_to_fit,
    title_lines,
)
from gongkai.documents import official
from gongkai.documents.official import EM, FREE, KAI, MM, PITCH, SMALL, SONG, fonts, lines, run


def docx_bytes(document: Document) -> bytes:
    """The document as DOCX: 22 lines of 28 characters, table heads repeated, pages numbered."""
    blocks = [_title(document.title)]
    for block in document.blocks:
        blocks.append(_table(block) if isinstance(block, Table) else _paragraph(block))
    return official.filled(
        _base(),
        "".join(blocks),
        title=document.title,
        author=document.author or "",
        made=document.made_at or datetime.now(UTC),
    )


def _title(title: str) -> str:
    words = lines([line.strip() for line in title_lines(title)])
    return f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr>{words}</w:p>'


# --- paragraphs ---------------------------------------------------------------------------


def _paragraph(paragraph: Paragraph) -> str:
    styles = {"heading": "Heading1", "subheading": "Heading2", "body": "BodyText", "note": "Note"}
    if paragraph.style == "sign":
        indent = f'<w:ind w:right="{round(paragraph.right * EM)}"/><w:jc w:val="right"/>'
        return f"<w:p><w:pPr>{indent}</w:pPr>{run(paragraph.text)}</w:p>"
    lead, rest = paragraph.text[: paragraph.lead], paragraph.text[paragraph.lead :]
    runs = (run(lead, '<w:rStyle w:val="Lead"/>') if lead else "") + run(rest)
    return f'<w:p><w:pPr><w:pStyle w:val="{styles[paragraph.style]}"/></w:pPr>{runs}</w:p>'


# --- tables -------------------------------------------------------------------------------


def _table(table: Table) -> str:
    widths = [round(w * MM) for w in table.widths]
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    rows: list[dict[int, TableCell]] = [{} for _ in table.rows]
    for r, column, cell in table.placed():
        for i in range(cell.rowspan):
            rows[r + i][column] = cell
    starts = {id(cell): r for r, _, cell in table.placed()}
    heads = len(table.groups[0].head) if len(table.groups) == 1 else 0
    # A row that is kept with the next: all but the last, or the heads only.
    keep = range(len(rows) - 1 if table.together else heads)
    drawn = []
    for r, row in enumerate(rows):
        cells = "".join(
            _cell(table, widths, c, cell, goes_on=starts[id(cell)] != r, keep=r in keep)
            for c, cell in sorted(row.items())
        )
        head = "<w:tblHeader/>" if r < heads else ""
        height = round((8 if table.size > 10 else 6) * MM)
        drawn.append(
            f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{height}" w:hRule="atLeast"/>'
            f"{head}</w:trPr>{cells}</w:tr>"
        )
    # Tables that follow each other would become one, and a document must not end with a table.
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Official"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(drawn)}</w:tbl>"
        '<w:p><w:pPr><w:pStyle w:val="Gap"/></w:pPr></w:p>'
    )


def _cell(
    table: Table, widths: list[int], column: int, cell: TableCell, *, goes_on: bool, keep: bool
) -> str:
    width = sum(widths[column : column + cell.colspan])
    merged = ""
    if cell.rowspan > 1:
        merged = "<w:vMerge/>" if goes_on else '<w:vMerge w:val="restart"/>'
    ground = COLOURS[cell.mark.level][1] if cell.mark else "F2F2F2" if cell.role == "head" else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{ground}"/>' if ground else ""
    span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merged}{shade}'
        f'<w:vAlign w:val="center"/></w:tcPr>'
        f"{_cell_text(table, column, None if goes_on else cell, cell, keep)}</w:tc>"
    )


def _cell_text(
    table: Table, column: int, shown: TableCell | None, cell: TableCell, keep: bool
) -> str:
    width = table.width(column, cell)
    left = cell.role == "text" or (cell.role == "label" and cell.scope == "row")
    text, size = (shown.text if shown else ""), table.size
    ink = ""
    if shown and shown.mark:
        ink = f'<w:color w:val="{COLOURS[shown.mark.level][0]}"/>'
    if shown and shown.role == "value":
        size = size_to_fit(text + (shown.mark.text if shown.mark else ""), width, size)
    half_points = max(2, int(size * 2))
    indent = ""
    if cell.role == "head" and (n := line_of(text, width, size)):
        side = round(((width - 1.2) * MM - (n + 0.2) * size * 20) / 2)
        indent = f'<w:ind w:left="{side}" w:right="{side}"/>' if side > 0 else ""
    if left:
        indent = '<w:ind w:left="40"/>'
    letters = official.size(half_points)
    runs = run(text, f"{ink}{letters}") if text else ""
    if shown and shown.mark:
        raised = '<w:vertAlign w:val="superscript"/>' if text else ""
        runs += run(shown.mark.text, f"{ink}{letters}{raised}")
    return (
        f'<w:p><w:pPr><w:pStyle w:val="TableText"/>{"<w:keepNext/>" if keep else ""}'
        f'<w:spacing w:line="{round(table.size * 20 * 1.25)}" w:lineRule="exact"/>{indent}'
        f'<w:jc w:val="{"left" if left else "center"}"/></w:pPr>{runs}</w:p>'
    )


# --- the package --------------------------------------------------------------------------


@cache
def _base() -> dict[str, bytes]:
    """The empty report: the styles of the standard and those of the official tables."""
    lead = '<w:style w:type="character" w:styleId="Lead"><w:name w:val="Lead"/>'
    styles = official.styles(
        f"{lead}<w:rPr>{fonts(KAI)}</w:rPr></w:style>",
        official.style("TableText", "Table Text", FREE, f"{fonts(SONG)}{SMALL}"),
        official.grid_style("Official", high=23, wide=34),
        after_title=PITCH,
    )
    return official.empty_package(styles, first_page_numbered=True)
