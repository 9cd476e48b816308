"""What moves the reply period: correction, extension, delay, consultation, fee (Arts 30–35, 42)."""

from __future__ import annotations

from datetime import date

from gongkai.law.deadlines.case import (
    Case,
    Cause,
    Consultation,
    Correction,
    FeeNotice,
    Law,
    Period,
    pauses,
    period_due,
)
from gongkai.law.deadlines.events import Event
from gongkai.law.deadlines.receipt import remember
from gongkai.law.deadlines.refused import Refused, count_step, running, still_open
from gongkai.law.deadlines.steps import Step
from gongkai.law.parameters import Rule

# correction (Art 30)


def correction_notice(case: Case, event: Event, law: Law) -> None:
    if case.correction is not None:
        still_open(case)
        raise Refused("second_correction")
    running(case, event)
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
    count_step(case, "applicant_correction_due", case.correction.due, "R2", event.on, days, default)


def corrected(case: Case, event: Event, law: Law) -> None:
    still_open(case)
    if case.correction is None or case.correction.received is not None:
        raise Refused("nothing_to_correct")
    if event.on > case.correction.due and not event.good_reason:
        raise Refused("correction_late", due=case.correction.due)
    basis = law.rules.rule("correction.notice_days", on=event.on)
    case.correction.received = event.on
    _restart(case, event.on, "correction", "R3", basis, law)


def _restart(case: Case, on: date, cause: Cause, number: str, basis: Rule, law: Law) -> None:
    """A new reply period from ``on``, as ``basis`` says."""
    reply = law.rules.rule("reply.days", on=on)
    case.period = Period(on, cause, reply.value)
    case.steps.append(Step("clock_start", "答复期限重新起算", on, number, basis.article))
    count_step(case, "reply_due", period_due(case, law), number, on, reply.value, reply)


# extension (Art 33(2)) and the delayed period (Art 35)


def extension(case: Case, event: Event, law: Law) -> None:
    period = running(case, event)
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


def reasons(case: Case, event: Event, law: Law) -> None:
    running(case, event)
    case.reasons_requested = event.on


def delayed(case: Case, event: Event, law: Law) -> None:
    period = running(case, event)
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


def consultation_sent(case: Case, event: Event, law: Law) -> None:
    period = running(case, event)
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


def consultation_delivered(case: Case, event: Event, law: Law) -> None:
    one = _consultation(case, event)
    if one.delivered is not None:
        raise Refused("already_delivered", id=one.id)
    if one.replied is not None:
        raise Refused("already_answered", id=one.id)
    one.delivered = event.on
    limit = law.rules.find(f"consultation.{one.party}_days", on=event.on)
    if limit is not None:
        one.due = law.calendar.add(event.on, limit.value)
        count_step(case, "consultation_due", one.due, "R5", event.on, limit.value, limit)


def consultation_reply(case: Case, event: Event, law: Law) -> None:
    one = _consultation(case, event)
    if one.replied is not None:
        raise Refused("already_answered", id=one.id)
    one.replied = event.on
    one.position = event.position


# fee (国办函〔2020〕109号)


def fee_notice(case: Case, event: Event, law: Law) -> None:
    if case.fee is not None:
        still_open(case)
        if event.mode is not None and case.fee.mode not in (None, event.mode):
            raise Refused("fee_mode")
        raise Refused("second_fee_notice")
    running(case, event)
    term = law.rules.rule("fee.payment_days", on=event.on)
    due = period_due(case, law)
    if due is not None and event.on > due:
        raise Refused("fee_late", due=due)
    remember(case, event)
    case.before["fee"] = due
    case.fee = FeeNotice(
        event.on, law.calendar.add(event.on, term.value), due, event.mode, event.amount
    )
    count_step(case, "fee_payment_due", case.fee.due, "R6", event.on, term.value, term)


def fee_paid(case: Case, event: Event, law: Law) -> None:
    still_open(case)
    fee = case.fee
    if fee is None or fee.paid_on is not None:
        raise Refused("nothing_to_pay")
    if event.on > fee.due:
        raise Refused("payment_late", due=fee.due)
    fee.paid += event.amount if event.amount is not None else (fee.amount or 0)
    if fee.amount is not None and fee.paid < fee.amount:
        case.warnings.append(f"已缴{fee.paid}元，尚缺{fee.amount - fee.paid}元，未缴足不重新起算。")
        return
    fee.paid_on = event.on
    restarts = law.rules.rule("fee.restarts_clock", on=event.on)
    if restarts.value:
        _restart(case, event.on, "payment", "R6", restarts, law)
