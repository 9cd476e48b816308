"""Layouts and slips met in published reports; figures and layout only, the wording is ours."""

from __future__ import annotations

import random

import pytest

from gongkai.annual_report.model import Report, Value
from gongkai.annual_report.read import read
from gongkai.annual_report.tests.files import docx, para
from gongkai.annual_report.tests.layouts import made_up, spaced_lines


def _read(text: str, name: str = "wild.txt") -> Report:
    (report,) = read(text.encode(), name)
    return report


def _row2(report: Report, key: str) -> list[Value]:
    (row,) = (row for row in report.table2 or () if row.key == key)
    return [cell.value for cell in row.cells.values()]


def _row3(report: Report, key: str) -> list[Value]:
    assert report.table3 is not None
    return [cell.value for cell in report.table3[key]]


def _codes(report: Report) -> list[str]:
    return [notice.code for notice in report.notices]


# ── pinyin that a conversion left behind ─────────────────────────────────────────────────

_PINYIN = """示例縣農(nóng)業(yè)農(nóng)村局2021年政府信息公開工作年度報(bào)告
一、總體情況
本報(bào)告所列數(shù)據(jù)的統(tǒng)計(jì)期限自2021年1月1日起至2021年12月31日止（含當(dāng)日）。
二、主動(dòng)公開政府信息情況
第二十條第(一)項(xiàng) | |||
信息內(nèi)容 | 本年制發(fā)件數(shù) | 本年廢止件數(shù) | 現(xiàn)行有效件數(shù) |
規(guī)章 | 0 | 0 | 0 |
行政規(guī)范性文件 | 4 | 1 | 12 |
第二十條第(五)項(xiàng) | |||
信息內(nèi)容 | 本年處理決定數(shù)量 | ||
行政許可 | 35 | ||
"""


def test_pinyin_left_in_brackets_by_a_conversion_is_taken_out() -> None:
    report = _read(_PINYIN)
    assert (report.agency, report.year) == ("示例县农业农村局", 2021)
    assert _row2(report, "normative_documents") == [4, 1, 12]
    assert _row2(report, "licensing") == [35]
    section = report.section(1)
    assert section is not None and "（含當日）" in section.text and "bào" not in section.text
    (notice,) = (n for n in report.notices if n.code == "PINYIN_REMOVED")
    assert "(nóng)" in notice.message and "已略去" in notice.message


def test_one_character_explained_by_its_pinyin_stays_as_printed() -> None:
    text = (
        "示例县螅(xī)镇2021年政府信息公开工作年度报告\n一、总体情况\n"
        "螅(xī)镇通过网站（含APP）和公众号(wx)发布信息3条。\n"
        "二、主动公开政府信息情况\n行政许可 2\n"
    )
    report = _read(text)
    section = report.section(1)
    assert section is not None
    assert "螅(xī)镇" in section.text and "（含APP）" in section.text and "(wx)" in section.text
    assert "PINYIN_REMOVED" not in _codes(report)


# ── empty cells that a copy dropped ──────────────────────────────────────────────────────

_FILLED_UP = """示例县统计局2019年政府信息公开工作年度报告
三、收到和处理政府信息公开申请情况
（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和） |
申请人情况 |
||||||||
自然人 |
法人或其他组织 |
总计 |
|||||||
商业企业 |
科研机构 |
社会公益组织 |
法律服务机构 |
其他 |
|||||
一、本年新收政府信息公开申请数量 |
{cells}
二、上年结转政府信息公开申请数量 |
0 |
|
0 |
|
0 |
|
0 |
||
"""


def test_values_of_a_row_filled_up_at_its_end_are_given_no_column() -> None:
    """ "3 | 3 |||||||" was 自然人 3 and 总计 3, or anything else: 商业企业 3 is not read."""
    for row in ("3 |\n3 |\n|||||||", "3 | 3 | | | | | | | |", "5 |\n||||||||"):
        report = _read(_FILLED_UP.replace("{cells}", row).split("二、上年结转")[0])
        assert _row3(report, "new_received") == [None] * 7
        assert "T3_ROW_UNREADABLE" in _codes(report)


