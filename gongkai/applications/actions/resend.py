"""A letter that the post brought back goes out once more (国办公开办函〔2016〕235号)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gongkai.applications import clock
from gongkai.applications.actions.core import By, add_event, on_case, record, void_event
from gongkai.applications.actions.delivery import AT_ONCE, check_way, open_files, slip
from gongkai.applications.actions.notify import notify
from gongkai.applications.actions.papers import name, step
from gongkai.applications.actions.served import Sending, Way, public_words, signed, words
from gongkai.applications.files import keep_file
from gongkai.applications.models import Application, CaseFile, Letter
from gongkai.applications.roles import CLERKS
from gongkai.applications.state import DEFENCE, QUIET
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked
from gongkai.law.deadlines import EventType
from gongkai.law.taxonomy import letters

#: Ways by which a letter can come back.
RETURNABLE = (Way.POST, Way.THROUGH)


@dataclass(frozen=True, slots=True)
class Return:
    """That a letter came back. ``ours``: the office had written the address wrongly."""

    on: date
    ours: bool
    proof: Sequence[Checked] = ()


def resend_letter(
    letter: Letter, back: Return, sending: Sending, *, by: By, seen: int | None = None
) -> Letter:
    """Send a letter again that the post returned; its text, number and date stay as they are.

    The first posting keeps counting: it went to where the applicant wanted it. Where the office
    had written the address wrongly, the day of the new sending takes its place. Refused for a
    letter that has arrived, and where the law does not allow the new day.
    """
    own, after = letter.code in QUIET, letter.code == DEFENCE
    with on_case(
        letter.application, by=by, roles=CLERKS, seen=seen, joined=own, ended=after
    ) as case:
        letter = Letter.objects.select_for_update(of=("self",), no_key=True).get(
            pk=letter.pk, application=case
        )
        letter.application = case
        _check(letter, back, sending)
        check_way(case, letter, sending)
        why = "本机关写错收件信息" if back.ours else "按申请人（收件人）的地址寄出后退回"
        said = f"{words(letter, '退回')}：{why}"[:300]
        add_event(case, "redeliver", by=by, on=back.on, text=said)
        if back.ours:
            _count_anew(case, letter, sending.on, by)
        old = {"方式": letter.get_way_display(), "送出": letter.sent_on.isoformat()}
        _send(case, letter, sending, why, by)
        for file in back.proof:
            keep_file(case, CaseFile.Kind.DELIVERY, file.name, file.data, file.media_type, by=by)
        new = {
            "文书": name(letter),
            "退回": back.on.isoformat(),
            "原因": why,
            "方式": Way(sending.way).label,
            "送出": sending.on.isoformat(),
        }
        record(case, "退回后再次送出文书", by=by, old=old, new=new)
        if letters()[letter.code].to == "申请人":
            notify(case, "delivered")
        return letter


def _check(letter: Letter, back: Return, sending: Sending) -> None:
    """Refused where it cannot have come back, or the days do not follow each other."""
    if letter.state != Letter.State.SENT or letter.way not in RETURNABLE:
        raise Refused("只有寄出、还没有签收的文书才能登记退回，请核对。")
    if letter.sent_on is None or back.on < letter.sent_on:
        raise Refused("退回日期不能早于送出日期，请改正。")
    if back.on > clock.today():
        raise Refused("日期不能晚于今天，请改正。")
    if sending.on < back.on:
        raise Refused("再次送出的日期不能早于退回日期，请改正。")


def _send(case: Application, letter: Letter, sending: Sending, why: str, by: By) -> None:
    """The second sending: on the letter, in its way, in the events, with its slip."""
    letter.way, letter.tracking, letter.sent_on = sending.way, sending.tracking, sending.on
    arrived = sending.on if sending.way in AT_ONCE else sending.signed_on
    letter.delivered_on = arrived
    letter.state = Letter.State.DELIVERED if arrived else Letter.State.SENT
    letter.save(update_fields=["way", "tracking", "sent_on", "delivered_on", "state"])
    step(letter, Letter.State.SENT, f"退回后再次送出：{why}", by)
    told = public_words(letter)
    add_event(
        case,
        "redeliver",
        by=by,
        on=sending.on,
        text=words(letter, "再次送出"),
        public_text=f"{told}（邮政退回后再次送出）"[:300] if told else "",
        letter=letter.pk,
    )
    if arrived and sending.way not in AT_ONCE:
        signed(case, letter, arrived, by)
    open_files(case, letter)
    if sending.way in (Way.COUNTER, Way.THROUGH):
        slip(case, letter, by=by)


def _count_anew(case: Application, letter: Letter, on: date, by: By) -> None:
    """The event of the first sending is struck out for one on the day of the new sending."""
    of_letter = case.events.filter(data__letter=letter.pk, voided_by=None).exclude(law_type="")
    first = of_letter.exclude(law_type=EventType.REPLY_ISSUED).order_by("id").first()
    if first is None:
        return
    void_event(first, "因本机关写错收件信息被退回，以再次送出之日为准", by=by)
    add_event(
        case,
        first.deed,
        by=by,
        law_type=EventType(first.law_type),
        on=on,
        text=first.text,
        public_text=first.public_text,
        **first.data,
    )
