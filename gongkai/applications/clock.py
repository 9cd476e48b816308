"""The one bridge to the law's clock: a case's events in, its days out; nothing is counted here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields
from datetime import date
from typing import Any

from django.utils import timezone

from gongkai.applications.models import Application, CaseEvent
from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.models import Body
from gongkai.documents.blocks import chinese_dates
from gongkai.law.deadlines import Event, EventType, Law, Outcome, Refusal, run
from gongkai.law.parameters import statute

_FIELDS = {f.name for f in fields(Event)} - {"on", "type", "case", "expect"}


#: The day to work on while a history is replayed; else None.
_day: ContextVar[date | None] = ContextVar("the day of a replayed history", default=None)


def today() -> date:
    """The day in Beijing time."""
    return _day.get() or timezone.localdate()


@contextmanager
def on_day(day: date) -> Iterator[None]:
    """Inside, today is ``day``: for cases entered with their history (demonstration, take-over)."""
    token = _day.set(day)
    try:
        yield
    finally:
        _day.reset(token)


def law_for(body: Body | None) -> Law:
    """The calendar with the notices entered for the whole country and for this body."""
    return Law(calendar_for(body), statute())


def in_force(events: Iterable[CaseEvent]) -> list[CaseEvent]:
    """The events that were not struck out, by day."""
    listed = list(events)
    struck = {e.voids_id for e in listed if e.voids_id}
    kept = [e for e in listed if e.pk not in struck and e.voids_id is None]
    # An entry that replaces another one takes its place among those of the same day.
    return sorted(kept, key=lambda e: (e.on, e.data.get("replaces") or e.pk or 1 << 62))


def law_event(entry: CaseEvent) -> Event:
    """The event as the clock knows it."""
    return make_event(EventType(entry.law_type), entry.on, entry.data)


def make_event(kind: EventType, on: date, data: dict[str, Any]) -> Event:
    """An event from its JSON-able fields."""
    given = {k: v for k, v in data.items() if k in _FIELDS}
    if isinstance(given.get("until"), str):
        given["until"] = date.fromisoformat(given["until"])
    return Event(on=on, type=kind, **given)


def law_events(case: Application) -> list[Event]:
    """Everything the clock must know about the case, in order."""
    return [law_event(e) for e in in_force(case.events.all()) if e.law_type]


def outcome(case: Application, *, as_of: date | None = None, law: Law | None = None) -> Outcome:
    """What the clock says of the case on the day ``as_of`` (today when not given)."""
    return run(law_events(case), law=law or law_for(case.body), as_of=as_of or today())


def refusals(case: Application, entries: Iterable[CaseEvent]) -> tuple[Refusal, ...]:
    """What the law would refuse if these were the case's entries."""
    events = [law_event(e) for e in in_force(entries) if e.law_type]
    return run(events, law=law_for(case.body), as_of=today()).refused


def foresee(case: Application, kind: EventType, *, on: date | None = None, **data: Any) -> Outcome:
    """What the clock would say if this event happened on ``on`` (today)."""
    day = on or today()
    known = law_events(case)
    at = sum(e.on <= day for e in known)
    trial = [*known[:at], make_event(kind, day, data), *known[at:]]
    return run(trial, law=law_for(case.body), as_of=today())


def probe(
    case: Application, kind: EventType, *, on: date | None = None, **data: Any
) -> tuple[str, str]:
    """Whether the law allows this event now: ("", "") or (sentence, article) of the refusal."""
    day = on or today()
    known = law_events(case)
    at = sum(e.on <= day for e in known)
    trial = [*known[:at], make_event(kind, day, data), *known[at:]]
    law = law_for(case.body)
    before = {r.code for r in run(known, law=law, as_of=day).refused}
    for refusal in run(trial, law=law, as_of=day).refused:
        if refusal.event is trial[at] or refusal.code not in before:
            return chinese_dates(refusal.message), refusal.article
    return "", ""


def possible_from(case: Application, kind: EventType, *, on: date, **data: Any) -> CaseEvent | None:
    """The later entry from whose day on the law allows what it refuses on the day ``on``."""
    for entry in in_force(case.events.all()):
        if entry.law_type and entry.on > on and not probe(case, kind, on=entry.on, **data)[0]:
            return entry
    return None


def copy_days(case: Application, found: Outcome) -> None:
    """Write what the clock says into the case's copies; the caller saves them."""
    case.received_on = found.received_on
    case.due_on = found.reply_due
    case.waiting_until = _waiting_until(found)
    case.provisional = not _still_awaited(found).isdisjoint(found.provisional)
    case.extended = "extension" in found.before
    case.closed_on = found.closed_on
    case.effective_on = found.effective_on
    case.on_time = found.on_time
    if found.closed_on is not None and found.decision:
        case.decision = found.decision


def _still_awaited(found: Outcome) -> set[str]:
    """The days that still matter, by their JSON names: a correction that has come is none."""
    if found.closed_on is not None:
        return set(found.provisional)
    names = {"reply_due"}
    if found.status == "awaiting_correction":
        names.add("applicant_correction_due")
    if found.status == "awaiting_payment":
        names.add("fee_payment_due")
    return names | {
        f"consultation_due_{c.id}" for c, said in found.consultations if said == "pending"
    }


def _waiting_until(found: Outcome) -> date | None:
    if found.status == "reanswering":
        return found.reanswer_due
    if found.status == "awaiting_correction":
        return found.correction_due
    if found.status == "awaiting_payment":
        return found.payment_due
    open_ends = [c.due for c, said in found.consultations if said == "pending" and c.due]
    return min(open_ends, default=None)
