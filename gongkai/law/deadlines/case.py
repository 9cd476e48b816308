"""The state of one application and the one question asked of it: when is the reply due?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from gongkai.law.calendar import WorkCalendar, national
from gongkai.law.deadlines.steps import Pause, Step
from gongkai.law.parameters import Rulebook, statute


@dataclass(frozen=True, slots=True)
class Law:
    """What the clock reckons with: a calendar, the values, and the body's own settings.

    ``reviewing_body`` replaces the statutory wording where a body is special.
    """

    calendar: WorkCalendar
    rules: Rulebook
    reviewing_body: str | None = None

    @classmethod
    def national(cls) -> Law:
        return cls(national(), statute())


#: What started a reply period.
Cause = Literal["receipt", "correction", "payment"]


@dataclass(slots=True)
class Period:
    """A running reply period: ``days`` + ``extension`` working days after ``start``.

    ``until``: the delayed day fixed under Art 35, which takes the place of the count.
    """

    start: date
    cause: Cause
    days: int
    extension: int = 0
    until: date | None = None


@dataclass(slots=True)
class Correction:
    served: date
    days: int
    due: date
    received: date | None = None


@dataclass(slots=True)
class Consultation:
    """A consultation of a third party, a joint maker or another agency (Arts 32–34)."""

    id: str
    party: str
    sent: date
    delivered: date | None = None
    due: date | None = None
    replied: date | None = None
    position: str | None = None

    @property
    def end(self) -> date | None:
        """Last day of the excluded interval; None while it cannot be told."""
        known = [d for d in (self.replied, self.due) if d is not None]
        return min(known, default=None)

    @property
    def in_time(self) -> bool:
        return self.replied is not None and (self.due is None or self.replied <= self.due)


@dataclass(slots=True)
class FeeNotice:
    served: date
    due: date
    latest: date | None
    mode: str | None
    amount: int | None
    paid: int = 0
    paid_on: date | None = None


@dataclass(slots=True)
class Reply:
    """The reply and how it went out; ``due`` is the reply period as it then stood."""

    due: date | None
    issued: date | None = None
    posted: date | None = None
    signed: date | None = None
    online: date | None = None
    decision: str | None = None

    @property
    def effective(self) -> date | None:
        """Posting counts for post, signature for service (H235); else the day of issue."""
        return self.posted or self.signed or self.online or self.issued

    @property
    def decided(self) -> date | None:
        """The day of the letter, which chooses the law of the remedies."""
        return self.issued or self.posted or self.online or self.signed

    @property
    def known(self) -> date | None:
        """The day the applicant learned of the reply; None when it is not recorded."""
        return self.signed or self.online


@dataclass(slots=True)
class Reanswer:
    """A new reply that a reconsideration decision or a judgment ordered, ``until`` a fixed day."""

    ordered: date
    until: date
    reply: Reply | None = None


@dataclass(slots=True)
class Case:
    """Everything accepted so far about one application."""

    submitted: date | None = None
    waiting: Literal["signature", "confirmation", None] = None
    unsigned_post: bool = False
    arrived: date | None = None
    unreachable: bool = False
    received: date | None = None
    applicant: str | None = None
    ordinal: int | None = None
    pages: int | None = None
    notice_due: date | None = None
    period: Period | None = None
    correction: Correction | None = None
    consultations: dict[str, Consultation] = field(default_factory=dict)
    fee: FeeNotice | None = None
    reasons_requested: date | None = None
    reply: Reply | None = None
    reanswers: list[Reanswer] = field(default_factory=list)
    withdrawn: date | None = None
    last: date | None = None
    before: dict[str, date | None] = field(default_factory=dict)
    consumed: int | None = None
    steps: list[Step] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def awaiting_correction(self) -> bool:
        return self.correction is not None and self.correction.received is None

    @property
    def awaiting_payment(self) -> bool:
        return self.fee is not None and self.fee.paid_on is None

    @property
    def given_up_as(self) -> str | None:
        """The decision that follows when the correction or payment awaited does not come."""
        if self.awaiting_correction:
            return "other_uncorrected"
        return "other_unpaid" if self.awaiting_payment else None

    @property
    def abandoned_due(self) -> date | None:
        """The last day after which the application counts as given up, while one is running."""
        if self.awaiting_correction and self.correction is not None:
            return self.correction.due
        if self.awaiting_payment and self.fee is not None:
            return self.fee.due
        return None

    @property
    def answer(self) -> Reply | None:
        """The reply that holds: the first one, or the latest new one; None while it is awaited."""
        return self.reanswers[-1].reply if self.reanswers else self.reply

    @property
    def reanswering(self) -> bool:
        """Whether a new reply was ordered and is not yet given."""
        return bool(self.reanswers) and self.reanswers[-1].reply is None

    @property
    def closed(self) -> date | None:
        """The day that counts: a new reply after reconsideration is not counted again (B.4)."""
        if self.withdrawn is not None:
            return self.withdrawn
        return self.reply.effective if self.reply is not None else None


def pauses(case: Case, law: Law) -> list[Pause]:
    """The excluded intervals, first and last day included; ``last`` None while still open."""
    found = []
    for one in case.consultations.values():
        if law.rules.find("consultation.not_counted", on=one.sent) is None:
            continue
        how = law.rules.rule("convention.consultation_first_excluded_day", on=one.sent).value
        first = one.sent if how == "sending" else one.sent + timedelta(days=1)
        found.append(Pause(first, one.end, f"征求意见（{one.id}）"))
    return found


def paused_days(found: list[Pause], law: Law) -> set[date]:
    """The working days in closed intervals, each once however many intervals overlap."""
    days: set[date] = set()
    for one in found:
        if one.last is not None and one.last >= one.first:
            days.update(law.calendar.days(one.first - timedelta(days=1), one.last))
    return days


def period_due(case: Case, law: Law) -> date | None:
    """Last day of the running reply period; None when none runs or a consultation has no end."""
    period = case.period
    if period is None or case.awaiting_correction or case.awaiting_payment:
        return None
    if period.until is not None:
        return period.until
    count = period.days + period.extension
    if not case.consultations:
        return law.calendar.add(period.start, count)
    found = pauses(case, law)
    due = law.calendar.add_excluding(period.start, count, paused_days(found, law))
    if any(p.last is None and p.first <= due for p in found):
        return None
    return due
