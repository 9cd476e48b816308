"""XLSX and CSV: merged cells, several tables on a sheet, figures as Excel shows them."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from gongkai.annual_report.read.document import Document, Grid, Paragraph, UnusableInput
from gongkai.annual_report.read.sheet import csv_document, sheet_document
from gongkai.annual_report.tests import files


def workbook(fill: Callable[[Any], object], *, name: str = "Sheet1") -> Document:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    fill(book.add_worksheet(name))
    book.close()
    return sheet_document(out.getvalue(), "a.xlsx")


def report(sheet: Any) -> None:
    sheet.write(0, 0, "示例市2023年政府信息公开工作年度报告")
    sheet.write(1, 0, "一、总体情况")
    sheet.write(2, 0, "说明文字。" * 20)
    sheet.merge_range(4, 0, 4, 2, "第二十条第（一）项")
    sheet.write_row(5, 0, ["规章", 0, 3])
    sheet.write_row(6, 0, ["行政事业性收费", 7730.28, None])
    sheet.merge_range(8, 0, 9, 0, "三、")
    sheet.write_row(8, 1, ["甲", 1])
    sheet.write_row(9, 1, ["乙", "1,136"])


def test_a_sheet_is_parted_into_paragraphs_and_tables() -> None:
    document = workbook(report)
    texts = [b.text for b in document.blocks if isinstance(b, Paragraph)]
    assert texts[:2] == ["示例市2023年政府信息公开工作年度报告", "一、总体情况"]
    first, second = (b for b in document.blocks if isinstance(b, Grid))
    assert [[(c.text, c.colspan, c.rowspan) for c in row] for row in first.rows] == [
        [("第二十条第（一）项", 3, 1)],
        [("规章", 1, 1), ("0", 1, 1), ("3", 1, 1)],
        [("行政事业性收费", 1, 1), ("7730.28", 1, 1), ("", 1, 1)],
    ]
    assert [[(c.text, c.rowspan) for c in row] for row in second.rows] == [
        [("三、", 2), ("甲", 1), ("1", 1)],
        [("乙", 1), ("1,136", 1)],
    ]


def test_a_cell_has_its_address_in_the_sheet() -> None:
    grid = next(b for b in workbook(report).blocks if isinstance(b, Grid))
    assert str(grid.rows[1][2].place) == "第1页第6行单元格C6"


def test_a_stray_cell_at_the_far_corner_is_refused_in_bounded_memory() -> None:
    with pytest.raises(UnusableInput, match="大得不正常"):
        workbook(lambda sheet: sheet.write(1_048_575, 16_383, "1"))


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(UnusableInput, match="没有内容"):
        workbook(lambda sheet: sheet.write(0, 0, " "))


def test_a_damaged_workbook_is_refused() -> None:
    with pytest.raises(UnusableInput):
        sheet_document(files.zipped({"xl/workbook.xml": "<x>"}), "a.xlsx")


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_with_any_of_the_usual_separators(mark: str) -> None:
    text = "\ufeff" + "\r\n".join(mark.join(row) for row in (["规章", "0", "1"], ["许可", "2", ""]))
    (grid,) = csv_document(text, "a.csv").blocks
    assert isinstance(grid, Grid)
    assert [[c.text for c in row] for row in grid.rows] == [["规章", "0", "1"], ["许可", "2", ""]]


def test_csv_keeps_quoted_line_breaks_in_their_cell() -> None:
    (grid,) = csv_document('"一、\n本年新收",1,2\n二,3,4\n', "a.csv").blocks
    assert isinstance(grid, Grid) and grid.rows[0][0].text == "一、\n本年新收"
