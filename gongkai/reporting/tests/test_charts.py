"""Charts: from zero, labelled directly, never more than five series, honest about gaps."""

from __future__ import annotations

import re

import pytest

from gongkai.annual_report.model import ABSENT
from gongkai.base import charts as drawing
from gongkai.reporting import charts
from gongkai.reporting.tests.cast import sound_report


def test_the_results_are_told_in_a_sentence_a_drawing_and_a_table() -> None:
    chart = charts.by_result(sound_report(received=4))
    assert chart is not None
    assert "办结政府信息公开申请 4 件" in chart.sentence and "占 100%" in chart.sentence
    assert chart.rows[0] == ("予以公开", "4", "100%")


def test_bars_begin_at_zero_and_are_in_proportion() -> None:
    svg = drawing.bars([("甲", 10), ("乙", 5), ("丙", 0)], "图")
    widths = [float(w) for w in re.findall(r'<rect [^>]*width="([\d.]+)"', svg)]
    starts = set(re.findall(r'<rect x="(\d+)"', svg))
    assert widths[0] == 2 * widths[1] and widths[2] == 0 and len(starts) == 1


def test_no_data_is_not_drawn_as_zero() -> None:
    svg = drawing.bars([("甲", 10), ("乙", None)], "图")
    assert svg.count("<rect") == 1 and "无数据" in svg


def test_a_group_with_a_blank_row_has_no_sum() -> None:
    report = sound_report().with_cells({"t3.deny_security.total": ABSENT})
    chart = charts.by_result(report)
    assert chart is not None and ("不予公开", "无数据", "—") in chart.rows
    assert "不画" in chart.sentence


def test_a_missing_year_breaks_the_line_and_is_named() -> None:
    chart = charts.five_years([(2021, 1, 1), (2022, 2, 1), (2024, 4, 2)])
    assert chart is not None
    path = re.findall(r'<path d="(M[^"]*)" fill="none"', chart.svg)[0]
    assert path.count("M") == 2 and "没有 2023 年的年报" in chart.sentence
    assert ("2023 年", "无数据", "无数据") in chart.rows


def test_only_the_last_five_years_are_drawn() -> None:
    chart = charts.five_years([(y, y, y) for y in range(2015, 2025)])
    assert chart is not None and [r[0] for r in chart.rows] == [
        f"{y} 年" for y in range(2020, 2025)
    ]


def test_one_year_makes_no_line() -> None:
    assert charts.five_years([(2023, 5, 3)]) is None


def test_more_than_five_series_are_refused() -> None:
    with pytest.raises(ValueError):
        drawing.lines(["2023"], [(str(n), [n]) for n in range(6)], "图")


def test_series_differ_by_more_than_their_colour() -> None:
    svg = drawing.lines(["2022", "2023"], [("甲", [1, 2]), ("乙", [2, 3])], "图")
    assert "stroke-dasharray" in svg and "<circle" in svg and "<rect" in svg
    assert ">甲</text>" in svg and ">乙</text>" in svg


def test_a_drawing_has_no_style_no_script_and_a_name() -> None:
    chart = charts.by_applicant(sound_report())
    assert chart is not None
    assert "style=" not in chart.svg and "<script" not in chart.svg
    assert 'role="img"' in chart.svg and "aria-label=" in chart.svg


@pytest.mark.parametrize(
    ("value", "end"), [(0, 1), (1, 1), (3, 4), (7, 8), (10, 10), (11, 20), (85, 100), (1001, 2000)]
)
def test_the_axis_ends_at_a_round_number_not_below_the_value(value: float, end: float) -> None:
    assert drawing._round_up(value) == end
