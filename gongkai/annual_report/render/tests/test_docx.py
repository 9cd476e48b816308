"""DOCX: the marks by which a word processor lays the page out as GB/T 9704-2012 wants."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
from lxml import etree

from gongkai.annual_report.model import Cell, Section
from gongkai.annual_report.render import render, write
from gongkai.annual_report.render.blocks import Document, RowGroup, Table, TableCell
from gongkai.annual_report.render.tests import cast

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
BODY = "document.xml"
MM = 1440 / 25.4


def part(content: bytes, name: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return etree.fromstring(package.read(name))


def attribute(tree: Any, path: str, name: str) -> str:
    found = tree.find(f".//{W}{path}")
    return str(found.get(f"{W}{name}"))


CONTENT = render(cast.report("2021"), "docx")


def test_paper_margins_and_grid_are_those_of_the_standard() -> None:
    body = part(CONTENT, "word/document.xml")
    sides = {
        name: round(int(attribute(body, "pgMar", name)) / MM)
        for name in ("top", "bottom", "left", "right")
    }
    assert sides == {"top": 37, "bottom": 35, "left": 28, "right": 26}
    assert attribute(body, "docGrid", "type") == "lines"
    pitch = int(attribute(body, "docGrid", "linePitch"))
    assert 22 * pitch <= 225 * MM < 23 * pitch


def test_28_characters_of_16_points_fit_a_line() -> None:
    styles = part(CONTENT, "word/styles.xml")
    normal = styles.find(f"{W}style[@{W}styleId='Normal']")
    drawn_in = int(normal.find(f"{W}rPr/{W}spacing").get(f"{W}val"))
    assert 28 * (320 + drawn_in) <= 156 * MM < 29 * (320 + drawn_in)
    # LibreOffice 7 reads this the other way round, and loses marks that hang in the margin.
    assert normal.find(f"{W}pPr/{W}overflowPunct").get(f"{W}val") == "1"


def test_fonts_are_named_as_offices_have_them() -> None:
    styles = part(CONTENT, "word/styles.xml")
    fonts = {
        style.get(f"{W}styleId"): style.find(f"{W}rPr/{W}rFonts").get(f"{W}eastAsia")
        for style in styles.findall(f"{W}style")
        if style.find(f"{W}rPr/{W}rFonts") is not None
    }
    assert fonts["Title"] == "方正小标宋简体"
    assert (fonts["Heading1"], fonts["Heading2"]) == ("黑体", "楷体_GB2312")
    assert fonts["TableText"] == "宋体"
    default = styles.find(f"{W}docDefaults//{W}rFonts")
    assert default.get(f"{W}eastAsia") == "仿宋_GB2312"
    # And each with the face that Windows has in its place.
    told = {
        font.get(f"{W}name"): font.find(f"{W}altName").get(f"{W}val")
        for font in part(CONTENT, "word/fontTable.xml")
    }
    assert {*fonts.values(), "仿宋_GB2312"} == set(told)
    assert (told["仿宋_GB2312"], told["楷体_GB2312"]) == ("仿宋", "楷体")


def test_page_numbers_differ_on_odd_and_even_pages() -> None:
    assert part(CONTENT, "word/settings.xml").find(f"{W}evenAndOddHeaders") is not None
    body = part(CONTENT, "word/document.xml")
    relations = {r.get("Id"): r.get("Target") for r in part(CONTENT, f"word/_rels/{BODY}.rels")}
    places = {}
    for reference in body.iter(f"{W}footerReference"):
        footer = part(CONTENT, f"word/{relations[reference.get(f'{R}id')]}")
        assert "".join("".join(footer.itertext()).split()) == "—PAGE1—"
        places[reference.get(f"{W}type")] = attribute(footer, "jc", "val")
    assert places == {"default": "right", "even": "left"}


def test_heads_of_a_long_table_repeat_and_no_row_is_cut() -> None:
    head = (TableCell("序号", "head"),)
    body = tuple((TableCell(str(n)),) for n in range(90))
    table = Table("long", "长表", (156,), (RowGroup((head,), body),), together=False)
    rows = part(write(Document("标题", (table,)), "docx"), "word/document.xml").findall(f".//{W}tr")
    assert [r.find(f".//{W}tblHeader") is not None for r in rows] == [True] + [False] * 90
    assert all(r.find(f".//{W}cantSplit") is not None for r in rows)


def test_merged_cells_are_merged_both_ways() -> None:
    tables = part(CONTENT, "word/document.xml").findall(f".//{W}tbl")
    t3 = tables[1]
    group = next(c for c in t3.iter(f"{W}tc") if "".join(c.itertext()) == "（三）不予公开")
    assert group.find(f"{W}tcPr/{W}vMerge").get(f"{W}val") == "restart"
    for table in tables:
        columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        for row in table.findall(f"{W}tr"):
            spans = (c.find(f"{W}tcPr/{W}gridSpan") for c in row.findall(f"{W}tc"))
            assert sum(1 if s is None else int(s.get(f"{W}val")) for s in spans) == columns


def test_no_text_breaks_the_package() -> None:
    evil = "</w:t></w:r>&<甲>\x00\x1f\ud800"
    report = cast.report("2021", agency=evil)
    report = report.with_cells({"t4.review_total": Cell(None)})
    sections = (Section(1, evil, evil),)
    content = render(type(report)(format="2021", title=evil, sections=sections), "docx")
    texts = [p.text for p in docx.Document(io.BytesIO(content)).paragraphs]
    assert texts == ["</w:t></w:r>&<甲>"] * 3


def test_the_file_says_who_made_it_and_no_word_of_a_library() -> None:
    properties = docx.Document(io.BytesIO(CONTENT)).core_properties
    assert properties.author == "示例市卫生健康委员会"
    assert properties.title.endswith("年度报告")
    assert "python" not in (properties.comments or "")
