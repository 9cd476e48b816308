"""No false alarms on published reports as they are met: copies, and rows that were not read."""

from __future__ import annotations

from gongkai.annual_report.check import check
from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.model import Report
from gongkai.annual_report.read import read


def _read(text: str) -> Report:
    (report,) = read(text.encode(), "wild.txt")
    return report


def _found(text: str, rule: str) -> list[Finding]:
    return [f for f in check(_read(text)) if f.rule == rule]


_TRADITIONAL = """示例縣水利局2020年政府信息公開工作年度報告
一、總體情況
本報告所列數據的統計期限自2020年1月1日起至2020年12月31日止。本局按照政府信息公開的規定辦理。
二、主動公開政府信息情況
第二十條第（五）項
信息內容 上一年項目數量 本年增/減 處理決定數量
行政許可 4 0 9
三、收到和處理政府信息公開申請情況
"""


def test_a_copy_in_traditional_characters_has_no_wrong_headings_or_words() -> None:
    for rule in ("C10", "C24a"):
        assert _found(_TRADITIONAL, rule) == []
    changed = _TRADITIONAL.replace("三、收到和處理政府信息公開申請", "三、受理政府信息公開申請")
    assert len(_found(changed, "C10")) == 1  # what is really different is still found


_UNREAD = """示例县统计局2019年政府信息公开工作年度报告
二、主动公开政府信息情况
第二十条第（一）项 |
||||
规章 |
本局未制定 |
本局未制定 |
本局未制定 |
|
规范性文件 |
2 |
2 |
9 |
|
三、收到和处理政府信息公开申请情况
申请人情况 |
自然人 |
法人或其他组织 |
总计 |
一、本年新收政府信息公开申请数量 |
3 |
3 |
|||||||
"""


def test_what_is_printed_and_could_not_be_read_is_not_called_blank() -> None:
    assert _found(_UNREAD, "C06") == []
    told = " ".join(f.message for f in _found(_UNREAD, "C06a"))
    assert "本局未制定" in told and "3 3" in told


def test_what_is_blank_is_called_so_beside_what_was_not_read() -> None:
    (finding,) = _found(_UNREAD.replace("2 |\n2 |\n9 |", "|\n|\n|"), "C06")
    assert "规范性文件" in finding.message and "空白" in finding.message
