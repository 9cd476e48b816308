"""The days of the oracle: it lives through each of them and never computes a date."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Self

import chinese_calendar

HORIZON = 400
works = cache(chinese_calendar.is_workday)


@dataclass
class Waiting:
    """Counts working days after ``since`` until ``length`` have passed."""

    since: date
    length: int
    passed: int = 0
    ended: date | None = None

    def live(self, day: date) -> None:
        if self.ended is None and day > self.since and works(day):
            self.passed += 1
            if self.passed == self.length:
                self.ended = day


@dataclass
class Asked:
    sent: date
    term: Waiting | None = None
    replied: date | None = None

    def stops(self, day: date) -> bool:
        if day <= self.sent:
            return False
        if self.replied is not None and day > self.replied:
            return False
        return not (self.term and self.term.ended and day > self.term.ended)


class Life:
    """An application from day to day, without its events."""

    def __init__(self) -> None:
        self.today: date | None = None
        self.received: date | None = None
        self.state = "new"
        self.start: date | None = None
        self.allowance = self.counted = self.skipped = self.extension = 0
        self.reached: date | None = None
        self.fixed: date | None = None
        self.notice: Waiting | None = None
        self.correction: Waiting | None = None
        self.corrected = False
        self.fee: Waiting | None = None
        self.paid = False
        self.asked: dict[str, Asked] = {}
        self.reasons = False
        self.reply_day: date | None = None
        self.posted = self.signed = False
        self.withdrawn = False
        self.due_of_reply: date | None = None
        self.before: dict[str, date | None] = {}
        self.ordered_until: date | None = None
        self.again: date | None = None

    # life

    def live_until(self, day: date) -> None:
        """Live through every day before ``day``."""
        if self.today is None:
            self.today = day
        while self.today < day:
            self._evening(self.today)
            self.today += timedelta(days=1)

    def _evening(self, day: date) -> None:
        if self.notice:
            self.notice.live(day)
        for one in self.asked.values():
            if one.term:
                one.term.live(day)
        if self.correction and not self.corrected:
            self.correction.live(day)
        if self.fee and not self.paid:
            self.fee.live(day)
        if not self.runs or self.reached or self.start is None or day <= self.start:
            return
        if self.fixed:
            self.reached = self.fixed if day >= self.fixed else None
        elif works(day):
            if any(one.stops(day) for one in self.asked.values()):
                self.skipped += 1
            else:
                self.counted += 1
                if self.counted == self.allowance:
                    self.reached = day

    @property
    def runs(self) -> bool:
        waiting = (self.correction and not self.corrected) or (self.fee and not self.paid)
        return self.start is not None and not waiting

    @property
    def given_up(self) -> date | None:
        """The last day of a correction or payment period that has passed."""
        if self.correction and not self.corrected:
            return self.correction.ended
        if self.fee and not self.paid:
            return self.fee.ended
        return None

    def foresee(self) -> Self:
        """Another self that lives on without events until nothing more can happen."""
        other = copy.deepcopy(self)
        last = (self.today or date.min) + timedelta(days=HORIZON)
        while other.today is not None and other.today < last and not other.settled:
            other.live_until(other.today + timedelta(days=1))
        return other

    @property
    def settled(self) -> bool:
        """Nothing is waiting any more."""
        waits = [self.notice, *(one.term for one in self.asked.values())]
        waits += [None if self.corrected else self.correction, None if self.paid else self.fee]
        return all(w is None or w.ended for w in waits) and (not self.runs or bool(self.reached))

    def due(self) -> date | None:
        return self.foresee().reached if self.runs else None

    def begin(self, day: date) -> None:
        self.start, self.allowance, self.extension = day, 20, 0
        self.counted = self.skipped = 0
        self.reached = self.fixed = None
