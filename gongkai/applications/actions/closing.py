"""The end of a case: closed, withdrawn, archived; opened again when a new answer is ordered."""

from __future__ import annotations

from datetime import date
from typing import Any

from gongkai.applications import clock, numbers
from gongkai.applications.actions.core import By, add_event, on_case, record, void_event
from gongkai.applications.actions.papers import RECEIPT, name, step
from gongkai.applications.grounds import WITHHELD, bare
from gongkai.applications.letters.compose import draft_letter
from gongkai.applications.models import Application, CaseEvent, Dispute, Letter
from gongkai.applications.roles import CLERKS
from gongkai.applications.state import QUIET, REPLIES
from gongkai.base.masking import without_person
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Role
from gongkai.law.deadlines import EventType
from gongkai.law.remedies import add_months
from gongkai.law.taxonomy import letters

State = Application.State
ARCHIVISTS = (Role.ARCHIVIST,)
REOPENERS = (Role.CLERK, Role.LEGAL, Role.HEAD)
#: States from which a case goes to the archive.
TO_ARCHIVE = (State.CLOSED, State.ABANDONED, State.WITHDRAWN)
WITHDRAWAL = "L36"
#: The fields of an item that a decision fills, as they are before it.
UNDECIDED: dict[str, Any] = {
    "decision": "",
    "letter": "",
    "answers": {},
    "particulars": {},
    "reasons": "",
    "discretion": "",
}
#: Where the reasons stand of a decision that is in force again.
IN_THE_LETTER = "见已经送出的答复文书"


def blocks_closing(letter: Letter) -> bool:
    """Whether it must go out or be cancelled first: not a slip, an internal sheet, nor the receipt,
    which is handed over with the number at the counter and says nothing after the answer."""
    return letter.code not in QUIET and letters()[letter.code].suffix is not None


def unsent(case: Application) -> list[Letter]:
    """Letters begun and neither sent nor cancelled that have to be."""
    over = (Letter.State.CANCELLED, Letter.State.SENT, Letter.State.DELIVERED)
    return [
        letter
        for letter in case.letters.all()
        if letter.state not in over and not letter.frozen_sha256 and blocks_closing(letter)
    ]


def close_case(case: Application, *, by: By, seen: int | None = None) -> None:
    """Note that nothing more is to be done: after delivery, abandonment or withdrawal."""
    with on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        if case.events.filter(deed="close", voided_by=None).exists() and not reopened(case):
            raise Refused("这件申请已经结案。")
        if clock.outcome(case).closed_on is None:
            raise Refused("答复还没有送达，也没有撤回或者视为放弃，不能结案。")
        if left := unsent(case):
            raise Refused(
                f"还有没有送出的文书：{'、'.join(name(x) for x in left)}。请送出或者作废后再结案。"
            )
        add_event(case, "close", by=by, text="结案")
        record(case, "结案", by=by)


def reopened(case: Application) -> bool:
    """Whether a new answer was ordered after the case was last closed."""
    last = case.events.filter(deed__in=("close", "reopen"), voided_by=None).order_by("id").last()
    return last is not None and last.deed == "reopen"


def withdraw_case(
    case: Application, *, on: date, note: str = "", by: By, seen: int | None = None
) -> Letter:
    """The applicant has withdrawn (at the counter, by letter); drafts the confirmation L36.

    ``note``: how he said so; no names.
    """
    with on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        note = without_person(case.applicant, note.strip())
        add_event(
            case,
            "withdraw",
            by=by,
            law_type=EventType.APPLICATION_WITHDRAWN,
            on=on,
            text=f"申请人撤回申请{f'：{note}' if note else ''}"[:300],
            public_text="您已撤回申请",
        )
        letter = draft_letter(case, WITHDRAWAL, by=by, values={})
        record(case, "登记撤回申请", by=by, new={"日期": on.isoformat(), "文书": name(letter)})
        return letter


# --- the archive ----------------------------------------------------------------------------------


def gaps(case: Application) -> list[str]:
    """What a complete case file would have and this one has not: shown before it is archived."""
    found = []
    sent = [x for x in case.letters.all() if x.frozen_sha256]
    if case.state == State.CLOSED and not any(x.code in REPLIES for x in sent):
        found.append("没有送出的答复文书")
    for letter in sent:
        if letter.way == Letter.Way.POST and letter.delivered_on is None:
            found.append(f"{name(letter)}没有登记签收日期")
    kinds = set(case.files.values_list("kind", flat=True))
    if case.channel not in ("online", "email") and not kinds & {"request", "receipt_proof"}:
        found.append("没有申请材料（原件扫描件）")
    by_hand = (Letter.Way.COUNTER, Letter.Way.THROUGH)
    if any(x.way in by_hand for x in sent) and "delivery" not in kinds:
        found.append("没有签收的送达回证")
    for one in case.consultations.all():
        if one.replied_on is not None and one.reply_file_id is None:
            found.append(f"征求意见{one.reference}没有回复材料")
    return found


