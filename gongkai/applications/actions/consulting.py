"""Consultation of a third party, a joint maker or another agency, each with its own clock.

The law counts from the letter: it is sent and served by ``delivery``; here it is drafted, its
service and the answer are noted, an objection is judged (条例 Arts 32–34).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from gongkai.applications import clock
from gongkai.applications.actions.core import By, add_event, on_case, record, with_article
from gongkai.applications.actions.handling.asking import keep_all
from gongkai.applications.letters.compose import draft_letter
from gongkai.applications.models import Application, CaseFile, CaseNote, Consultation, Letter
from gongkai.applications.roles import HANDLERS
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked
from gongkai.law.deadlines import EventType

Party = Consultation.Party
Position = Consultation.Position
#: Who is consulted → the letter, the deed.
LETTER = {Party.THIRD_PARTY: "L07", Party.JOINT_MAKER: "L10", Party.OTHER_AGENCY: "L11"}
DEED = {
    Party.THIRD_PARTY: "consult-third-party",
    Party.JOINT_MAKER: "consult-joint-maker",
    Party.OTHER_AGENCY: "consult-agency",
}


def consult(
    case: Application,
    party: str,
    *,
    contact: dict[str, str],
    content: str,
    until: date | None = None,
    by: By,
    seen: int | None = None,
) -> Consultation:
    """Open a consultation and draft its letters; its clock starts when the letter is sent.

    ``contact``: name, address, phone, email of the one consulted. A third party gets a slip for
    the answer (L08); the applicant is told once that the time does not count (L09). ``until``:
    by when another agency is asked to help.
    """
    who = Party(party)
    if not contact.get("name", "").strip():
        raise Refused("请写明向谁征求意见。")
    if not content.strip():
        raise Refused("请写明征求意见涉及的信息。")
    if until is not None and until < clock.today():
        raise Refused("请对方反馈的日期不能早于今天，请改正。")
    with on_case(case, by=by, roles=HANDLERS, seen=seen) as case:
        reference = f"C{1 + case.consultations.count()}"
        why_not, article = clock.probe(
            case, EventType.CONSULTATION_SENT, id=reference, party=who.value
        )
        if why_not:
            raise Refused(with_article(why_not, article))
        limit = clock.law_for(case.body).rules.find(
            f"consultation.{who.value}_days", on=clock.today()
        )
        values: dict[str, Any] = {
            "reference": reference,
            "party": who.value,
            "content": content.strip(),
            "days": limit.value if limit else None,
        }
        if who is Party.OTHER_AGENCY:
            values |= {"协办事项": content.strip(), "until": until.isoformat() if until else ""}
        letter = draft_letter(
            case, LETTER[who], by=by, values=values, addressee=contact["name"].strip()
        )
        entry = Consultation.objects.create(
            application=case,
            reference=reference,
            party=who,
            contact=contact,
            content=content.strip(),
            letter=letter,
        )
        if who is Party.THIRD_PARTY:
            # Not under the name "reference": the slip starts no clock.
            slip = {"consultation": reference, "content": content.strip()}
            draft_letter(case, "L08", by=by, values=slip, addressee=contact["name"].strip())
        if not case.letters.filter(code="L09").exclude(state=Letter.State.CANCELLED).exists():
            draft_letter(case, "L09", by=by, values={"consultation": reference})
        add_event(
            case,
            DEED[who],
            by=by,
            text=f"起草征求意见文书（{reference}，{who.label}）",
        )
        record(case, "征求意见", by=by, new={"编号": reference, "对象": who.label})
    return entry


def _one(case: Application, reference: str) -> Consultation:
    found = (
        case.consultations.select_for_update(of=("self",), no_key=True)
        .filter(reference=reference)
        .first()
    )
    if found is None:
        raise Refused("没有这次征求意见，可能已经撤销。请从申请页面重新进入办理。")
    return found


def note_service(
    case: Application,
    reference: str,
    *,
    on: date,
    proof: Sequence[Checked] = (),
    by: By,
    seen: int | None = None,
) -> Consultation:
    """The one consulted has received the letter: the time for the answer runs from that day."""
    with on_case(case, by=by, roles=HANDLERS, seen=seen) as case:
        entry = _one(case, reference)
        add_event(
            case,
            "consultation-served",
            by=by,
            law_type=EventType.CONSULTATION_DELIVERED,
            on=on,
            id=reference,
            party=entry.party,
            text=f"征求意见文书送达（{reference}，{entry.get_party_display()}）",
        )
        entry.delivered_on = on
        entry.save(update_fields=["delivered_on"])
        # The letter itself has arrived: nobody waits for its signature any more.
        Letter.objects.filter(pk=entry.letter_id, state=Letter.State.SENT).update(
            delivered_on=on, state=Letter.State.DELIVERED
        )
        keep_all(case, proof, CaseFile.Kind.DELIVERY, by=by)
        record(case, "征求意见文书送达", by=by, new={"编号": reference, "日期": on.isoformat()})
    return entry


def note_reply(
    case: Application,
    reference: str,
    *,
    on: date,
    position: str,
    reasons: str = "",
    reasonable: bool | None = None,
    files: Sequence[Checked] = (),
    by: By,
    seen: int | None = None,
) -> Consultation:
    """The answer of the one consulted; ``reasonable``: the office's judgment of an objection."""
    stand = Position(position)
    with on_case(case, by=by, roles=HANDLERS, seen=seen) as case:
        entry = _one(case, reference)
        add_event(
            case,
            "consultation-reply",
            by=by,
            law_type=EventType.CONSULTATION_REPLY,
            on=on,
            id=reference,
            party=entry.party,
            position=stand.value,
            text=f"收到征求意见的回复（{reference}，{entry.get_party_display()}）：{stand.label}",
        )
        entry.replied_on, entry.position, entry.reasons = on, stand, reasons.strip()
        entry.reasonable = reasonable if to_judge(entry) else None
        kept = keep_all(case, files, CaseFile.Kind.OPINION, by=by)
        entry.reply_file = kept[0] if kept else entry.reply_file
        entry.save()
        record(
            case,
            "收到征求意见的回复",
            by=by,
            new={"编号": reference, "意见": stand.label, "理由成立": _word(entry.reasonable)},
        )
    return entry


