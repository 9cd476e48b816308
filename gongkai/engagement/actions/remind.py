"""Reminders before a letter is due, when it is late, and when nobody looked into a mailbox.

It can be run again at any moment: each reminder is given once. A mail holds numbers and days
only; who has no address sees the same in 待办.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from gongkai.base import audit
from gongkai.base.due import due_words
from gongkai.base.models import AuditEntry
from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.models import Body, Membership, Role
from gongkai.bodies.reminders import Mailed, reachable, send
from gongkai.engagement import clock
from gongkai.engagement.models import CitizenLetter, LetterReminder, Mailbox
from gongkai.law.calendar import WorkCalendar
from gongkai.law.deadlines import warning
from gongkai.law.parameters import statute

UNREAD = "提醒查看信箱"
State = CitizenLetter.State


@dataclass(slots=True)
class Run(Mailed):
    """What one run did: reminders of near and of passed days, mailboxes, mails."""

    due: int = 0
    late: int = 0
    unread: int = 0


def remind() -> Run:
    """Remind of every day that has come near or has passed, each once, in one mail a person."""
    run = Run()
    today = clock.today()
    told: dict[Any, list[str]] = defaultdict(list)
    for body in Body.objects.filter(mailboxes__isnull=False).distinct().order_by("pk"):
        people = list(reachable([body]))
        calendar = calendar_for(body)
        _letters(body, today, calendar, people, told, run)
        _mailboxes(body, today, calendar, people, told, run)
    send((_mail(person, lines) for person, lines in told.items()), run)
    return run


def _letters(
    body: Body,
    today: date,
    calendar: WorkCalendar,
    people: list[Membership],
    told: dict[Any, list[str]],
    run: Run,
) -> None:
    steps = sorted(statute().rule("convention.reminders", on=today).value)
    waiting: QuerySet[CitizenLetter] = CitizenLetter.objects.filter(
        mailbox__body=body, due_on__lte=calendar.add(today, steps[-1])
    ).exclude(state=State.ANSWERED)
    for letter in waiting.defer("subject", "text", "sender").order_by("due_on", "pk"):
        near = warning(letter.due_on, today, calendar=calendar)
        left = near.days_left
        late = left < 0
        # A late one is told once, not every day: the list shows it until it is answered.
        step = -1 if late else next(s for s in steps if left <= s)
        _, new = LetterReminder.objects.get_or_create(
            letter=letter, due_on=letter.due_on, days_left=step
        )
        if not new:
            continue
        run.late, run.due = run.late + late, run.due + (not late)
        words = due_words(letter.due_on, near, provisional=letter.due_is_provisional)
        address = settings.WAGTAILADMIN_BASE_URL + reverse("desk-citizen-letter", args=[letter.pk])
        line = f"来信 {letter.number}：{words}　{address}"
        for one in people:
            of_section = one.section_id is not None and one.section_id == letter.section_id
            if (
                one.role == Role.CLERK
                or (one.role == Role.HANDLER and of_section)
                or (late and one.role == Role.HEAD)
            ):
                told[one.user].append(line)


def _mailboxes(
    body: Body,
    today: date,
    calendar: WorkCalendar,
    people: list[Membership],
    told: dict[Any, list[str]],
    run: Run,
) -> None:
    """Mailboxes into which nobody looked on the last working day; not on a day off."""
    if not calendar.is_working(today):
        return
    last = calendar.add(today, -1)
    missed = Mailbox.objects.filter(body=body, is_open=True, opened_on__lte=last).exclude(
        checks__on__gte=last
    )
    for mailbox in missed:
        if not _first_time(mailbox, last):
            continue
        run.unread += 1
        address = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('desk-letters')}?mailbox={mailbox.pk}"
        for one in people:
            if one.role in (Role.CLERK, Role.HEAD):
                told[one.user].append(f"{last} 没有人查看{mailbox}　{address}")


def _first_time(mailbox: Mailbox, day: date) -> bool:
    """Whether that day of the mailbox is told now for the first time; the trail remembers it."""
    with transaction.atomic():
        Mailbox.objects.select_for_update(of=("self",), no_key=True).get(pk=mailbox.pk)
        told = AuditEntry.objects.filter(
            object_type=mailbox._meta.label_lower,
            object_id=str(mailbox.pk),
            action=UNREAD,
            new=_of_day(day),
        )
        if told.exists():
            return False
        audit.record(UNREAD, mailbox, by=None, scope=mailbox.body.slug, new=_of_day(day))
        return True


def _of_day(day: date) -> dict[str, str]:
    return {"没有人查看的日期": day.isoformat()}


def _mail(person: Any, lines: list[str]) -> tuple[Any, str, str]:
    lines = list(dict.fromkeys(lines))
    text = "\n".join(["您好。以下来信和信箱需要留意：", "", *lines, "", "本邮件由系统自动发送。"])
    return person, f"互动回应提醒：{len(lines)}项", text
