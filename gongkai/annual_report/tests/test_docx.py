"""DOCX: the text that a reader of the printed document sees, with the numbers Word makes."""

from __future__ import annotations

import pytest

from gongkai.annual_report.read.document import Grid, Paragraph
from gongkai.annual_report.read.docx import docx_document
from gongkai.annual_report.tests.files import docx, para
from gongkai.documents.docx_numbers import format_number

LIST = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr>'
NUMBERING = (
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
    '<w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
    '<w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
)
STYLES = (
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:numPr>'
    '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="9"><w:name w:val="我的标题"/>'
    '<w:basedOn w:val="1"/></w:style>'
)


def paragraphs(body: str, **parts: str) -> list[str]:
    document = docx_document(docx(body, **parts), "a.docx")
    return [b.text for b in document.blocks if isinstance(b, Paragraph)]


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{para(text)}</w:tc>"


def table(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def test_numbers_that_word_makes_are_written_out() -> None:
    body = (
        para("总体情况", LIST.format(0))
        + para("主动公开", LIST.format(1))
        + para("依申请公开", LIST.format(1))
        + para("正文")
        + para("主动公开政府信息情况", LIST.format(0))
        + para("情况", LIST.format(1))
    )
    assert paragraphs(body, numbering=NUMBERING) == [
        "一、总体情况",
        "（一）主动公开",
        "（二）依申请公开",
        "正文",
        "二、主动公开政府信息情况",
        "（一）情况",
    ]


def test_a_style_can_carry_the_numbering_and_be_inherited() -> None:
    body = para("总体情况", '<w:pStyle w:val="1"/>') + para("主动公开", '<w:pStyle w:val="9"/>')
    document = docx_document(docx(body, styles=STYLES, numbering=NUMBERING), "a.docx")
    assert [(b.text, b.heading) for b in document.blocks if isinstance(b, Paragraph)] == [
        ("一、总体情况", True),
        ("二、主动公开", True),
    ]


def test_a_numbering_can_be_switched_off_and_started_anew() -> None:
    off = '<w:pStyle w:val="1"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    anew = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr>'
    body = para("无号", off) + para("存在的主要问题", anew)
    assert paragraphs(body, styles=STYLES, numbering=NUMBERING) == ["无号", "五、存在的主要问题"]


@pytest.mark.parametrize(
    ("number", "style", "printed"),
    [
        (10, "chineseCounting", "十"),
        (21, "chineseCounting", "二十一"),
        (3, "decimalEnclosedCircle", "③"),
        (4, "upperRoman", "IV"),
        (2, "lowerLetter", "b"),
        (5, "decimal", "5"),
        (7, "decimalZero", "07"),
        (12, "decimalFullWidth", "１２"),
    ],
)
def test_number_formats(number: int, style: str, printed: str) -> None:
    assert format_number(number, style) == printed


def test_deleted_and_hidden_text_is_out_and_inserted_text_is_in() -> None:
    body = (
        "<w:p><w:r><w:t>收到</w:t></w:r><w:del><w:r><w:delText>12</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>15</w:t></w:r></w:ins><w:r><w:t>件</w:t></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r>"
        "<w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom></w:p>"
    )
    assert paragraphs(body) == ["收到15件"]


def test_a_deleted_paragraph_end_joins_the_paragraphs() -> None:
    joined = para("收到", "<w:rPr><w:del/></w:rPr>") + para("15件")
    assert paragraphs(joined) == ["收到15件"]


def test_a_deleted_row_is_out() -> None:
    deleted = "<w:trPr><w:del/></w:trPr>" + cell("旧") + cell("1")
    document = docx_document(docx(table(cell("规章") + cell("0"), deleted)), "a.docx")
    (grid,) = document.blocks
    assert isinstance(grid, Grid) and len(grid.rows) == 1


def test_merged_cells_have_their_spans() -> None:
    rows = (
        cell("甲", '<w:gridSpan w:val="2"/><w:vMerge w:val="restart"/>') + cell("1"),
        cell("", '<w:gridSpan w:val="2"/><w:vMerge/>') + cell("2"),
        cell("乙") + cell("丙", '<w:hMerge w:val="restart"/>') + cell("", "<w:hMerge/>"),
    )
    (grid,) = docx_document(docx(table(*rows)), "a.docx").blocks
    assert isinstance(grid, Grid)
    assert [[(c.text, c.colspan, c.rowspan) for c in row] for row in grid.rows] == [
        [("甲", 2, 2), ("1", 1, 1)],
        [("2", 1, 1)],
        [("乙", 1, 1), ("丙", 2, 1)],
    ]
    assert str(grid.rows[1][0].place) == "第2行单元格C2"


def test_tables_in_cells_and_content_controls_are_found() -> None:
    inner = table(cell("规章") + cell("0"), cell("许可") + cell("5"))
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{para('三、收到')}</w:sdtContent></w:sdt>"
    outer = f"<w:tbl><w:tr><w:tc>{control}{inner}<w:p/></w:tc></w:tr></w:tbl>"
    first, second = docx_document(docx(outer), "a.docx").blocks
    assert isinstance(first, Paragraph) and first.text == "三、收到"
    assert isinstance(second, Grid) and second.rows[1][1].text == "5"


def test_a_text_box_is_read_once() -> None:
    box = f"<w:txbxContent>{para('框内')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice>"
        f"<w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert paragraphs(body) == ["正文", "框内"]


def test_footnote_marks_fields_and_breaks_leave_clean_text() -> None:
    body = (
        "<w:p><w:r><w:t>共</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>3</w:t>"
        '<w:footnoteReference w:id="1"/></w:r><w:r><w:noBreakHyphen/><w:t>4</w:t><w:br/>'
        "<w:t>下行</w:t></w:r></w:p>"
    )
    assert paragraphs(body) == ["共3-4", "下行"]
