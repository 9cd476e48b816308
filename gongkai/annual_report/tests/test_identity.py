"""Whose report, which year, which period, which sections; where one report ends."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import date

import pytest

from gongkai.annual_report.model import Report
from gongkai.annual_report.read import UnusableInput, read
from gongkai.annual_report.tests.layouts import made_up, one_cell_a_line, piped, spaced_lines

_TABLE = "\n二、主动公开政府信息情况\n第二十条第（五）项\n信息内容 本年处理决定数量\n行政许可 3\n"


def _report(head: str, name: str = "report.txt") -> Report:
    (report,) = read((head + _TABLE).encode(), name)
    return report


@pytest.mark.parametrize(
    ("head", "agency", "year"),
    [
        ("示例县财政局2021年政府信息公开工作年度报告", "示例县财政局", 2021),
        ("示例县卫健委 2021 年政府信息公开工作年度报告", "示例县卫生健康委员会", 2021),
        ("示例县卫生健康局\n2020年度政府信息公开工作报告", "示例县卫生健康局", 2020),
        ("2019年示例县教育局政府信息公开工作年度报告", "示例县教育局", 2019),
        ("2024 年示例市科委政府信息公开工作\n年度报告", "示例市科学技术委员会", 2024),
        ("示例县文化局二〇二二年政府信息公开工作年度报告", "示例县文化局", 2022),
        ("示例县財政局２０２１年政府信息公開工作年度報告", "示例县财政局", 2021),
        (
            "2022年政府信息公开工作年度报告\n示例县示例镇人民政府\n2022年政府信息公开工作年度报告",
            "示例县示例镇人民政府",
            2022,
        ),
        (
            "首页 > 政府信息公开年报\n名称: 示例区卫生局2021年政府信息公开工作年度报告",
            "示例区卫生局",
            2021,
        ),
        (
            "示例镇人民政府2021年政府信息公开工作年度报告\n本报告由示例县示例镇人民政府编制。",
            "示例县示例镇人民政府",
            2021,
        ),
        ("一、总体情况\n2020年度，示例区卫健委按照要求做好工作。", "示例区卫生健康委员会", 2020),
    ],
)
def test_the_body_and_the_year_are_found(head: str, agency: str, year: int) -> None:
    report = _report(head)
    assert (report.agency, report.year) == (agency, year)


def test_the_region_is_what_the_name_says() -> None:
    head = "示例市示例区卫生局2021年政府信息公开工作年度报告"
    assert _report(head).region == "示例市示例区"
    assert _report("卫生局2021年政府信息公开工作年度报告").region is None


def test_a_year_from_the_file_name_is_told() -> None:
    report = _report("", "report_2023.txt")
    assert report.year == 2023
    assert "YEAR_FROM_FILE" in {n.code for n in report.notices}
    assert _report("", "report.txt").year is None


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("统计期限自2020年1月1日起至2020年12月30日止", date(2020, 1, 1), date(2020, 12, 30)),
        ("统计时限为2024 年 1 月 1 日至 12 月 31 日", date(2024, 1, 1), date(2024, 12, 31)),
        ("统计期限从20191月1日起到2019年12月31日止", date(2019, 1, 1), date(2019, 12, 31)),
        ("统计期限自202011日起至20201231日止", date(2020, 1, 1), date(2020, 12, 31)),
        ("统计期限为二〇二二年一月一日至十二月三十一日", date(2022, 1, 1), date(2022, 12, 31)),
        ("统计期限：2020．1", None, None),
        ("2020年1月1日至5日开展培训", None, None),
        ("统计期限自2020年2月30日至2020年12月31日", None, None),
    ],
)
def test_the_period_is_kept_as_written(words: str, start: date | None, end: date | None) -> None:
    report = _report(f"示例县财政局2020年政府信息公开工作年度报告\n本报告数据的{words}。")
    period = report.period
    assert (period and period.start, period and period.end) == (start, end)


def test_two_reports_in_one_file_are_two() -> None:
    first = made_up(random.Random(1), "2021")
    second = replace(
        made_up(random.Random(2), "2019"),
        title="示例县人民政府2020年政府信息公开工作年度报告",
        year=2020,
    )
    got = read((piped(first) + "\n" + one_cell_a_line(second)).encode(), "two.txt")
    assert [(r.year, r.format) for r in got] == [(2023, "2021"), (2020, "2019")]
    for want, have in zip((first, second), got, strict=True):
        assert {a: c.value for a, c in want.cells()} == {a: c.value for a, c in have.cells()}


def test_links_to_other_reports_are_no_second_report() -> None:
    text = spaced_lines(made_up(random.Random(1)))
    links = "上一篇：示例县2022年政府信息公开工作年度报告\n政府信息公开年报\n"
    assert len(read((text + links).encode(), "links.txt")) == 1


def test_headings_are_kept_as_they_are_met() -> None:
    text = spaced_lines(made_up(random.Random(1)))
    text = text.replace("一、总体情况", "一、总体情况\n很好。\n一、总体情况")
    text = text.replace("三、收到", "三是收到").replace(
        "五、存在的主要问题及改进情况", "五、存在问题及措施"
    )
    (report,) = read(text.encode(), "headings.txt")
    assert [(h.number, h.title[:4]) for h in report.headings] == [
        (1, "一、总体"),
        (1, "一、总体"),
        (2, "二、主动"),
        (3, "三是收到"),
        (4, "四、政府"),
        (5, "五、存在"),
        (6, "六、其他"),
    ]


def test_the_text_of_a_section_has_no_table_in_it() -> None:
    text = spaced_lines(made_up(random.Random(1)))
    remark = "全年收到的申请都在期限内答复，没有逾期的情形，也没有收取信息处理费。"
    text = text.replace("四、政府信息公开", f"{remark}\n四、政府信息公开", 1)
    (report,) = read(text.encode(), "sections.txt")
    section = report.section(3)
    assert section is not None and section.text == remark
    assert section.lines == (text[: text.index(remark)].count("\n") + 1,)
    assert [s.text for s in report.sections if s.number in (2, 4)] == ["", ""]


def test_a_heading_without_a_table_is_told_with_its_place() -> None:
    text = spaced_lines(made_up(random.Random(1)))
    start, end = text.index("行政复议 行政诉讼"), text.index("五、存在")
    (report,) = read((text[:start] + text[end:]).encode(), "no_table.txt")
    assert report.table4 is None
    notice = next(n for n in report.notices if n.code == "T4_MISSING")
    assert notice.place is not None and notice.place.line is not None


def test_tables_without_headings_are_read() -> None:
    report = made_up(random.Random(3))
    lines = [
        line
        for line in spaced_lines(report).split("\n")
        if not line.startswith(("二、主动", "三、收到", "四、政府"))
    ]
    (got,) = read("\n".join(lines).encode(), "bare.txt")
    assert {a: c.value for a, c in got.cells()} == {a: c.value for a, c in report.cells()}


def test_a_report_from_before_the_tables_has_none() -> None:
    title = "示例镇2017年政府信息公开工作年度报告"
    text = f"{title}\n一、主动公开情况\n22条。\n二、依申请公开情况\n没有。\n"
    (report,) = read(text.encode(), "old.txt")
    assert report.format == "older"
    assert [report.table2, report.table3, report.table4] == [None, None, None]
    assert not any(n.code.startswith("T") and "MISSING" in n.code for n in report.notices)


@pytest.mark.parametrize("text", ["今天天气很好。", "# 说明\n\n这是一份清单。\n- 甲\n- 乙\n"])
def test_what_is_no_report_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(UnusableInput) as refused:
        read(text.encode(), "other.txt")
    assert "政府信息公开工作年度报告" in str(refused.value)


@pytest.mark.parametrize(
    "flood",
    [
        "一、本年新收政府信息公开申请数量\n" * 20000,
        "0 0 0 0 0 0 0\n" * 10000,
        "0\n" * 30000,
        "行政许可 " + "9" * 6000,
        "一、总体情况\n" * 10000,
    ],
    ids=["labels", "rows", "cells", "digits", "headings"],
)
def test_a_flood_of_lines_is_read_in_bounded_time_and_notices(flood: str) -> None:
    head = "示例县2023年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n申请人情况\n"
    start = time.process_time()
    reports = read((head + flood).encode(), "flood.txt")
    assert time.process_time() - start < 20
    assert all(len(r.notices) < 200 for r in reports)