def to_judge(one: Consultation) -> bool:
    """Whether the reasons must be judged: of a third party that objects (条例 Art 32)."""
    return one.party == Party.THIRD_PARTY and one.position in (Position.OBJECTS, Position.PARTLY)


def judge_objection(
    case: Application,
    reference: str,
    *,
    reasonable: bool,
    why: str,
    by: By,
    seen: int | None = None,
) -> Consultation:
    """Whether the reasons of an objection are reasonable (Art 32), with the office's grounds."""
    if not why.strip():
        raise Refused("请写明判断的理由。")
    with on_case(case, by=by, roles=HANDLERS, seen=seen) as case:
        entry = _one(case, reference)
        if not to_judge(entry):
            raise Refused("第三方没有反对公开，不用判断理由。")
        old = _word(entry.reasonable)
        entry.reasonable = reasonable
        entry.save(update_fields=["reasonable"])
        words = f"反对公开的理由（{reference}）{_word(reasonable)}：{why.strip()}"
        CaseNote.objects.create(application=case, text=words, happened_at=timezone.now(), by=by)
        add_event(
            case,
            "judge-objection",
            by=by,
            text=f"判断反对公开的理由（{reference}）：{_word(reasonable)}",
        )
        record(
            case,
            "判断反对公开的理由",
            by=by,
            old={"理由成立": old},
            new={"编号": reference, "理由成立": _word(reasonable)},
        )
    return entry


def _word(reasonable: bool | None) -> str:
    return "未判断" if reasonable is None else "成立" if reasonable else "不成立"
