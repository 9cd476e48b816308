"""XLSX and CSV: figures are figures, and nothing in them is run as a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal

import pytest
import python_calamine

from gongkai.annual_report.exchange import CSV_HEAD
from gongkai.annual_report.model import Cell, Section
from gongkai.annual_report.render import render
from gongkai.annual_report.render.tests import cast
from gongkai.documents.tables import unarmed

FORMULA = '=HYPERLINK("http://example.invalid","点")'


def workbook(content: bytes) -> python_calamine.CalamineWorkbook:
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))


def test_the_workbook_has_the_text_and_a_sheet_a_table() -> None:
    book = workbook(render(cast.report("2021"), "xlsx"))
    assert book.sheet_names == ["正文", "表二", "表三", "表四"]
    t3 = book.get_sheet_by_name("表三")
    merged = set(t3.merged_cell_ranges or ())
    assert ((0, 3), (0, 9)) in merged  # 申请人情况
    assert ((5, 0), (26, 0)) in merged  # 三、本年度办理结果


def test_figures_are_numbers_blanks_are_empty_and_marks_are_text() -> None:
    report = cast.report("2021").with_cells(
        {
            "t4.review_upheld": Cell(12),
            "t4.review_corrected": Cell(None),
            "t4.review_other": Cell("/"),
            "t2.fees.fee_amount_wan": Cell(Decimal("60.1733")),
        }
    )
    book = workbook(render(report, "xlsx"))
    assert book.get_sheet_by_name("表四").to_python()[3][:3] == [12.0, "", "/"]
    assert 60.1733 in book.get_sheet_by_name("表二").to_python()[-1]


def test_a_number_that_a_spreadsheet_would_round_is_kept_as_text() -> None:
    report = cast.report("2021").with_cells({"t4.review_upheld": Cell(12345678901234567)})
    book = workbook(render(report, "xlsx"))
    assert book.get_sheet_by_name("表四").to_python()[3][0] == "12345678901234567"


def test_a_text_is_never_a_formula_or_a_link_in_the_workbook() -> None:
    report = cast.report("2021", agency=FORMULA)
    rows = tuple(replace(r, label=FORMULA) for r in report.table2 or ())
    content = render(replace(report, table2=rows, sections=(Section(1, FORMULA, FORMULA),)), "xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/sheet"):
                sheet = package.read(name)
                assert b"<f>" not in sheet and b"<hyperlink" not in sheet


def test_csv_has_a_line_a_cell_with_its_address_and_labels() -> None:
    report = cast.report("2021")
    content = render(report, "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    head, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert tuple(head) == CSV_HEAD
    assert [line[0] for line in lines] == [address for address, _ in report.cells()]
    by_address = {line[0]: line[1:] for line in lines}
    value = str(report.value("t3.deny_state_secret.natural"))
    assert by_address["t3.deny_state_secret.natural"] == [
        "表三",
        "（三）不予公开1.属于国家秘密",
        "自然人",
        value,
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝"])
def test_no_label_in_the_csv_opens_like_a_formula(start: str) -> None:
    report = cast.report("2021")
    rows = tuple(replace(r, label=f"{start}1+1") for r in report.table2 or ())
    text = render(replace(report, table2=rows), "csv").decode("utf-8-sig")
    for line in csv.reader(io.StringIO(text)):
        assert all(not cell.startswith(("=", "+", "@", "\t", "＝")) for cell in line[:4])
        assert not line[2].startswith("-")
    assert unarmed("规章") == "规章"


def test_rows_are_high_enough_for_the_labels_of_merged_cells() -> None:
    content = render(cast.report("2021"), "xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheet = package.read("xl/worksheets/sheet3.xml").decode()
    heights = {int(r): float(h) for r, h in re.findall(r'<row r="(\d+)"[^>]* ht="([\d.]+)"', sheet)}
    one_line, partial = heights[6], heights[7]  # （一）予以公开, （二）部分公开（区分处理的…
    assert partial >= 2 * (one_line - 4)
