"""The working days of a body: the national calendar with the notices that its office entered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar

from django.db.models import Q

from gongkai.bodies.models import Body, HolidayNotice
from gongkai.law.calendar import Notice, WorkCalendar, national

#: The calendar of each body (None: of the whole country) while one page is made or one batch is
#: worked through; else None.
_known: ContextVar[dict[int | None, WorkCalendar] | None] = ContextVar("calendars", default=None)


def hold(**kwargs: object) -> None:
    """From now on, read each body's notices once (start of a request)."""
    _known.set({})


def let_go(**kwargs: object) -> None:
    """Read them each time (end of a request)."""
    _known.set(None)


def forget() -> None:
    """The notices changed: read them again."""
    if _known.get() is not None:
        _known.set({})


@contextmanager
def one_calendar() -> Iterator[None]:
    """Inside, each body's notices are read once."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


@contextmanager
def same_calendar() -> Iterator[None]:
    """Inside one deed: notices are read once, or not at all where the request has read them."""
    with one_calendar() if _known.get() is None else nullcontext():
        yield


def calendar_for(body: Body | None) -> WorkCalendar:
    """The working days of a body, or of the whole country, with the entries that hold for it."""
    known, key = _known.get(), body.pk if body else None
    if known is None:
        return calendar_without(None, body)
    if key not in known:
        known[key] = calendar_without(None, body)
    return known[key]


def calendar_without(entry: HolidayNotice | None, body: Body | None) -> WorkCalendar:
    """``calendar_for``, read anew and as if ``entry`` had not been made."""
    holding = Q(body=None) if body is None else Q(body=None) | Q(body=body)
    entries = HolidayNotice.objects.filter(holding).order_by("id")
    if entry is not None:
        entries = entries.exclude(pk=entry.pk)
    return national().with_notices(as_notice(e) for e in entries)


def as_notice(entry: HolidayNotice) -> Notice:
    """The entry as the calendar reads it. ValueError with a Chinese sentence."""
    return Notice.from_data(
        {
            "source": entry.source,
            "year": entry.year,
            "off": entry.days_off,
            "work": entry.working_days,
        }
    )
