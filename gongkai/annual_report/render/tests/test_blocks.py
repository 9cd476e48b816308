"""Figures, heads and titles as the forms and GB/T 9704-2012 want them printed."""

from decimal import Decimal

from gongkai.annual_report.render.blocks import (
    clean,
    line_of,
    printed,
    size_to_fit,
    title_lines,
)


def test_an_absent_value_is_blank_and_a_mark_stays() -> None:
    assert [printed(v) for v in (None, "/", "-", 0)] == ["", "/", "-", "0"]


def test_counts_have_no_thousands_separator() -> None:
    assert printed(1234567) == "1234567"
    assert printed(-3) == "-3"


def test_amounts_have_four_decimals_and_lose_no_digit() -> None:
    assert printed(Decimal("850.5"), decimals=4) == "850.5000"
    assert printed(Decimal("0"), decimals=4) == "0.0000"
    assert printed(Decimal("60.173312"), decimals=4) == "60.173312"
    assert printed(Decimal("1E+3"), decimals=4) == "1000.0000"
    assert printed(7, decimals=4) == "7.0000"
    assert printed(None, decimals=4) == ""


def test_narrow_heads_break_between_words() -> None:
    assert line_of("商业企业", 11, 9) == 2
    assert line_of("社会公益组织", 11, 9) == 2
    assert line_of("自然人", 11, 9) is None
    assert line_of("本年制发件数", 39, 10.5) is None


def test_a_long_title_breaks_before_a_word_and_a_short_one_not_at_all() -> None:
    long = "示例市卫生健康委员会2023年政府信息公开工作年度报告"
    assert title_lines(long) == ("示例市卫生健康委员会2023年", "政府信息公开工作年度报告")
    assert title_lines("年报体检结果") == ("年报体检结果",)
    assert title_lines("一" * 60) == ("一" * 60,)


def test_a_long_figure_is_set_smaller_and_a_short_one_is_not() -> None:
    assert size_to_fit("0", 11, 9) == 9
    assert size_to_fit("", 11, 9) == 9
    small = size_to_fit("123456789012", 11, 9)
    assert small * 0.58 * 12 <= 11 * 72 / 25.4


def test_control_characters_and_broken_surrogates_are_taken_out() -> None:
    assert clean("甲\x00\x0b乙\ud800丙\t") == "甲乙丙\t"
