"""Layouts and slips met in published reports; figures and layout only, the wording is ours."""

from __future__ import annotations

from gongkai.annual_report.model import Report, Value
from gongkai.annual_report.read import read


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
