"""The filter of the work list: which cases of which tab, in what order, how many of each colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.http import QueryDict

from gongkai.applications import clock
from gongkai.applications.desk.turns import OPEN, Posts, my_turn
from gongkai.applications.due import (
    awaited_day,
    awaited_within,
    calendars,
    local_calendars,
    nearest_day,
    notice_within,
)
from gongkai.applications.models import Application, Assignment, Letter
from gongkai.applications.queries import cases_for
from gongkai.base.office import number_of
from gongkai.base.sealed import mark
from gongkai.bodies.models import Role
from gongkai.bodies.queries import Someone, bodies_for
from gongkai.law.calendar import WorkCalendar
from gongkai.law.deadlines import warning
from gongkai.law.deadlines.duties import COLOUR_LABELS, Colour
from gongkai.law.parameters import statute

TABS = {
    "mine": "我要办的",
    "waiting": "等他人办理",
    "section": "本科室",
    "body": "本机关",
    "supervised": "我监督的机关",
}
ALL = "all"
COLOURS: tuple[Colour, ...] = ("overdue", "due_today", "red", "yellow", "green")
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What is asked of the list. ``name_mark`` stands for a name that was searched for."""

    tab: str = "mine"
    q: str = ""
    state: str = ""
    colour: str = ""
    channel: str = ""
    kind: str = ""
    section: str = ""
    decision: str = ""
    year: str = ""
    provisional: str = ""
    extended: str = ""
    name_mark: str = ""

    @classmethod
    def of(cls, data: QueryDict | dict[str, Any]) -> CaseFilter:
        """From an address or the session; what is not understood asks for nothing."""
        known = {f.name for f in fields(cls)}
        given = {k: _plain(str(data.get(k) or "")) for k in known}
        return cls(**given | {"tab": given["tab"] if given["tab"] in TABS else "mine"})

    def named(self, name: str) -> CaseFilter:
        return replace(self, name_mark=mark("name", name))

    def kept(self) -> dict[str, str]:
        """For the session: no name in it, only its mark."""
        return {k: v for k, v in asdict(self).items() if v}

    @property
    def query(self) -> str:
        """For an address of the same list; the name's mark stays in the session."""
        out = QueryDict(mutable=True)
        out.update({k: v for k, v in self.kept().items() if k != "name_mark"})
        return out.urlencode()

    @property
    def narrowed(self) -> bool:
        return self != CaseFilter(tab=self.tab)


def _plain(text: str) -> str:
    return text.replace("\0", "").strip()[:_LONGEST]


def tabs_for(posts: Posts) -> list[str]:
    """The tabs that make sense for this person."""
    own = [r for r in Role if r not in (Role.INSPECTOR, Role.REVIEWER)]
    found = ["mine"] if posts.may(*own) else []
    found += ["waiting"] if posts.may(Role.CLERK) or posts.sections else []
    found += ["section"] if posts.sections else []
    found += ["body"] if posts.may(*[r for r in own if r != Role.HANDLER]) else []
    return found + (["supervised"] if posts.may(Role.INSPECTOR) else [])


def cases_of(tab: str, user: Someone, posts: Posts) -> QuerySet[Application]:
    """Every case of one tab, open or not; never more than ``cases_for`` lets the person see."""
    if tab == "supervised":
        return cases_for(user, Role.INSPECTOR)
    own = tuple(r for r in Role if r not in (Role.INSPECTOR, Role.REVIEWER))
    seen = Application.objects.filter(posts.sees(*own))
    if tab == "mine":
        return seen.filter(my_turn(posts))
    if tab == "waiting":  # in my charge, the next deed is somebody else's
        given = Assignment.objects.filter(section__in=posts.sections).values("application")
        charge = Q(clerk=user.pk) | Q(pk__in=given)
        return seen.filter(charge, state__in=OPEN).exclude(my_turn(posts))
    if tab == "section":
        return Application.objects.filter(posts.sees(Role.HANDLER))
    return Application.objects.filter(posts.within(*[r for r in own if r != Role.HANDLER]))


def narrow(
    cases: QuerySet[Application], chosen: CaseFilter, today: date, *, names: bool = True
) -> QuerySet[Application]:
    """The cases that the filter leaves. ``names`` False: a name cannot be searched for."""
    cases = by_state(cases, chosen)
    if chosen.colour in COLOURS:
        cases = cases.filter(of_colour(chosen.colour, today))
    for name, value in (
        ("channel", chosen.channel),
        ("applicant_kind", chosen.kind),
        ("decision", chosen.decision),
    ):
        if value:
            cases = cases.filter(**{name: value})
    for name, value in (("section", chosen.section), ("year", chosen.year)):
        if (number := number_of(value)) is not None:
            cases = cases.filter(**{name: number})
    if chosen.provisional:
        # Of a case that is answered only the days of its remedies may still move.
        cases = cases.filter(provisional=True, closed_on=None)
    if chosen.extended:
        cases = cases.filter(extended=True)
    if chosen.name_mark:
        cases = cases.filter(name_mark=chosen.name_mark) if names else cases.none()
    return cases.filter(_search(chosen.q)) if chosen.q else cases


