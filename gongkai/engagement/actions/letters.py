"""A letter comes in, is handed on, is rated; who looked into the mailbox."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from gongkai.base import codes
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked
from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.models import Body, Section
from gongkai.bodies.queries import require_role
from gongkai.engagement import clock
from gongkai.engagement.actions.core import WRITER, By, on_letter, record
from gongkai.engagement.files import keep_file
from gongkai.engagement.models import CitizenLetter, Mailbox, MailboxCheck
from gongkai.engagement.queries import may_touch
from gongkai.engagement.roles import CLERKS, WRITERS

State = CitizenLetter.State
#: First digit of the numbers of letters; those of applications begin with their year.
LEAD = "8"
#: What the writer said: the same words with the same key are the same letter.
_WRITTEN = ("mailbox", "category", "subject", "text", "sender", "wish_public")


@dataclass(frozen=True, slots=True)
class Incoming:
    """What the form says; ``submission_key`` is the form's own mark, once for each letter."""

    mailbox: Mailbox
    category: str
    subject: str
    text: str
    submission_key: str
    sender: dict[str, str] = field(default_factory=dict)
    wish_public: bool = False
    files: tuple[Checked, ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """``code`` is told now and never stored."""

    letter: CitizenLetter
    code: str


class FormUsed(Refused):
    """Another letter was sent with this form: the page came back, its words were changed."""


def receive_letter(incoming: Incoming) -> Received:
    """Take a letter in, once however often its form is sent; FormUsed with other words in it."""
    if known := _known(incoming):
        return known
    try:
        with transaction.atomic():
            return _receive(incoming)
    except IntegrityError:
        if known := _known(incoming):
            return known
        raise


def _known(incoming: Incoming) -> Received | None:
    found = CitizenLetter.objects.filter(submission_key=incoming.submission_key).first()
    if found is None:
        return None
    other = any(getattr(found, name) != getattr(incoming, name) for name in _WRITTEN)
    sent = {hashlib.sha256(file.data).hexdigest() for file in incoming.files}
    if other or (sent and sent != {file.sha256 for file in found.files.filter(reply=None)}):
        raise FormUsed(
            "用这张表单写的信已经收到，这次改动的内容还没有提交。"
            "要另写一封的，请核对下面的内容，回答问题后再提交一次；不另写的，不用再提交。"
        )
    return Received(found, codes.new_code(incoming.submission_key))


def _receive(incoming: Incoming) -> Received:
    mailbox = Mailbox.objects.select_for_update(of=("self",), no_key=True).get(
        pk=incoming.mailbox.pk
    )
    if not mailbox.is_open:
        raise Refused("这个信箱现在不接收来信，请选择其他信箱。")
    if incoming.category not in mailbox.categories:
        raise Refused("请从列表中选择来信类别。")
    on = clock.today()
    mailbox.last += 1
    mailbox.save(update_fields=["last"])
    digits = f"{LEAD}{on.year}{mailbox.pk:04d}{mailbox.last:05d}"
    number = digits + str(codes.check_digit(digits))
    code = codes.new_code(incoming.submission_key)
    due = clock.limit(mailbox.body, "mailbox.reply_days", on)
    letter = CitizenLetter.objects.create(
        mailbox=mailbox,
        number=number,
        code_mark=codes.code_mark(number, code),
        submission_key=incoming.submission_key,
        category=incoming.category,
        subject=incoming.subject,
        text=incoming.text,
        sender=dict(incoming.sender),
        wish_public=incoming.wish_public,
        received_on=on,
        due_on=due.on,
        due_is_provisional=due.is_provisional,
    )
    for file in incoming.files:
        keep_file(letter, file)
    told = {"信箱": mailbox.name, "类别": letter.category, "附件": len(incoming.files)}
    record(letter, "收到来信", by=None, by_name=WRITER, **told)
    return Received(letter, code)


def assign(letter: CitizenLetter, section: Section, *, by: By, seen: int | None = None) -> None:
    """Hand the letter to a section, which drafts the reply."""
    with on_letter(letter, by=by, roles=CLERKS, seen=seen) as letter:
        _still_open(letter)
        if section.body_id != letter.mailbox.body_id:
            raise Refused("请选择本机关的科室。")
        letter.section, letter.assigned_at = section, timezone.now()
        if letter.state == State.RECEIVED:
            letter.state = State.WORKING
        record(letter, "交办来信", by=by, 科室=section.name)


def mark_complex(letter: CitizenLetter, reason: str, *, by: By, seen: int | None = None) -> None:
    """The matter is complex: the longer period of the body's limits, from the same day."""
    with on_letter(letter, by=by, roles=WRITERS, seen=seen) as letter:
        _still_open(letter)
        if letter.is_complex:
            raise Refused("已经登记为情况复杂，期限不再变动。")
        if not reason.strip():
            raise Refused("请写明情况复杂的原因，写信人会看到。")
        if clock.today() > letter.due_on:
            raise Refused("已经超过一般事项的答复期限，不能再改为情况复杂。请尽快答复。")
        letter.is_complex, letter.complex_reason = True, reason.strip()[:200]
        set_due(letter)
        record(letter, "登记来信情况复杂", by=by, 答复期限=letter.due_on.isoformat())


def set_due(letter: CitizenLetter, **known: Any) -> None:
    """The last day to answer, from the day it came."""
    key = "mailbox.complex_reply_days" if letter.is_complex else "mailbox.reply_days"
    due = clock.limit(letter.mailbox.body, key, letter.received_on, **known)
    letter.due_on, letter.due_is_provisional = due.on, due.is_provisional


def _still_open(letter: CitizenLetter) -> None:
    if letter.is_answered:
        raise Refused("这封来信已经答复。")


def rate(letter: CitizenLetter, score: int, note: str = "") -> None:
    """The writer says how satisfied he is, once."""
    with on_letter(letter, by=None) as letter:
        if not letter.is_answered:
            raise Refused("答复以后才能评价。")
        if letter.rated_at:
            raise Refused("您已经评价过。")
        if score not in range(1, 6):
            raise Refused("请选择一个分数。")
        letter.score, letter.score_note, letter.rated_at = score, note.strip(), timezone.now()
        record(letter, "评价来信办理", by=None, by_name=WRITER, 分数=score)


def look_into(mailbox: Mailbox, *, by: By) -> MailboxCheck | None:
    """Note that somebody who handles the mailbox looked into it today; once a day and person."""
    if by is None:
        return None
    require_role(by, mailbox.body, *CLERKS)
    waiting = mailbox.letters.exclude(state=State.ANSWERED).count()
    check, _ = MailboxCheck.objects.get_or_create(
        mailbox=mailbox, on=clock.today(), by=by, defaults={"waiting": waiting}
    )
    return check


def see_sender(letter: CitizenLetter, *, by: By) -> dict[str, str]:
    """Who wrote, unmasked; noted in the trail (个人信息保护法)."""
    if by is not None and not may_touch(by, letter, *WRITERS):
        raise PermissionDenied("您没有办理这封来信的权限，请联系管理员。")
    with transaction.atomic():
        record(letter, "查看写信人个人信息", by=by)
        return dict(letter.sender or {})


def recompute(body: Body | None = None) -> int:
    """Reckon the last day of every open letter anew; how many moved."""
    bodies = Body.objects.filter(mailboxes__isnull=False).distinct()
    moved = 0
    for one in bodies if body is None else bodies.filter(pk=body.pk):
        known = {"calendar": calendar_for(one), "rules": clock.rules_for(one)}
        open_ones = CitizenLetter.objects.filter(mailbox__body=one).exclude(state=State.ANSWERED)
        for letter in open_ones.select_related("mailbox__body").defer("subject", "text", "sender"):
            old = (letter.due_on, letter.due_is_provisional)
            set_due(letter, **known)
            if old != (letter.due_on, letter.due_is_provisional):
                moved += _move(letter, **known)
    return moved


def _move(letter: CitizenLetter, **known: Any) -> bool:
    """Reckon once more under the lock: a deed may have made it complex or answered it meanwhile."""
    with transaction.atomic():
        held = CitizenLetter.objects.select_for_update(of=("self",), no_key=True).select_related(
            "mailbox__body"
        )
        letter = held.defer("subject", "text", "sender").get(pk=letter.pk)
        if letter.is_answered:
            return False
        set_due(letter, **known)
        letter.save(update_fields=["due_on", "due_is_provisional"])
        return True


def on_calendar_changed(sender: Any, *, body: Body | None, **kwargs: Any) -> str:
    """Other working days: other last days."""
    moved = recompute(body)
    return f"{moved}封来信的答复期限随之变动。" if moved else ""
