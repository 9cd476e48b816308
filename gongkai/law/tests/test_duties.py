"""Publication, annual reports, and the colour of a due date."""

from datetime import date
from typing import Any

import pytest

from gongkai.law.deadlines import Event, EventType, Law, publication_due, report_due, run, warning
from gongkai.law.deadlines.duties import report_year_of
from gongkai.law.parameters import NoRuleInForce, statute


def test_publication_within_twenty_working_days() -> None:
    assert publication_due(date(2022, 9, 20)) == date(2022, 10, 21)
    with pytest.raises(NoRuleInForce):
        publication_due(date(2008, 4, 30))


@pytest.mark.parametrize(
    ("year", "department", "government"),
    [
        (2017, date(2018, 3, 31), date(2018, 3, 31)),
        (2018, date(2019, 3, 31), date(2019, 3, 31)),
        (2019, date(2020, 1, 31), date(2020, 3, 31)),
        (2024, date(2025, 1, 31), date(2025, 3, 31)),
    ],
)
def test_annual_report_days_on_both_sides_of_the_new_regulation(
    year: Any, department: Any, government: Any
) -> None:
    assert report_due(year) == department
    assert report_due(year, government=True) == government


def test_a_locality_may_ask_for_an_earlier_day_and_not_for_a_later_one() -> None:
    for day, due in ((26, 26), (31, 31)):
        local = statute().with_local(
            {"report.local_department_due": {"month": 1, "day": day}}, source="示例市通知"
        )
        assert report_due(2024, rules=local) == date(2025, 1, due)
    late = statute().with_local(
        {"report.local_department_due": {"month": 2, "day": 5}}, source="示例市通知"
    )
    assert report_due(2024, rules=late) == date(2025, 1, 31)


def test_until_march_the_report_of_the_year_before_is_meant() -> None:
    assert report_year_of(date(2025, 3, 31)) == 2024
    assert report_year_of(date(2025, 4, 1)) == 2025


@pytest.mark.parametrize(
    ("today", "colour", "left"),
    [
        (date(2024, 3, 7), "green", 6),
        (date(2024, 3, 8), "yellow", 5),
        (date(2024, 3, 10), "yellow", 5),
        (date(2024, 3, 12), "yellow", 3),
        (date(2024, 3, 13), "red", 2),
        (date(2024, 3, 14), "red", 1),
        (date(2024, 3, 15), "due_today", 0),
        (date(2024, 3, 16), "overdue", -1),
        (date(2024, 3, 18), "overdue", -1),
        (date(2024, 3, 19), "overdue", -2),
    ],
)
def test_colour_of_a_reply_due_on_friday_15_march(today: Any, colour: Any, left: Any) -> None:
    found = warning(date(2024, 3, 15), today)
    assert (found.colour, found.days_left) == (colour, left)
    assert found.label


def _open_case(*more: Event) -> list[Event]:
    first = Event(date(2021, 9, 13), EventType.APPLICATION_SUBMITTED, channel="in_person")
    notice = Event(date(2021, 9, 17), EventType.CORRECTION_NOTICE_SERVED, days=10)
    return [first, notice, *more]


def test_a_silence_is_judged_on_the_day_of_the_question() -> None:
    last = date(2021, 10, 8)
    assert run(_open_case(), as_of=last).status == "awaiting_correction"
    assert run(_open_case(), as_of=date(2021, 10, 9)).status == "abandoned"
    assert run(_open_case()).abandoned_on == date(2021, 10, 9)


def test_conventions_of_a_body_change_the_count() -> None:
    """Open points of the domain: the sending day of a letter, and a second extension."""
    sent = [
        Event(date(2024, 4, 22), EventType.APPLICATION_SUBMITTED, channel="in_person"),
        Event(date(2024, 4, 29), EventType.CONSULTATION_SENT, id="C1", party="third_party"),
        Event(date(2024, 4, 30), EventType.CONSULTATION_DELIVERED, id="C1"),
        Event(date(2024, 5, 20), EventType.CONSULTATION_REPLY, id="C1", position="agree"),
    ]
    national = Law.national()
    other = Law(
        national.calendar,
        national.rules.with_local(
            {
                "convention.consultation_first_excluded_day": "sending",
                "convention.one_extension": False,
            },
            source="本机关制度",
        ),
    )
    assert run(sent).reply_due == date(2024, 6, 7)
    assert run(sent, law=other).reply_due == date(2024, 6, 11)  # 06-10 is 端午
    longer = [
        *sent,
        Event(date(2024, 5, 21), EventType.EXTENSION_DECIDED, days=12),
        Event(date(2024, 5, 22), EventType.EXTENSION_DECIDED, days=8),
        Event(date(2024, 5, 23), EventType.EXTENSION_DECIDED, days=1),
    ]
    assert [r.code for r in run(longer).refused] == ["second_extension", "second_extension"]
    assert [r.code for r in run(longer, law=other).refused] == ["too_long"]


def test_one_extension_for_all_periods_where_the_body_decides_so() -> None:
    strict = Law.national().rules.with_local(
        {"convention.extension_after_restart": False}, source="本机关制度"
    )
    events = [
        Event(date(2021, 9, 13), EventType.APPLICATION_SUBMITTED, channel="in_person"),
        Event(date(2021, 9, 14), EventType.EXTENSION_DECIDED, days=5),
        Event(date(2021, 9, 17), EventType.CORRECTION_NOTICE_SERVED, days=10),
        Event(date(2021, 9, 28), EventType.CORRECTED_APPLICATION_RECEIVED),
        Event(date(2021, 9, 29), EventType.EXTENSION_DECIDED, days=5),
    ]
    assert run(events).refused == ()
    refused = run(events, law=Law(Law.national().calendar, strict)).refused
    assert [(r.number, r.code) for r in refused] == [(5, "second_extension")]


def test_a_decision_without_its_steps_is_told() -> None:
    events = [
        Event(date(2024, 4, 22), EventType.APPLICATION_SUBMITTED, channel="in_person"),
        Event(date(2024, 4, 29), EventType.REPLY_ISSUED, decision="deny_third_party"),
    ]
    assert run(events).warnings == ("作出这一决定前应当书面征求第三方意见，事件中没有记录。",)


def test_closing_as_given_up_needs_the_period_to_have_passed() -> None:
    early = Event(date(2021, 10, 8), EventType.REPLY_ISSUED, decision="other_uncorrected")
    right = Event(date(2021, 10, 12), EventType.REPLY_ISSUED, decision="other_uncorrected")
    assert [r.code for r in run(_open_case(early)).refused] == ["too_early"]
    assert run(_open_case(right)).closed_on == date(2021, 10, 12)
    first = _open_case(right)[0]
    assert [r.code for r in run([first, right]).refused] == ["not_due"]
