"""Letters as DOCX: python-docx makes the package once, the body is written as XML directly.

Layout after GB/T 9704-2012. Fonts are only named (仿宋_GB2312, 方正小标宋简体, 黑体, 楷体_GB2312):
offices have them, and Word puts another face in for a rare character of a name.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

import docx as python_docx
from docx.oxml import parse_xml
from docx.shared import Mm, Twips

from gongkai.documents.blocks import (
    Block,
    Cell,
    Document,
    PageBreak,
    Paragraph,
    Picture,
    Table,
    title_lines,
)
from gongkai.documents.pdf import millimetres

_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
#: Twips: 225 mm / 22 lines; (156 mm − 28 × 16 pt) / 28; one character of 16 pt with it.
_PITCH, _TRACKING, _EM = 579, -5, 315
_MM = 1440 / 25.4
_MARK, _TITLE_HERE = "\ue0b0", "\ue0b1"
_BODY_HERE = f"<w:p><w:r><w:t>{_MARK}</w:t></w:r></w:p>"
_TIME_HERE = datetime(1901, 2, 3, 4, 5, 6)
#: A document without a date of its own; the moment of writing would make every copy differ.
_NO_DAY = datetime(2000, 1, 1)
_NOT_NEEDED = ("/thumbnail", "/stylesWithEffects", "/customXml", "/numbering")
_BODY, _TITLE, _HEI, _KAI, _SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
#: What XML cannot hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def docx(document: Document) -> bytes:
    """The document as DOCX; the same document always gives the same bytes.

    Its properties hold the title and the date, nobody's name.
    """
    blocks = [_title(document.title)]
    for i, block in enumerate(document.blocks):
        after = document.blocks[i + 1] if i + 1 < len(document.blocks) else None
        blocks.append(_block(block, after))
    day = document.on
    made = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else _NO_DAY
    texts = {
        _BODY_HERE: "".join(blocks),
        _TITLE_HERE: _clean(document.title[:255]),
        _TIME_HERE.isoformat(): made.isoformat(timespec="seconds")[:19],
    }
    places = re.compile("|".join(map(re.escape, texts)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in _base().items():
            if name in ("word/document.xml", "docProps/core.xml"):
                # In one pass, so that nothing is replaced within what was put in.
                content = places.sub(lambda found: texts[found[0]], content.decode()).encode()
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            package.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _clean(text: str) -> str:
    return escape(_CONTROL.sub("", text))


def _run(text: str, properties: str = "") -> str:
    inner = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{inner}<w:t xml:space="preserve">{_clean(text)}</w:t></w:r>'


def _lines(lines: list[str]) -> str:
    return "<w:r><w:br/></w:r>".join(_run(line) for line in lines)


def _title(title: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr>{_lines(title_lines(title))}</w:p>'


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


def _block(block: Block, after: Block | None) -> str:
    if isinstance(block, PageBreak):
        return '<w:p><w:pPr><w:pStyle w:val="Gap"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>'
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Picture):
        return ""
    # The seal stands on a page with words: what comes before the signature is kept with it.
    keep = isinstance(after, Paragraph) and after.style in ("sign", "blank")
    properties = f'<w:pStyle w:val="{_STYLES[block.style]}"/>{"<w:keepNext/>" if keep else ""}'
    if block.style == "sign":
        properties += f'<w:ind w:right="{round(block.right * _EM)}"/>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{_run(block.text) if block.text else ''}</w:p>"


def _table(table: Table) -> str:
    widths = [round(w * _MM) for w in millimetres(table)]
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    rows = []
    for r, row in enumerate(table.placed()):
        cells = "".join(_cell(widths, column, cell, first) for column, cell, first in row)
        head = "<w:tblHeader/>" if r < table.heads else ""
        rows.append(f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{cells}</w:tr>")
    # Tables that follow each other would become one, and a document must not end with a table.
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}'
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
    text = _lines(cell.text.split("\n")) if first and cell.text else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merged}{shade}'
        f'<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="TableText"/>{place}'
        f"</w:pPr>{text}</w:p></w:tc>"
    )


# --- the package --------------------------------------------------------------------------


def _fonts(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _style(name: str, title: str, ppr: str, rpr: str = "") -> str:
    default = ' w:default="1"' if name == "Normal" else ""
    parent = "" if name == "Normal" else '<w:basedOn w:val="Normal"/>'
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{name}"><w:name w:val="{title}"/>'
        f"{parent}<w:qFormat/><w:pPr>{ppr}</w:pPr><w:rPr>{rpr}</w:rPr></w:style>"
    )


def _spacing(line: int, *, before: int = 0, after: int = 0, rule: str = "exact") -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="{rule}"/>'


def _styles() -> str:
    small, free = '<w:spacing w:val="0"/>', '<w:snapToGrid w:val="0"/>'
    size = '<w:sz w:val="{0}"/><w:szCs w:val="{0}"/>'.format
    indent = '<w:ind w:firstLineChars="200" w:firstLine="630"/>'
    centre = '<w:jc w:val="center"/>'
    border = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = (
        '<w:top w:w="85" w:type="dxa"/><w:left w:w="90" w:type="dxa"/>'
        '<w:bottom w:w="85" w:type="dxa"/><w:right w:w="90" w:type="dxa"/>'
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
            f'<w:widowControl w:val="0"/>{_spacing(_PITCH)}<w:jc w:val="both"/>',
            f'<w:spacing w:val="{_TRACKING}"/>',
        )
        + _style("BodyText", "Body Text", indent)
        + _style("Plain", "Plain", "")
        + _style("Centred", "Centred", centre)
        + _style("Number", "Number", _spacing(_PITCH, after=_PITCH) + centre)
        + _style("Signature", "Signature", '<w:jc w:val="right"/>')
        + _style(
            "Title",
            "Title",
            f"{free}{_spacing(660, after=160)}{centre}",
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
        + _style("Note", "Note", f"{free}{_spacing(300, after=60)}", f"{small}{size(21)}")
        + _style("Gap", "Gap", f"{free}{_spacing(200)}", f"{small}{size(10)}")
        + _style(
            "TableText",
            "Table Text",
            f'{free}{_spacing(330, rule="atLeast")}<w:jc w:val="left"/>',
            f"{_fonts(_SONG)}{small}{size(24)}",
        )
        + _style("Footer", "footer", f"{free}{_spacing(280)}", f"{_fonts(_SONG)}{small}{size(28)}")
        + f'<w:style w:type="table" w:styleId="Grid"><w:name w:val="Grid"/><w:tblPr>'
        f"<w:tblBorders>{border}</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        "</w:style></w:styles>"
    )


@cache
def _base() -> dict[str, bytes]:
    """The parts of an empty document: page, grid, styles, numbered footers, places to fill.

    python-docx takes 45 ms to open and save a document, so it does that once a process.
    """
    package = python_docx.Document()
    for owner in (package.part, package.part.package):
        for name, relation in list(owner.rels.items()):
            if relation.reltype.endswith(_NOT_NEEDED):
                del owner.rels[name]
    package.part._styles_part._element = parse_xml(_styles())
    section = package.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    # The dash stands 7 mm below the type area: the line of 14 pt starts 4.5 mm below it.
    section.footer_distance = Twips(round((35 - 4.5) * _MM) - 280)
    # 信函格式: the first page carries no number.
    section.different_first_page_header_footer = True
    properties = section._sectPr
    for old in properties.xpath("./w:docGrid"):
        properties.remove(old)
    properties.append(parse_xml(f'<w:docGrid {_NS} w:type="lines" w:linePitch="{_PITCH}"/>'))
    package.settings.odd_and_even_pages_header_footer = True
    _footer(section.footer, '<w:ind w:right="280"/><w:jc w:val="right"/>')
    _footer(section.even_page_footer, '<w:ind w:left="280"/><w:jc w:val="left"/>')
    package.element.body.insert(0, parse_xml(f"<w:p {_NS}><w:r><w:t>{_MARK}</w:t></w:r></w:p>"))
    core = package.core_properties
    core.title, core.author, core.comments, core.last_modified_by = _TITLE_HERE, "", "", ""
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
            "<w:t>2</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    element.append(
        parse_xml(
            f'<w:p {_NS}><w:pPr><w:pStyle w:val="Footer"/>{place}</w:pPr>'
            f"{_run('— ')}{field}{_run(' —')}</w:p>"
        )
    )
