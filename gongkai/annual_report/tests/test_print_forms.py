"""What is printed in a cell, and what is read for it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gongkai.annual_report.model import Cell, Report, Table2Row, Value
from gongkai.annual_report.read import read

_HEAD = "示例县卫生健康委员会2020年政府信息公开工作年度报告\n二、主动公开政府信息情况\n"
_FIVE = "第二十条第（五）项\n信息内容 上一年项目数量 本年增/减 处理决定数量\n"
_NINE = "第二十条第（九）项\n信息内容\t采购项目数量\t采购总金额{unit}\n政府集中采购\t{cells}\n"


def _report(body: str) -> Report:
    (report,) = read((_HEAD + body).encode(), "printed.txt")
    return report


def _row(report: Report, key: str) -> Table2Row:
    return next(row for row in report.table2 or () if row.key == key)


def _delta(printed: str) -> Cell:
    return _row(_report(f"{_FIVE}行政许可\n12\n{printed}\n3\n"), "licensing").cells["delta"]


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("0", 0),
        ("-3", -3),
        ("－3", -3),
        ("−3", -3),
        ("+2", 2),
        ("增10", 10),
        ("减3", -3),
        ("增加5", 5),
        ("减少5", -5),
        ("净减2", -2),
        ("1,325", 1325),
        ("1，325", 1325),
        ("1, 325", 1325),
        ("２４", 24),
        ("7件", 7),
        ("12项", 12),
        ("零", 0),
        ("〇", 0),
        ("/", "/"),
        ("／", "/"),
        ("\\", "/"),
        ("-", "-"),
        ("—", "-"),
        ("——", "-"),
        ("－", "-"),
    ],
)
def test_a_count_is_read_in_every_printed_form(printed: str, value: Value) -> None:
    cell = _delta(printed)
    assert cell.value == value
    assert cell.printed in (printed, printed.replace(", ", ","))
    assert cell.place is not None and cell.place.line == 7


@pytest.mark.parametrize("printed", ["无", "没有", "不涉及", "O", "*", "持平"])
def test_a_word_in_place_of_a_number_is_never_0(printed: str) -> None:
    report = _report(f"{_FIVE}行政许可\n12\n{printed}\n3\n")
    cell = _row(report, "licensing").cells["delta"]
    assert cell.value is None and cell.printed == printed and cell.confidence < 0.5
    notice = next(n for n in report.notices if n.code == "CELL_NOT_NUMBER")
    assert notice.address == "t2.licensing.delta" and printed in notice.message
    assert [c.value for c in _row(report, "licensing").cells.values()] == [12, None, 3]


@pytest.mark.parametrize(
    ("unit", "printed", "amount", "read_unit"),
    [
        ("", "60.1733", "60.1733", None),
        ("（单位：万元，保留4位小数）", "850.5", "850.5", "万元"),
        ("（单位:万元）", "0", "0", "万元"),
        ("", "251000元", "25.1", "万元"),
        ("", "1276.5534万元", "1276.5534", "万元"),
        ("", "1.2亿元", "12000", "万元"),
        ("", "70,487元", "7.0487", "万元"),
        ("（单位：元）", "251000", "25.1", "万元"),
        ("（万元）", "3.50", "3.50", "万元"),
    ],
)
def test_an_amount_is_kept_in_wan_yuan_with_its_print(
    unit: str, printed: str, amount: str, read_unit: str | None
) -> None:
    row = _row(_report(_NINE.format(unit=unit, cells=f"2\t{printed}")), "procurement")
    cell = row.cells["amount"]
    assert cell.value == Decimal(amount) and isinstance(cell.value, Decimal)
    assert cell.printed == printed
    assert row.amount_unit == read_unit


def test_an_amount_without_a_unit_is_told() -> None:
    report = _report(_NINE.format(unit="", cells="3\t60.1733"))
    assert "UNIT_MISSING" in {n.code for n in report.notices}


def test_the_unit_of_the_head_changes_no_other_column() -> None:
    row = _row(_report(_NINE.format(unit="（单位：元）", cells="5\t5")), "procurement")
    assert row.cells["projects"].value == 5
    assert row.cells["amount"].value == Decimal("0.0005")


def test_a_blank_cell_is_none_and_told_with_its_place() -> None:
    head = "第二十条第（一）项\n信息内容\t本年新制作数量\t本年新公开数量\t对外公开总数量\n"
    report = _report(f"{head}规章\t0\t\t0\n规范性文件\t2\t0\t83\n")
    assert [c.value for c in _row(report, "regulations").cells.values()] == [0, None, 0]
    notice = next(n for n in report.notices if n.code == "CELL_BLANK")
    assert notice.address == "t2.regulations.new_disclosed"
    assert notice.place is not None and notice.place.line == 5


def test_two_numbers_for_three_cells_are_none_and_uncertain() -> None:
    report = _report(f"{_FIVE}行政许可 12 3\n")
    cells = _row(report, "licensing").cells
    assert all(c.value is None and c.confidence < 0.5 for c in cells.values())
    assert "12 3" in next(n.message for n in report.notices if n.code == "T2_ROW_UNREADABLE")


def test_superfluous_noughts_leave_the_row_as_it_is() -> None:
    report = _report("第二十条第（六）项\n信息内容 | 本年处理决定数量 |\n行政处罚 | 12 | 0 | 0 |\n")
    assert _row(report, "penalty").cells["decisions"].value == 12
    assert "T2_EXTRA_CELLS" in {n.code for n in report.notices}


def test_superfluous_numbers_that_differ_are_not_chosen_from() -> None:
    report = _report("第二十条第（六）项\n信息内容 | 本年处理决定数量 |\n行政处罚 | 12 | 5 | 3 |\n")
    assert _row(report, "penalty").cells["decisions"].value is None


def test_a_row_printed_twice_with_other_numbers_is_none() -> None:
    report = _report(f"{_FIVE}行政许可 1 0 5\n行政许可 1 0 6\n")
    assert _row(report, "licensing").cells["decisions"].value is None
    assert "T2_ROW_TWICE" in {n.code for n in report.notices}


def test_a_number_glued_to_its_label_is_read() -> None:
    text = "第二十条第（五）项\n信息内容本年处理决定数量\n行政许可97\n"
    assert _row(_report(text), "licensing").cells["decisions"].value == 97


def test_the_stroke_of_a_head_on_three_lines_is_no_mark() -> None:
    head = "第二十条第（五）项\n信息内容\n上一年项目数量\n本年增\n/\n减\n处理决定数量\n"
    text = f"{head}行政许可\n1\n2\n3\n"
    report = _report(text)
    assert [c.value for c in _row(report, "licensing").cells.values()] == [1, 2, 3]
    assert "VALUE_ORPHAN" not in {n.code for n in report.notices}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_gives_the_same(encoding: str) -> None:
    text = _HEAD + f"{_FIVE}行政许可 1,325 －3 5\n"
    (report,) = read(text.encode(encoding), "printed.txt")
    assert [c.value for c in _row(report, "licensing").cells.values()] == [1325, -3, 5]
    assert report.agency == "示例县卫生健康委员会"
