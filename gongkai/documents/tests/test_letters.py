"""Blocks written as DOCX and PDF: the same words, the grid of GB/T 9704, nothing cut or hidden."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pikepdf
import pylopdf_fonts_zh_cn
import pypdfium2
import pytest
import typst
from lxml import etree

from gongkai.documents import fonts, pdf
from gongkai.documents.blocks import (
    PITCH,
    Block,
    Cell,
    Document,
    PageBreak,
    Paragraph,
    Table,
    chinese_date,
    pitch,
    signature,
    title_lines,
    width,
)
from gongkai.documents.docx import CELL, docx
from gongkai.documents.official import MM
from gongkai.documents.pages import page_images

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
POINT = 72 / 25.4
DAY = date(2026, 11, 2)


def letter(*more: Block) -> Document:
    return Document(
        "示例县卫生健康委员会政府信息公开告知书",
        (
            Paragraph("示卫健公开〔2026〕第5号-告", "number"),
            Paragraph("喆堃昇犇：", "addressee"),
            *more,
            Paragraph("特此告知。"),
            Paragraph("", "blank"),
            *signature("示例县卫生健康委员会", chinese_date(DAY)),
            Paragraph(f"（联系机构：{'示例县' * 20}；地址：示例路1号）", "contact"),
        ),
        DAY,
    )


@contextmanager
def opened(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(content)
    yield document
    document.close()


def lines(content: bytes, page: int = 0) -> list[str]:
    with opened(content) as document:
        return str(document[page].get_textpage().get_text_bounded()).split("\r\n")


def xml(content: bytes, part: str = "word/document.xml") -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return etree.fromstring(package.read(part))


def test_28_characters_stand_on_a_line_and_22_lines_on_a_page() -> None:
    found = lines(pdf.pdf(Document("题", (Paragraph("公开" * 400),))))
    assert len(found[2]) == 28
    assert len(found[1]) == 26
    body = lines(pdf.pdf(Document("题", (Paragraph("公开" * 900),))), page=1)
    assert len([line for line in body if "公" in line]) == 22


def test_the_first_page_carries_no_number_the_others_do() -> None:
    content = pdf.pdf(letter(*(Paragraph(f"第{n}段") for n in range(40))))
    assert not any(re.fullmatch(r"— \d —", line.strip()) for line in lines(content))
    assert "— 2 —" in [line.strip() for line in lines(content, 1)]
    section = xml(docx(letter())).find(f".//{W}sectPr")
    assert section is not None
    assert section.find(f"{W}titlePg") is not None


def test_the_seal_never_stands_on_a_page_without_words() -> None:
    closer = set()
    for count in range(8, 22):
        signed = letter(*(Paragraph(f"第{n}段") for n in range(count)))
        content = pdf.pdf(signed)
        with opened(content) as document:
            texts = [page.get_textpage().get_text_bounded() for page in document]
        last = next(t for t in texts if "2026年11月2日" in t)
        assert "特此告知" in last and f"第{count - 1}段" in last
        # Nor does the contact stand alone on the page after it.
        assert "联系机构" in last and "示例路1号）" in last
        if (points := pitch(signed)) != PITCH:
            # A little longer than a page: closer lines bring it onto one, in both.
            assert len(texts) == 1
            styles = xml(docx(signed), "word/styles.xml")
            spacing = styles.find(f"{W}style[@{W}styleId='Normal']//{W}spacing")
            assert spacing is not None and spacing.get(f"{W}line") == str(round(points * 20))
            closer.add(count)
    assert closer == {11, 12, 13, 14, 15, 16, 17}


def test_name_and_date_are_centred_on_each_other() -> None:
    name, day = signature("示例县卫生健康委员会", "2026年11月2日")
    middle = [p.right + width(p.text) / 2 for p in (name, day)]
    assert middle[0] == pytest.approx(middle[1])
    assert day.right == 4
    long, day = signature("示例县某某某某某某某某某某某某某某联合工作委员会", "2026年11月2日")
    assert long.right == 2
    assert long.right + width(long.text) / 2 == pytest.approx(day.right + width(day.text) / 2)


@pytest.mark.parametrize(
    "title", ["告知书", "示例县卫生健康委员会政府信息公开告知书", "长" * 47, "甲" * 21]
)
def test_a_title_is_cut_into_lines_that_fit_and_loses_nothing(title: str) -> None:
    assert "".join(title_lines(title)) == title
    assert all(width(line) <= 20 for line in title_lines(title))


def test_joined_cells_are_the_same_in_both() -> None:
    table = Table(
        (
            (Cell("甲", rowspan=2, head=True), Cell("乙", colspan=2)),
            (Cell("丙"), Cell("11010519491231002X" * 3)),
        ),
        (1, 2, 2),
    )
    as_docx, as_pdf = docx(letter(table)), pdf.pdf(letter(table))
    root = xml(as_docx)
    assert [e.get(f"{W}val") for e in root.iter(f"{W}gridSpan")] == ["2"]
    assert [e.get(f"{W}val") for e in root.iter(f"{W}vMerge")] == ["restart", None]
    # The outer lines stand on the edges of the type area: Word counts from a cell's words.
    (indent,) = root.iter(f"{W}tblInd")
    assert int(str(indent.get(f"{W}w"))) == CELL
    text = "".join(lines(as_pdf)).replace("\u200b", "")
    assert "11010519491231002X" in re.sub(r"\s", "", text)
    with opened(as_pdf) as document:
        page = document[0]
        found = page.get_textpage()
        edges = [found.get_charbox(i)[2] for i in range(found.count_chars())]
    assert max(edges) < (210 - 26 + 1) * POINT


def test_a_list_of_many_columns_lies_on_its_side_and_no_row_is_parted() -> None:
    rows = [(Cell("序号", head=True), Cell("标题", head=True))]
    rows += [(Cell(f"上{n}"), Cell("甲\n" * (n % 3 + 1) + f"下{n}")) for n in range(30)]
    document = Document("移送明细表", (Table(tuple(rows), (1, 2), heads=1),), wide=True)
    body, as_pdf = xml(docx(document)), pdf.pdf(document)
    (sheet,) = body.iter(f"{W}pgSz")
    assert sheet.get(f"{W}orient") == "landscape" and sheet.get(f"{W}w") == str(round(297 * MM))
    across = [int(str(column.get(f"{W}w"))) for column in body.iter(f"{W}gridCol")]
    assert abs(sum(across) - 225 * MM) < 2
    with opened(as_pdf) as pages:
        assert pages[0].get_size() == pytest.approx((297 * POINT, 210 * POINT), abs=0.1)
        texts = [str(page.get_textpage().get_text_bounded()) for page in pages]
    assert len(texts) > 2
    for text in texts:
        assert "序号" in text
        assert re.findall(r"上(\d+)", text) == re.findall(r"下(\d+)", text)


def test_a_cell_of_many_short_lines_goes_on_on_the_next_page() -> None:
    many = "\n".join(f"第{n}行" for n in range(50))
    document = Document("申请表", (Table(((Cell("内容"), Cell(many)),), (1, 3)),))
    seen: list[int] = []
    with opened(pdf.pdf(document)) as pages:
        for page in pages:
            on_sheet = page.get_textpage().get_text_bounded(0, 0, *page.get_size())
            seen += [int(n) for n in re.findall(r"第(\d+)行", on_sheet)]
    assert sorted(seen) == list(range(50))


def test_a_page_break_starts_a_page() -> None:
    content = pdf.pdf(letter(PageBreak(), Paragraph("证据目录", "centred")))
    assert "证据目录" in "".join(lines(content, 1))
    assert xml(docx(letter(PageBreak()))).find(f".//{W}br[@{W}type='page']") is not None


@pytest.mark.parametrize("agency", ["示例县卫生健康委员会", "示例市示例新区卫生健康委员会"])
@pytest.mark.parametrize(
    "kind", ["不予处理告知书（信访举报投诉类）", "不再处理告知书（逾期不补正）"]
)
def test_a_long_title_is_not_cut_within_a_word(agency: str, kind: str) -> None:
    first, rest = title_lines(f"{agency}政府信息公开申请{kind}")
    assert first in (f"{agency}政府信息公开申请", f"{agency}政府信息公开")
    assert rest.removeprefix("申请") == kind


def test_properties_hold_the_title_and_the_day_only() -> None:
    with pikepdf.open(io.BytesIO(pdf.pdf(letter()))) as document:
        assert document.docinfo["/Title"] == "示例县卫生健康委员会政府信息公开告知书"
        assert "/Author" not in document.docinfo
        assert str(document.docinfo["/CreationDate"]).startswith("D:20261102")
        assert document.Root.MarkInfo.Marked
    core = etree.tostring(xml(docx(letter()), "docProps/core.xml")).decode()
    assert "2026-11-02T00:00:00" in core
    assert "python" not in core


def test_the_same_letter_is_the_same_bytes() -> None:
    assert docx(letter()) == docx(letter())
    assert pdf.pdf(letter()) == pdf.pdf(letter())


def test_what_xml_cannot_hold_is_left_out() -> None:
    content = docx(Document("题\x00", (Paragraph("甲\x0b乙<w:p>&\ufffe"),)))
    assert "".join(map(str, xml(content).itertext(f"{W}t"))) == "题甲乙<w:p>&"


def test_rare_characters_show_on_a_machine_without_chinese_fonts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = str(pylopdf_fonts_zh_cn.serif_path()).rsplit("/", 1)[0]
    bare = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )
    monkeypatch.setattr(fonts, "load", lambda: (bare, fonts.choose(bare.fonts(), None)))
    pdf._compiler.cache_clear()
    try:
        assert "喆堃昇犇：" in "".join(lines(pdf.pdf(letter())))
    finally:
        pdf._compiler.cache_clear()


def test_pages_are_drawn_for_the_screen() -> None:
    content = pdf.pdf(letter(*(Paragraph(f"第{n}段") for n in range(40))))
    pictures = page_images(content)
    assert len(pictures) == 3
    assert all(p.startswith(b"\x89PNG") for p in pictures)
    assert len(page_images(content, most=1)) == 1
