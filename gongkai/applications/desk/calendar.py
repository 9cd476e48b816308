"""到期日历: the month with its working days, what is due each day, and the days as iCalendar."""

from __future__ import annotations

import calendar as months
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from gongkai.applications import clock
from gongkai.applications.actions.disputes import KEEPERS
from gongkai.applications.desk.case_filter import TABS, CaseFilter, cases_of, tabs_for
from gongkai.applications.desk.disputes import READERS
from gongkai.applications.desk.turns import OPEN, posts_of
from gongkai.applications.due import (
    NOTICE,
    awaited,
    awaited_within,
    correction_notices,
    defence_awaited,
    defence_near,
    guessed,
)
from gongkai.applications.due import near as due_near
from gongkai.applications.models import Application, Dispute
from gongkai.applications.roles import VIEW
from gongkai.applications.suits import suits_between
from gongkai.base.due import WEEKDAYS
from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.bodies.models import Body, Role
from gongkai.bodies.queries import Someone, bodies_for
from gongkai.law.calendar import FIRST_YEAR, LAST_YEAR, WorkCalendar
from gongkai.law.deadlines import warning

#: So many are named in a day's field; the rest is a number that opens.
NAMED = 3
#: What stands still has a day of its own: for how the state is called when it is awaited.
WAITED = {
    "awaiting_correction": "补正期限",
    "awaiting_payment": "缴费期限",
    "consulting": "征求意见期限",
}
#: Whose disputes stand in which tab; in the others there are none.
DISPUTES = {
    "mine": KEEPERS,
    "body": tuple(r for r in READERS if r != Role.INSPECTOR),
    "supervised": (Role.INSPECTOR,),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One case or dispute on its day: ``what`` is due then, in which colour.

    ``mark`` is what tells it from the others in a day's field, ``number`` and ``about`` in a list.
    """

    url: str
    what: str
    mark: str
    number: str
    about: str
    colour: str
    word: str

    @classmethod
    def of_case(cls, case: Application, what: str, colour: str, word: str) -> Entry:
        url, mark = reverse("desk-case", args=[case.pk]), case.number[-6:]
        return cls(url, what, mark, case.number, case.shown_subject, colour, word)

    @classmethod
    def of_dispute(
        cls, dispute: Dispute, what: str, colour: str = "still", word: str = "等待"
    ) -> Entry:
        url, case = reverse("desk-dispute", args=[dispute.pk]), dispute.application
        mark = case.number[-6:] if case else dispute.case_number
        about = f"{dispute.institution}，申请 {case.number}" if case else dispute.institution
        return cls(url, what, mark, str(dispute), about, colour, word)


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
    def more(self) -> list[Entry]:
        return self.entries[NAMED:]


@staff(VIEW)
def month_page(request: HttpRequest) -> HttpResponse:
    """One month: working days and days off, and what is due on each."""
    today = clock.today()
    first = _month(request.GET.get("month", ""), today)
    posts = posts_of(request.user)
    tabs = tabs_for(posts)
    tab = request.GET.get("tab", "")
    tab = tab if tab in tabs else next((t for t in ("body", *tabs) if t in tabs), "mine")
    weeks = months.Calendar().monthdatescalendar(first.year, first.month)
    cases = cases_of(tab, request.user, posts).filter(state__in=OPEN)
    span = weeks[0][0], weeks[-1][-1]
    due = _entries(cases, *span)
    for on, entries in _dispute_entries(_disputes_of(tab, request.user), *span).items():
        due[on] = entries + due[on]
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
        tabs=[(t, TABS[t]) for t in tabs if t not in ("mine", "waiting")] or [(tab, TABS[tab])],
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
            found[on].append(Entry.of_case(case, what, near.colour, near.label))
    waited = shown.filter(waiting_until__range=(first, last), state__in=list(WAITED))
    for case in waited.order_by("waiting_until", "pk"):
        entry = Entry.of_case(case, WAITED[case.state], "still", "等待")
        found[case.waiting_until].append(entry)
    for case, on in correction_notices(shown, last):
        if on >= first:
            near = warning(on, clock.today(), calendar=clock.law_for(case.body).calendar)
            found[on].append(Entry.of_case(case, NOTICE, near.colour, near.label))
    return found


def _disputes_of(tab: str, user: Someone) -> QuerySet[Dispute]:
    """The disputes that the person may read in this tab."""
    roles = DISPUTES.get(tab, ())
    bodies = bodies_for(user, *roles) if roles else Body.objects.none()
    return Dispute.objects.filter(body__in=bodies)


def _dispute_entries(
    disputes: QuerySet[Dispute], first: date, last: date
) -> dict[date, list[Entry]]:
    """The body's own answers, then what it waits for: the decision, and a suit that may come."""
    span = (first, last)
    found: dict[date, list[Entry]] = defaultdict(list)
    shown = disputes.select_related("body", "application").defer("claim").order_by("pk")
    for one in shown.filter(defence_awaited(), answer_due_on__range=span):
        on, near = one.answer_due_on, defence_near(one)
        if on is not None and near is not None:
            found[on].append(Entry.of_dispute(one, _answer(one), near.colour, near.label))
    for one in shown.filter(outcome=Dispute.Outcome.PENDING, decision_due_on__range=span):
        found[one.decision_due_on].append(Entry.of_dispute(one, "复议决定"))
    for suit in suits_between(shown, first, last):
        found[suit.day].append(Entry.of_dispute(suit.review, "起诉期限"))
    return found


def _answer(dispute: Dispute) -> str:
    return "复议答复" if dispute.kind == Dispute.Kind.RECONSIDERATION else "答辩状"


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


@dataclass(frozen=True, slots=True)
class Event:
    """What a calendar program is told: no name, no matter."""

    uid: str
    on: date
    what: str
    url: str


@staff(VIEW)
def icalendar(request: HttpRequest) -> HttpResponse:
    """The days of the body's own answers for a calendar program: number and day, no personal
    data."""
    posts = posts_of(request.user)
    tabs = tabs_for(posts)
    tab = CaseFilter.of(request.GET).tab
    tab = tab if tab in tabs else next((t for t in ("body", *tabs) if t in tabs), "mine")
    cases = cases_of(tab, request.user, posts).filter(state__in=OPEN).order_by("due_on", "pk")
    fields = ("number", "state", "due_on", "waiting_until", "closed_on", "provisional")
    disputes = _disputes_of(tab, request.user).filter(defence_awaited())
    disputes = disputes.select_related("body", "application").order_by("answer_due_on", "pk")
    events = [_reply(case) for case in cases.filter(awaited_within(isnull=False)).only(*fields)]
    events += [_notice(case, on) for case, on in correction_notices(cases, date.max)]
    events += [_defence(one) for one in disputes]
    return HttpResponse(
        "".join(f"{_folded(line)}\r\n" for line in _ics(events, request.build_absolute_uri)),
        headers={
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Disposition": 'attachment; filename="due-days.ics"',
        },
    )


def _reply(case: Application) -> Event:
    on = awaited(case)
    assert on is not None
    what = f"{'预计' if case.provisional else ''}答复期限：申请 {case.number}"
    return Event(case.number, on, what, reverse("desk-case", args=[case.pk]))


def _notice(case: Application, on: date) -> Event:
    what = f"{'预计' if guessed(on, case.body) else ''}{NOTICE}期限：申请 {case.number}"
    return Event(f"{case.number}-notice", on, what, reverse("desk-case", args=[case.pk]))


def _defence(dispute: Dispute) -> Event:
    on = dispute.answer_due_on
    assert on is not None
    case = dispute.application
    of = f"申请 {case.number}" if case else f"案号 {dispute.case_number or '未填写'}"
    what = f"{'预计' if guessed(on, dispute.body) else ''}{_answer(dispute)}期限：{of}"
    return Event(f"dispute-{dispute.pk}", on, what, reverse("desk-dispute", args=[dispute.pk]))


def _ics(events: Iterable[Event], address: Callable[[str], str]) -> Iterator[str]:
    """RFC 5545: one whole-day entry for each."""
    stamp = timezone.now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//gongkai//applications//ZH")
    yield "X-WR-CALNAME:依申请公开答复期限"
    for one in events:
        yield "BEGIN:VEVENT"
        yield f"UID:{one.uid}@gongkai"
        yield f"DTSTAMP:{stamp}"
        yield f"DTSTART;VALUE=DATE:{one.on:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{one.on + timedelta(days=1):%Y%m%d}"
        yield f"SUMMARY:{_escaped(one.what)}"
        yield f"URL:{address(one.url)}"
        yield "TRANSP:TRANSPARENT"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def _escaped(text: str) -> str:
    """What means something in such a file is said to be text, and it stays one line."""
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


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
