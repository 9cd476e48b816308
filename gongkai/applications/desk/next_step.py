"""The one next deed of a case, in words: what the work list shows and the case page makes big."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from gongkai.applications.actions.closing import blocks_closing
from gongkai.applications.actions.papers import shipped_routes
from gongkai.applications.desk.deeds.letters import (
    DeliverForm,
    LetterForm,
    SubmitForm,
    next_letter,
    waiting,
)
from gongkai.applications.desk.deeds.registry import Offer
from gongkai.applications.models import Application, Approval, Letter
from gongkai.applications.state import QUIET, REPLIES, is_closed, proof_waits
from gongkai.law.taxonomy import letters

State = Application.State


class NextStep(NamedTuple):
    """``key`` of the deed (desk.deeds) and what the list says; no key: nothing is left to do."""

    key: str
    label: str


_OF_STATE = {
    State.AWAITING_CONFIRMATION: NextStep("confirm-receipt", "与申请人确认收到"),
    State.RECEIVED: NextStep("register", "登记"),
    State.REGISTERED: NextStep("assign", "交科室承办"),
    State.AWAITING_CORRECTION: NextStep("receive-correction", "等待申请人补正"),
    State.IN_REVIEW: NextStep("decide", "作出答复决定"),
    State.REANSWERING: NextStep("decide", "重新作出答复决定"),
    State.CONSULTING: NextStep("consultation-reply", "等待征求意见的回复"),
    State.AWAITING_PAYMENT: NextStep("payment", "等待申请人缴费"),
    State.DRAFTED: NextStep("submit", "文书送审"),
    State.REVIEWING: NextStep("sign", "文书审核、签发"),
    State.APPROVED: NextStep("seal", "用印"),
    State.SEALED: NextStep("deliver", "送达申请人"),
    State.DELIVERED: NextStep("close", "办结"),
    State.CLOSED: NextStep("archive", "归档"),
    State.ABANDONED: NextStep("close", "办结（视为放弃）"),
    State.WITHDRAWN: NextStep("close", "办结（已撤回）"),
    State.ARCHIVED: NextStep("", "已归档"),
    State.SPLIT: NextStep("", "由拆分出的各件办理"),
    State.MERGED: NextStep("", "由并入的一件办理"),
}
_OF_LETTER = {
    Letter.State.DRAFT: ("submit", "送审"),
    Letter.State.LEGAL: ("legal-review", "法制审核"),
    Letter.State.SECRECY: ("secrecy-review", "保密审查"),
    Letter.State.SIGNING: ("sign", "签发"),
    Letter.State.SIGNED: ("seal", "用印"),
    Letter.State.SEALED: ("deliver", "送达"),
}
#: What waits for the head's word.
HEADS_WORD = (Approval.Kind.EXTENSION, Approval.Kind.FEE_WAIVER)
#: Letters that still go out when the case is over; what else was not sent is cancelled.
_LATE = ("L34", "L35", "L36")
_OVER = (State.DELIVERED, State.ABANDONED, State.WITHDRAWN)
#: States in which the reply is to be decided, and drafted once it is.
_TO_DECIDE = (State.REGISTERED, State.IN_REVIEW, State.REANSWERING)
#: States in which a reply is on its way out.
PAPERS = (State.DRAFTED, State.REVIEWING, State.APPROVED, State.SEALED)


def next_step(case: Application) -> NextStep:
    """The likeliest next deed, from the state alone: it can be asked of every row of a list.

    Where ``letters``, ``approvals``, ``assignments`` or ``items`` of the case are prefetched, it
    is told more exactly: which letter waits for what, whether the head or the section is asked,
    whether all is decided.
    """
    plain = _OF_STATE[State(case.state)]
    if not plain.key:
        return plain
    if asked := [a for a in _read(case, "approvals") if _waits(a)]:
        if asked[-1].kind == Approval.Kind.FEE_WAIVER:
            return NextStep("approve-waiver", "批示减免请示")
        days = asked[-1].asked.get("days", "")
        return NextStep("approve-extension", f"批示延期请求（{days}个工作日）")
    if case.state == State.AWAITING_PAYMENT and proof_waits(case):
        return NextStep("payment", "核对申请人提交的缴费凭证")
    if case.state in _OVER and (left := _left_over(case)):
        return left
    given_up = case.state in (State.ABANDONED, State.WITHDRAWN)
    if given_up and _read(case, "events") and is_closed(case):
        return _OF_STATE[State.CLOSED]
    for letter in _read(case, "letters"):
        if letter.code in REPLIES and case.state not in PAPERS:
            continue
        if letter.code in REPLIES and letter.state == Letter.State.SENT:
            return NextStep("signature", f"等待{letters()[letter.code].label}签收")
        if letter.code in QUIET or letter.state not in _OF_LETTER:
            continue
        key, verb = _OF_LETTER[Letter.State(letter.state)]
        return NextStep(key, f"{letters()[letter.code].label}{verb}")
    if case.state in (State.REGISTERED, State.IN_REVIEW) and _reasons_unread(case):
        return NextStep("receive-reasons", "判断申请人说明的理由")
    if case.state == State.IN_REVIEW and (
        silent := [a.section.name for a in _read(case, "assignments") if a.answered_at is None]
    ):
        return NextStep("opinion", f"{'、'.join(silent)}提出承办意见")
    decided = [item.decision for item in _read(case, "items")]
    if case.state in _TO_DECIDE and decided and all(decided):
        return NextStep("draft", "起草答复文书")
    return plain


def _left_over(case: Application) -> NextStep | None:
    """What was begun and not sent stands in the way of the closing: send it, or cancel it; of a
    reply that was sent the proof of its arrival is awaited (the remedies run from it)."""
    for letter in _read(case, "letters"):
        if letter.state not in _OF_LETTER or not blocks_closing(letter):
            continue
        label = letters()[letter.code].label
        if letter.code not in _LATE:
            return NextStep("cancel", f"{label}没有送出，请作废")
        key, verb = _OF_LETTER[Letter.State(letter.state)]
        if key == "submit" and letter.code not in shipped_routes():
            key, verb = "deliver", "送达"
        return NextStep(key, f"{label}{verb}")
    for letter in _read(case, "letters"):
        if letter.code in REPLIES and letter.state == Letter.State.SENT:
            return NextStep("signature", f"等待{letters()[letter.code].label}签收")
    return None


def _reasons_unread(case: Application) -> bool:
    """Whether the applicant gave his reasons online and nobody has judged them since."""
    given = [e for e in _read(case, "events") if e.deed == "receive-reasons"]
    return bool(given) and "reasonable" not in max(given, key=lambda e: e.pk).data


def _waits(approval: Approval) -> bool:
    return approval.approved is None and approval.kind in HEADS_WORD


def _read(case: Application, name: str) -> list:  # type: ignore[type-arg]
    """What was prefetched under this name; nothing where it was not."""
    return list(getattr(case, "_prefetched_objects_cache", {}).get(name, ()))


#: Where the likeliest deed is another person's: what this one may do meanwhile, in this order.
_MEANWHILE = (
    "approve-extension",
    "approve-waiver",
    "legal-review",
    "secrecy-review",
    "sign",
    "seal",
    "confirm-receipt",
    "contact-restored",
    "register",
    "receive-correction",
    "payment",
    "assign",
    "consultation-served",
    "consultation-reply",
    "judge-objection",
    "opinion",
    "deliver",
    "decide",
    "draft",
    "submit",
    "close",
    "archive",
)


def next_deed(
    case: Application, offers: Sequence[Offer], sections: Collection[int] | None = None
) -> Offer | None:
    """The deed to show first and big to this person; None when there is nothing for him to do.

    ``sections``: those he speaks for; None is every one.
    """
    possible = {o.deed.key: o for o in offers if o.possible}
    given = _read(case, "assignments")
    if given or case.state in PAPERS:
        possible.pop("assign", None)
    silent = {a.section_id for a in given if a.answered_at is None}
    mine = silent if sections is None else silent & set(sections)
    if not mine:
        possible.pop("opinion", None)
        if silent:  # another section has yet to speak
            possible.pop("decide", None)
            possible.pop("draft", None)
    first = next_step(case).key
    for key, form in (("deliver", DeliverForm), ("submit", SubmitForm)):
        # The receipt that may go out is not the reply that is being reviewed.
        if key in possible and key != first:
            ready = waiting(case, form.wanted)
            if all(letter.code in QUIET for letter in ready):
                possible.pop(key)
    for key in (first, *_MEANWHILE):
        if key in possible:
            return possible[key]
    return None


def subject_of(offer: Offer, case: Application) -> str:
    """Which letter a deed of the papers is about, where there is one: it stands on the button."""
    if not issubclass(offer.deed.form, LetterForm):
        return ""
    found = next_letter(waiting(case, offer.deed.form.wanted))
    return letters()[found.code].label if found else ""


def who(key: str, offers: Sequence[Offer]) -> str:
    """Whose deed it is, where it is not this person's: 由负责人办理."""
    return next((o.why_not for o in offers if o.deed.key == key and o.barred), "")
