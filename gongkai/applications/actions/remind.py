"""Reminders to the office before each day it must keep, the daily list of what is late, and time
itself: what was not corrected or paid in its period is given up when the day has passed.

All of it can be run again at any moment: each reminder is given once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from gongkai.applications import clock
from gongkai.applications.actions.core import on_case, record
from gongkai.applications.due import (
    awaited,
    awaited_within,
    correction_notices,
    defences_awaited,
    due_day,
)
from gongkai.applications.models import Application, Approval, Assignment, CaseFile, Reminder
from gongkai.applications.state import ENDED
from gongkai.base.refusal import Refused
from gongkai.bodies.calendars import one_calendar
from gongkai.bodies.models import Body, Role
from gongkai.bodies.reminders import Mailed, reachable_by_role, send
from gongkai.law.deadlines import Law, warning
from gongkai.law.deadlines.duties import DueWarning
from gongkai.law.parameters import statute

State = Application.State
OPEN = tuple(s for s in State if s not in ENDED)
#: States whose own last day (correction, payment, opinion) passes without anybody's deed.
PASSING = (State.AWAITING_CORRECTION, State.AWAITING_PAYMENT, State.CONSULTING)
#: What is reminded of, and how it is called.
CAUSES = {
    "reply": "答复期限",
    "correction_notice": "告知补正的期限",
    "consultation": "征求意见期限",
    "extension": "延期审批，应当在原答复期限前批示",
    "overdue": "答复逾期",
    "defence": "复议答复、应诉答辩的期限",
    "defence_overdue": "复议答复、应诉答辩逾期",
}
#: Counted each day, told to the head.
LATE = ("overdue", "defence_overdue")


@dataclass(frozen=True, slots=True)
class Due:
    """One day of one case, and how near it is."""

    case: Application
    cause: str
    on: date
    near: DueWarning


@dataclass(slots=True)
class Run(Mailed):
    """What one run did: cases whose period ran out, reminders, late cases, mails."""

    lapsed: int = 0
    reminded: int = 0
    overdue: int = 0


def remind() -> Run:
    """Let time act, then remind of each day that has come near and of what is late."""
    run = Run()
    with one_calendar():
        _pass_time(run)
        letters: dict[Any, list[Due]] = defaultdict(list)
        at_work = Q(applications__state__in=OPEN) | Q(disputes__in=defences_awaited())
        for body in Body.objects.filter(at_work).distinct():
            people = reachable_by_role(body)
            for due in _new_reminders(body):
                if due.cause in LATE:
                    run.overdue += 1
                else:
                    run.reminded += 1
                for person in _for_whom(due, people):
                    letters[person].append(due)
        title = "依申请公开期限提醒"
        mails = ((to, f"{title}：{len(due)}项", _text(due)) for to, due in letters.items())
        send(mails, run)
    _forget_unfiled()
    return run


def _forget_unfiled() -> None:
    """Scans taken in at the desk for an application that was not filed within a day.

    The rows go; ``gongkai site sweep_files`` removes what lies on disk without one.
    """
    CaseFile.objects.filter(
        application=None,
        side_request=None,
        added_by__isnull=False,
        kind__in=(
            CaseFile.Kind.REQUEST,
            CaseFile.Kind.IDENTITY,
            CaseFile.Kind.AUTHORISATION,
            CaseFile.Kind.RECEIPT_PROOF,
        ),
        added_at__lt=timezone.now() - timedelta(days=1),
    ).delete()


# --- time acts --------------------------------------------------------------------------------


def _pass_time(run: Run) -> None:
    """Bring the copies of every case up to date in which an awaited day has passed."""
    passed = Application.objects.filter(state__in=PASSING, waiting_until__lt=clock.today())
    for pk in passed.order_by("pk").values_list("pk", flat=True):
        try:
            run.lapsed += _bring_up(pk)
        except Refused as no:
            run.failed.append(f"第{pk}号记录：{no}")


@transaction.atomic
def _bring_up(pk: int) -> bool:
    """Whether the state of the case changed because its day has passed."""
    with on_case(Application(pk=pk), by=None, joined=True) as case:
        old = case.get_state_display()
    if case.get_state_display() == old:
        return False
    record(case, "期限届满", by=None, old={"状态": old}, new={"状态": case.get_state_display()})
    return True


# --- which days are near ----------------------------------------------------------------------


def _new_reminders(body: Body) -> Iterator[Due]:
    """The days of one body that are to be reminded of now and were not before."""
    today, law = clock.today(), clock.law_for(body)
    steps = sorted(statute().rule("convention.reminders", on=today).value)
    horizon = law.calendar.add(today, steps[-1])
    for due in _days(body, law, today, horizon):
        if due.cause in LATE:
            step = due.near.days_left
        else:
            # A day missed by the timer is caught up: 4 days left still belongs to "five before".
            step = next(s for s in steps if due.near.days_left <= s)
        _, new = Reminder.objects.get_or_create(
            application=due.case, cause=due.cause, due_on=due.on, days_left=step
        )
        if new:
            yield due


def _days(body: Body, law: Law, today: date, horizon: date) -> Iterator[Due]:
    """Every day from ``today`` to ``horizon`` that the office must keep, and those past."""

    def due(case: Application, cause: str, on: date) -> Due:
        return Due(case, cause, on, warning(on, today, calendar=law.calendar))

    under_way = Application.objects.filter(body=body, state__in=OPEN).select_related("body")
    under_way = under_way.defer("applicant", "details", "purpose", "fee_relief")
    for case in under_way.filter(awaited_within(range=(today, horizon))):
        yield due(case, "reply", awaited(case))
    cases = under_way.filter(closed_on=None)
    asked = Approval.objects.filter(kind=Approval.Kind.EXTENSION, approved=None)
    soon = Q(due_on__range=(today, horizon))
    for case in cases.filter(soon, pk__in=asked.values("application")):
        yield due(case, "extension", case.due_on)
    waiting = cases.filter(state=State.CONSULTING, waiting_until__range=(today, horizon))
    for case in waiting:
        yield due(case, "consultation", case.waiting_until)
    for case, on in correction_notices(cases, horizon):
        yield due(case, "correction_notice", on)
    for case in under_way.filter(awaited_within(lt=today)):
        yield due(case, "overdue", awaited(case))
    # One that names no application stands among the tasks of the first page only.
    disputes = defences_awaited().filter(body=body, answer_due_on__lte=horizon)
    for one in disputes.exclude(application=None).select_related("application__body"):
        yield due(
            one.application,
            "defence" if one.answer_due_on >= today else "defence_overdue",
            one.answer_due_on,
        )


# --- who is told ------------------------------------------------------------------------------


def _for_whom(due: Due, people: dict[Role, list[Any]]) -> Iterable[Any]:
    """The clerk in charge (or all of them), the section still to answer; the head."""
    if due.cause in ("extension", *LATE):
        return [m.user for m in people[Role.HEAD]]
    if due.cause == "defence" and people[Role.LEGAL]:
        return dict.fromkeys(m.user for m in people[Role.LEGAL])
    clerks = [m.user for m in people[Role.CLERK]]
    told = [u for u in clerks if u.pk == due.case.clerk_id] or clerks
    if due.cause == "reply":
        silent = set(
            Assignment.objects.filter(application=due.case, answered_at=None).values_list(
                "section", flat=True
            )
        )
        told += [m.user for m in people[Role.HANDLER] if m.section_id in silent]
    return dict.fromkeys(told)


def _text(dues: list[Due]) -> str:
    """Numbers, days and links, no personal data."""
    lines = ["您好。以下申请的期限需要留意：", ""]
    for due in sorted(dues, key=lambda d: (d.on, d.case.pk, d.cause)):
        address = settings.WAGTAILADMIN_BASE_URL + reverse("desk-case", args=[due.case.pk])
        lines += [f"{due.case.number}　{CAUSES[due.cause]}", f"　{_when(due)}", f"　{address}", ""]
    return "\n".join([*lines, "本邮件由系统自动发送，办理完毕后不再提醒。"])


def _when(due: Due) -> str:
    day = due_day(due.on, due.case.body)
    if due.near.colour == "overdue":
        return f"{day}，已逾期{-due.near.days_left}个工作日"
    if due.near.colour == "due_today":
        return f"{day}，今天到期"
    return f"{day}，还有{due.near.days_left}个工作日"
