"""催办 by the office that supervises: what a body answers too late, said to it and kept."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.actions.core import By
from gongkai.applications.due import awaited, awaited_within
from gongkai.applications.models import Application, Reminder
from gongkai.applications.state import ENDED
from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body, Role
from gongkai.bodies.queries import require_role
from gongkai.bodies.reminders import Mailed, reachable_by_role, send
from gongkai.law.deadlines import warning

#: The cause of such a reminder; the others are given by the daily run.
URGED = "urged"


def urge(body: Body, *, by: By) -> int:
    """Urge every application of the body whose reply is overdue; how many there are.

    Refused where none is, or where all were urged today already. Head and clerks get a mail with
    the numbers; their 待办 names the day until the case is answered.
    """
    require_role(by, body, Role.INSPECTOR)
    today, calendar = clock.today(), clock.law_for(body).calendar
    late = Application.objects.filter(awaited_within(lt=today), body=body)
    late = late.exclude(state__in=ENDED)
    with transaction.atomic():
        cases = list(late.only("number", "body", "state", "due_on", "waiting_until", "closed_on"))
        if not cases:
            raise Refused(f"{body.short_name}没有逾期未答复的申请，不用催办。")
        new = 0
        for case in cases:
            on = awaited(case)
            assert on is not None
            _, first = Reminder.objects.get_or_create(
                application=case,
                cause=URGED,
                due_on=on,
                days_left=warning(on, today, calendar=calendar).days_left,
            )
            new += first
        if not new:
            raise Refused(f"对{body.short_name}已经催办过，下一个工作日可以再催。")
        numbers = sorted(case.number for case in cases)
        audit.record("催办", body, by=by, scope=body.slug, new={"逾期未答复": numbers})
        transaction.on_commit(partial(_mail, body, numbers))
    return len(cases)


def _mail(body: Body, numbers: list[str]) -> None:
    """Numbers and the address of the list, no personal data."""
    held = reachable_by_role(body)
    people = {m.user.pk: m.user for role in (Role.HEAD, Role.CLERK) for m in held[role]}
    address = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('desk-cases')}?tab=body&colour=overdue"
    text = "\n".join(
        ["您好。主管部门对以下逾期未答复的政府信息公开申请催办：", "", *numbers, "", address]
    )
    subject = f"催办：{len(numbers)}件申请逾期未答复"
    send([(person, subject, text) for person in people.values()], Mailed())
