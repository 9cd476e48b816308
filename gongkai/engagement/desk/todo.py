"""待办 of this room on the first page: letters by the day they are due, looks, surveys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q

from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.queries import Someone, held_by
from gongkai.engagement import clock
from gongkai.engagement.models import (
    CitizenLetter,
    LetterReply,
    Mailbox,
    MailboxCheck,
    PublishedLetter,
    Survey,
    SurveyCorrection,
)
from gongkai.engagement.queries import are_for
from gongkai.engagement.roles import CLERKS, REVIEWERS, WRITERS

State = CitizenLetter.State
SHOWN = 8


@dataclass(slots=True)
class LetterTodo:
    """``letters``: the first of those that are my turn; ``unread``: mailboxes not looked into
    today; ``public``: words that wait for my eyes; ``surveys``: what waits for publication.
    """

    letters: list[Any] = field(default_factory=list)
    count: int = 0
    unread: list[Mailbox] = field(default_factory=list)
    public: list[PublishedLetter] = field(default_factory=list)
    surveys: list[Survey] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.count or self.unread or self.public or self.surveys)


def letter_todo(user: Someone) -> LetterTodo:
    """What there is to do for a person, those due first at the top."""
    today = clock.today()
    drafts = LetterReply.objects.filter(letter=OuterRef("pk"), approved=None)
    held = held_by(user)
    mine = are_for(held, *WRITERS) & Q(state__in=(State.RECEIVED, State.WORKING))
    to_read = are_for(held, *REVIEWERS) & Q(state=State.REVIEW)
    to_read &= Exists(drafts.exclude(drafted_by=user.pk))
    found = CitizenLetter.objects.filter(mine | to_read).order_by("due_on", "pk")
    rows: list[Any] = list(found.select_related("mailbox__body")[:SHOWN])
    for row in rows:
        row.near = clock.near(row.mailbox.body, row.due_on)
    todo = LetterTodo(rows, found.count() if len(rows) == SHOWN else len(rows))
    looked = MailboxCheck.objects.filter(mailbox=OuterRef("pk"), on=today)
    unread = Mailbox.objects.filter(~Exists(looked), body__in=held.bodies(*CLERKS), is_open=True)
    todo.unread = [
        box for box in unread.select_related("body") if calendar_for(box.body).is_working(today)
    ]
    seconds = held.bodies(*REVIEWERS)
    todo.public = list(
        PublishedLetter.objects.filter(
            letter__mailbox__body__in=seconds, published_at=None, withdrawn_at=None, returned=""
        )
        .exclude(drafted_by=user.pk)
        .select_related("letter")[:SHOWN]
    )
    outcome = Q(closes_on__lt=today, results_at=None, published_at__isnull=False) & ~Q(outcome="")
    waits = (Q(published_at=None) & ~Q(drafted_by=user.pk)) | (outcome & ~Q(outcome_by=user.pk))
    untold = Q(closes_on__lt=today, results_at=None, published_at__isnull=False, outcome="")
    corrections = SurveyCorrection.objects.filter(published_at=None).exclude(drafted_by=user.pk)
    waits |= Q(pk__in=corrections.values("survey"))
    todo.surveys = list(
        Survey.objects.filter(withdrawn_at=None).filter(
            (Q(body__in=seconds) & waits) | (Q(body__in=held.bodies(*CLERKS)) & untold)
        )[:SHOWN]
    )
    return todo
