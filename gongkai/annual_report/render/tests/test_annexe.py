"""The result of a check to hand on: found cells marked, findings numbered."""

from __future__ import annotations

import contextlib
import io
import re

import docx
import pypdfium2
import pytest
import python_calamine
from selectolax.lexbor import LexborHTMLParser

from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.model import Cell, Place
from gongkai.annual_report.render import FINDINGS_KINDS, marks_of, render_findings
from gongkai.annual_report.render.tests import cast

TOTAL = "t4.review_total"
FINDINGS = [
    Finding("C04", "warn", "合计对不上。", (TOTAL, "t4.review_upheld"), source="格式"),
    Finding("C10", "error", "缺少合计。", (TOTAL,), place=Place(page=3, line=12)),
    Finding("C12", "info", "引用了旧文件。", section=1, quote="旧规定" * 90),
]
REPORT = cast.report("2021").with_cells({"t3.granted.natural": Cell(1325, "1,325")})


def test_a_cell_of_two_findings_bears_both_numbers_and_the_gravest_level() -> None:
    marks = marks_of(FINDINGS)
    assert (marks[TOTAL].level, marks[TOTAL].numbers) == ("error", (1, 2))
    assert marks[TOTAL].text == "×1,2"
    assert marks["t4.review_upheld"].text == "▲1"
    assert set(marks) == {TOTAL, "t4.review_upheld"}


def text_of(kind: str, content: bytes) -> str:
    if kind == "html":
        return LexborHTMLParser(content.decode()).body.text()  # type: ignore[union-attr]
    if kind == "docx":
        return "".join(docx.Document(io.BytesIO(content)).element.body.itertext())
    if kind == "pdf":
        document = pypdfium2.PdfDocument(content)
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    return "".join(str(cell) for sheet in sheets for row in sheet for cell in row)


@pytest.mark.parametrize("kind", FINDINGS_KINDS)
def test_the_result_lists_every_finding_with_its_place(kind: str) -> None:
    text = text_of(kind, render_findings(REPORT, FINDINGS, kind)).replace("\n", "")
    for part in ("合计对不上。", "缺少合计。", "引用了旧文件。", "共 3 条"):
        assert part.replace(" ", "") in text.replace(" ", ""), part
    assert "第3页第12行" in text.replace("\r", "")
    assert "第一部分" in text.replace("\r", "")
    assert "错误1条、提醒1条、提示1条" in text.replace(" ", "").replace("\r", "")


@pytest.mark.parametrize("kind", ["docx", "pdf", "html"])
def test_found_cells_are_marked_by_sign_and_number(kind: str) -> None:
    text = text_of(kind, render_findings(REPORT, FINDINGS, kind))
    value = REPORT.value(TOTAL)
    sign = "×1、2" if kind == "html" else "×1,2"
    assert f"{value}{sign}" in text


def test_found_figures_stay_numbers_in_the_workbook() -> None:
    content = render_findings(REPORT, FINDINGS, "xlsx")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.get_sheet_by_name("表四").to_python()[3][4] == REPORT.value(TOTAL)


def test_figures_stand_as_the_source_printed_them() -> None:
    assert "1,325" in text_of("docx", render_findings(REPORT, FINDINGS, "docx"))


def test_no_finding_is_parted_by_the_end_of_a_page() -> None:
    many = [Finding("C04", "warn", f"始{n}，{'字' * 20 * (n % 4 + 1)}终{n}") for n in range(40)]
    with contextlib.closing(pypdfium2.PdfDocument(render_findings(REPORT, many, "pdf"))) as pages:
        texts = [page.get_textpage().get_text_bounded() for page in pages]
    assert sum("始" in text for text in texts) > 1
    for text in texts:
        assert re.findall(r"始\s*(\d+)", text) == re.findall(r"终\s*(\d+)", text)


def test_a_finding_of_many_short_lines_goes_on_on_the_next_page() -> None:
    long = Finding("C04", "warn", "\n".join(f"第{n}行" for n in range(90)))
    seen: list[int] = []
    with contextlib.closing(pypdfium2.PdfDocument(render_findings(REPORT, [long], "pdf"))) as pages:
        for page in pages:
            on_sheet = page.get_textpage().get_text_bounded(0, 0, *page.get_size())
            seen += [int(n) for n in re.findall(r"第\s*(\d+)\s*行", on_sheet)]
    assert sorted(set(seen)) == list(range(90))


def test_a_clean_report_says_so() -> None:
    assert "没有发现问题" in text_of("pdf", render_findings(REPORT, [], "pdf"))


def test_every_number_at_a_cell_leads_to_its_finding() -> None:
    tree = LexborHTMLParser(render_findings(REPORT, FINDINGS, "html").decode())
    for link in tree.css("td.found a"):
        assert tree.css_first((link.attributes["href"] or "").replace(".", r"\.")) is not None


def test_an_unknown_form_is_refused_in_chinese() -> None:
    with pytest.raises(ValueError, match="没有“exe”这种格式"):
        render_findings(REPORT, FINDINGS, "exe")