def test_empty_cells_that_stand_in_their_place_keep_the_values_in_theirs() -> None:
    report = _read(_FILLED_UP.replace("{cells}", "|\n|\n|\n|\n|\n|\n4 |\n||"))
    assert _row3(report, "new_received") == [None] * 6 + [4]
    assert _row3(report, "carried_over") == [0, None, 0, None, 0, None, 0]


def test_a_row_of_table_two_filled_up_at_its_end_is_not_guessed() -> None:
    head = "示例县统计局2020年政府信息公开工作年度报告\n二、主动公开政府信息情况\n"
    five = "第二十条第（五）项 | |||\n信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量 |\n"
    report = _read(f"{head}{five}行政许可 | 7 | | |\n其他对外管理服务事项 | 1 | 0 | 3 |\n")
    assert _row2(report, "licensing") == [None] * 3
    assert "T2_ROW_UNREADABLE" in _codes(report)
    kept = _read(f"{head}{five}行政许可 | 7 | | |\n其他对外管理服务事项 | 1 | | 3 |\n")
    assert _row2(kept, "licensing") == [7, None, None]


# ── table two: heads and words ───────────────────────────────────────────────────────────


def test_a_head_of_another_clause_is_told_and_its_numbers_are_less_sure() -> None:
    report = _read(
        "示例县统计局2020年政府信息公开工作年度报告\n二、主动公开政府信息情况\n"
        "第二十条第（八）项\n信息内容\t上一年项目数量\t本年增/减\n行政事业性收费\t3\t1\n"
        "第二十条第（九）项\n信息内容\t上一年项目数量\t本年增/减\n政府集中采购\t7\t5\n"
    )
    assert _row2(report, "procurement") == [7, 5]
    (notice,) = (n for n in report.notices if n.code == "T2_HEAD_DIFFERS")
    assert "第二十条第（九）项" in notice.message
    assert "上一年项目数量、本年增/减" in notice.message
    assert "采购项目数量、采购总金额" in notice.message
    confidence = {r.key: c.confidence for r in report.table2 or () for c in r.cells.values()}
    assert confidence == {"fees": 1.0, "procurement": 0.5}


def test_words_in_place_of_numbers_are_told_as_printed() -> None:
    words = "本局未制定"
    report = _read(
        "示例县统计局2020年政府信息公开工作年度报告\n二、主动公开政府信息情况\n"
        "第二十条第（一）项 |\n||||\n信息内容 |\n本年新制作数量 |\n本年新公开数量 |\n"
        f"对外公开总数量 |\n|\n规章 |\n{words} |\n{words} |\n{words} |\n|\n"
        "规范性文件 |\n2 |\n2 |\n9 |\n|\n"
        "第二十条第（五）项 |\n||||\n信息内容 |\n上一年项目数量 |\n本年增/减 |\n"
        "处理决定数量 |\n|\n行政许可 |\n12 |\n-3 |\n45 |\n|\n"
    )
    assert _row2(report, "regulations") == [None] * 3
    assert _row2(report, "normative_documents") == [2, 2, 9]
    assert _row2(report, "licensing") == [12, -3, 45]
    (notice,) = (n for n in report.notices if n.code == "CELL_NOT_NUMBER")
    assert f"“{words}”" in notice.message and "规章" in notice.message
    assert "CELL_BLANK" not in _codes(report)


# ── lost line breaks, lost signs of dates, parts of a book ───────────────────────────────


