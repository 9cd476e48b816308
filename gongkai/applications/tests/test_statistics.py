"""Every cell of tables 三 and 四 is what the law's own count says, and opens its cases."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.actions.core import add_event, on_case
from gongkai.applications.actions.handling.shape import Part, split
from gongkai.applications.models import Application, Dispute
from gongkai.applications.statistics.measures import measures
from gongkai.applications.statistics.proofs import proofs
from gongkai.applications.statistics.tables import (
    Period,
    cell_cases,
    cell_disputes,
    table3,
    table4,
)
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.law.calendar import national
from gongkai.law.counting import Counted
from gongkai.law.counting import table3 as counted_by_law
from gongkai.law.deadlines import EventType
from gongkai.law.taxonomy import applicant_kinds, decisions


def random_cases(cast: Cast, number: int = 120) -> list[Application]:
    """Cases of three years in every state of completion, made without the actions, for counting."""
    dice = random.Random(20261122)
    made = []
    for serial in range(1, number + 1):
        received = date(2023, 1, 1) + timedelta(days=dice.randrange(1095))
        closed = received + timedelta(days=dice.randrange(60)) if dice.random() < 0.8 else None
        made.append(
            Application(
                body=cast.body,
                year=received.year,
                serial=serial,
                number=f"9{serial:013d}",
                channel="in_person",
                submitted_on=received,
                received_on=received,
                applicant_kind=dice.choice(list(applicant_kinds())),
                subject="信息",
                closed_on=closed,
                effective_on=closed,
                on_time=None if closed is None else dice.random() < 0.9,
                decision=dice.choice(list(decisions())) if closed else "",
            )
        )
    Application.objects.bulk_create(made)
    return made


def test_table_three_equals_the_count_of_the_law_and_every_cell_opens_its_cases(
    cast: Cast,
) -> None:
    made = random_cases(cast)
    everything = Application.objects.all()
    one_by_one = [
        Counted(c.received_on, c.closed_on, c.decision or None, c.applicant_kind) for c in made
    ]
    for year in (2023, 2024, 2025):
        assert table3(everything, Period.of_year(year)) == counted_by_law(one_by_one, year)
    # Cases come over from the year before this one and stay over for the next.
    period = Period.of_year(2024)
    for row, values in table3(everything, period).items():
        for column, number in values.items():
            assert cell_cases(everything, period, row, column).count() == number, (row, column)


def test_the_proofs_hold_for_years_and_months(cast: Cast) -> None:
    random_cases(cast)
    everything = Application.objects.all()
    for period in (Period.of_year(2024), Period.of_month(2024, 12), Period.of_month(2024, 1)):
        assert [p.rule for p in proofs(everything, Dispute.objects.all(), period) if p.faults] == []


def test_a_case_closed_without_a_decision_is_named(cast: Cast) -> None:
    case = random_cases(cast, 5)[0]
    Application.objects.filter(pk=case.pk).update(
        received_on=date(2024, 1, 2), closed_on=date(2024, 2, 1), decision=""
    )
    found = proofs(Application.objects.all(), Dispute.objects.all(), Period.of_year(2024))
    faults = {p.rule: p.faults for p in found if p.faults}
    assert set(faults) == {"C01"} and any(case.number in fault for fault in faults["C01"])


def test_the_register_and_table_3_tell_the_same_number(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C20: the number that the report's text takes from the register is the one of the table."""
    random_cases(cast, 5)
    everything, year = Application.objects.all(), Period.of_year(2024)
    cells = table3(everything, year)
    cells["new_received"]["total"] += 1
    monkeypatch.setattr("gongkai.applications.statistics.proofs.table3", lambda *_: cells)
    found = proofs(everything, Dispute.objects.all(), year)
    assert any("台账本期收到" in fault for p in found if p.rule == "C20" for fault in p.faults)


