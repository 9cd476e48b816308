"""What the self-check finds in 互动回应: letters and surveys that wait too long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from gongkai.base.site_checks import Problem
from gongkai.bodies.models import Body
from gongkai.engagement.models import CitizenLetter, Mailbox, Survey
from gongkai.engagement.periods import limit
from gongkai.law.parameters import statute
from gongkai.law.remedies import add_months


def problems(body: Body, on: date, whole: bool) -> Iterator[Problem]:
    yield from _mailboxes(body)
    yield from _letters(body, on)
    yield from _surveys(body, on)


def _mailboxes(body: Body) -> Iterator[Problem]:
    boxes = list(Mailbox.objects.filter(body=body).order_by("pk"))
    if boxes and not any(box.is_open for box in boxes):
        yield Problem(
            kind="reply",
            key="mailboxes:closed",
            place="信箱",
            words="全部信箱都已停止接收来信，公众没有网上咨询渠道。请至少开放一个。",
            address=reverse("desk-mailboxes"),
            veto=True,
        )


def _letters(body: Body, on: date) -> Iterator[Problem]:
    """One problem for each letter, by its number: nothing of what was written."""
    waiting = CitizenLetter.objects.filter(
        mailbox__body=body, due_on__lt=on, erased_at=None
    ).exclude(state=CitizenLetter.State.ANSWERED)
    veto = statute().find("mailbox.veto_months", on=on)
    for letter in waiting.select_related("mailbox").order_by("due_on", "pk"):
        is_grave = bool(veto and add_months(letter.received_on, int(veto.value)) < on)
        long = f"，收到已经超过{veto.value}个月" if veto and is_grave else ""
        yield Problem(
            kind="reply",
            key=f"letter:{letter.pk}",
            place=f"{letter.mailbox.name}来信 {letter.number}",
            words=f"答复期限是 {letter.due_on}，还没有答复{long}。",
            address=reverse("desk-citizen-letter", args=[letter.pk]),
            veto=is_grave,
            section=letter.section_id or letter.mailbox.section_id,
        )


def _surveys(body: Body, on: date) -> Iterator[Problem]:
    ended = Survey.objects.filter(
        body=body,
        published_at__isnull=False,
        withdrawn_at=None,
        results_at=None,
        closes_on__lt=on,
    )
    for survey in ended.order_by("closes_on", "pk"):
        due = limit(body, "survey.feedback_days", survey.closes_on)
        if due and due.on < on:
            yield Problem(
                kind="reply",
                key=f"survey:{survey.pk}",
                place=f"征集“{survey.title}”"[:200],
                words=f"{survey.closes_on} 截止，到 {due.on} 应当公布结果，还没有公布。",
                address=reverse("desk-survey", args=[survey.pk]),
            )