def test_a_report_in_one_line_is_cut_at_its_headings() -> None:
    seven = "0 0 0 0 0 0 0"
    report = _read(
        "示例县农业农村局2024年政府信息公开工作年度报告 一、总体情况 "
        "本局全年主动公开信息 41 条，没有收到群众投诉，各项工作按照计划完成，见以下各表。 "
        "二、主动公开政府信息情况 第二十条第（一）项 信息内容 本年制发件数 本年废止件数 "
        "现行有效件数 规章 0 0 0 行政规范性文件 5 1 25 第二十条第（五）项 信息内容 "
        "本年处理决定数量 行政许可 310 三、收到和处理政府信息公开申请情况 "
        "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和） 申请人情况 "
        "自然人 法人或其他组织 总计 商业企业 科研机构 社会公益组织 法律服务机构 其他 "
        "一、本年新收政府信息公开申请数量 3 1 0 0 0 0 4 "
        f"二、上年结转政府信息公开申请数量 {seven} 三、本年度办理结果 （一）予以公开 {seven} "
        "四、政府信息公开行政复议、行政诉讼情况 本年没有发生。 "
        "五、存在的主要问题及改进情况 更新不够及时。 六、其他需要报告的事项 无。"
    )
    assert [s.number for s in report.sections] == [1, 2, 3, 4, 5, 6]
    assert report.title == "示例县农业农村局2024年政府信息公开工作年度报告"
    assert _row2(report, "normative_documents") == [5, 1, 25]
    assert _row3(report, "new_received") == [3, 1, 0, 0, 0, 0, 4]


def test_a_period_whose_signs_were_lost_is_read_only_if_one_reading_is_possible() -> None:
    def period(text: str) -> tuple[str, str] | None:
        report = _read(f"示例县统计局2020年政府信息公开工作年度报告\n{text}\n一、总体情况\n无。\n")
        stated = report.period
        return (str(stated.start), str(stated.end)) if stated else None

    year = ("2020-01-01", "2020-12-31")
    assert period("所有数据统计期限均为202011日到1231日。") == year
    assert period("数据的统计期限自20201月1日起至202012月31日止。") == year
    assert period("本报告内容涵盖2020年1月1日至12月31日。") == year
    assert period("所有数据统计期限均为2020年1月1日到123日。") is None


def test_the_page_head_of_a_reader_is_no_part_of_the_title() -> None:
    report = _read(
        "Page 8 - 示例市信访局2022年政府信息公开工作年度报告\nP. 8\n"
        "四、政府信息公开行政复议、行政诉讼情况\n行政复议 行政诉讼\n"
        + " ".join("000000000000000")
        + "\n五、存在的主要问题及改进情况\n更新不够及时。\n"
    )
    assert (report.agency, report.year, report.scope) == ("示例市信访局", 2022, "excerpt")
    assert report.table4 is not None and {c.value for c in report.table4} == {0}


# ── figures with signs about them ────────────────────────────────────────────────────────

_LICENCES = (
    "示例县统计局2021年政府信息公开工作年度报告\n二、主动公开政府信息情况\n"
    "第二十条第（五）项\n信息内容 本年处理决定数量\n"
)


@pytest.mark.parametrize(
    "printed", ["97①", "97²", "97[1]", "97［注1］", "97 件", "97件", "９７ 项"]
)
def test_the_sign_of_a_footnote_or_a_unit_is_no_part_of_the_number(printed: str) -> None:
    assert _row2(_read(f"{_LICENCES}行政许可 {printed}\n"), "licensing") == [97]
    assert _row2(_read(f"{_LICENCES}行政许可\n{printed}\n"), "licensing") == [97]


def test_a_raised_digit_of_a_page_or_a_word_file_is_no_part_of_the_number() -> None:
    page = (
        "<h1>示例县统计局2021年政府信息公开工作年度报告</h1><p>二、主动公开政府信息情况</p>"
        "<table><tr><td>第二十条第（五）项</td></tr><tr><td>行政许可</td><td>97<sup>1</sup></td>"
        "</tr></table><p>1 含变更。</p>"
    )
    assert _row2(_read(page, "wild.html"), "licensing") == [97]
    raised = (
        "<w:p><w:r><w:t>行政许可 97</w:t></w:r><w:r><w:rPr>"
        '<w:vertAlign w:val="superscript"/></w:rPr><w:t>1</w:t></w:r></w:p>'
    )
    body = "".join(para(line) for line in _LICENCES.split("\n")) + raised
    (report,) = read(docx(body), "wild.docx")
    assert _row2(report, "licensing") == [97]


def test_a_circled_number_before_a_word_still_numbers_it() -> None:
    report = _read(f"{_LICENCES}①行政许可 97\n")
    assert _row2(report, "licensing") == [97]


