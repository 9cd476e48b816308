"""The reply and its delivery (Art 36, H235), the new reply that is ordered, and withdrawal."""

from __future__ import annotations

import re

from gongkai.law.deadlines.case import Case, Law, Reanswer, Reply, period_due
from gongkai.law.deadlines.events import Event
from gongkai.law.deadlines.refused import Refused, still_open
from gongkai.law.deadlines.steps import Step
from gongkai.law.taxonomy import decisions


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
    if case.answer is not None:
        return case.answer
    if case.reanswers:
        if event.decision is not None and decisions()[event.decision].whole:
            raise Refused("not_due")
        return Reply(case.reanswers[-1].until)
    due = case.abandoned_due
    given_up = event.decision is not None and decisions()[event.decision].whole
    if given_up and case.submitted is not None and event.decision != case.given_up_as:
        raise Refused("not_due")
    if due is not None and given_up and event.on <= due:
        raise Refused("too_early", due=due)
    if due is not None and not given_up and event.on > due:
        raise Refused("abandoned", due=due)
    return Reply(period_due(case, law))


def reply_issued(case: Case, event: Event, law: Law) -> None:
    if not case.reanswering:
        still_open(case)
    _deliver(case, event, law, "issued")


def reply_posted(case: Case, event: Event, law: Law) -> None:
    if case.answer is not None and case.answer.posted is not None:
        raise Refused("already_posted", posted=case.answer.posted)
    _not_served(case)
    private = law.rules.rule("convention.private_couriers", on=event.on).value
    if event.carrier is not None and _is_private(event.carrier, private):
        raise Refused("private_courier", carrier=event.carrier)
    _deliver(case, event, law, "posted")


def _is_private(carrier: str, private: list[str]) -> bool:
    """Whether a carrier is none of the post: 顺丰速运 and SF Express are, 邮政快递 is not."""
    carrier = carrier.lower()
    if "邮政" in carrier:
        return False
    words = re.split(r"[^a-z]+", carrier)
    return any(carrier == n or n in words or (not n.isascii() and n in carrier) for n in private)


def reply_signed(case: Case, event: Event, law: Law) -> None:
    _not_served(case)
    _deliver(case, event, law, "signed")


def reply_online(case: Case, event: Event, law: Law) -> None:
    _not_served(case)
    _deliver(case, event, law, "online")


def _not_served(case: Case) -> None:
    if case.answer is not None and case.answer.known is not None:
        raise Refused("already_served", served=case.answer.known)


def _deliver(case: Case, event: Event, law: Law, how: str) -> None:
    reply = _reply(case, event, law)
    setattr(reply, how, event.on)
    reply.decision = event.decision or reply.decision
    if not case.reanswers:
        case.reply = reply
        return
    case.reanswers[-1].reply = reply
    same = law.rules.find("reanswer.not_the_same", on=event.on)
    if same is not None and event.decision is not None and case.reply is not None:
        known = [r.reply.decision for r in case.reanswers[:-1] if r.reply is not None]
        if event.decision in (case.reply.decision, *known):
            case.warnings.append(f"{same.title}，请核对（{same.article}）。")


def reanswer_ordered(case: Case, event: Event, law: Law) -> None:
    if case.reply is None:
        raise Refused("not_replied")
    if case.reanswering:
        raise Refused("already_ordered", until=case.reanswers[-1].until)
    if event.until is None or event.until <= event.on:
        raise Refused("reanswer_not_later", on=event.on)
    basis = law.rules.rule("reanswer.ordered", on=event.on)
    case.reanswers.append(Reanswer(event.on, event.until))
    case.steps.append(
        Step(
            "reanswer_due",
            basis.title,
            event.until,
            "R12",
            basis.article,
            note=f"{event.on}的复议决定或者判决确定的期限",
        )
    )
