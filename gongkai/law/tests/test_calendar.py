"""Working days: against a second source, on every day, and with notices entered by data."""

from datetime import date, timedelta
from typing import Any

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.law.calendar import CalendarRangeError, Notice, WorkCalendar, national

DAYS = st.dates(date(2008, 1, 1), date(2030, 12, 31))


def test_every_day_from_2008_to_2026_agrees_with_chinesecalendar() -> None:
    day, differ, seen = date(2008, 1, 1), [], 0
    while day <= date(2026, 12, 31):
        if national().is_working(day) != chinese_calendar.is_workday(day):
            differ.append(day)
        seen += 1
        day += timedelta(days=1)
    assert differ == []
    assert seen == 6940


def test_years_with_a_notice_are_known_and_later_ones_are_not() -> None:
    assert national().known_years[0] == 2008
    assert 2026 in national().known_years
    assert 2028 not in national().known_years


def test_the_day_itself_is_not_counted_and_swapped_weekends_are() -> None:
    assert national().add(date(2022, 9, 20), 20) == date(2022, 10, 21)
    assert national().is_swapped(date(2022, 10, 8))
    assert national().count(date(2022, 9, 20), date(2022, 10, 21)) == 20


def test_a_day_off_says_why() -> None:
    assert national().why_off(date(2022, 10, 3)) == "国庆节"
    assert national().why_off(date(2022, 10, 15)) == "周末"
    assert national().why_off(date(2022, 10, 9)) is None


def test_zero_days_is_the_day_itself_and_negative_counts_back() -> None:
    assert national().add(date(2022, 10, 3), 0) == date(2022, 10, 3)
    assert national().add(date(2022, 10, 21), -20) == date(2022, 9, 20)


@given(DAYS, st.integers(1, 60))
def test_adding_is_walking(start: date, count: int) -> None:
    day, left = start, count
    while left:
        day += timedelta(days=1)
        left -= national().is_working(day)
    assert national().add(start, count) == day
    assert national().count(start, day) == count


@given(DAYS, st.integers(1, 40), st.sets(st.integers(-5, 80), max_size=25))
def test_excluded_days_are_not_counted_and_each_only_once(
    start: Any, count: Any, offsets: Any
) -> None:
    excluded = [start + timedelta(days=n) for n in offsets]
    day, left = start, count
    while left:
        day += timedelta(days=1)
        left -= national().is_working(day) and day not in excluded
    assert national().add_excluding(start, count, excluded * 2) == day


@pytest.mark.parametrize("day", [date(2007, 12, 31), date(2031, 1, 1)])
def test_a_period_may_only_start_between_2008_and_2030(day: Any) -> None:
    with pytest.raises(CalendarRangeError, match="2008 年至 2030 年"):
        national().add(day, 1)


def test_a_period_of_the_last_days_of_2030_ends_in_2031_and_a_longer_one_says_no() -> None:
    assert national().add(date(2030, 12, 31), 20).year == 2031
    with pytest.raises(CalendarRangeError, match="100000"):
        national().add(date(2030, 12, 31), 100_000)
    with pytest.raises(CalendarRangeError, match="-100000"):
        national().add(date(2008, 1, 2), -100_000)


def test_dates_in_a_year_without_a_notice_are_provisional() -> None:
    assert national().is_provisional(date(2029, 3, 1))
    assert not national().is_provisional(date(2026, 12, 28))


def test_the_last_days_of_december_wait_for_the_next_notice() -> None:
    # 2018-12-29 was worked and 12-31 was off by the notice for 2019.
    before_notice = WorkCalendar((Notice("只到2027年的安排", year=2027),))
    assert not before_notice.is_provisional(date(2027, 12, 28))
    assert before_notice.is_provisional(date(2027, 12, 29))


def test_a_notice_entered_by_data_makes_its_year_certain_and_replaces_the_guess() -> None:
    notice = Notice.from_data(
        {
            "source": "国务院办公厅关于2028年部分节假日安排的通知",
            "year": 2028,
            "off": ["2028-01-24/2028-01-30", "2028-05-01"],
            "work": ["2028-01-22"],
        }
    )
    own = national().with_notices([notice])
    assert not own.is_working(date(2028, 1, 24))
    assert own.is_working(date(2028, 1, 22))
    assert own.is_working(date(2028, 10, 2))  # the guess for 国庆 is dropped with its year
    assert not own.is_provisional(date(2028, 6, 1))
    assert own.why_off(date(2028, 5, 1)) == "国务院办公厅关于2028年部分节假日安排的通知"
    assert not national().is_working(date(2028, 10, 2))


def test_a_local_day_off_changes_one_body_only() -> None:
    local = national().with_notices([Notice("自治县县庆", off=frozenset({date(2026, 9, 8)}))])
    assert local.add(date(2026, 9, 7), 1) == date(2026, 9, 9)
    assert national().add(date(2026, 9, 7), 1) == date(2026, 9, 8)
    assert local.known_years == national().known_years


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"off": ["2028-01-01"]}, "缺少来源"),
        ({"source": "通知", "off": ["2028-13-01"]}, "看不懂日期"),
        ({"source": "通知", "off": ["2028-01-01"], "work": ["2028-01-01"]}, "既写成放假又写成上班"),
    ],
)
def test_a_notice_that_cannot_be_read_says_so(raw: Any, says: Any) -> None:
    with pytest.raises(ValueError, match=says):
        Notice.from_data(raw)