@pytest.mark.parametrize("zero", ["零", "〇", "0个", "0 件"])
def test_table_four_with_zeros_in_words_or_units_is_read(zero: str) -> None:
    report = _read(
        "示例县统计局2021年政府信息公开工作年度报告\n四、政府信息公开行政复议、行政诉讼情况\n"
        "行政复议\n行政诉讼\n结果维持\n结果纠正\n其他结果\n尚未审结\n总计\n" + f"{zero}\n" * 15
    )
    assert report.table4 is not None
    assert [cell.value for cell in report.table4] == [0] * 15


def test_fifteen_numbers_of_table_four_in_pieces_are_said_to_be_in_pieces() -> None:
    report = _read(
        "示例县统计局2021年政府信息公开工作年度报告\n四、政府信息公开行政复议、行政诉讼情况\n"
        "行政复议\n行政诉讼\n结果维持\n结果纠正\n" + "0 " * 8 + "\n" + "0\n" * 7
    )
    (told,) = [n.message for n in report.notices if n.code == "T4_UNREADABLE"]
    assert "读到 15 个" in told and "分在 2 处" in told


# ── pages and columns ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("format_id", ["2019", "2021"])
def test_a_title_at_the_head_of_each_page_starts_no_other_report(format_id: str) -> None:
    truth = made_up(random.Random(5), format_id, zeros=0.4)
    assert truth.title is not None
    lines = spaced_lines(truth).split("\n")
    for at in range(len(lines) - 2, 8, -9):
        lines[at:at] = [f"- {at} -", truth.title]
    report = _read("\n".join(lines))
    assert _values(report) == _values(truth)


def _rows3(order: list[int]) -> str:
    truth = made_up(random.Random(6), zeros=0.4)
    heads = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    rows = [["", *(heads[i] for i in order)]]
    layout = truth.layout
    assert layout is not None and truth.table3 is not None
    for row in layout.table3_rows:
        rows.append([row.label, *(str(truth.table3[row.key][i].value) for i in order)])
    return "".join(f"<tr><td>{'</td><td>'.join(cells)}</td></tr>" for cells in rows)


@pytest.mark.parametrize("order", [[6, 0, 1, 2, 3, 4, 5], [0, 2, 1, 3, 4, 5, 6]])
def test_columns_in_another_order_are_read_by_their_names_and_told(order: list[int]) -> None:
    truth = made_up(random.Random(6), zeros=0.4)
    report = _read(
        f"<h1>{truth.title}</h1><p>三、收到和处理政府信息公开申请情况</p>"
        f"<table>{_rows3(order)}</table>",
        "wild.html",
    )
    assert report.table3 is not None and truth.table3 is not None
    for key, cells in truth.table3.items():
        assert _row3(report, key) == [cell.value for cell in cells]
    assert "T3_COLUMNS_MOVED" in _codes(report)


def test_total_printed_first_in_a_text_is_believed_only_if_the_sums_say_so() -> None:
    head = (
        "示例县统计局2021年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n"
        "申请人情况\n总计 自然人 法人或其他组织\n"
        "商业企业 科研机构 社会公益组织 法律服务机构 其他\n"
    )
    moved = _read(
        f"{head}一、本年新收政府信息公开申请数量 6 4 2 0 0 0 0\n"
        "二、上年结转政府信息公开申请数量 1 1 0 0 0 0 0\n"
    )
    assert _row3(moved, "new_received") == [4, 2, 0, 0, 0, 0, 6]
    assert "T3_COLUMNS_MOVED" in _codes(moved)
    official = _read(
        f"{head}一、本年新收政府信息公开申请数量 4 2 0 0 0 0 6\n"
        "二、上年结转政府信息公开申请数量 1 0 0 0 0 0 1\n"
    )
    assert _row3(official, "new_received") == [4, 2, 0, 0, 0, 0, 6]
    assert "T3_COLUMNS_MOVED" not in _codes(official)


def _values(report: Report) -> dict[str, Value]:
    return {address: cell.value for address, cell in report.cells()}
