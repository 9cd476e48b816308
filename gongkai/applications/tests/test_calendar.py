"""The calendar of due days: the law's working days, the clock's colours, an .ics without names."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.actions import disputes
from gongkai.applications.desk.calendar import _month as month_asked_for
from gongkai.applications.models import Application, Dispute
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.law.calendar import national

TODAY = date(2026, 9, 21)


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def at(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_month_shows_the_laws_days_off_and_swapped_days(cast: Cast) -> None:
    page = at(cast.clerk).get(reverse("desk-calendar"), {"month": "2026-10"})
    days = {d.on: d for week in page.context["weeks"] for d in week}
    for on, found in days.items():
        assert found.working is national().is_working(on), on
    assert not days[date(2026, 10, 1)].working
    swapped = [d for d in days.values() if d.why == "调休上班"]
    assert swapped
    assert all(d.on.weekday() >= 5 for d in swapped)


def test_a_case_stands_on_the_day_it_is_due_with_its_colour(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 8, 25)).case
    page = at(cast.clerk).get(reverse("desk-calendar"))
    (entry,) = [e for w in page.context["weeks"] for d in w for e in d.entries]
    assert (entry.number, entry.colour, entry.what) == (case.number, "due_today", "答复")
    assert case.due_on == TODAY
    text = page.content.decode()
    assert "今日到期" in text
    assert case.subject in text


def test_what_is_awaited_stands_on_its_last_day(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 9, 1)).case
    Application.objects.filter(pk=case.pk).update(
        state="awaiting_correction", due_on=None, waiting_until=date(2026, 9, 24)
    )
    page = at(cast.clerk).get(reverse("desk-calendar"))
    found = [(d.on, e.what) for w in page.context["weeks"] for d in w for e in d.entries]
    assert found == [(date(2026, 9, 24), "补正期限")]
    # An answer ordered anew is due on its own day, not on that of the first one.
    first = {"due_on": date(2026, 9, 8), "closed_on": date(2026, 9, 4)}
    Application.objects.filter(pk=case.pk).update(state="reanswering", **first)
    page = at(cast.clerk).get(reverse("desk-calendar"))
    found = [(d.on, e.what) for w in page.context["weeks"] for d in w for e in d.entries]
    assert found == [(date(2026, 9, 24), "重新答复")]
    assert ">▲</span>" in page.content.decode()


def test_the_last_day_to_ask_for_a_correction_stands_there_until_the_case_is_in_hand(
    cast: Cast,
) -> None:
    """Art 30: seven working days from the receipt, while it can still be asked for."""
    late = an_application(cast.body, on=date(2026, 9, 9)).case  # until the 18th
    case = an_application(cast.body, on=date(2026, 9, 18)).case
    last = clock.outcome(case).correction_notice_due
    assert last is not None
    of = {e for e in entries(cast.clerk) if e[1] == "补正告知"}
    assert of == {(last, "补正告知", "yellow")}
    text = at(cast.clerk).get(reverse("desk-calendar-file")).content.decode()
    text = text.replace("\r\n ", "")
    assert f"SUMMARY:补正告知期限：申请 {case.number}" in text
    assert f"补正告知期限：申请 {late.number}" not in text
    Application.objects.filter(pk=case.pk).update(state="in_review")
    assert "补正告知" not in {e[1] for e in entries(cast.clerk)}


def entries(user: User, tab: str = "", month: str = "2026-09") -> list[tuple[date, str, str]]:
    page = at(user).get(reverse("desk-calendar"), {"month": month, "tab": tab})
    return [(d.on, e.what, e.colour) for w in page.context["weeks"] for d in w for e in d.entries]


def a_review(cast: Cast, case: Application | None = None, **more: Any) -> Dispute:
    """Papers of 9 September, ten working days before the 22nd: the Sunday between is worked."""
    on = date(2026, 9, 9)
    facts = {"kind": "reconsideration", "institution": "示例县人民政府", "accepted_on": on}
    facts |= {"served_on": on, "case_number": "示政复〔2026〕9号"} | more
    return disputes.register_dispute(cast.body, application=case, by=cast.legal, **facts)


def test_the_last_days_of_disputes_stand_in_the_calendar(cast: Cast) -> None:
    """DOMAIN A.3 T15–T18: the body's own answer with its colour, then what it waits for."""
    case = an_application(cast.body, on=date(2026, 9, 21)).case
    review = a_review(cast, case)
    suit = a_review(cast, kind="direct_suit", institution="示例县人民法院", case_number="行初1号")
    assert entries(cast.legal) == [(date(2026, 9, 22), "复议答复", "red"),
                                   (date(2026, 9, 24), "答辩状", "yellow")]  # fmt: skip
    text = at(cast.legal).get(reverse("desk-calendar")).content.decode()
    for one in (review, suit):
        assert f'href="{reverse("desk-dispute", args=[one.pk])}"' in text
    assert f"复议答复 {case.number[-6:]}" in text and "答辩状 行初1号" in text
    assert (date(2026, 11, 9), "复议决定", "still") in entries(cast.legal, month="2026-11")
    # Handed in: no more awaited. Decided: the days to sue run.
    disputes.record_answer(review, on=TODAY, by=cast.legal)
    assert [what for _, what, _ in entries(cast.legal)] == ["答辩状"]
    review = disputes.end_dispute(review, outcome="upheld", on=TODAY, by=cast.legal)
    assert (date(2026, 10, 8), "起诉期限", "still") in entries(cast.legal, month="2026-10")
    a_review(cast, kind="suit_after_review", follows=review, accepted_on=TODAY, served_on=None)
    assert "起诉期限" not in str(entries(cast.legal, month="2026-10"))


