"""What each event does to a case, and which events the law does not allow.

Each handler changes the case or raises :class:`Refused`; checks come before changes, so that a
refused event leaves the case as it was.
"""

from __future__ import annotations

from collections.abc import Callable

from gongkai.law.deadlines import progress, receipt, reply
from gongkai.law.deadlines.case import Case, Law
from gongkai.law.deadlines.events import Event, EventType
from gongkai.law.deadlines.refused import Refused


def apply(case: Case, event: Event, law: Law) -> None:
    """Let ``event`` happen to ``case``.

    Refused where the law forbids it, NoRuleInForce where there was no law yet: the case is
    unchanged.
    """
    if case.last is not None and event.on < case.last:
        raise Refused("out_of_order", last=case.last)
    _HANDLERS[event.type](case, event, law)
    case.last = event.on


_HANDLERS: dict[EventType, Callable[[Case, Event, Law], None]] = {
    EventType.APPLICATION_SUBMITTED: receipt.submitted,
    EventType.APPLICATION_POSTED: receipt.posted,
    EventType.SIGNED_FOR: receipt.signed_for,
    EventType.ORDINARY_MAIL_ARRIVED: receipt.mail_arrived,
    EventType.RECEIPT_CONFIRMED_BY_BOTH: receipt.confirmed,
    EventType.CONTACT_ATTEMPT_FAILED: receipt.contact_failed,
    EventType.CONTACT_RESTORED: receipt.contact_restored,
    EventType.CORRECTION_NOTICE_SERVED: progress.correction_notice,
    EventType.CORRECTED_APPLICATION_RECEIVED: progress.corrected,
    EventType.EXTENSION_DECIDED: progress.extension,
    EventType.REASONS_REQUESTED: progress.reasons,
    EventType.DELAYED_PERIOD_SET: progress.delayed,
    EventType.CONSULTATION_SENT: progress.consultation_sent,
    EventType.CONSULTATION_DELIVERED: progress.consultation_delivered,
    EventType.CONSULTATION_REPLY: progress.consultation_reply,
    EventType.FEE_NOTICE_SERVED: progress.fee_notice,
    EventType.FEE_PAID: progress.fee_paid,
    EventType.APPLICATION_WITHDRAWN: reply.withdrawn,
    EventType.REPLY_ISSUED: reply.reply_issued,
    EventType.REPLY_POSTED: reply.reply_posted,
    EventType.REPLY_SIGNED_FOR: reply.reply_signed,
    EventType.REPLY_SENT_ONLINE: reply.reply_online,
    EventType.REANSWER_ORDERED: reply.reanswer_ordered,
}