def test_a_period_of_waiting_that_ran_out_is_counted_at_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Abandoned by the mere passing of days (Art 30): no deed has written it yet."""
    monkeypatch.setattr(clock, "today", lambda: date(2026, 3, 10))
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    with on_case(case, by=None) as case:
        add_event(
            case,
            "ask-correction",
            by=None,
            law_type=EventType.CORRECTION_NOTICE_SERVED,
            on=date(2026, 3, 5),
            days=10,
        )
    monkeypatch.setattr(clock, "today", lambda: date(2026, 6, 1))
    everything, period = Application.objects.all(), Period.of_year(2026)
    cells = table3(everything, period)
    assert cells["other_uncorrected"]["natural"] == 1
    assert cells["carried_forward"]["total"] == 0
    assert cell_cases(everything, period, "other_uncorrected", "natural").get() == case
    assert not cell_cases(everything, period, "carried_forward", "total").exists()


def test_a_split_application_is_counted_as_its_parts_only(cast: Cast) -> None:
    whole = an_application(cast.body, on=date(2026, 3, 2)).case
    split(whole, [Part("名单", ""), Part("电话", "")], "两件事", by=cast.clerk)
    cells = table3(Application.objects.all(), Period.of_year(2026))
    assert cells["new_received"]["total"] == 2


def test_table_four_counts_each_dispute_once_by_its_latest_result(cast: Cast) -> None:
    def dispute(kind: str, accepted: date, outcome: str = "pending", ended: date | None = None):
        return Dispute.objects.create(
            body=cast.body,
            kind=kind,
            institution="示例县人民政府",
            accepted_on=accepted,
            outcome=outcome,
            ended_on=ended,
        )

    dispute("reconsideration", date(2024, 3, 1), "upheld", date(2024, 5, 1))
    dispute("reconsideration", date(2023, 12, 1), "corrected", date(2024, 1, 20))
    dispute("reconsideration", date(2023, 6, 1), "other", date(2023, 8, 1))
    dispute("direct_suit", date(2024, 11, 1), "upheld", date(2025, 2, 1))
    dispute("suit_after_review", date(2024, 6, 1))
    cells = table4(Dispute.objects.all(), Period.of_year(2024))
    assert {k: n for k, n in cells.items() if n} == {
        "review_upheld": 1,
        "review_corrected": 1,
        "review_total": 2,
        "direct_pending": 1,
        "direct_total": 1,
        "after_review_pending": 1,
        "after_review_total": 1,
    }
    for key, number in cells.items():
        found = cell_disputes(Dispute.objects.all(), Period.of_year(2024), key)
        assert found.count() == number, key


def test_measures_tell_times_rates_and_reasons(cast: Cast) -> None:
    made = random_cases(cast)
    found = measures(Application.objects.all(), Period.of_year(2024), national())
    inside = [c for c in made if c.closed_on and c.closed_on.year == 2024]
    days = sorted(national().count(c.received_on, c.closed_on) for c in inside)
    assert found.concluded == len(inside)
    assert found.median_days in (days[len(days) // 2], sum(days[len(days) // 2 - 1 :][:2]) / 2)
    assert days[-1] >= found.p90_days >= found.median_days
    assert found.on_time == sum(bool(c.on_time) for c in inside)
    assert sum(found.groups.values()) == len(inside)


def test_what_is_overdue_and_unanswered_is_said_beside_the_rate(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rate of what was answered alone would hide it (DOMAIN A.4.11)."""
    assert an_application(cast.body, on=date(2026, 3, 2)).case.due_on == date(2026, 3, 30)
    cases = Application.objects.all()
    for today, overdue in ((date(2026, 3, 30), 0), (date(2026, 3, 31), 1)):
        monkeypatch.setattr(clock, "today", lambda day=today: day)
        assert measures(cases, Period.of_year(2026), national()).overdue == overdue
    assert measures(cases, Period.of_month(2026, 3), national()).overdue == 1
    assert measures(cases, Period.of_month(2026, 2), national()).overdue == 0
    client.force_login(cast.head)
    page = client.get(reverse("desk-statistics"), {"year": "2026"}).content.decode()
    assert "另有1件已经超过答复期限、还没有答复。" in page