def test_a_missed_answer_stays_on_its_day_in_the_colour_of_what_is_late(cast: Cast) -> None:
    a_review(cast, accepted_on=date(2026, 9, 1), served_on=date(2026, 9, 1))
    assert entries(cast.head) == [(date(2026, 9, 15), "复议答复", "overdue")]


def test_disputes_stand_only_where_whoever_looks_may_read_them(cast: Cast) -> None:
    dispute = a_review(cast, an_application(cast.body, on=TODAY).case)
    address = reverse("desk-dispute", args=[dispute.pk])
    for user, tab, seen in (
        (cast.clerk, "", True),
        (cast.clerk, "mine", True),
        (cast.leader, "", True),
        (cast.leader, "mine", False),
        (cast.inspector, "supervised", True),
        (cast.handler, "", False),
        (cast.secrecy, "", False),
        (cast.seal_keeper, "", False),
        (cast.stranger, "", False),
    ):
        client = at(user)
        file = client.get(reverse("desk-calendar-file"), {"tab": tab or "body"})
        assert (f"dispute-{dispute.pk}@" in file.content.decode()) is seen, (user, tab)
        # The month finds its tab by its own lines.
        if (user, tab) in (
            (cast.leader, "mine"),
            (cast.inspector, "supervised"),
            (cast.handler, ""),
        ):
            page = client.get(reverse("desk-calendar"), {"tab": tab})
            assert (address in page.content.decode()) is seen, (user, tab)


def test_every_entry_of_a_full_day_can_be_reached(cast: Cast) -> None:
    cases = [an_application(cast.body, on=date(2026, 8, 25)).case for _ in range(5)]
    page = at(cast.clerk).get(reverse("desk-calendar")).content.decode()
    month = page.split('class="ga-agenda"')[0]
    assert "还有 2 件" in month
    assert all(f'href="{reverse("desk-case", args=[c.pk])}"' in month for c in cases)


def test_concluded_cases_and_those_of_other_bodies_are_not_due(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 8, 25)).case
    an_application(cast.other_body, on=date(2026, 8, 25))
    Application.objects.filter(pk=case.pk).update(state="closed")
    page = at(cast.clerk).get(reverse("desk-calendar"))
    assert not [e for w in page.context["weeks"] for d in w for e in d.entries]


def test_a_month_that_does_not_exist_is_this_month(cast: Cast) -> None:
    this = date(2026, 9, 1)
    for month in ("2026-13", "x", "1999-01", "0001-01", ""):
        assert month_asked_for(month, TODAY) == this, month
    page = at(cast.clerk).get(reverse("desk-calendar"), {"month": "2026-13"})
    assert page.context["first"] == this


def test_the_file_for_calendar_programs_names_no_person_and_no_matter(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 8, 25)).case
    answer = at(cast.clerk).get(reverse("desk-calendar-file"))
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar")
    assert "DTSTART;VALUE=DATE:20260921" in text
    assert f"UID:{case.number}@gongkai" in text
    assert not [w for w in (*APPLICANT.values(), case.subject) if w in text]
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert all(len(line.encode()) <= 75 for line in lines)
    assert case.number in text.replace("\r\n ", "")


def test_the_file_holds_the_answers_in_disputes_and_a_case_number_cannot_break_it(
    cast: Cast,
) -> None:
    a_review(cast, case_number="行初1号；,甲;乙")
    text = at(cast.legal).get(reverse("desk-calendar-file"), {"tab": "body"}).content.decode()
    assert "DTSTART;VALUE=DATE:20260922" in text
    assert "SUMMARY:复议答复期限：案号 行初1号；\\,甲\\;乙" in text.replace("\r\n ", "")


def test_a_stranger_gets_no_days_of_another_body(cast: Cast) -> None:
    an_application(cast.body, on=date(2026, 8, 25))
    assert "VEVENT" not in at(cast.stranger).get(reverse("desk-calendar-file")).content.decode()


def test_queries_do_not_grow_with_the_cases(cast: Cast) -> None:
    client = at(cast.clerk)

    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            client.get(reverse("desk-calendar"))
        return len(made)

    a_review(cast, an_application(cast.body, on=date(2026, 8, 25)).case)
    queries()
    few = queries()
    for _ in range(5):
        a_review(cast, an_application(cast.body, on=date(2026, 8, 25)).case)
    assert queries() == few
