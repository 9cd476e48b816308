"""Reminders before the legal day of the annual report, and once when it has passed.

It can be run again at any moment: each reminder is given once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from gongkai.bodies.models import Body, Membership, Role
from gongkai.bodies.reminders import Mailed, reachable, send
from gongkai.documents.blocks import chinese_date
from gongkai.law.calendar import national
from gongkai.law.deadlines.duties import report_year_of
from gongkai.law.parameters import statute
from gongkai.reporting.models import RouteReminder
from gongkai.reporting.route.countdown import Standing, standings

#: Whom a body's reminder goes to; what is late goes to its head too, and to the office above.
TOLD = (Role.CLERK, Role.REVIEWER)


@dataclass(slots=True)
class Run(Mailed):
    """What one run did: bodies reminded before and after the day, mails."""

    near: int = 0
    overdue: int = 0


def remind(today: date | None = None) -> Run:
    """Remind every body whose report is not public and whose day is near or has passed.

    Only bodies that work here: those with at least one account. One mail a person.
    """
    today = today or timezone.localdate()
    run = Run()
    year = report_year_of(today)
    steps = sorted(statute().rule("convention.reminders", on=today).value)
    horizon = national().add(today, steps[-1])
    letters: dict[Any, list[Standing]] = defaultdict(list)
    bodies = list(Membership.objects.values_list("body", flat=True).distinct())
    due = [s for s in standings(bodies, year, today) if s.warning and s.due_on <= horizon]
    people = _people([s.body for s in due])
    for one in due:
        assert one.warning is not None
        late = one.warning.colour == "overdue"
        left = -1 if late else next(s for s in steps if one.warning.days_left <= s)
        _, new = RouteReminder.objects.get_or_create(
            body=one.body, year=year, due_on=one.due_on, days_left=left
        )
        if not new:
            continue
        run.overdue += late
        run.near += not late
        for person in _for_whom(one.body, people, late=late):
            letters[person].append(one)
    title = f"{year}年政府信息公开年报期限提醒"
    mails = ((to, f"{title}：{len(near)}个机关", _text(near)) for to, near in letters.items())
    send(mails, run)
    return run


def _people(bodies: list[Body]) -> dict[tuple[int, str], list[Any]]:
    """(body, role) → the accounts with an e-mail address; of the offices above too."""
    found: dict[tuple[int, str], list[Any]] = defaultdict(list)
    wanted = {b.pk for b in bodies} | {b.supervised_by_id for b in bodies if b.supervised_by_id}
    for member in reachable(wanted):
        found[member.body_id, member.role].append(member.user)
    return found


def _for_whom(body: Body, people: dict[tuple[int, str], list[Any]], *, late: bool) -> list[Any]:
    told = [u for role in TOLD for u in people[body.pk, role]]
    if late:
        told += people[body.pk, Role.HEAD]
        if body.supervised_by_id is not None:
            told += people[body.supervised_by_id, Role.INSPECTOR]
    return list(dict.fromkeys(told))


def _text(found: list[Standing]) -> str:
    lines = ["您好。以下机关的年度报告还没有公开：", ""]
    for one in found:
        assert one.warning is not None
        day = chinese_date(one.due_on)
        where = (
            reverse("desk-route", args=[one.report.pk]) if one.report else reverse("desk-countdown")
        )
        lines += [
            f"{one.body.name}（{one.label}）",
            f"　期限：{day}，{one.warning.label}",
            f"　{settings.WAGTAILADMIN_BASE_URL}{where}",
            "",
        ]
    return "\n".join([*lines, "本邮件由系统自动发送，公开以后不再提醒。"])
