"""What each event does to a case, and which events the law does not allow.

Each handler changes the case or raises :class:`Refused`; checks come before changes, so that a
refused event leaves the case as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from gongkai.law.deadlines.case import (
    Case,
    Consultation,
    Correction,
    FeeNotice,
    Law,
    Period,
    Reply,
    pauses,
    period_due,
)
from gongkai.law.deadlines.events import Event, EventType
from gongkai.law.deadlines.steps import Step
from gongkai.law.parameters import NoRuleInForce


@cache
def refusals() -> Mapping[str, Mapping[str, str]]:
    """Every refusal by name: ``rule``, ``article``, the sentence ``text``, maybe ``code``."""
    raw = (files("gongkai.law") / "parameters" / "refusals.yaml").read_text("utf-8")
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load(raw)
    return found


class Refused(Exception):
    """The law does not allow this event: an entry of refusals.yaml, ``message`` filled in."""

    def __init__(self, name: str, **fields: Any) -> None:
        entry = refusals()[name]
        self.code = entry.get("code", name)
        self.rule = entry["rule"]
        self.article = entry["article"]
        self.message = entry["text"].format(**fields)
        super().__init__(self.message)


def apply(case: Case, event: Event, law: Law) -> None:
    """Let ``event`` happen to ``case``; Refused (case unchanged) where the law forbids it."""
    if case.last is not None and event.on < case.last:
        raise Refused("out_of_order", last=case.last)
    try:
        _HANDLERS[event.type](case, event, law)
    except NoRuleInForce as none:
        raise Refused("no_law", text=str(none)) from None
    case.last = event.on


# receipt (Art 31)


def _submitted(case: Case, event: Event, law: Law) -> None:
    _not_yet_submitted(case)
    _remember(case, event)
    if event.channel in ("in_person", "oral"):
        _receive(case, event.on, "receipt.in_person", "R1a", law)
    elif event.channel in ("ems", "registered"):
        case.waiting = "signature"
    else:
        case.waiting = "confirmation"
    case.submitted = event.on


def _posted(case: Case, event: Event, law: Law) -> None:
    _not_yet_submitted(case)
    _remember(case, event)
    case.submitted = event.on
    case.waiting = "confirmation" if event.channel == "ordinary" else "signature"


def _signed_for(case: Case, event: Event, law: Law) -> None:
    _not_yet_received(case)
    if case.waiting == "confirmation":
        raise Refused("nothing_to_sign")
    _remember(case, event)
    _receive(case, event.on, "receipt.signed_post", "R1b", law)
    case.submitted = case.submitted or event.on


def _mail_arrived(case: Case, event: Event, law: Law) -> None:
    _not_yet_received(case)
    if case.arrived is not None:
        raise Refused("already_submitted", submitted=case.arrived)
    _remember(case, event)
    case.submitted = case.submitted or event.on
    case.arrived = event.on
    case.waiting = "confirmation"


def _confirmed(case: Case, event: Event, law: Law) -> None:
    if case.unreachable and case.received == event.on:
        return  # the call that restored contact also confirmed the receipt
    _not_yet_received(case)
    if case.waiting != "confirmation":
        raise Refused("nothing_to_confirm")
    if case.arrived is None:
        _receive(case, event.on, "receipt.online", "R1c", law)
        return
    if case.unreachable:
        _receive(case, event.on, "receipt.unreachable", "R1e", law)
        return
    _receive(case, event.on, "receipt.ordinary_mail", "R1d", law)
    if event.on != case.arrived:
        case.warnings.append(
            f"平常信函应当于收到当日（{case.arrived}）与申请人确认（《条例》第三十一条第（二）项）。"
        )


def _contact_failed(case: Case, event: Event, law: Law) -> None:
    _not_yet_received(case)
    if case.submitted is None:
        raise Refused("nothing_to_confirm")
    case.unreachable = True


def _contact_restored(case: Case, event: Event, law: Law) -> None:
    _not_yet_received(case)
    if not case.unreachable:
        raise Refused("nothing_to_restore")
    _receive(case, event.on, "receipt.unreachable", "R1e", law)


def _not_yet_received(case: Case) -> None:
    if case.received is not None:
        raise Refused("already_received", received=case.received)
    _still_open(case)


def _not_yet_submitted(case: Case) -> None:
    _not_yet_received(case)
    if case.submitted is not None:
        raise Refused("already_submitted", submitted=case.submitted)


def _remember(case: Case, event: Event) -> None:
    case.applicant = event.applicant or case.applicant
    case.ordinal = event.ordinal or case.ordinal
    case.pages = event.pages if event.pages is not None else case.pages


def _receive(case: Case, on: date, key: str, rule: str, law: Law) -> None:
    reply = law.rules.rule("reply.days", on=on)
    how = law.rules.find(key, on=on)
    notice = law.rules.find("correction.notice_days", on=on)
    case.received, case.waiting = on, None
    case.period = Period(on, "receipt", reply.value)
    basis = how.article if how else reply.article
    case.steps.append(Step("received_date", "收到申请之日", on, rule, basis))
    if notice is not None:
        case.notice_due = law.calendar.add(on, notice.value)
        _count(case, "correction_notice_due", case.notice_due, "R2", on, notice.value, notice)
    _count(case, "reply_due", period_due(case, law), "R4", on, reply.value, reply)


def _count(
    case: Case, key: str, day: date | None, rule: str, start: date, counted: int, basis: Any
) -> None:
    case.steps.append(Step(key, basis.title, day, rule, basis.article, start, counted, basis.unit))


def _still_open(case: Case) -> None:
    if case.reply is not None:
        raise Refused("already_replied", closed=case.closed)
    if case.withdrawn is not None:
        raise Refused("closed", closed=case.closed)


def _running(case: Case, event: Event) -> Period:
    """The running reply period; Refused when none runs on the day of the event."""
    _still_open(case)
    if case.period is None:
        raise Refused("not_received")
    due = case.abandoned_due
    if due is not None and event.on > due:
        raise Refused("abandoned", due=due)
    if case.awaiting_correction:
        raise Refused("awaiting_correction")
    if case.awaiting_payment:
        raise Refused("awaiting_payment")
    return case.period


# correction (Art 30)


def _correction_notice(case: Case, event: Event, law: Law) -> None:
    if case.correction is not None:
        _still_open(case)
        raise Refused("second_correction")
    _running(case, event)
    due = period_due(case, law)
    if due is not None and event.on > due:
        raise Refused("late", due=due)
    notice = law.rules.rule("correction.notice_days", on=event.on)
    default = law.rules.rule("correction.default_days", on=event.on)
    least, most = law.rules.rule("correction.range_days", on=event.on).value
    days = event.days or default.value
    if case.notice_due is not None and event.on > case.notice_due:
        case.warnings.append(f"补正告知晚于{case.notice_due}（{notice.article}），程序有瑕疵。")
    if not least <= days <= most:
        case.warnings.append(f"补正期限{days}个工作日不在通常的{least}至{most}个工作日之内。")
    case.before["correction"] = due
    case.correction = Correction(event.on, days, law.calendar.add(event.on, days))
    _count(case, "applicant_correction_due", case.correction.due, "R2", event.on, days, default)


def _corrected(case: Case, event: Event, law: Law) -> None:
    _still_open(case)
    if case.correction is None or case.correction.received is not None:
        raise Refused("nothing_to_correct")
    if event.on > case.correction.due and not event.good_reason:
        raise Refused("correction_late", due=case.correction.due)
    reply = law.rules.rule("reply.days", on=event.on)
    case.correction.received = event.on
    _restart(case, event.on, "correction", reply, "R3", law)


def _restart(case: Case, on: date, cause: Any, reply: Any, rule: str, law: Law) -> None:
    case.period = Period(on, cause, reply.value)
    article = refusals()["awaiting_correction" if cause == "correction" else "awaiting_payment"]
    case.steps.append(Step("clock_start", "答复期限重新起算", on, rule, article["article"]))
    _count(case, "reply_due", period_due(case, law), rule, on, reply.value, reply)


# extension (Art 33(2)) and the delayed period (Art 35)


def _extension(case: Case, event: Event, law: Law) -> None:
    period = _running(case, event)
    if period.until is not None:
        raise Refused("delayed")
    longest = law.rules.rule("extension.max_days", on=event.on)
    once = law.rules.rule("convention.one_extension", on=event.on).value
    again = law.rules.rule("convention.extension_after_restart", on=event.on).value
    days = event.days or 0
    if once and (period.extension or (not again and "extension" in case.before)):
        raise Refused("second_extension")
    due = period_due(case, law)
    if due is not None and event.on > due:
        raise Refused("late", due=due)
    if period.extension + days > longest.value:
        raise Refused("too_long", max=longest.value)
    case.before["extension"] = due
    period.extension += days
    _due_step(case, "R4", longest.article, law, note=f"延长{days}个工作日")


def _due_step(case: Case, rule: str, article: str, law: Law, note: str | None = None) -> None:
    """The reply period as it now stands, with everything that stops the count."""
    period = case.period
    if period is None:
        return
    count = None if period.until else period.days + period.extension
    case.steps.append(
        Step(
            "reply_due",
            "答复",
            period_due(case, law),
            rule,
            article,
            period.start,
            count,
            None if period.until else "工作日",
            tuple(pauses(case, law)),
            note,
        )
    )


def _reasons(case: Case, event: Event, law: Law) -> None:
    _running(case, event)
    case.reasons_requested = event.on


def _delayed(case: Case, event: Event, law: Law) -> None:
    period = _running(case, event)
    article = law.rules.rule("delay.deadline", on=event.on).article
    if case.reasons_requested is None:
        raise Refused("reasons_not_requested")
    due = period_due(case, law)
    if due is not None and event.on > due:
        raise Refused("late", due=due)
    if event.until is None or event.until <= (due or event.on):
        raise Refused("not_later", due=due or event.on)
    case.before["delay"] = due
    period.until = event.until
    _due_step(case, "R11", article, law, note="本机关确定的延迟答复期限")


# consultation (Arts 32–34)


def _consultation_sent(case: Case, event: Event, law: Law) -> None:
    period = _running(case, event)
    name = event.id or "C1"
    if name in case.consultations:
        raise Refused("already_sent", id=name)
    if not case.consultations:
        case.before["consultation"] = period_due(case, law)
        if event.on >= period.start:
            case.consumed = law.calendar.count(period.start, event.on)
    case.consultations[name] = Consultation(name, event.party or "third_party", event.on)


def _consultation(case: Case, event: Event) -> Consultation:
    if case.reply is not None or case.withdrawn is not None:
        raise Refused("closed", closed=case.closed)
    name = event.id or "C1"
    if name not in case.consultations:
        raise Refused("not_sent", id=name)
    return case.consultations[name]


def _consultation_delivered(case: Case, event: Event, law: Law) -> None:
    one = _consultation(case, event)
    if one.delivered is not None:
        raise Refused("already_delivered", id=one.id)
    if one.replied is not None:
        raise Refused("already_answered", id=one.id)
    one.delivered = event.on
    key = "third_party" if one.party == "third_party" else "joint_maker"
    limit = law.rules.find(f"consultation.{key}_days", on=event.on)
    if limit is not None:
        one.due = law.calendar.add(event.on, limit.value)
        _count(case, "consultation_due", one.due, "R5", event.on, limit.value, limit)


def _consultation_reply(case: Case, event: Event, law: Law) -> None:
    one = _consultation(case, event)
    if one.replied is not None:
        raise Refused("already_answered", id=one.id)
    one.replied = event.on
    one.position = event.position


# fee (国办函〔2020〕109号)


def _fee_notice(case: Case, event: Event, law: Law) -> None:
    if case.fee is not None:
        _still_open(case)
        if event.mode is not None and case.fee.mode not in (None, event.mode):
            raise Refused("fee_mode")
        raise Refused("second_fee_notice")
    _running(case, event)
    term = law.rules.rule("fee.payment_days", on=event.on)
    due = period_due(case, law)
    if due is not None and event.on > due:
        raise Refused("fee_late", due=due)
    _remember(case, event)
    case.before["fee"] = due
    case.fee = FeeNotice(
        event.on, law.calendar.add(event.on, term.value), due, event.mode, event.amount
    )
    _count(case, "fee_payment_due", case.fee.due, "R6", event.on, term.value, term)


def _fee_paid(case: Case, event: Event, law: Law) -> None:
    _still_open(case)
    fee = case.fee
    if fee is None or fee.paid_on is not None:
        raise Refused("nothing_to_pay")
    if event.on > fee.due:
        raise Refused("payment_late", due=fee.due)
    reply = law.rules.rule("reply.days", on=event.on)
    fee.paid += event.amount if event.amount is not None else (fee.amount or 0)
    if fee.amount is not None and fee.paid < fee.amount:
        case.warnings.append(f"已缴{fee.paid}元，尚缺{fee.amount - fee.paid}元，未缴足不重新起算。")
        return
    fee.paid_on = event.on
    if law.rules.rule("fee.restarts_clock", on=event.on).value:
        _restart(case, event.on, "payment", reply, "R6", law)


# reply, delivery, withdrawal


def _withdrawn(case: Case, event: Event, law: Law) -> None:
    _still_open(case)
    if case.submitted is None:
        raise Refused("not_received")
    due = case.abandoned_due
    if due is not None and event.on > due:
        raise Refused("abandoned", due=due)
    case.withdrawn = event.on


def _reply(case: Case, event: Event, law: Law) -> Reply:
    """The reply that this event belongs to, a new one if none was given yet."""
    if case.withdrawn is not None:
        raise Refused("closed", closed=case.withdrawn)
    if case.reply is not None:
        return case.reply
    due = case.abandoned_due
    given_up = event.decision in ("other_uncorrected", "other_unpaid")
    if given_up and due is None and case.submitted is not None:
        raise Refused("not_due")
    if due is not None and given_up and event.on <= due:
        raise Refused("too_early", due=due)
    if due is not None and not given_up and event.on > due:
        raise Refused("abandoned", due=due)
    return Reply(period_due(case, law))


def _reply_issued(case: Case, event: Event, law: Law) -> None:
    _still_open(case)
    _deliver(case, event, law, "issued")


def _reply_posted(case: Case, event: Event, law: Law) -> None:
    if case.reply is not None and case.reply.posted is not None:
        raise Refused("already_posted", posted=case.reply.posted)
    if case.reply is not None and case.reply.known is not None:
        raise Refused("already_served", served=case.reply.known)
    carrier = (event.carrier or "").lower()
    private = law.rules.rule("convention.private_couriers", on=event.on).value
    if carrier in private:
        raise Refused("private_courier", carrier=event.carrier)
    _deliver(case, event, law, "posted")


def _reply_signed(case: Case, event: Event, law: Law) -> None:
    _not_served(case)
    _deliver(case, event, law, "signed")


def _reply_online(case: Case, event: Event, law: Law) -> None:
    _not_served(case)
    _deliver(case, event, law, "online")


def _not_served(case: Case) -> None:
    if case.reply is not None and case.reply.known is not None:
        raise Refused("already_served", served=case.reply.known)


def _deliver(case: Case, event: Event, law: Law, how: str) -> None:
    reply = _reply(case, event, law)
    setattr(reply, how, event.on)
    reply.decision = event.decision or reply.decision
    case.reply = reply


_HANDLERS: dict[EventType, Callable[[Case, Event, Law], None]] = {
    EventType.APPLICATION_SUBMITTED: _submitted,
    EventType.APPLICATION_POSTED: _posted,
    EventType.SIGNED_FOR: _signed_for,
    EventType.ORDINARY_MAIL_ARRIVED: _mail_arrived,
    EventType.RECEIPT_CONFIRMED_BY_BOTH: _confirmed,
    EventType.CONTACT_ATTEMPT_FAILED: _contact_failed,
    EventType.CONTACT_RESTORED: _contact_restored,
    EventType.CORRECTION_NOTICE_SERVED: _correction_notice,
    EventType.CORRECTED_APPLICATION_RECEIVED: _corrected,
    EventType.EXTENSION_DECIDED: _extension,
    EventType.REASONS_REQUESTED: _reasons,
    EventType.DELAYED_PERIOD_SET: _delayed,
    EventType.CONSULTATION_SENT: _consultation_sent,
    EventType.CONSULTATION_DELIVERED: _consultation_delivered,
    EventType.CONSULTATION_REPLY: _consultation_reply,
    EventType.FEE_NOTICE_SERVED: _fee_notice,
    EventType.FEE_PAID: _fee_paid,
    EventType.APPLICATION_WITHDRAWN: _withdrawn,
    EventType.REPLY_ISSUED: _reply_issued,
    EventType.REPLY_POSTED: _reply_posted,
    EventType.REPLY_SIGNED_FOR: _reply_signed,
    EventType.REPLY_SENT_ONLINE: _reply_online,
}
