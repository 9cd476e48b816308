"""What the clock says of a case: typed for the other rooms, and as one JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal

from gongkai.law.counting import Counted, by_path, table3
from gongkai.law.deadlines.case import (
    Case,
    Consultation,
    Law,
    Reply,
    paused_days,
    pauses,
    period_due,
)
from gongkai.law.deadlines.events import Event
from gongkai.law.deadlines.steps import Step
from gongkai.law.decisions import missing_steps
from gongkai.law.fees import Fee, Mode, fee
from gongkai.law.parameters import NoRuleInForce
from gongkai.law.remedies import Remedies, remedies

Status = Literal[
    "none",
    "awaiting_receipt",
    "running",
    "paused",
    "awaiting_correction",
    "awaiting_payment",
    "abandoned",
    "withdrawn",
    "replied",
    "reanswering",
]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event that the law does not allow, at its place (from 1) in the input."""

    number: int
    event: Event
    code: str
    rule: str
    article: str
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Every date that follows from the events accepted.

    Days are None where they do not apply or cannot be told yet; ``reply_due`` is None while a
    correction, a payment or a consultation without an end is awaited, and when the application is
    given up. ``before`` holds the reply period as it stood before a ``correction``, ``fee``,
    ``extension``, ``delay`` or ``consultation``. ``excluded`` counts the working days of the
    present period that consultations took. ``reanswer_…``: the latest new reply that a
    reconsideration decision or a judgment ordered; ``closed_on``, ``decision``, ``effective_on``
    and ``on_time`` stay those of the first reply, which is the one that is counted (B.4), and
    ``remedies`` are those of the reply that holds, None while a new one is awaited. ``counted`` is
    what table 三 needs of it, and ``counted_until`` the last year known. ``provisional`` names the
    dates that rest on a year whose holiday notice is not known. ``duties`` are the days that hang
    on no application, by their JSON names; ``publication_due`` in it is a day for each piece of
    information.
    """

    case: Case
    status: Status
    received_on: date | None
    correction_notice_due: date | None
    correction_due: date | None
    clock_start: date | None
    reply_due: date | None
    before: dict[str, date | None]
    consumed: int | None
    excluded: int
    consultations: tuple[tuple[Consultation, str], ...]
    payment_due: date | None
    fee: Fee | None
    closed_on: date | None
    decision: str | None
    abandoned_on: date | None
    effective_on: date | None
    on_time: bool | None
    remedies: Remedies | None
    reanswer_ordered_on: date | None
    reanswer_due: date | None
    reanswer_effective: date | None
    reanswer_decision: str | None
    reanswer_on_time: bool | None
    counted: Counted | None
    counted_until: int
    provisional: tuple[str, ...]
    steps: tuple[Step, ...]
    refused: tuple[Refusal, ...]
    warnings: tuple[str, ...]
    as_of: date | None = None
    duties: dict[str, Any] = field(default_factory=dict)

    @property
    def table3(self) -> dict[int, dict[str, int]]:
        """The rows of table 三 by official path, for each year from receipt to conclusion.

        Empty while the application is not received, or concluded by a decision not recorded.
        """
        if self.counted is None:
            return {}
        years = range(self.counted.received_on.year, self.counted_until + 1)
        return {year: by_path(table3([self.counted], year), year) for year in years}


SILENT = {
    "third_party": "silent_agency_decides",
    "joint_maker": "silent_deemed_to_agree",
    "other_agency": "silent_agency_decides",
}
_STEP_NAMES = {
    "corrected": "收到申请人补正的材料",
    "reasons_requested": "要求申请人说明理由",
    "third_party_consulted": "书面征求第三方意见",
}


def conclude(
    case: Case, refused: list[Refusal], duties: dict[str, Any], law: Law, as_of: date | None
) -> Outcome:
    """Draw the conclusions from ``case`` on the day ``as_of``; None: nothing more happens."""
    given_up = _given_up(case, as_of)
    reply = case.reply
    closed = case.closed or given_up
    decision = reply.decision if reply else None
    if case.withdrawn is not None:
        decision = "other_other"
    elif given_up is not None:
        decision = case.given_up_as
    running = None if given_up else period_due(case, law)
    due = reply.due if reply is not None and reply.due is not None else running
    period = case.period
    paused = [d for d in paused_days(pauses(case, law), law) if period and d > period.start]
    _final_step(case, due, law)
    found = _remedies(case, law)
    again = case.reanswers[-1] if case.reanswers else None
    latest = again.reply if again else None
    outcome = Outcome(
        case=case,
        status=_status(case, given_up, due),
        received_on=case.received,
        correction_notice_due=case.notice_due,
        correction_due=case.correction.due if case.correction else None,
        clock_start=period.start if period else None,
        reply_due=due,
        before=dict(case.before),
        consumed=case.consumed,
        excluded=len([d for d in paused if due is None or d <= due]),
        consultations=tuple((c, _said(c, as_of)) for c in case.consultations.values()),
        payment_due=case.fee.due if case.fee else None,
        fee=_fee(case, law),
        closed_on=closed,
        decision=decision,
        abandoned_on=given_up,
        effective_on=reply.effective if reply else None,
        on_time=_on_time(case),
        remedies=found,
        reanswer_ordered_on=again.ordered if again else None,
        reanswer_due=again.until if again else None,
        reanswer_effective=latest.effective if latest else None,
        reanswer_decision=latest.decision if latest else None,
        reanswer_on_time=_kept(latest),
        counted=_counted(case, closed, decision),
        counted_until=(closed or as_of or case.received or date.min).year,
        provisional=(),
        steps=(*case.steps, *_closing_steps(case.answer, found, law)),
        refused=tuple(refused),
        warnings=(*case.warnings, *_fee_doubts(case, law), *_omissions(case, decision)),
        as_of=as_of,
        duties=duties,
    )
    unsure = [k for k, d in _days(outcome) if d is not None and law.calendar.is_provisional(d)]
    return replace(outcome, provisional=tuple(dict.fromkeys(unsure)))


def _given_up(case: Case, as_of: date | None) -> date | None:
    """The day from which the application counts as given up (Art 30, fee): after the last day."""
    due = case.abandoned_due
    if due is None or case.withdrawn is not None:
        return None
    if case.reply is not None:
        # A letter may tell the applicant; the application was given up all the same.
        lost = case.reply.decision == case.given_up_as
    else:
        lost = as_of is None or as_of > due
    return due + timedelta(days=1) if lost else None


def _status(case: Case, given_up: date | None, due: date | None) -> Status:
    if case.submitted is None and case.reply is None:
        return "none"
    if case.withdrawn is not None:
        return "withdrawn"
    if case.reply is not None:
        return "reanswering" if case.reanswering else "replied"
    if given_up is not None:
        return "abandoned"
    if case.received is None:
        return "awaiting_receipt"
    if case.awaiting_correction:
        return "awaiting_correction"
    if case.awaiting_payment:
        return "awaiting_payment"
    return "paused" if due is None else "running"


def _said(one: Consultation, as_of: date | None) -> str:
    if one.in_time:
        return one.position or "answered"
    if one.due is None or (as_of is not None and as_of <= one.due):
        return "pending"
    return SILENT[one.party]


def _final_step(case: Case, due: date | None, law: Law) -> None:
    """Say once more when the reply is due, if a consultation has moved it since."""
    told = [s.day for s in case.steps if s.key == "reply_due"]
    period = case.period
    if not case.consultations or period is None or due is None or period.until is not None:
        return
    if told and told[-1] == due:
        return
    rule = law.rules.rule("consultation.not_counted", on=period.start)
    case.steps.append(
        Step(
            "reply_due",
            "答复（扣除征求意见所需时间）",
            due,
            "R5",
            rule.article,
            period.start,
            period.days + period.extension,
            "工作日",
            tuple(pauses(case, law)),
        )
    )


def _fee(case: Case, law: Law) -> Fee | None:
    """What the tariff asks for this application, when pieces or pages are recorded."""
    on = case.fee.served if case.fee else case.received
    told = case.fee.mode if case.fee else None
    if on is None:
        return None
    mode: Mode
    if case.ordinal is not None and told != "per_page":
        mode, units = "per_piece", case.ordinal
    elif case.pages is not None and told != "per_piece":
        mode, units = "per_page", case.pages
    else:
        return None
    try:
        return fee(mode, units, on=on, rules=law.rules)
    except NoRuleInForce:
        return None


def _fee_doubts(case: Case, law: Law) -> Iterator[str]:
    found = _fee(case, law)
    told = case.fee.amount if case.fee is not None else None
    if found is not None and told is not None and told != found.price:
        yield f"收费通知的金额{told}元与标准不符，按{found.article}应为{found.price}元。"


def _on_time(case: Case) -> bool | None:
    reply = case.reply
    if reply is None or reply.effective is None or case.received is None:
        return None
    return reply.due is None or reply.effective <= reply.due


def _kept(reply: Reply | None) -> bool | None:
    """Whether a new reply kept the day that was set for it."""
    if reply is None or reply.effective is None or reply.due is None:
        return None
    return reply.effective <= reply.due


def _remedies(case: Case, law: Law) -> Remedies | None:
    reply = case.answer
    if reply is None or reply.decided is None:
        return None
    if reply.known is None and reply.decision is None:
        return None
    try:
        return remedies(
            reply.decision,
            decided_on=reply.decided,
            known_on=reply.known,
            calendar=law.calendar,
            rules=law.rules,
            reviewing_body=law.reviewing_body,
        )
    except NoRuleInForce:
        return None


def _closing_steps(reply: Reply | None, found: Remedies | None, law: Law) -> Iterator[Step]:
    """What the reply sets off: when it takes effect (H235), and until when to seek a remedy."""
    if reply is None or reply.decided is None:
        return
    served = law.rules.find("delivery.effective", on=reply.decided)
    if served is not None and (reply.posted or reply.signed):
        yield Step("effective_date", "答复送达", reply.effective, "R7", served.article)
    if found is None:
        return
    rolls = law.rules.rule("period.roll_forward", on=reply.decided)
    for name, key, raw, due in (
        (
            "reconsideration_due",
            "reconsideration.days",
            found.reconsideration_raw,
            found.reconsideration_due,
        ),
        ("litigation_due", "litigation.months", found.litigation_raw, found.litigation_due),
    ):
        if raw is None:
            continue
        period = law.rules.rule(key, on=reply.decided)
        article, note = period.article, None
        if due != raw:
            article += f"；{rolls.article}"
            note = f"末日{raw}为休息日（{law.calendar.why_off(raw)}），顺延至下一个工作日"
        yield Step(
            name,
            period.title,
            due,
            "R8",
            article,
            reply.known,
            period.value,
            period.unit,
            note=note,
        )


def _counted(case: Case, closed: date | None, decision: str | None) -> Counted | None:
    if case.received is None or (closed is not None and decision is None):
        return None
    return Counted(case.received, closed, decision, case.applicant)


def _omissions(case: Case, decision: str | None) -> Iterator[str]:
    """Steps that should have come before the decision and are not recorded."""
    if decision is None or case.submitted is None:
        return
    done = {"correction_overdue", "payment_overdue", "answered_before"}
    if case.correction is not None and case.correction.received is not None:
        done.add("corrected")
    if case.reasons_requested is not None:
        done.add("reasons_requested")
    if any(c.party == "third_party" for c in case.consultations.values()):
        done.add("third_party_consulted")
    for step in missing_steps(decision, done):
        yield f"作出这一决定前应当{_STEP_NAMES[step]}，事件中没有记录。"


def _days(one: Outcome) -> Iterator[tuple[str, date | None]]:
    """Every day that hangs on the calendar, by its JSON name; days fixed by date do not."""
    yield "correction_notice_due", one.correction_notice_due
    yield "applicant_correction_due", one.correction_due
    for name, day in one.before.items():
        yield before_name(name), day
    for consultation, _ in one.consultations:
        yield f"consultation_due_{consultation.id}", consultation.due
    yield "fee_payment_due", one.payment_due
    if one.case.period is None or one.case.period.until is None:
        yield "reply_due", one.reply_due
    if one.remedies is not None:
        yield "reconsideration_due", one.remedies.reconsideration_due
        yield "litigation_due", one.remedies.litigation_due
    for day in one.duties.get("publication_due", {}).values():
        yield "publication_due", day
    for name, value in one.duties.items():
        if name.startswith("annual_report_last_working_day"):
            yield name, value


def before_name(what: str) -> str:
    """The JSON name of the reply period as it stood before ``what``."""
    joint = "without" if what == "consultation" else "before"
    return f"reply_due_{joint}_{what}"
