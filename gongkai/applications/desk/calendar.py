"""到期日历: the month with its working days, what is due each day, and the days as iCalendar."""

from __future__ import annotations

import calendar as months
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from gongkai.applications import clock
from gongkai.applications.desk.case_filter import TABS, CaseFilter, cases_of, tabs_for
from gongkai.applications.desk.turns import OPEN, posts_of
from gongkai.applications.due import awaited, awaited_within
from gongkai.applications.due import near as due_near
from gongkai.applications.models import Application
from gongkai.applications.roles import VIEW
from gongkai.base.due import WEEKDAYS
from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.bodies.models import Body
from gongkai.law.calendar import FIRST_YEAR, LAST_YEAR, WorkCalendar

#: So many cases are named in a day's field; the rest is a number with its list.
NAMED = 3
#: What stands still has a day of its own: for how the state is called when it is awaited.
WAITED = {
    "awaiting_correction": "补正期限",
    "awaiting_payment": "缴费期限",
    "consulting": "征求意见期限",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One case on its day: ``what`` is due then, in which colour."""

    case: Application
    what: str
    colour: str
    word: str


@dataclass(slots=True)
class Day:
    on: date
    working: bool
    why: str
    inside: bool
    today: bool
    provisional: bool
    entries: list[Entry] = field(default_factory=list)

    @property
    def named(self) -> list[Entry]:
        return self.entries[:NAMED]

    @property
    def more(self) -> int:
        return max(len(self.entries) - NAMED, 0)


@staff(VIEW)
def month_page(request: HttpRequest) -> HttpResponse:
    """One month: working days and days off, and the cases due on each."""
    today = clock.today()
    first = _month(request.GET.get("month", ""), today)
    posts = posts_of(request.user)
    tabs = tabs_for(posts)
    tab = request.GET.get("tab", "")
    tab = tab if tab in tabs else next((t for t in ("body", *tabs) if t in tabs), "mine")
    weeks = months.Calendar().monthdatescalendar(first.year, first.month)
    cases = cases_of(tab, request.user, posts).filter(state__in=OPEN)
    due = _entries(cases, weeks[0][0], weeks[-1][-1])
    reckoning = _calendar_of(cases)
    days = [[_day(d, first, today, reckoning, due) for d in week] for week in weeks]
    return office_page(
        request,
        "applications/desk/calendar.html",
        "到期日历",
        [("/office/", "待办"), (reverse("desk-cases"), "申请办理")],
        icon="calendar",
        first=first,
        weeks=days,
        listed=[d for week in days for d in week if d.inside and (d.entries or d.today)],
        tab=tab,
        tabs=[(t, TABS[t]) for t in tabs if t != "mine"] or [(tab, TABS[tab])],
        before=_shift(first, -1),
        after=_shift(first, 1),
        this=today.replace(day=1),
        weekdays=WEEKDAYS,
    )


def _month(text: str, today: date) -> date:
    """The first of a month written 2026-11; this month for anything else."""
    try:
        found = datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        found = today.replace(day=1)
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else today.replace(day=1)


def _shift(first: date, by: int) -> date:
    number = first.year * 12 + first.month - 1 + by
    return date(number // 12, number % 12 + 1, 1)


def _calendar_of(cases: Any) -> WorkCalendar:
    """The calendar of the body when it is one, else the national one."""
    bodies = list(Body.objects.filter(pk__in=cases.order_by().values("body"))[:2])
    return clock.law_for(bodies[0] if len(bodies) == 1 else None).calendar


def _entries(cases: Any, first: date, last: date) -> dict[date, list[Entry]]:
    """What falls due from ``first`` to ``last``, by day, the latest received last."""
    fields = (
        "applicant",  # who is masked in the subject
        "number", "subject", "state", "body", "due_on", "waiting_until", "closed_on",
        "provisional", "received_on", "on_time",
    )  # fmt: skip
    shown = cases.select_related("body").only(*fields, *(f"body__{f}" for f in ("name", "slug")))
    found: dict[date, list[Entry]] = defaultdict(list)
    for case in shown.filter(awaited_within(range=(first, last))).order_by("due_on", "pk"):
        on, near = awaited(case), due_near(case)
        if on is not None and near is not None:
            what = "重新答复" if case.state == Application.State.REANSWERING else "答复"
            found[on].append(Entry(case, what, near.colour, near.label))
    waited = shown.filter(waiting_until__range=(first, last), state__in=list(WAITED))
    for case in waited.order_by("waiting_until", "pk"):
        entry = Entry(case, WAITED[case.state], "still", "等待")
        found[case.waiting_until].append(entry)
    return found


def _day(
    on: date, first: date, today: date, reckoning: WorkCalendar, due: dict[date, list[Entry]]
) -> Day:
    return Day(
        on,
        working=reckoning.is_working(on),
        why=reckoning.why_off(on) or ("调休上班" if reckoning.is_swapped(on) else ""),
        inside=on.month == first.month,
        today=on == today,
        provisional=reckoning.is_provisional(on),
        entries=due.get(on, []),
    )


# --- iCalendar --------------------------------------------------------------------------------


@staff(VIEW)
def icalendar(request: HttpRequest) -> HttpResponse:
    """The due days of the open cases for a calendar program: number and day, no personal data."""
    posts = posts_of(request.user)
    tabs = tabs_for(posts)
    tab = CaseFilter.of(request.GET).tab
    tab = tab if tab in tabs else next((t for t in ("body", *tabs) if t in tabs), "mine")
    cases = cases_of(tab, request.user, posts)
    cases = cases.filter(awaited_within(isnull=False), state__in=OPEN)
    fields = ("number", "state", "due_on", "waiting_until", "closed_on", "provisional")
    lines = _ics(
        cases.order_by("due_on", "pk").only(*fields),
        lambda case: request.build_absolute_uri(reverse("desk-case", args=[case.pk])),
    )
    return HttpResponse(
        "".join(f"{_folded(line)}\r\n" for line in lines),
        headers={
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Disposition": 'attachment; filename="due-days.ics"',
        },
    )


def _ics(cases: Iterable[Application], address: Any) -> Iterator[str]:
    """RFC 5545: one whole-day entry for each case."""
    stamp = timezone.now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//gongkai//applications//ZH")
    yield "X-WR-CALNAME:依申请公开答复期限"
    for case in cases:
        on = awaited(case)
        assert on is not None
        guess = "预计" if case.provisional else ""
        yield "BEGIN:VEVENT"
        yield f"UID:{case.number}@gongkai"
        yield f"DTSTAMP:{stamp}"
        yield f"DTSTART;VALUE=DATE:{on:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{on + timedelta(days=1):%Y%m%d}"
        yield f"SUMMARY:{guess}答复期限：申请 {case.number}"
        yield f"URL:{address(case)}"
        yield "TRANSP:TRANSPARENT"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def _folded(line: str) -> str:
    """No line longer than 75 bytes; what goes on begins with a blank, no character is cut."""
    out, room = [""], 75
    for char in line:
        size = len(char.encode())
        if size > room:
            out.append(" ")
            room = 74
        out[-1] += char
        room -= size
    return "\r\n".join(out)


urlpatterns: list[URLPattern] = [
    path("calendar/", month_page, name="desk-calendar"),
    path("calendar/due-days.ics", icalendar, name="desk-calendar-file"),
]
