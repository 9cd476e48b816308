"""Reminders before each day on which something is to be published, updated, evaluated again, or
runs out.

All of it can be run again at any moment: each reminder is given once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.models import Body, Role
from gongkai.bodies.reminders import Mailed, reachable_by_role, send
from gongkai.documents.blocks import chinese_date
from gongkai.law.deadlines import warning
from gongkai.law.parameters import statute
from gongkai.publishing import duties, validity
from gongkai.publishing.models import Column, Document, DutyReminder

State = Document.State
#: What is reminded of, and how it is called; ``overdue`` goes to the head.
CAUSES = {
    "publish": "公开期限",
    "overdue": "超过公开期限",
    "update": "栏目更新期限",
    "evaluate": "不公开信息的评估日期",
    "expire": "规范性文件有效期届满",
}
WORKING = (State.DRAFT, State.REVIEW, State.RETURNED, State.APPROVED)


@dataclass(frozen=True, slots=True)
class Due:
    """One day of one document or column; ``days_left`` negative when it has passed."""

    cause: str
    on: date
    days_left: int
    document: Document | None = None
    column: Column | None = None

    @property
    def name(self) -> str:
        return str(self.document or self.column)


@dataclass(slots=True)
class Run(Mailed):
    """What one run did: reminders of each cause, mails."""

    reminded: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CAUSES, 0))


def remind() -> Run:
    """Remind of every day that has come near or has passed, each once, in one mail a person."""
    run = Run()
    letters: dict[Any, list[Due]] = defaultdict(list)
    for body in Body.objects.filter(columns__isnull=False).distinct().order_by("pk"):
        people = reachable_by_role(body)
        for due in _days(body, timezone.localdate()):
            _, new = DutyReminder.objects.get_or_create(
                document=due.document, column=due.column, cause=due.cause, due_on=due.on,
                days_left=due.days_left,
            )  # fmt: skip
            if new:
                run.reminded[due.cause] += 1
                for person in _for_whom(due, people):
                    letters[person].append(due)
    mails = ((to, f"主动公开期限提醒：{len(dues)}项", _text(dues)) for to, dues in letters.items())
    send(mails, run)
    return run


def _days(body: Body, today: date) -> Iterator[Due]:
    """Every day that is near by the steps of the law's data, or has passed, of one body."""
    steps = sorted(statute().rule("convention.reminders", on=today).value)
    calendar = calendar_for(body)
    horizon = calendar.add(today, steps[-1])
    waiting = Document.objects.filter(
        body=body, live=False, state__in=WORKING, due_on__lte=horizon
    ).select_related("body", "section", "author")
    for document in waiting:
        near = warning(document.due_on, today, calendar=calendar)
        if near.colour == "overdue":
            # Once when it has passed, not every day: the list shows it until it is done.
            yield Due("overdue", document.due_on, -1, document=document)
        else:
            step = next(s for s in steps if near.days_left <= s)
            yield Due("publish", document.due_on, step, document=document)
    for duty in duties.of_bodies([body], today):
        if duty.colour == "green" or duty.empty:
            continue
        yield Due("update", duty.due_on, -1 if duty.days_left < 0 else 0, column=duty.column)
    kept = Document.objects.filter(body=body, state=State.KEPT, re_evaluate_on__isnull=False)
    for document in kept.select_related("body", "section", "author"):
        colour, _, left = duties.evaluation_near(document.re_evaluate_on, today)
        if colour != "green":
            yield Due("evaluate", document.re_evaluate_on, -1 if left < 0 else 0, document=document)

    yield from _running_out(body, today)


def _running_out(body: Body, today: date) -> Iterator[Due]:
    """Normative documents in force that run out soon, by the steps of the law's data."""
    steps = sorted(statute().rule("normative.expiry_warning", on=today).value)
    soon = Document.objects.filter(
        body=body,
        live=True,
        is_normative=True,
        validity__in=validity.IN_FORCE,
        expires_on__gte=today,
        expires_on__lte=today + timedelta(days=steps[-1]),
    )
    for document in soon.select_related("body", "section", "author"):
        left = (document.expires_on - today).days
        step = next(step for step in steps if left <= step)
        yield Due("expire", document.expires_on, step, document=document)


def _for_whom(due: Due, people: dict[Role, list[Any]]) -> list[Any]:
    """The author (else every clerk), the 承办人 of the section; what is late goes to the head.

    What runs out is told to the legal reviewer too.
    """
    if due.cause == "overdue":
        return [m.user for m in people[Role.HEAD]]
    clerks = [m.user for m in people[Role.CLERK]]
    section = due.document.section_id if due.document else due.column and due.column.section_id
    author = due.document.author_id if due.document else None
    told = [u for u in clerks if u.pk == author] or clerks
    told += [m.user for m in people[Role.HANDLER] if section and m.section_id == section]
    if due.cause == "expire":
        told += [m.user for m in people[Role.LEGAL]]
    return list(dict.fromkeys(told))


def _text(dues: list[Due]) -> str:
    lines = ["您好。以下信息和栏目的期限需要留意：", ""]
    for due in sorted(dues, key=lambda d: (d.on, d.cause, d.name)):
        if due.document is not None:
            where = reverse("desk-document", args=[due.document.pk])
        else:
            where = reverse("desk-update-duties")
        day = chinese_date(due.on)
        lines += [f"{due.name}", f"　{CAUSES[due.cause]}：{day}", ""]
        lines[-1:] = [f"　{settings.WAGTAILADMIN_BASE_URL}{where}", ""]
    return "\n".join([*lines, "本邮件由系统自动发送，办理完毕后不再提醒。"])
