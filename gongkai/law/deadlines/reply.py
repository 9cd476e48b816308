"""The reply and its delivery (Art 36, H235), and withdrawal."""

from __future__ import annotations

from gongkai.law.deadlines.case import Case, Law, Reply, period_due
from gongkai.law.deadlines.events import Event
from gongkai.law.deadlines.refused import Refused, still_open


def withdrawn(case: Case, event: Event, law: Law) -> None:
    still_open(case)
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


def reply_issued(case: Case, event: Event, law: Law) -> None:
    still_open(case)
    _deliver(case, event, law, "issued")


def reply_posted(case: Case, event: Event, law: Law) -> None:
    if case.reply is not None and case.reply.posted is not None:
        raise Refused("already_posted", posted=case.reply.posted)
    if case.reply is not None and case.reply.known is not None:
        raise Refused("already_served", served=case.reply.known)
    carrier = (event.carrier or "").lower()
    private = law.rules.rule("convention.private_couriers", on=event.on).value
    if carrier in private:
        raise Refused("private_courier", carrier=event.carrier)
    _deliver(case, event, law, "posted")


def reply_signed(case: Case, event: Event, law: Law) -> None:
    _not_served(case)
    _deliver(case, event, law, "signed")


def reply_online(case: Case, event: Event, law: Law) -> None:
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
