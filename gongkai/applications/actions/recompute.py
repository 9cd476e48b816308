"""The days of open cases reckoned anew, after the calendar changed: which moved, and why.

Nothing is decided here: the copies of the clock's days are brought up to date. It can be run at
any time, again, and be killed in the middle: each batch is whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.applications import clock
from gongkai.applications.actions.core import By, on_case
from gongkai.applications.models import Application, CalendarReckoned, CaseEvent, MovedDue
from gongkai.applications.state import ENDED
from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.bodies.calendars import one_calendar
from gongkai.bodies.models import Body, HolidayNotice
from gongkai.law.deadlines import Event, Outcome, run

#: Cases in one transaction: so long does a deed on one of them wait at most.
BATCH = 1000
State = Application.State
#: The copies that a change of the calendar can move while a case is open.
_MOVING = ("due_on", "waiting_until", "provisional")


class Moved(NamedTuple):
    """A case whose day ``what`` (a field of Application) moved from ``old`` to ``new``."""

    case: int
    number: str
    what: str
    old: date | None
    new: date | None


class _Entry(NamedTuple):
    """What the clock needs of a CaseEvent."""

    pk: int
    case: int
    on: date
    law_type: str
    data: dict[str, Any]
    voids_id: int | None


def open_cases(body: Body | None = None) -> QuerySet[Application]:
    """Cases whose days can still move; those given up in silence are open again if they do."""
    silent = Q(state=State.ABANDONED, archived_on=None, effective_on=None)
    found = Application.objects.filter((Q(closed_on=None) & ~Q(state__in=ENDED)) | silent)
    return found if body is None else found.filter(body=body)


def recompute_open_cases(
    body: Body | None = None, by: By = None, *, cause: str = "重新推算期限"
) -> list[Moved]:
    """Reckon the days of every open case (of ``body``) as of today; what moved, in no order.

    Each case that moved leaves a row in the list of moved days, each body an entry in the trail
    with the ``cause``.
    """
    keys = list(open_cases(body).order_by("body_id", "pk").values_list("pk", flat=True))
    bodies = Body.objects.in_bulk()
    moved: list[Moved] = []
    behind: list[int] = []
    today = clock.today()

    # Applications to one body with the same events on the same days have the same days.
    @lru_cache(maxsize=10_000)
    def reckon(body: int, events: tuple[Event, ...]) -> Outcome:
        return run(events, law=clock.law_for(bodies[body]), as_of=today)

    with one_calendar():
        for at in range(0, len(keys), BATCH):
            moved += _batch(keys[at : at + BATCH], bodies, by, cause, behind, reckon)
        for pk in behind:
            moved += _refresh(pk, cause)
    return moved


def _batch(
    keys: list[int],
    bodies: dict[int, Body],
    by: By,
    cause: str,
    behind: list[int],
    reckon: Callable[[int, tuple[Event, ...]], Outcome],
) -> list[Moved]:
    moved, stale = [], []
    per_body: dict[int, int] = {}
    with transaction.atomic():
        rows = (
            open_cases()
            .select_for_update(no_key=True)
            .filter(pk__in=keys)
            .order_by("pk")
            .values_list("pk", "number", "body_id", "state", *_MOVING)
        )
        events = _events(keys)
        for pk, number, body_id, state, *known in list(rows):
            entries = [e for e in clock.in_force(events.get(pk, ())) if e.law_type]  # type: ignore[arg-type]
            found = reckon(body_id, tuple(map(clock.law_event, entries)))
            days: Any = SimpleNamespace()
            clock.copy_days(days, found)
            if _state_is_behind(state, found):
                behind.append(pk)
                continue
            fresh = [getattr(days, name) for name in _MOVING]
            if fresh == known:
                continue
            stale.append((*fresh, pk))
            changes = list(_changes(pk, number, known, fresh))
            moved += changes
            if changes:
                per_body[body_id] = per_body.get(body_id, 0) + 1
        _write(stale)
        _list(moved, cause)
        for one in sorted((bodies[k] for k in per_body), key=lambda b: b.slug):
            audit.record(
                "重新推算在办申请的期限",
                one,
                by=by,
                scope=one.slug,
                new={"原因": cause, "变动件数": per_body[one.pk]},
            )
    return moved


def _events(keys: list[int]) -> dict[int, list[_Entry]]:
    rows = CaseEvent.objects.filter(
        ~Q(law_type="") | Q(voids__isnull=False), application_id__in=keys
    ).values_list("pk", "application_id", "on", "law_type", "data", "voids_id")
    found: dict[int, list[_Entry]] = {}
    for row in rows.order_by().iterator(5000):
        found.setdefault(row[1], []).append(_Entry(*row))
    return found


def _state_is_behind(state: str, found: Any) -> bool:
    """Whether time or the calendar took the case into another state, which needs its papers."""
    if state == State.ABANDONED or found.status == "abandoned":
        return bool(state != State.ABANDONED or found.status != "abandoned")
    waits = any(said == "pending" for _, said in found.consultations)
    return state == State.CONSULTING and not waits


def _changes(pk: int, number: str, known: list[Any], fresh: list[Any]) -> Iterator[Moved]:
    due, waiting = (old_new for old_new in zip(known[:2], fresh[:2], strict=True))
    if due[0] != due[1]:
        yield Moved(pk, number, "due_on", *due)
    # One that appears or ends does so because time passed, not because the calendar changed.
    if waiting[0] != waiting[1] and None not in waiting:
        yield Moved(pk, number, "waiting_until", *waiting)


def _write(stale: list[tuple[Any, ...]]) -> None:
    """The rows that changed, in one go: ``bulk_update`` takes far longer.

    On PostgreSQL a statement for each row would travel there and back; on SQLite it does not, and
    a day that is cast to its type would be a number.
    """
    if not stale:
        return
    meta, quote = Application._meta, connection.ops.quote_name
    fields = [meta.get_field(name) for name in _MOVING]
    table, key = quote(meta.db_table), quote(meta.pk.column)
    columns = [quote(f.column) for f in fields]
    values = [
        (*(f.get_db_prep_save(v, connection) for f, v in zip(fields, row, strict=False)), row[-1])
        for row in stale
    ]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            sets = ", ".join(f"{column} = %s" for column in columns)
            cursor.executemany(f"UPDATE {table} SET {sets} WHERE {key} = %s", values)
            return
        sets = ", ".join(
            f"{column} = CAST(fresh.{column} AS {f.db_type(connection)})"
            for f, column in zip(fields, columns, strict=True)
        )
        row = f"({', '.join(['%s'] * (len(columns) + 1))})"
        cursor.execute(
            f"UPDATE {table} SET {sets} FROM (VALUES {', '.join([row] * len(values))}) "
            f"AS fresh ({', '.join(columns)}, row_key) WHERE {table}.{key} = fresh.row_key",
            [value for row_values in values for value in row_values],
        )


def _list(moved: list[Moved], cause: str) -> None:
    now = timezone.now()
    MovedDue.objects.bulk_create(
        (
            MovedDue(
                application_id=m.case, what=m.what, old=m.old, new=m.new, cause=cause[:300], at=now
            )
            for m in moved
        ),
        batch_size=BATCH,
    )


def _refresh(pk: int, cause: str) -> list[Moved]:
    """Bring a case whose state changes up to date as a deed would; what moved of it."""
    case = Application.objects.get(pk=pk)
    known = [getattr(case, name) for name in _MOVING]
    try:
        with on_case(case, by=None, joined=True) as locked:
            known = [getattr(locked, name) for name in _MOVING]
    except Refused:  # archived meanwhile
        return []
    fresh = [getattr(locked, name) for name in _MOVING]
    moved = list(_changes(pk, locked.number, known, fresh))
    _list(moved, cause)
    return moved


# --- after the notices changed ------------------------------------------------------------------

#: So many cases are reckoned at once in the request that changed a notice; more wait for
#: ``gongkai site recompute_clock --waiting``, which a timer runs.
AT_ONCE = BATCH


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of the calendar the days of the open cases do not follow yet."""

    #: The notices as they are now.
    notices: dict[str, list[Any]]
    causes: tuple[str, ...]
    #: Keys of the bodies concerned; None: all.
    bodies: frozenset[int] | None

    def cases(self) -> QuerySet[Application]:
        found = open_cases()
        return found if self.bodies is None else found.filter(body__in=self.bodies)


