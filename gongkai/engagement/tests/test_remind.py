"""Reminders of letters: each step once, numbers and days only, the late ones also to the head."""

from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command

from gongkai.bodies.calendars import calendar_for
from gongkai.engagement import clock
from gongkai.engagement.actions.letters import look_into
from gongkai.engagement.actions.remind import remind
from gongkai.engagement.models import CitizenLetter, Mailbox, MailboxCheck
from gongkai.engagement.tests.cast import Cast, a_letter


@pytest.fixture
def with_mail(cast: Cast, settings: Any) -> Cast:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    for person in (cast.clerk, cast.head, cast.handler, cast.stranger):
        person.email = f"{person.username}@example.com"
        person.save()
    return cast


def due_in(letter: CitizenLetter, days: int) -> None:
    body = letter.mailbox.body
    day = calendar_for(body).add(clock.today(), days)
    CitizenLetter.objects.filter(pk=letter.pk).update(due_on=day)


def test_each_step_is_told_once_and_holds_no_personal_data(with_mail: Cast) -> None:
    letter = a_letter(with_mail)
    due_in(letter, 2)
    CitizenLetter.objects.filter(pk=letter.pk).update(due_is_provisional=True)
    assert remind().due == 1 and remind().due == 0
    (sent,) = mail.outbox
    assert sent.to == ["jingban@example.com"] and f"{letter.number}：预计20" in sent.body
    assert "周写信" not in sent.body and "疫苗" not in sent.subject + sent.body


def test_what_is_late_goes_to_the_head_and_the_section_too(with_mail: Cast) -> None:
    letter = a_letter(with_mail)
    CitizenLetter.objects.filter(pk=letter.pk).update(section=with_mail.section)
    due_in(letter, -3)
    assert remind().late == 1 and remind().late == 0
    assert {m.to[0] for m in mail.outbox} == {
        f"{name}@example.com" for name in ("jingban", "fuze", "handler")
    }


MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize("day", [MONDAY, date(2026, 11, 29)])
def test_a_mailbox_that_nobody_opened_on_the_last_working_day_is_told_once(
    with_mail: Cast, monkeypatch: pytest.MonkeyPatch, day: date
) -> None:
    monkeypatch.setattr(clock, "today", lambda: day)
    Mailbox.objects.update(opened_on=date(2026, 11, 1))
    assert remind().unread == (day == MONDAY)  # not on a Sunday
    told = len(mail.outbox)
    assert bool(told) == (day == MONDAY)
    assert remind().unread == 0 and len(mail.outbox) == told
    monkeypatch.setattr(clock, "today", lambda: date(2026, 12, 1))
    assert remind().unread == 1  # another day without a look


def test_a_mailbox_that_was_looked_into_or_is_new_is_not_told(
    with_mail: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: MONDAY)
    Mailbox.objects.update(opened_on=MONDAY)
    assert remind().unread == 0
    Mailbox.objects.update(opened_on=date(2026, 11, 1))
    look_into(with_mail.mailbox, by=with_mail.clerk)
    MailboxCheck.objects.update(on=date(2026, 11, 20))
    assert remind().unread == 0


def test_the_command_says_what_it_did(cast: Cast, capsys: Any) -> None:
    due_in(a_letter(cast), 0)
    call_command("remind_engagement")
    assert "来信期限 1 项" in capsys.readouterr().out
