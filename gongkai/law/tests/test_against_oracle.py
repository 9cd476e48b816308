"""Random lives of an application: the clock against the slow day-by-day oracle."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gongkai.law.deadlines import Outcome, parse_events, run
from gongkai.law.tests.oracle import Oracle

CHANNELS = ("in_person", "oral", "online", "fax")
IDS = ("C1", "C2", "C3")


@st.composite
def lives(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A receipt in any way, then anything: mostly what the law allows next, at times not."""
    day = draw(st.dates(date(2021, 1, 1), date(2025, 3, 31)))
    events: list[dict[str, Any]] = []

    def add(kind: str, most: int, **more: Any) -> None:
        nonlocal day
        day += timedelta(days=draw(st.integers(0, most)))
        events.append({"date": day.isoformat(), "type": kind, **more})

    way = draw(st.sampled_from((*CHANNELS, "ems", "mail", "unreachable")))
    if way in CHANNELS:
        add("application_submitted", 0, channel=way)
        if way in ("online", "fax"):
            add("receipt_confirmed_by_both", 5)
    elif way == "ems":
        add("application_posted", 0, channel="ems")
        add("signed_for", 5)
    else:
        add("ordinary_mail_arrived", 0)
        if way == "unreachable":
            add("contact_attempt_failed", 2)
            add("contact_restored", 40)
        else:
            add("receipt_confirmed_by_both", 0)
    for kind in draw(st.lists(st.sampled_from(NEXT), max_size=9)):
        add(kind, draw(st.sampled_from((2, 8, 25))), **_details(draw, kind, day))
    return events


NEXT = (
    "correction_notice_served",
    "corrected_application_received",
    "extension_decided",
    "consultation_sent",
    "consultation_sent",
    "consultation_delivered",
    "consultation_delivered",
    "consultation_reply",
    "reasons_requested",
    "delayed_period_set",
    "fee_notice_served",
    "fee_paid",
    "reply_issued",
    "reply_posted",
    "reply_signed_for",
    "reanswer_ordered",
    "application_withdrawn",
    "application_submitted",
    "receipt_confirmed_by_both",
)


def _details(draw: st.DrawFn, kind: str, day: date) -> dict[str, Any]:
    if kind == "correction_notice_served":
        return {"correction_days_wd": draw(st.integers(5, 30))}
    if kind == "extension_decided":
        return {"days": draw(st.integers(1, 22))}
    if kind in ("delayed_period_set", "reanswer_ordered"):
        return {"until": (day + timedelta(days=draw(st.integers(0, 90)))).isoformat()}
    if kind == "application_submitted":
        return {"channel": "in_person"}
    if kind.startswith("consultation"):
        party = draw(st.sampled_from(("third_party", "joint_maker")))
        return {"id": draw(st.sampled_from(IDS)), "party": party}
    return {}


def _compare(outcome: Outcome, expected: dict[str, Any]) -> None:
    assert outcome.received_on == expected["received_date"]
    assert outcome.correction_notice_due == expected["correction_notice_due"]
    assert outcome.clock_start == expected["clock_start"]
    assert outcome.correction_due == expected["applicant_correction_due"]
    assert outcome.payment_due == expected["fee_payment_due"]
    assert outcome.before == expected["before"]
    assert {c.id: c.due for c, _ in outcome.consultations} == expected["consultation_due"]
    assert outcome.abandoned_on == expected["deemed_abandoned_on"]
    assert outcome.on_time == expected["on_time"]
    assert outcome.reply_due == expected["reply_due"]
    assert outcome.reanswer_due == expected["reanswer_due"]
    assert outcome.reanswer_effective == expected["reanswer_effective"]
    period = outcome.case.period
    if outcome.reply_due is not None and period is not None and period.until is None:
        assert outcome.excluded == expected["excluded"]


@given(lives())
def test_clock_agrees_with_living_through_every_day(events: list[dict[str, Any]]) -> None:
    oracle = Oracle()
    verdicts = [oracle.happen(event) for event in events]
    outcome = run(parse_events(events))
    refused = {r.number: f"reject:{r.code}" for r in outcome.refused}
    assert [refused.get(n, "accept") for n in range(1, len(events) + 1)] == verdicts
    _compare(outcome, oracle.result())


@given(lives())
def test_a_refused_event_changes_nothing(events: list[dict[str, Any]]) -> None:
    parsed = parse_events(events)
    outcome = run(parsed)
    refused = {r.number for r in outcome.refused}
    accepted = [e for n, e in enumerate(parsed, 1) if n not in refused]
    again = run(accepted)
    assert not again.refused
    assert again.case == outcome.case


@given(lives())
def test_steps_count_what_they_say(events: list[dict[str, Any]]) -> None:
    """The counted days and the days not counted fill the time from start to due exactly."""
    from gongkai.law.calendar import national

    days = national()
    for step in run(parse_events(events)).steps:
        if step.start is None or step.day is None or step.unit != "工作日":
            continue
        lost = sum(span.days for span in step.not_counted(days))
        assert step.counted == (step.day - step.start).days - lost
