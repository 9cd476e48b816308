"""Letters to the mailboxes, each answered by two people, and the daily look into each box."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cache
from typing import Any, NamedTuple

from django.utils import timezone

from gongkai.base import audit, codes
from gongkai.bodies.models import Body, Section
from gongkai.demo.data import load
from gongkai.demo.twins.lines import Team, spread
from gongkai.engagement import clock
from gongkai.engagement.actions.letters import LEAD
from gongkai.engagement.actions.mailboxes import save_mailbox
from gongkai.engagement.actions.publication import prepare, review_public, suggested
from gongkai.engagement.models import CitizenLetter, LetterReply, Mailbox, MailboxCheck
from gongkai.law.calendar import national


class Said(NamedTuple):
    """What a letter says, and what it is answered."""

    subject: str
    text: str
    answer: str
    result: str


#: How many letters of a mailbox stand on the portal.
_SHOWN = 5


@cache
def _said() -> dict[str, list[Said]]:
    return {kind: [Said(*one) for one in said] for kind, said in load("letters.yaml").items()}


def _about(box: Mailbox, n: int) -> tuple[str, Said]:
    """Kind and words of letter ``n`` of a mailbox: the kinds in turn, each with its own."""
    kind = box.categories[n % len(box.categories)]
    known = _said()[kind]
    return kind, known[(n // len(box.categories) + box.order) % len(known)]


def mailboxes(body: Body, entry: dict[str, Any], by: Team) -> None:
    """Each mailbox with the letters of the year; all are answered in time."""
    section = Section.objects.filter(body=body).first()
    for order, (slug, name, number) in enumerate(entry.get("mailboxes", ()), 1):
        opened = date(entry["year"], 1, 1)
        box = Mailbox(
            body=body, slug=slug, name=name, section=section, order=order, opened_on=opened
        )
        save_mailbox(box, by=by.publisher)
        letters = CitizenLetter.objects.bulk_create(_letters(box, entry["year"], number))
        LetterReply.objects.bulk_create(_replies(letters, by))
        Mailbox.objects.filter(pk=box.pk).update(last=number)
        MailboxCheck.objects.bulk_create(_checks(box, letters, entry["year"], by))
        told = {"信箱": name, "来信": number, "已答复": number}
        audit.record("导入来信（演示）", box, by=by.keeper, scope=body.slug, new=told)
        for letter in letters[:_SHOWN]:
            _show(letter, by)


def _letters(box: Mailbox, year: int, number: int) -> Iterator[CitizenLetter]:
    calendar = national()
    for n, on in enumerate(spread(year, number), 1):
        kind, said = _about(box, n)
        digits = f"{LEAD}{year}{box.pk:04d}{n:05d}"
        full = digits + str(codes.check_digit(digits))
        key = f"twins-{box.slug}-{year}-{n}"
        due = clock.limit(box.body, "mailbox.reply_days", on, calendar=calendar)
        assert due is not None
        yield CitizenLetter(
            mailbox=box,
            number=full,
            code_mark=codes.code_mark(full, codes.new_code(key)),
            submission_key=key,
            category=kind,
            subject=said.subject,
            text=f"{said.text}（演示来信第{n}号）",
            sender={"name": f"示例来信人{n}", "phone": f"1380000{n:04}", "email": ""},
            wish_public=n <= _SHOWN,
            state=CitizenLetter.State.ANSWERED,
            received_on=on,
            section=box.section,
            assigned_at=_at(on, 10),
            due_on=due.on,
            answered_on=calendar.add(on, 1 + n % 4),
            result=said.result,
            score=4 + n % 2 if n % 3 else None,
        )


def _replies(letters: list[CitizenLetter], by: Team) -> Iterator[LetterReply]:
    for n, letter in enumerate(letters, 1):
        assert letter.answered_on is not None
        sent = _at(letter.answered_on, 16)
        yield LetterReply(
            letter=letter,
            text=_about(letter.mailbox, n)[1].answer,
            result=letter.result,
            drafted_by=by.keeper,
            reviewed_by=by.publisher,
            reviewed_at=sent,
            approved=True,
            sent_at=sent,
        )


def _checks(
    box: Mailbox, letters: list[CitizenLetter], year: int, by: Team
) -> Iterator[MailboxCheck]:
    """Somebody looked into it on every working day."""
    for on in national().days(date(year, 1, 1), date(year, 12, 31)):
        waiting = sum(x.received_on <= on < x.answered_on for x in letters if x.answered_on)
        yield MailboxCheck(mailbox=box, on=on, by=by.keeper, waiting=waiting)


def _show(letter: CitizenLetter, by: Team) -> None:
    """De-identified by one, let out by the other."""
    public = prepare(letter, **suggested(letter), by=by.keeper)
    review_public(public, approve=True, by=by.publisher)


def _at(on: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(hour)))
