"""The page of an official paper as DOCX (GB/T 9704-2012): grid, margins, faces, numbered footers.

python-docx makes the empty package once, the body is written as WordprocessingML directly. Fonts
are only named (仿宋_GB2312, 方正小标宋简体, 黑体, 楷体_GB2312): offices have them, and Word puts
another face in for a rare character of a name. The grid is ``lines`` with exact spacing and runs
drawn in by a quarter point, because ``linesAndChars`` lets word processors count 27 characters.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.shared import Mm, Twips

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
#: Twips: 225 mm / 22 lines, rounded so that 22 lines stay on the page; (156 mm − 28 × 16 pt) / 28;
#: one character of 16 pt with it; a millimetre.
PITCH, TRACKING, EM, MM = 579, -5, 315, 1440 / 25.4
BODY, TITLE, HEI, KAI, SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
#: What a computer without a face takes instead: Windows has 仿宋 and 楷体 without GB2312.
_INSTEAD = {BODY: "仿宋", TITLE: "宋体", HEI: "SimHei", KAI: "楷体", SONG: "SimSun"}
#: What stands in the empty package where a document's own text goes.
_MARK, _TITLE_HERE, _AUTHOR_HERE = "\ue0b0", "\ue0b1", "\ue0b2"
_BODY_HERE = f"<w:p><w:r><w:t>{_MARK}</w:t></w:r></w:p>"
_TIME_HERE = datetime(1901, 2, 3, 4, 5, 6)
#: Parts of python-docx's own template that a document of ours does not use.
_NOT_NEEDED = ("/thumbnail", "/stylesWithEffects", "/customXml", "/numbering")
#: What XML cannot hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


# --- pieces of the body -----------------------------------------------------------------------


def clean(text: str) -> str:
    """A text as it may stand in XML."""
    return escape(_CONTROL.sub("", text))


def run(text: str, properties: str = "") -> str:
    """A run of words with its properties (``w:rPr``)."""
    inner = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{inner}<w:t xml:space="preserve">{clean(text)}</w:t></w:r>'


def lines(texts: list[str]) -> str:
    """Runs with a line break between them."""
    return "<w:r><w:br/></w:r>".join(run(text) for text in texts)


# --- styles -----------------------------------------------------------------------------------


SMALL, FREE = '<w:spacing w:val="0"/>', '<w:snapToGrid w:val="0"/>'
#: Two characters of 16 pt; firstLineChars follows when an office changes the size.
INDENT = '<w:ind w:firstLineChars="200" w:firstLine="630"/>'


def size(half_points: int) -> str:
    """The size of letters."""
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def fonts(name: str) -> str:
    """The face for every script."""
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def spacing(line: int, *, before: int = 0, after: int = 0, rule: str = "exact") -> str:
    """The space of a line and around a paragraph, in twips."""
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="{rule}"/>'


def style(name: str, title: str, ppr: str, rpr: str = "") -> str:
    """A style of paragraphs, based on Normal."""
    default = ' w:default="1"' if name == "Normal" else ""
    parent = "" if name == "Normal" else '<w:basedOn w:val="Normal"/>'
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{name}"><w:name w:val="{title}"/>'
        f"{parent}<w:qFormat/><w:pPr>{ppr}</w:pPr><w:rPr>{rpr}</w:rPr></w:style>"
    )


def grid_style(name: str, *, high: int, wide: int) -> str:
    """A style of tables with all lines drawn; the margins of a cell in twips."""
    border = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", high), ("left", wide), ("bottom", high), ("right", wide))
    )
    return (
        f'<w:style w:type="table" w:styleId="{name}"><w:name w:val="{name}"/><w:tblPr>'
        f"<w:tblBorders>{border}</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        "</w:style>"
    )


def styles(*more: str, after_title: int, pitch: int = PITCH) -> str:
    """The styles of the standard, and those of a kind of paper; ``pitch`` of a line in twips."""
    return (
        f"<w:styles {NS}><w:docDefaults><w:rPrDefault><w:rPr>{fonts(BODY)}"
        f'<w:kern w:val="2"/>{size(32)}<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr>'
        "</w:rPrDefault><w:pPrDefault><w:pPr>"
        '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/></w:pPr></w:pPrDefault>'
        "</w:docDefaults>"
        + style(
            "Normal",
            "Normal",
            # Word's own default, said because LibreOffice 7 takes it for its opposite: a mark
            # that hangs out of the type area is not in the PDF that it makes.
            '<w:widowControl w:val="0"/><w:overflowPunct w:val="1"/>'
            f'{spacing(pitch)}<w:jc w:val="both"/>',
            f'<w:spacing w:val="{TRACKING}"/>',
        )
        + style("BodyText", "Body Text", INDENT)
        + style(
            "Title",
            "Title",
            f'{FREE}{spacing(660, after=after_title)}<w:jc w:val="center"/>',
            f"{fonts(TITLE)}{SMALL}{size(44)}",
        )
        + "".join(
            style(
                f"Heading{level}",
                f"heading {level}",
                f'<w:keepNext/>{INDENT}<w:outlineLvl w:val="{level - 1}"/>',
                fonts(face),
            )
            for level, face in ((1, HEI), (2, KAI))
        )
        + style("Note", "Note", f"{FREE}{spacing(300, after=60)}", f"{SMALL}{size(21)}")
        + style("Gap", "Gap", f"{FREE}{spacing(200)}", f"{SMALL}{size(10)}")
        + style("Footer", "footer", f"{FREE}{spacing(280)}", f"{fonts(SONG)}{SMALL}{size(28)}")
        + "".join(more)
        + "</w:styles>"
    )


# --- the package ------------------------------------------------------------------------------


def empty_package(
    styles: str, *, first_page_numbered: bool, pitch: int = PITCH, wide: bool = False
) -> dict[str, bytes]:
    """The parts of an empty document: page, grid, styles, numbered footers, places to fill.

    python-docx takes 45 ms to open and save a document: a kind of paper asks once a process.
    ``wide``: the sheet lies on its side, what is the top of a paper at its left.
    """
    package = docx.Document()
    for owner in (package.part, package.part.package):
        for name, relation in list(owner.rels.items()):
            if relation.reltype.endswith(_NOT_NEEDED):
                del owner.rels[name]
            elif relation.reltype.endswith("/fontTable"):
                relation.target_part._blob = _font_table()
    package.part._styles_part._element = parse_xml(styles)
    section = package.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    if wide:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.top_margin, section.bottom_margin = Mm(28), Mm(26)
        section.left_margin, section.right_margin = Mm(37), Mm(35)
    # The dash stands 7 mm below the type area: the line of 14 pt starts 4.5 mm below it.
    below = 26 if wide else 35
    section.footer_distance = Twips(round((below - 4.5) * MM) - 280)
    # 信函格式: the first page carries no number.
    section.different_first_page_header_footer = not first_page_numbered
    properties = section._sectPr
    for old in properties.xpath("./w:docGrid"):
        properties.remove(old)
    # Lines closer than the grid do not stand on it: a title would cost them one.
    kind = 'w:type="lines" ' if pitch == PITCH else ""
    properties.append(parse_xml(f'<w:docGrid {NS} {kind}w:linePitch="{pitch}"/>'))
    package.settings.odd_and_even_pages_header_footer = True
    _footer(section.footer, '<w:ind w:right="280"/><w:jc w:val="right"/>')
    _footer(section.even_page_footer, '<w:ind w:left="280"/><w:jc w:val="left"/>')
    package.element.body.insert(0, parse_xml(f"<w:p {NS}><w:r><w:t>{_MARK}</w:t></w:r></w:p>"))
    core = package.core_properties
    core.title, core.author, core.comments = _TITLE_HERE, _AUTHOR_HERE, ""
    core.last_modified_by = ""
    core.created = core.modified = _TIME_HERE
    out = io.BytesIO()
    package.save(out)
    with zipfile.ZipFile(out) as saved:
        return {name: saved.read(name) for name in saved.namelist()}


def _font_table() -> bytes:
    faces = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _INSTEAD.items()
    )
    return f"<w:fonts {NS}>{faces}</w:fonts>".encode()


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
            f'<w:p {NS}><w:pPr><w:pStyle w:val="Footer"/>{place}</w:pPr>'
            f"{run('— ')}{field}{run(' —')}</w:p>"
        )
    )


def filled(
    package: dict[str, bytes], body: str, *, title: str, author: str, made: datetime
) -> bytes:
    """A package with its text; the same words and moment always give the same bytes."""
    texts = {
        _BODY_HERE: body,
        _TITLE_HERE: clean(title[:255]),
        _AUTHOR_HERE: clean(author[:255]),
        _TIME_HERE.isoformat(): made.isoformat(timespec="seconds")[:19],
    }
    places = re.compile("|".join(map(re.escape, texts)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in package.items():
            if name in ("word/document.xml", "docProps/core.xml"):
                # In one pass, so that nothing is replaced within what was put in.
                content = places.sub(lambda found: texts[found[0]], content.decode()).encode()
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            written.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
