"""DOCX: python-docx makes the package once, each body is written as WordprocessingML directly.

Layout after GB/T 9704-2012. Fonts are only named (仿宋_GB2312, 方正小标宋简体, 黑体, 楷体_GB2312):
offices have them. The grid is ``lines`` with exact spacing and runs drawn in by a quarter point,
because ``linesAndChars`` lets word processors count 27 characters a line.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.shared import Mm, Twips

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

_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
#: Twips: 225 mm / 22 lines, rounded so that 22 lines stay on the page; (156 mm − 28 × 16 pt) / 28.
_PITCH, _TRACKING = 579, -5
_MM = 1440 / 25.4
#: What stands in the empty package where a document's own text goes.
_MARK, _TITLE_HERE, _AUTHOR_HERE = "\ue0b0", "\ue0b1", "\ue0b2"
_BODY_HERE = f"<w:p><w:r><w:t>{_MARK}</w:t></w:r></w:p>"
_TIME_HERE = datetime(1901, 2, 3, 4, 5, 6)
#: Parts of python-docx's own template that a document of ours does not use.
_NOT_NEEDED = ("/thumbnail", "/stylesWithEffects", "/customXml", "/numbering")
_BODY, _TITLE, _HEI, _KAI, _SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"


def docx_bytes(document: Document) -> bytes:
    """The document as DOCX: 22 lines of 28 characters, table heads repeated, pages numbered."""
    blocks = [_title(document.title)]
    for block in document.blocks:
        blocks.append(_table(block) if isinstance(block, Table) else _paragraph(block))
    texts = {
        _BODY_HERE: "".join(blocks),
        _TITLE_HERE: escape(document.title[:255]),
        _AUTHOR_HERE: escape((document.author or "")[:255]),
        _TIME_HERE.isoformat(): (document.made_at or datetime.now(UTC)).isoformat(
            timespec="seconds"
        )[:19],
    }
    places = re.compile("|".join(map(re.escape, texts)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in _base().items():
            if name in ("word/document.xml", "docProps/core.xml"):
                # In one pass, so that nothing is replaced within what was put in.
                text = places.sub(lambda found: texts[found[0]], content.decode())
                content = text.encode()
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            package.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _title(title: str) -> str:
    lines = "<w:r><w:br/></w:r>".join(_run(line.strip()) for line in title_lines(title))
    return f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr>{lines}</w:p>'


# --- paragraphs ---------------------------------------------------------------------------


def _run(text: str, properties: str = "") -> str:
    inner = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{inner}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _paragraph(paragraph: Paragraph) -> str:
    styles = {"heading": "Heading1", "subheading": "Heading2", "body": "BodyText", "note": "Note"}
    if paragraph.style == "sign":
        indent = f'<w:ind w:right="{round(paragraph.right * 315)}"/><w:jc w:val="right"/>'
        return f"<w:p><w:pPr>{indent}</w:pPr>{_run(paragraph.text)}</w:p>"
    lead, rest = paragraph.text[: paragraph.lead], paragraph.text[paragraph.lead :]
    runs = (_run(lead, '<w:rStyle w:val="Lead"/>') if lead else "") + _run(rest)
    return f'<w:p><w:pPr><w:pStyle w:val="{styles[paragraph.style]}"/></w:pPr>{runs}</w:p>'


# --- tables -------------------------------------------------------------------------------


def _table(table: Table) -> str:
    widths = [round(w * _MM) for w in table.widths]
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    rows: list[dict[int, TableCell]] = [{} for _ in table.rows]
    for r, column, cell in table.placed():
        for i in range(cell.rowspan):
            rows[r + i][column] = cell
    starts = {id(cell): r for r, _, cell in table.placed()}
    heads = len(table.groups[0].head) if len(table.groups) == 1 else 0
    # A row that is kept with the next: all but the last, or the heads only.
    keep = range(len(rows) - 1 if table.together else heads)
    lines = []
    for r, row in enumerate(rows):
        cells = "".join(
            _cell(table, widths, c, cell, goes_on=starts[id(cell)] != r, keep=r in keep)
            for c, cell in sorted(row.items())
        )
        head = "<w:tblHeader/>" if r < heads else ""
        height = round((8 if table.size > 10 else 6) * _MM)
        lines.append(
            f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{height}" w:hRule="atLeast"/>'
            f"{head}</w:trPr>{cells}</w:tr>"
        )
    # Tables that follow each other would become one, and a document must not end with a table.
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Official"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
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
        side = round(((width - 1.2) * _MM - (n + 0.2) * size * 20) / 2)
        indent = f'<w:ind w:left="{side}" w:right="{side}"/>' if side > 0 else ""
    if left:
        indent = '<w:ind w:left="40"/>'
    letters = f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'
    runs = _run(text, f"{ink}{letters}") if text else ""
    if shown and shown.mark:
        raised = '<w:vertAlign w:val="superscript"/>' if text else ""
        runs += _run(shown.mark.text, f"{ink}{letters}{raised}")
    return (
        f'<w:p><w:pPr><w:pStyle w:val="TableText"/>{"<w:keepNext/>" if keep else ""}'
        f'<w:spacing w:line="{round(table.size * 20 * 1.25)}" w:lineRule="exact"/>{indent}'
        f'<w:jc w:val="{"left" if left else "center"}"/></w:pPr>{runs}</w:p>'
    )


# --- the package --------------------------------------------------------------------------


def _fonts(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _style(
    name: str, title: str, ppr: str, rpr: str, *, kind: str = "paragraph", based: str = "Normal"
) -> str:
    default = ' w:default="1"' if name == "Normal" else ""
    parent = "" if name == "Normal" or kind == "character" else f'<w:basedOn w:val="{based}"/>'
    return (
        f'<w:style w:type="{kind}"{default} w:styleId="{name}"><w:name w:val="{title}"/>{parent}'
        f"<w:qFormat/><w:pPr>{ppr}</w:pPr><w:rPr>{rpr}</w:rPr></w:style>"
        if kind == "paragraph"
        else f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{title}"/>'
        f"<w:rPr>{rpr}</w:rPr></w:style>"
    )


def _styles() -> str:
    exact = f'<w:spacing w:before="0" w:after="0" w:line="{_PITCH}" w:lineRule="exact"/>'
    small = '<w:spacing w:val="0"/>'
    free = '<w:snapToGrid w:val="0"/>'
    size = '<w:sz w:val="{0}"/><w:szCs w:val="{0}"/>'.format
    # Two characters of 16 pt; firstLineChars follows when an office changes the size.
    indent = '<w:ind w:firstLineChars="200" w:firstLine="630"/>'
    border = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = (
        '<w:top w:w="23" w:type="dxa"/><w:left w:w="34" w:type="dxa"/>'
        '<w:bottom w:w="23" w:type="dxa"/><w:right w:w="34" w:type="dxa"/>'
    )
    return (
        f"<w:styles {_NS}><w:docDefaults><w:rPrDefault><w:rPr>{_fonts(_BODY)}"
        f'<w:kern w:val="2"/>{size(32)}<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr>'
        "</w:rPrDefault><w:pPrDefault><w:pPr>"
        '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/></w:pPr></w:pPrDefault>'
        "</w:docDefaults>"
        + _style(
            "Normal",
            "Normal",
            f'<w:widowControl w:val="0"/>{exact}<w:jc w:val="both"/>',
            f'<w:spacing w:val="{_TRACKING}"/>',
        )
        + _style("BodyText", "Body Text", indent, "")
        + _style(
            "Title",
            "Title",
            f'{free}<w:spacing w:before="0" w:after="{_PITCH}" w:line="660" w:lineRule="exact"/>'
            '<w:jc w:val="center"/>',
            f"{_fonts(_TITLE)}{small}{size(44)}",
        )
        + _style(
            "Heading1",
            "heading 1",
            f'<w:keepNext/>{indent}<w:outlineLvl w:val="0"/>',
            _fonts(_HEI),
        )
        + _style(
            "Heading2",
            "heading 2",
            f'<w:keepNext/>{indent}<w:outlineLvl w:val="1"/>',
            _fonts(_KAI),
        )
        + _style("Lead", "Lead", "", _fonts(_KAI), kind="character")
        + _style(
            "Note",
            "Note",
            f'{free}<w:spacing w:before="0" w:after="60" w:line="300" w:lineRule="exact"/>',
            f"{small}{size(21)}",
        )
        + _style(
            "Gap",
            "Gap",
            f'{free}<w:spacing w:before="0" w:after="0" w:line="200" w:lineRule="exact"/>',
            f"{small}{size(10)}",
        )
        + _style("TableText", "Table Text", free, f"{_fonts(_SONG)}{small}")
        + _style(
            "Footer",
            "footer",
            f'{free}<w:spacing w:before="0" w:after="0" w:line="280" w:lineRule="exact"/>',
            f"{_fonts(_SONG)}{small}{size(28)}",
        )
        + f'<w:style w:type="table" w:styleId="Official"><w:name w:val="Official"/><w:tblPr>'
        f"<w:tblBorders>{border}</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        "</w:style></w:styles>"
    )


@cache
def _base() -> dict[str, bytes]:
    """The parts of an empty document: page, grid, styles, numbered footers, places to fill.

    python-docx takes 45 ms to open and save a document, so it does that once a process.
    """
    package = docx.Document()
    for owner in (package.part, package.part.package):
        for name, relation in list(owner.rels.items()):
            if relation.reltype.endswith(_NOT_NEEDED):
                del owner.rels[name]
    package.part._styles_part._element = parse_xml(_styles())
    section = package.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    # The dash stands 7 mm below the type area: the line of 14 pt starts 4.5 mm below it.
    section.footer_distance = Twips(round((35 - 4.5) * _MM) - 280)
    properties = section._sectPr
    for old in properties.xpath("./w:docGrid"):
        properties.remove(old)
    properties.append(parse_xml(f'<w:docGrid {_NS} w:type="lines" w:linePitch="{_PITCH}"/>'))
    package.settings.odd_and_even_pages_header_footer = True
    _footer(section.footer, '<w:ind w:right="280"/><w:jc w:val="right"/>')
    _footer(section.even_page_footer, '<w:ind w:left="280"/><w:jc w:val="left"/>')
    package.element.body.insert(0, parse_xml(f"<w:p {_NS}><w:r><w:t>{_MARK}</w:t></w:r></w:p>"))
    core = package.core_properties
    core.title, core.author, core.comments = _TITLE_HERE, _AUTHOR_HERE, ""
    core.created = core.modified = _TIME_HERE
    out = io.BytesIO()
    package.save(out)
    with zipfile.ZipFile(out) as saved:
        return {name: saved.read(name) for name in saved.namelist()}


def _footer(footer: Any, place: str) -> None:
    footer.is_linked_to_previous = False
    element = footer._element
    for child in list(element):
        element.remove(child)
    field = "".join(
        f"<w:r>{part}</w:r>"
        for part in (
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    element.append(
        parse_xml(
            f'<w:p {_NS}><w:pPr><w:pStyle w:val="Footer"/>{place}</w:pPr>'
            f"{_run('— ')}{field}{_run(' —')}</w:p>"
        )
    )
