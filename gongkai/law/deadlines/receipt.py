"""When an application is received (Art 31)."""

from __future__ import annotations

from datetime import date

from gongkai.law.deadlines.case import Case, Law, Period, period_due
from gongkai.law.deadlines.events import Event
from gongkai.law.deadlines.refused import Refused, count_step, still_open
from gongkai.law.deadlines.steps import Step
from gongkai.law.taxonomy import channels


def submitted(case: Case, event: Event, law: Law) -> None:
    _not_yet_submitted(case)
    how = channels()[event.channel].receipt if event.channel else None
    if how == "receipt.in_person":
        _receive(case, event.on, how, "R1a", law)
    else:
        _await(case, how)
    case.submitted = event.on
    remember(case, event)


def _await(case: Case, how: str | None) -> None:
    """What fixes the receipt of something not handed over in person: a signature, or a call."""
    case.waiting = "signature" if how == "receipt.signed_post" else "confirmation"
    case.unsigned_post = how == "receipt.ordinary_mail"


def posted(case: Case, event: Event, law: Law) -> None:
    _not_yet_submitted(case)
    remember(case, event)
    case.submitted = event.on
    _await(case, channels()[event.channel].receipt if event.channel else "receipt.signed_post")


def signed_for(case: Case, event: Event, law: Law) -> None:
    _not_yet_received(case)
    if case.waiting == "confirmation":
        raise Refused("nothing_to_sign")
    _receive(case, event.on, "receipt.signed_post", "R1b", law)
    remember(case, event)
    case.submitted = case.submitted or event.on


def mail_arrived(case: Case, event: Event, law: Law) -> None:
    _not_yet_received(case)
    if case.arrived is not None:
        raise Refused("already_submitted", submitted=case.arrived)
    remember(case, event)
    case.submitted = case.submitted or event.on
    case.arrived = event.on
    _await(case, "receipt.ordinary_mail")


def confirmed(case: Case, event: Event, law: Law) -> None:
    if case.unreachable and case.received == event.on:
        return  # the call that restored contact also confirmed the receipt
    _not_yet_received(case)
    if case.waiting != "confirmation":
        raise Refused("nothing_to_confirm")
    if not case.unsigned_post:
        _receive(case, event.on, "receipt.online", "R1c", law)
        return
    if case.unreachable:
        _receive(case, event.on, "receipt.unreachable", "R1e", law)
        return
    _receive(case, event.on, "receipt.ordinary_mail", "R1d", law)
    same_day = law.rules.find("receipt.ordinary_mail", on=event.on)
    if same_day is not None and case.arrived is not None and event.on != case.arrived:
        case.warnings.append(
            f"平常信函应当于收到当日（{case.arrived}）与申请人确认（{same_day.article}）。"
        )


def contact_failed(case: Case, event: Event, law: Law) -> None:
    _not_yet_received(case)
    if case.submitted is None:
        raise Refused("nothing_to_confirm")
    case.unreachable = True


def contact_restored(case: Case, event: Event, law: Law) -> None:
    _not_yet_received(case)
    if not case.unreachable:
        raise Refused("nothing_to_restore")
    _receive(case, event.on, "receipt.unreachable", "R1e", law)


def _not_yet_received(case: Case) -> None:
    if case.received is not None:
        raise Refused("already_received", received=case.received)
    still_open(case)


def _not_yet_submitted(case: Case) -> None:
    _not_yet_received(case)
    if case.submitted is not None:
        raise Refused("already_submitted", submitted=case.submitted)


def remember(case: Case, event: Event) -> None:
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
        count_step(case, "correction_notice_due", case.notice_due, "R2", on, notice.value, notice)
    count_step(case, "reply_due", period_due(case, law), "R4", on, reply.value, reply)
