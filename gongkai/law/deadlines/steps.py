"""The steps of a calculation: which day, by which rule and article, what was not counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from gongkai.law.calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that are not counted, ``first`` to ``last`` inclusive (``last`` None: still open)."""

    first: date
    last: date | None
    why: str

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of days not counted for one reason."""

    first: date
    last: date
    days: int
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the calculation.

    ``key`` names the result as in the JSON output, ``day`` is the result (None: it cannot be
    told yet). For a counted step, ``start`` is the day that is not counted and ``counted`` the
    number of ``unit`` (工作日, 日, 月) that are; ``pauses`` what stops the count.
    """

    key: str
    title: str
    day: date | None
    rule: str
    article: str
    start: date | None = None
    counted: int | None = None
    unit: str | None = None
    pauses: tuple[Pause, ...] = ()
    note: str | None = None

    def is_provisional(self, calendar: WorkCalendar) -> bool:
        """Whether the day may still move: counted in working days, or moved on from a day off
        (R8), in a year whose notice is not out."""
        hangs = self.unit == "工作日" or self.rule == "R8"
        return self.day is not None and hangs and calendar.is_provisional(self.day)

    def not_counted(self, calendar: WorkCalendar) -> list[Span]:
        """The days between ``start`` and ``day`` that were not counted, run by run."""
        if self.start is None or self.day is None or self.unit != "工作日":
            return []
        spans = []
        for why, run in groupby(self._reasons(calendar), key=lambda item: item[1]):
            days = [day for day, _ in run]
            if why is not None:
                spans.append(Span(days[0], days[-1], len(days), why))
        return spans

    def _reasons(self, calendar: WorkCalendar) -> Iterator[tuple[date, str | None]]:
        assert self.start is not None and self.day is not None
        day = self.start + timedelta(days=1)
        while day <= self.day:
            why = calendar.why_off(day)
            if why is None:
                why = "；".join(p.why for p in self.pauses if p.covers(day)) or None
            yield day, why
            day += timedelta(days=1)

    def swapped(self, calendar: WorkCalendar) -> list[date]:
        """Weekend days that were counted because they are worked (调休)."""
        if self.start is None or self.day is None or self.unit != "工作日":
            return []
        return [
            d
            for d in calendar.days(self.start, self.day)
            if calendar.is_swapped(d) and not any(p.covers(d) for p in self.pauses)
        ]

    def as_json(self, calendar: WorkCalendar) -> dict[str, Any]:
        """The step as it is printed; days as ISO dates."""
        out: dict[str, Any] = {
            "key": self.key,
            "title": self.title,
            "day": self.day and self.day.isoformat(),
            "rule": self.rule,
            "article": self.article,
        }
        if self.start is not None:
            out["from"] = self.start.isoformat()
        if self.counted is not None:
            out |= {"days_counted": self.counted, "unit": self.unit}
        if self.unit == "工作日":
            out["days_excluded"] = [
                {
                    "from": s.first.isoformat(),
                    "to": s.last.isoformat(),
                    "days": s.days,
                    "why": s.why,
                }
                for s in self.not_counted(calendar)
            ]
            out["swapped_days_counted"] = [d.isoformat() for d in self.swapped(calendar)]
        if self.note:
            out["note"] = self.note
        if self.is_provisional(calendar):
            out["provisional"] = True
        return out
