"""待办 of applications on the first page: mine by the day it is due, what waits, what is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, Max, Min, QuerySet, prefetch_related_objects

from gongkai.applications import clock
from gongkai.applications.actions.disputes import KEEPERS
from gongkai.applications.actions.urge import URGED
from gongkai.applications.desk.case_filter import cases_of, in_order, overdue
from gongkai.applications.desk.turns import (
    Posts,
    my_turn,
    papers,
    posts_of,
    turn_of,
    with_days,
)
from gongkai.applications.due import awaited_day, defences_awaited, notice_days
from gongkai.applications.models import Application, Reminder
from gongkai.bodies.models import Body, Role
from gongkai.bodies.queries import Someone, bodies_for

#: So many of each are listed; the work list has them all.
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Heap:
    """The first cases of a kind, and how many there are."""

    cases: list[Any]
    count: int

    @property
    def more(self) -> bool:
        """Whether there are some that are not listed."""
        return self.count > len(self.cases)


@dataclass(frozen=True, slots=True)
class Behind:
    """A supervised body with applications past their day: how many, since when, last urged."""

    body: Body
    count: int
    since: date
    urged: datetime | None


@dataclass(frozen=True, slots=True)
class CaseTodo:
    """``mine``: my turn; ``waiting``: mine, but the next deed is somebody else's; ``late``:
    past their day in my section or, for those who see it whole, my body.
    """

    mine: Heap
    waiting: Heap
    late: Heap
    #: Reconsiderations and suits that the person's body has yet to answer.
    disputes: Heap
    #: For who supervises: the bodies that are late, the most cases first; no case, no person.
    supervised: list[Behind]

    def __bool__(self) -> bool:
        return bool(self.supervised) or self.own

    @property
    def own(self) -> bool:
        """Whether there is anything of the person's own bodies."""
        heaps = (self.mine, self.waiting, self.late, self.disputes)
        return any(heap.count for heap in heaps)

    @property
    def late_supervised(self) -> int:
        return sum(one.count for one in self.supervised)


def case_todo(user: Someone) -> CaseTodo:
    """What there is to do for a person, those due first at the top."""
    posts = posts_of(user)
    today, notice_on = clock.today(), notice_days()
    late = cases_of("body", user, posts) | cases_of("section", user, posts)
    mine, waiting, late_heap = (
        _heap(cases, notice_on)
        for cases in (
            cases_of("mine", user, posts),
            cases_of("waiting", user, posts),
            late.filter(overdue(today)),
        )
    )
    rows = [*mine.cases, *waiting.cases, *late_heap.cases]
    prefetch_related_objects(rows, *papers())
    for row in rows:
        row.turn = turn_of(row)
    if posts.own is not None:
        keys = [row.pk for row in mine.cases]
        own = set(Application.objects.filter(my_turn(posts.own), pk__in=keys).values_list("pk"))
        for row in mine.cases:
            row.acting = "" if (row.pk,) in own else posts.acting.get(row.body_id, "")
    _mark_urged([*mine.cases, *late_heap.cases])
    return CaseTodo(mine, waiting, late_heap, _defences(user), _supervised(user, posts, today))


def _defences(user: Someone) -> Heap:
    kept = bodies_for(user, *KEEPERS)
    found = defences_awaited().filter(body__in=kept).select_related("body", "application")
    return _counted(found, list(found[:SHOWN]))


def _mark_urged(rows: list[Any]) -> None:
    """When the supervising office last urged each case that is still to be answered."""
    given = Reminder.objects.filter(cause=URGED, application__in=[row.pk for row in rows])
    when = dict(given.order_by("made_at").values_list("application", "made_at"))
    for row in rows:
        row.urged = when.get(row.pk)


def _supervised(user: Someone, posts: Posts, today: date) -> list[Behind]:
    """An administrator sees every body and supervises none."""
    if getattr(user, "is_superuser", False) or not posts.may(Role.INSPECTOR):
        return []
    cases = cases_of("supervised", user, posts)
    late = cases.filter(overdue(today)).order_by()
    counted = late.values("body").annotate(n=Count("pk", distinct=True), since=Min(awaited_day()))
    rows = sorted(counted, key=lambda row: (-row["n"], row["since"], row["body"]))
    bodies = Body.objects.in_bulk([row["body"] for row in rows])
    urged = dict(
        Reminder.objects.filter(cause=URGED, application__in=late.values("pk"))
        .values_list("application__body")
        .annotate(Max("made_at"))
    )
    return [
        Behind(bodies[row["body"]], row["n"], row["since"], urged.get(row["body"])) for row in rows
    ]


def _heap(cases: QuerySet[Application], notice_on: Case) -> Heap:
    """Without their papers, which those of all heaps are given at once."""
    shown = in_order(with_days(cases, notice_on)).select_related("body", "section", "clerk")
    # The applicant is read: what the subject says of him is masked.
    return _counted(cases, list(shown.defer("details", "purpose", "fee_relief")[:SHOWN]))


def _counted(found: QuerySet[Any], rows: list[Any]) -> Heap:
    # A full heap is counted; one that is not is its own count.
    return Heap(rows, found.order_by().count() if len(rows) == SHOWN else len(rows))
