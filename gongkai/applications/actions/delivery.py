"""Letters go out: frozen, by a lawful way, and what follows for the clock (H235, 条例 Art 40)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gongkai.applications import clock
from gongkai.applications.actions.core import By, on_case, record
from gongkai.applications.actions.notify import notify
from gongkai.applications.actions.papers import RECEIPT, name, step, why_not_sent
from gongkai.applications.actions.served import (
    POST_OFFICE,
    WITHDRAWAL,
    Sending,
    Way,
    signed,
    tell_the_clock,
)
from gongkai.applications.files import keep_file
from gongkai.applications.letters.compose import draft_letter, freeze_letter
from gongkai.applications.models import Application, CaseFile, Letter
from gongkai.applications.roles import CLERKS
from gongkai.applications.state import DEFENCE, QUIET, REPLIES
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked
from gongkai.law.deadlines import Event, EventType, run
from gongkai.law.taxonomy import letters

#: Ways in which the letter is with the applicant on the day it is sent (A.4.8).
AT_ONCE = (Way.EMAIL, Way.ONLINE, Way.FAX)
#: What the applicant is told of (``notices.CAUSES``).
_CAUSES = {
    "L04": "correction",
    "L05": "reasons",
    "L06": "extended",
    "L09": "consulting",
    "L13": "fee",
}


def deliver_letter(
    letter: Letter,
    *,
    way: str,
    on: date,
    tracking: str = "",
    carrier: str = "",
    signed_on: date | None = None,
    by: By,
    seen: int | None = None,
) -> Letter:
    """Send a letter: it is frozen with its hash, and the clock learns of it.

    ``on``: the day it is handed over, posted or sent; ``signed_on``: when the recipient signed,
    if that is known already (at the counter it is the same day). ``tracking``: the number of the
    post; ``carrier``: the postal enterprise or the agency in between. Refused before the letter
    has passed its stations, by a private courier (国办公开办函〔2016〕235号), or where the law
    does not allow the letter now.
    """
    own, after = letter.code in QUIET, letter.code == DEFENCE
    with on_case(
        letter.application, by=by, roles=CLERKS, seen=seen, joined=own, ended=after
    ) as case:
        letter = Letter.objects.select_for_update(of=("self",), no_key=True).get(
            pk=letter.pk, application=case
        )
        letter.application = case
        if why_not := why_not_sent(letter):
            raise Refused(why_not)
        sending = Sending(way, on, tracking.strip(), carrier.strip(), signed_on)
        if way == Way.COUNTER:
            sending = Sending(way, on, "", "", signed_on or on)
        _check(case, letter, sending)
        former = Letter.State(letter.state)
        letter.dated_on = letter.dated_on or on
        letter = freeze_letter(letter, by=by)
        letter.way, letter.tracking, letter.sent_on = way, sending.tracking, on
        arrived = on if way in AT_ONCE else sending.signed_on
        letter.delivered_on = arrived
        letter.state = Letter.State.DELIVERED if arrived else Letter.State.SENT
        letter.save(update_fields=["way", "tracking", "sent_on", "delivered_on", "state"])
        step(letter, former, Way(way).label, by)
        tell_the_clock(case, letter, sending, by)
        open_files(case, letter)
        # The receipt of an application is proof itself: it needs none, and who holds it no word.
        in_hand = letter.code == RECEIPT and way == Way.COUNTER
        if way in (Way.COUNTER, Way.THROUGH) and not in_hand:
            slip(case, letter, by=by)
        record(
            case,
            "送出文书",
            by=by,
            new={
                "文书": name(letter),
                "方式": Way(way).label,
                "日期": on.isoformat(),
                "校验值": letter.frozen_sha256,
            },
        )
        if letters()[letter.code].to == "申请人" and not in_hand:
            answered = letter.code in REPLIES and letter.code != WITHDRAWAL
            notify(case, "answered" if answered else _CAUSES.get(letter.code, "delivered"))
        return letter


def record_signature(
    letter: Letter,
    *,
    on: date,
    by: By,
    proof: Sequence[Checked] = (),
    seen: int | None = None,
) -> Letter:
    """The day on which the recipient signed for a letter that was posted or handed on.

    ``proof``: the signed 送达回证 or the receipt of the post.
    """
    own, after = letter.code in QUIET, letter.code == DEFENCE
    with on_case(
        letter.application, by=by, roles=CLERKS, seen=seen, joined=own, ended=after
    ) as case:
        letter = Letter.objects.select_for_update(of=("self",), no_key=True).get(
            pk=letter.pk, application=case
        )
        letter.application = case
        if letter.state != Letter.State.SENT or letter.sent_on is None:
            raise Refused("这份文书没有等待签收，请核对。")
        if on < letter.sent_on:
            raise Refused("签收日期不能早于送出日期，请改正。")
        if on > clock.today():
            raise Refused("日期不能晚于今天，请改正。")
        letter.delivered_on, letter.state = on, Letter.State.DELIVERED
        letter.save(update_fields=["delivered_on", "state"])
        step(letter, Letter.State.SENT, "签收", by)
        signed(case, letter, on, by)
        for file in proof:
            keep_file(case, CaseFile.Kind.DELIVERY, file.name, file.data, file.media_type, by=by)
        record(case, "登记文书签收", by=by, new={"文书": name(letter), "签收": on.isoformat()})
        return letter


def slip(case: Application, letter: Letter, *, by: By) -> Letter:
    """The 送达回证 (L38) of a letter, made once. Call it inside ``on_case``."""
    known = next(
        (s for s in case.letters.filter(code="L38") if s.values.get("letter_id") == letter.pk), None
    )
    number = f"（{letter.number}）" if letter.number else ""
    return known or draft_letter(
        case,
        "L38",
        by=by,
        addressee=letter.addressee,
        values={
            "letter_id": letter.pk,
            "送达文书": f"《{letters()[letter.code].label}》{number}",
            "way": Way(letter.way).label,
            "sent_on": letter.sent_on.isoformat() if letter.sent_on else "",
            "signed_on": letter.delivered_on.isoformat() if letter.delivered_on else "",
            "tracking": letter.tracking,
        },
    )


# --- before it goes ---------------------------------------------------------------------------


def _check(case: Application, letter: Letter, sending: Sending) -> None:
    check_way(case, letter, sending)
    if letter.code in REPLIES and (why_not := _third_party_first(case)):
        raise Refused(why_not)


def check_way(case: Application, letter: Letter, sending: Sending) -> None:
    """Refused where a letter may not go out this way on this day."""
    if sending.way not in Way.values:
        raise Refused("请选择送达方式。")
    if sending.on > clock.today():
        unnumbered = sending.way == Way.POST and not sending.tracking
        also = "邮寄的还要填写邮件号。" if unnumbered else ""
        raise Refused(f"日期不能晚于今天，请改正。{also}")
    if letter.dated_on is not None and sending.on < letter.dated_on:
        raise Refused(f"文书落款日期是{letter.dated_on}，送出日期不能更早，请改正。")
    if sending.signed_on is not None and sending.signed_on < sending.on:
        raise Refused("签收日期不能早于送出日期，请改正。")
    if sending.way == Way.POST:
        if not sending.tracking:
            raise Refused("请填写邮件号，以便查明寄出和签收的日期。")
        _post_office_only(sending)
    if sending.way == Way.THROUGH and not sending.carrier:
        raise Refused("请写明委托哪个机关送达。")
    applicant = letters()[letter.code].to == "申请人"
    if sending.way == Way.ONLINE and not applicant:
        raise Refused("查询页只对申请人开放，这份文书请改用其他方式送达。")
    if sending.way == Way.EMAIL and applicant and not (case.applicant or {}).get("email"):
        raise Refused("申请人没有留下电子邮箱，请改用其他方式送达。")


def _third_party_first(case: Application) -> str:
    """Over an objection the third party is told before the release (Art 32), or ""."""
    over = any(i.answers.get("third_party") == "public_interest" for i in case.items.all())
    if not over or case.letters.filter(code="L12").exclude(frozen_sha256="").exists():
        return ""
    return f"请先将{letters()['L12'].label}送达第三方，再送出答复（{letters()['L12'].basis}）。"


def _post_office_only(sending: Sending) -> None:
    """The clock's own judgment of the carrier, for every letter that is posted."""
    trial = [
        Event(sending.on, EventType.APPLICATION_SUBMITTED, channel="in_person"),
        Event(sending.on, EventType.REPLY_POSTED, carrier=sending.carrier or POST_OFFICE),
    ]
    for refusal in run(trial, as_of=sending.on).refused:
        if refusal.code == "private_courier":
            raise Refused(f"{refusal.message}（{refusal.article}）")


# --- what the applicant sees -------------------------------------------------------------------


def open_files(case: Application, letter: Letter) -> None:
    """What was sent by e-mail or online can be fetched from the tracking page."""
    if letters()[letter.code].to != "申请人" or letter.way not in (Way.EMAIL, Way.ONLINE):
        return
    if letter.pdf_id:
        CaseFile.objects.filter(pk=letter.pdf_id).update(for_applicant=True)
    case.files.filter(
        pk__in=letter.values.get("files", []), kind=CaseFile.Kind.RELEASED, erased_at=None
    ).update(for_applicant=True)