def archive_case(
    case: Application, *, on: date | None = None, by: By, seen: int | None = None
) -> str:
    """Put the case into the archive with its number and its term; gives the number.

    The number is taken inside the transaction: gap-free, and kept when the case is opened again.
    Refused while a letter is under way or a dispute is pending.
    """
    with on_case(case, by=by, roles=ARCHIVISTS, seen=seen) as case:
        if case.state not in TO_ARCHIVE:
            raise Refused(f"这件申请现在是“{case.get_state_display()}”，请先结案再归档。")
        if left := unsent(case):
            raise Refused(f"还有没有送出的文书：{'、'.join(name(x) for x in left)}。")
        if case.disputes.filter(outcome=Dispute.Outcome.PENDING).exists():
            raise Refused("这件申请的复议或者诉讼还没有审结，审结后再归档。")
        day = on or clock.today()
        if day > clock.today() or (case.closed_on is not None and day < case.closed_on):
            raise Refused("归档日期应当在办结之后、今天或者今天以前。")
        office = case.body.application_settings
        if not case.archive_number:
            serial = numbers.next_serial(case.body, day.year, "archive")
            case.archive_number = (
                f"{office.agency_code}-GK·{day.year}-D{office.retention_years}-{serial:04d}"
            )
        case.archived_on = day
        case.retention_until = add_months(day, 12 * office.retention_years)
        add_event(case, "archive", by=by, on=day, text=f"归档，档号{case.archive_number}")
        new = {"档号": case.archive_number, "保管至": case.retention_until.isoformat()}
        if unused := _cancel_receipts(case, by):
            new["随归档作废"] = "、".join(name(letter) for letter in unused)
        record(case, "归档", by=by, new=new)
        return case.archive_number


def _cancel_receipts(case: Application, by: By) -> list[Letter]:
    """A receipt that was never handed over does not lie in the archive as a draft for ever."""
    drafts = list(
        case.letters.filter(code=RECEIPT, state=Letter.State.DRAFT).select_for_update(no_key=True)
    )
    for letter in drafts:
        letter.state = Letter.State.CANCELLED
        letter.save(update_fields=["state"])
        step(letter, Letter.State.DRAFT, "归档时没有送出，随归档作废", by)
    return drafts


# --- a new answer is ordered ----------------------------------------------------------------------


def reopen(
    case: Application, *, on: date, until: date, reason: str, by: By, seen: int | None = None
) -> None:
    """A reconsideration or a judgment orders a new answer by ``until``; the case opens again.

    ``on``: the day of the decision or judgment; ``reason``: its number, no names. The items are
    decided anew; the first answer stays what is counted, and what was sent stays as it is.
    """
    if not reason.strip():
        raise Refused("请写明复议决定书或者判决书的文号。")
    with on_case(case, by=by, roles=REOPENERS, seen=seen, ended=True) as case:
        if case.erased_at is not None:
            raise Refused("这件申请的个人信息已经清除，不能重新答复。")
        reason = without_person(case.applicant, reason.strip())
        before = [
            {"order": i.order, "decision": i.decision, "letter": i.letter, "answers": i.answers}
            | {WITHHELD: bare(i.particulars)}
            for i in case.items.all()
        ]
        _order(case, on, until, reason, before, by)
        old = {f"第{item.order}项": item.decision for item in case.items.all()}
        case.items.update(**UNDECIDED)
        if case.archived_on is not None:
            case.archived_on = case.retention_until = None
        record(
            case,
            "重新办理",
            by=by,
            old=old,
            new={"依据": reason, "期限": until.isoformat()},
        )


def _order(
    case: Application, on: date, until: date, reason: str, before: list[dict[str, Any]], by: By
) -> None:
    add_event(
        case,
        "reopen",
        by=by,
        law_type=EventType.REANSWER_ORDERED,
        on=on,
        text=f"责令重新答复：{reason}"[:300],
        public_text="本机关将按复议决定或者判决重新答复",
        until=until,
        before=before,
    )


def standing_order(case: Application) -> CaseEvent | None:
    """The order of a new answer that has not been carried out yet."""
    if clock.outcome(case).status != "reanswering":
        return None
    return case.events.filter(deed="reopen", voided_by=None).order_by("on", "id").last()


def change_order(
    case: Application, standing: CaseEvent, *, on: date, until: date | None, reason: str, by: By
) -> None:
    """A higher court set another term for the new answer, or (``until`` None) set the order aside.

    Set aside, the answer that was given is the answer again, with the decisions it was given by;
    their words are in the letter. Refused while a new one that was begun is not cancelled.
    """
    with on_case(case, by=by, roles=REOPENERS, ended=True) as case:
        reason = without_person(case.applicant, reason.strip())
        # An order entered before they were kept has none: the decisions are then made anew.
        before = standing.data.get("before", [])
        void_event(standing, f"{reason}改变了重新答复的要求", by=by)
        old = {"期限": standing.data["until"]}
        if until is not None:
            _order(case, on, until, reason, before, by)
            record(
                case,
                "改变重新答复的期限",
                by=by,
                old=old,
                new={"依据": reason, "期限": until.isoformat()},
            )
            return
        if begun := [x for x in unsent(case) if x.code in REPLIES]:
            raise Refused(
                f"不用再重新答复的，请先作废已经起草的文书：{'、'.join(name(x) for x in begun)}。"
            )
        _give_back(case, before)
        add_event(
            case,
            "order-lifted",
            by=by,
            on=on,
            text=f"不用再重新答复：{reason}"[:300],
            public_text="责令重新答复的决定或者判决已被改变，原来的答复继续有效",
        )
        record(case, "撤销重新答复", by=by, old=old, new={"依据": reason})


def _give_back(case: Application, before: list[dict[str, Any]]) -> None:
    # All at once: what is decided anew may not stand beside what was decided (DOMAIN A.6).
    case.items.update(**UNDECIDED)
    was = {one["order"]: one for one in before}
    for item in case.items.all():
        if (one := was.get(item.order)) is None:
            continue
        item.decision, item.letter, item.answers = one["decision"], one["letter"], one["answers"]
        item.particulars = {WITHHELD: one[WITHHELD]} if one[WITHHELD] else {}
        item.reasons = item.discretion = IN_THE_LETTER if one["decision"] else ""
        item.save()
