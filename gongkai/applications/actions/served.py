"""What the clock learns when a letter goes out or is signed for: one map from letter to event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from gongkai.applications import clock
from gongkai.applications.actions.core import By, add_event, void_event
from gongkai.applications.models import Application, CaseEvent, Consultation, Letter
from gongkai.applications.state import REPLIES
from gongkai.base.refusal import Refused
from gongkai.law.deadlines import EventType
from gongkai.law.decisions import statistical_decision
from gongkai.law.parameters import statute
from gongkai.law.taxonomy import decisions, letters

Way = Letter.Way
POST_OFFICE = "邮政EMS"
#: Letters that consult somebody: their events carry the reference of the consultation.
CONSULTING = {"L07": "third_party", "L10": "joint_maker", "L11": "other_agency"}
#: Notices that start or stop a period of the clock when the applicant is told.
_NOTICES: dict[str, tuple[EventType, tuple[str, ...]]] = {
    "L04": (EventType.CORRECTION_NOTICE_SERVED, ("days",)),
    "L05": (EventType.REASONS_REQUESTED, ()),
    "L06": (EventType.EXTENSION_DECIDED, ("days",)),
    "L13": (EventType.FEE_NOTICE_SERVED, ("mode", "amount", "ordinal", "pages")),
}
#: Notices whose period the applicant counts from the day he has them in hand (T2, T7).
_FROM_RECEIPT = ("L04", "L13")
WITHDRAWAL = "L36"


@dataclass(frozen=True, slots=True)
class Sending:
    """How a letter goes out. ``carrier``: the postal enterprise, or the agency that hands over."""

    way: str
    on: date
    tracking: str = ""
    carrier: str = ""
    signed_on: date | None = None


def tell_the_clock(case: Application, letter: Letter, sending: Sending, by: By) -> None:
    if letter.code in CONSULTING:
        _consultation_sent(case, letter, sending, by)
    elif letter.code in _NOTICES:
        _notice_served(case, letter, sending.on, by)
        if sending.way == Way.POST and sending.signed_on:
            signed(case, letter, sending.signed_on, by)
    elif letter.code in REPLIES and letter.code != WITHDRAWAL:
        _replied(case, letter, sending, by)
    else:
        add_event(
            case,
            "deliver",
            by=by,
            on=sending.on,
            text=words(letter, "送出"),
            public_text=public_words(letter),
            letter=letter.pk,
        )


def _notice_served(case: Application, letter: Letter, on: date, by: By, **change: Any) -> CaseEvent:
    kind, fields = _NOTICES[letter.code]
    data = {k: letter.values[k] for k in fields if letter.values.get(k) not in (None, "")}
    return add_event(
        case,
        "deliver",
        by=by,
        law_type=kind,
        on=on,
        text=words(letter, "送出"),
        public_text=public_words(letter),
        letter=letter.pk,
        **(data | change),
    )


def _consultation_sent(case: Application, letter: Letter, sending: Sending, by: By) -> None:
    reference = str(letter.values.get("reference", ""))
    one = case.consultations.filter(reference=reference).first()
    if one is None:
        raise Refused("这份文书没有对应的征求意见记录，请先登记征求意见的对象。")
    add_event(
        case,
        "deliver",
        by=by,
        law_type=EventType.CONSULTATION_SENT,
        on=sending.on,
        text=words(letter, "送出"),
        public_text=f"已就您申请的信息书面征求{one.get_party_display()}意见",
        letter=letter.pk,
        id=reference,
        party=one.party,
    )
    Consultation.objects.filter(pk=one.pk).update(sent_on=sending.on, letter=letter)
    if arrived := letter.delivered_on:
        signed(case, letter, arrived, by)


def _replied(case: Application, letter: Letter, sending: Sending, by: By) -> None:
    """The reply, and how it went out. At the counter and through others it counts when signed."""
    decision = decision_of(case, letter)
    if not decision:
        raise Refused("还没有拟定答复决定，请先逐项作出决定，再送出答复。")
    if sending.way in (Way.COUNTER, Way.THROUGH):
        if sending.signed_on:
            signed(case, letter, sending.signed_on, by)
        else:
            add_event(
                case,
                "deliver",
                by=by,
                on=sending.on,
                text=words(letter, "委托送达"),
                public_text=public_words(letter),
                letter=letter.pk,
            )
        return
    _issued(case, letter, sending.on, decision, by)
    posted = sending.way == Way.POST
    add_event(
        case,
        "deliver",
        by=by,
        law_type=EventType.REPLY_POSTED if posted else EventType.REPLY_SENT_ONLINE,
        on=sending.on,
        text=words(letter, "寄出" if posted else "送达"),
        public_text=public_words(letter),
        letter=letter.pk,
        decision=decision,
        **({"carrier": sending.carrier or POST_OFFICE} if posted else {}),
    )
    if posted and sending.signed_on:
        signed(case, letter, sending.signed_on, by)


def _issued(case: Application, letter: Letter, on: date, decision: str, by: By) -> None:
    """The reply is made on the day of the letter, or on that of the last event where later."""
    known = clock.law_events(case)
    day = max([letter.dated_on or on, *(e.on for e in known if e.on <= on)])
    add_event(
        case,
        "issue",
        by=by,
        law_type=EventType.REPLY_ISSUED,
        on=day,
        text=words(letter, "作出"),
        letter=letter.pk,
        decision=decision,
    )


def signed(case: Application, letter: Letter, on: date, by: By) -> None:
    """The recipient has the letter in hand."""
    if letter.code in CONSULTING:
        reference = str(letter.values["reference"])
        if case.consultations.filter(reference=reference, delivered_on=on).exists():
            return
        add_event(
            case,
            "consultation-served",
            by=by,
            law_type=EventType.CONSULTATION_DELIVERED,
            on=on,
            text=words(letter, "签收"),
            letter=letter.pk,
            id=reference,
        )
        case.consultations.filter(reference=reference).update(delivered_on=on)
    elif letter.code in _FROM_RECEIPT:
        _count_from_receipt(case, letter, on, by)
    elif letter.code in REPLIES and letter.code != WITHDRAWAL:
        decision = decision_of(case, letter)
        told = case.events.filter(
            law_type=EventType.REPLY_ISSUED, data__letter=letter.pk, voided_by=None
        ).exists()
        if not told:
            _issued(case, letter, letter.sent_on or on, decision, by)
        add_event(
            case,
            "deliver",
            by=by,
            law_type=EventType.REPLY_SIGNED_FOR,
            on=on,
            text=words(letter, "签收"),
            public_text=f"您已签收《{letters()[letter.code].label}》",
            letter=letter.pk,
            decision=decision,
        )
    else:
        add_event(case, "deliver", by=by, on=on, text=words(letter, "签收"), letter=letter.pk)


def _count_from_receipt(case: Application, letter: Letter, on: date, by: By) -> None:
    """The applicant's period runs from the day he has the notice, not from the posting.

    The entry of the posting is struck out for one that ends his period later: a correction
    keeps its day with the days of the post added, a fee notice moves to the day of receipt.
    Where the law no longer allows the change (he has corrected or paid meanwhile), it stays.
    """
    kind, _ = _NOTICES[letter.code]
    entry = case.events.filter(law_type=kind, data__letter=letter.pk, voided_by=None).first()
    if entry is None or on <= entry.on:
        return
    text = f"签收日期{on}，期限自签收起计算"
    try:
        void_event(entry, text, by=by)
    except Refused:
        add_event(case, "deliver", by=by, on=on, text=words(letter, "签收"), letter=letter.pk)
        return
    if letter.code == "L04":
        days = entry.data.get("days") or _default_correction(entry.on)
        late = clock.law_for(case.body).calendar.count(entry.on, on)
        _notice_served(case, letter, entry.on, by, days=days + late, received=on)
        return
    data = {k: v for k, v in entry.data.items() if k != "letter"}
    why_not, _article = clock.probe(case, kind, on=on, **data)
    _notice_served(case, letter, entry.on if why_not else on, by, received=on)


def _default_correction(on: date) -> int:
    return int(statute().rule("correction.default_days", on=on).value)


def decision_of(case: Application, letter: Letter) -> str:
    """The statistical decision that a reply letter stands for, or "" when none is taken."""
    if named := letter.values.get("decision"):
        return str(named)
    taken = [item.decision for item in case.items.all()]
    if taken and all(taken):
        return statistical_decision(taken)
    only = [k for k, d in decisions().items() if letter.code in d.letters]
    return only[0] if len(only) == 1 and decisions()[only[0]].whole else ""


def words(letter: Letter, verb: str) -> str:
    return f"{verb}{letters()[letter.code].label}{f'（{letter.number}）' if letter.number else ''}"


def public_words(letter: Letter) -> str:
    """What the applicant reads of it; letters to others are not his business."""
    if letters()[letter.code].to != "申请人":
        return ""
    how = {
        Way.COUNTER: "已当面送达",
        Way.POST: f"已邮寄，邮件号{letter.tracking}",
        Way.EMAIL: "已发送电子邮件，也可以在本页下载",
        Way.ONLINE: "可以在本页下载",
        Way.FAX: "已传真",
        Way.THROUGH: "已委托其他机关送达",
    }[Way(letter.way)]
    return f"《{letters()[letter.code].label}》{letter.number}：{how}"