def waiting() -> Waiting | None:
    """What waits to be reckoned; None when every open case follows the notices of now."""
    now = {
        str(n.pk): [n.source, n.body_id, list(n.days_off), list(n.working_days)]
        for n in HolidayNotice.objects.order_by("pk")
    }
    row = CalendarReckoned.objects.filter(pk=_ROW).first()
    known = row.notices if row else {}
    if now == known:
        return None
    differing = [k for k in {**known, **now} if known.get(k) != now.get(k)]
    causes = [now[k][0] if k in now else f"删除：{known[k][0]}" for k in differing]
    bodies = {one[1] for k in differing for one in (known.get(k), now.get(k)) if one}
    whole = None in bodies
    return Waiting(now, tuple(causes), None if whole else frozenset(bodies))


_ROW = 1


def catch_up(by: By = None, *, cause: str = "") -> list[Moved]:
    """Reckon what waits, if anything does; killed in the middle, it still waits."""
    found = waiting()
    if found is None:
        return []
    cause = cause or "；".join(found.causes)
    some: list[Body | None] = (
        [None]
        if found.bodies is None
        else list(Body.objects.filter(pk__in=found.bodies).order_by("pk"))
    )
    moved = [m for body in some for m in recompute_open_cases(body, by, cause=cause)]
    reckoned(found.notices)
    return moved


def reckoned(notices: dict[str, list[Any]]) -> None:
    """Note the notices, as they were read before the work, as followed."""
    CalendarReckoned.objects.update_or_create(pk=_ROW, defaults={"notices": notices})


def on_calendar_changed(
    sender: object, *, body: Body | None, by: By, cause: str, **kwargs: object
) -> str:
    """The holiday notices changed (bodies.holidays.calendar_changed): what it did, in words."""
    found = waiting()
    if found is not None and (count := found.cases().count()) > AT_ONCE:
        return f"{count} 件在办申请正在重新推算期限，完成以后见“期限变动”。"
    moved = catch_up(by, cause=cause)
    cases = len({m.case for m in moved})
    if not cases:
        return "在办申请的期限没有变动。"
    return f"有 {cases} 件在办申请的期限变动，见“期限变动”。"