def by_state(cases: QuerySet[Application], chosen: CaseFilter) -> QuerySet[Application]:
    """Unless asked for otherwise, the open ones; in 我要办的 whatever still has a next deed."""
    if chosen.state in Application.State.values:
        return cases.filter(state=chosen.state)
    if chosen.state == ALL or (chosen.tab == "mine" and not chosen.colour):
        return cases
    return cases.filter(state__in=OPEN)


def _search(text: str) -> Q:
    found = Q(subject__icontains=text) | Q(document_number__icontains=text)
    if text.isascii() and text.isdigit():
        found |= Q(number__startswith=text)
    if "〔" in text or "第" in text:
        found |= Q(pk__in=Letter.objects.filter(number=text).values("application"))
    return found


def in_order(cases: QuerySet[Application]) -> QuerySet[Application]:
    """What nobody has taken in yet, the oldest first; then by the nearest day on which the office
    must act, then by that on which something else is awaited; what awaits nothing, at the end.
    The cases are those of ``with_turns``."""
    new = Q(state=Application.State.AWAITING_CONFIRMATION)
    days = (Coalesce("notice_on", awaited_day()), F("waiting_until"), F("due_on"))
    return cases.order_by(
        Case(When(new, then=F("submitted_on")), default=None).asc(nulls_last=True),
        *(day.asc(nulls_last=True) for day in days),
        "pk",
    )


# --- colours ----------------------------------------------------------------------------------


def overdue(today: date) -> Q:
    """Open cases past their day: by then the time to ask for a correction is over too."""
    return awaited_within(lt=today) & Q(state__in=OPEN)


def of_colour(colour: str, today: date) -> Q:
    """The cases whose nearest day (``due.nearest``) lies in the colour (open ones only).

    Bodies with days off of their own are reckoned by their own calendar.
    """
    if colour == "overdue":
        return overdue(today)
    found = Q(pk__in=[])
    for where, calendar in calendars():
        found |= _day_in(colour, calendar, today) & where
    return found & Q(state__in=OPEN)


def _day_in(colour: str, calendar: WorkCalendar, today: date) -> Q:
    at = statute().rule("convention.warning", on=today).value
    yellow, green = (calendar.add(today, at[name]) for name in ("yellow", "green"))
    sooner = notice_within(calendar, lambda on: True)

    def due(fits: Callable[[date], bool], **reply: date) -> Q:
        return notice_within(calendar, fits) | awaited_within(**reply) & ~sooner

    if colour == "due_today":
        return due(lambda on: on == today, exact=today)
    if colour == "red":
        return due(lambda on: today < on < yellow, gt=today, lt=yellow)
    if colour == "yellow":
        return due(lambda on: yellow <= on < green, gte=yellow, lt=green)
    return due(lambda on: on >= green, gte=green)


def colour_counts(cases: QuerySet[Application], today: date) -> list[tuple[Colour, str, int]]:
    """How many open cases of each colour, the most urgent first.

    The database counts the cases of each day; what colour a day has is asked here.
    """
    cases = cases.filter(awaited_within(isnull=False), state__in=OPEN).order_by()
    days = cases.annotate(day=nearest_day()).values_list("body", "day").annotate(n=Count("pk"))
    own, common = local_calendars(), clock.law_for(None).calendar
    counted: Counter[str] = Counter()
    for body, day, n in days:
        counted[warning(day, today, calendar=own.get(body, common)).colour] += n
    return [(c, COLOUR_LABELS[c], counted[c]) for c in COLOURS]


def late_by(cases: QuerySet[Application], today: date) -> dict[str, list[dict[str, Any]]]:
    """Open cases past their day, by clerk and by section: what the head asks about."""
    late = cases.filter(overdue(today)).order_by()
    by_clerk = late.values("clerk__last_name", "clerk__first_name").annotate(n=Count("pk"))
    by_section = late.values("section__name").annotate(n=Count("pk"))
    return {
        "经办人": _rows(by_clerk, "未定经办人", "clerk__last_name", "clerk__first_name"),
        "承办科室": _rows(by_section, "未交办", "section__name"),
    }


def _rows(counted: Iterable[dict[str, Any]], nobody: str, *names: str) -> list[dict[str, Any]]:
    rows = [{"who": "".join(r[n] or "" for n in names) or nobody, "n": r["n"]} for r in counted]
    return sorted(rows, key=lambda row: (-row["n"], row["who"]))


def may_see_late(user: Someone) -> bool:
    return bodies_for(user, Role.HEAD, Role.LEADER).exists()
