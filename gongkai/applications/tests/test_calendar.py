"""The calendar of due days: the law's working days, the clock's colours, an .ics without names."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.models import Application
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
    assert (entry.case, entry.colour, entry.what) == (case, "due_today", "答复")
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


def test_concluded_cases_and_those_of_other_bodies_are_not_due(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 8, 25)).case
    an_application(cast.other_body, on=date(2026, 8, 25))
    Application.objects.filter(pk=case.pk).update(state="closed")
    page = at(cast.clerk).get(reverse("desk-calendar"))
    assert not [e for w in page.context["weeks"] for d in w for e in d.entries]


@pytest.mark.parametrize("month", ["2026-13", "x", "1999-01", "0001-01", ""])
def test_a_month_that_does_not_exist_is_this_month(cast: Cast, month: str) -> None:
    page = at(cast.clerk).get(reverse("desk-calendar"), {"month": month})
    assert page.context["first"] == date(2026, 9, 1)


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


def test_a_stranger_gets_no_days_of_another_body(cast: Cast) -> None:
    an_application(cast.body, on=date(2026, 8, 25))
    assert "VEVENT" not in at(cast.stranger).get(reverse("desk-calendar-file")).content.decode()


def test_queries_do_not_grow_with_the_cases(cast: Cast) -> None:
    client = at(cast.clerk)

    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            client.get(reverse("desk-calendar"))
        return len(made)

    an_application(cast.body, on=date(2026, 8, 25))
    queries()
    few = queries()
    for _ in range(5):
        an_application(cast.body, on=date(2026, 8, 25))
    assert queries() == few
