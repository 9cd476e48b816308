"""Days of this room: from the law's data, a body's own limits in their place, its calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from gongkai.bodies.holidays import calendar_for
from gongkai.bodies.models import Body
from gongkai.engagement.models import EngagementSettings
from gongkai.law.calendar import WorkCalendar
from gongkai.law.deadlines import DueWarning, warning
from gongkai.law.parameters import Rule, Rulebook, statute
from gongkai.law.remedies import add_months

#: What a body may replace by its own limit, in the order of the settings page.
LOCAL = (
    "mailbox.reply_days",
    "mailbox.complex_reply_days",
    "hotline.sign_days",
    "hotline.reply_days",
    "complaint.accept_days",
    "complaint.reply_days",
    "proposal.reply_months",
    "proposal.reply_hard_months",
    "survey.shortest_days",
    "survey.feedback_days",
)


def today() -> date:
    """The day in Beijing time."""
    return timezone.localdate()


def rules_for(body: Body) -> Rulebook:
    """The rules with the body's own limits, each citing its document."""
    book = statute()
    own = EngagementSettings.objects.filter(body=body).first()
    for key, held in (own.local if own else {}).items():
        book = book.with_local({key: held["value"]}, source=held["source"])
    return book


@dataclass(frozen=True, slots=True)
class Limit:
    """A last day and the rule that gives it; ``is_provisional``: the year's notice is not out."""

    on: date
    rule: Rule
    is_provisional: bool = False


def limit(
    body: Body,
    key: str,
    start: date,
    *,
    calendar: WorkCalendar | None = None,
    rules: Rulebook | None = None,
) -> Limit:
    """The last day of the period ``key`` that starts on ``start``, which is not counted."""
    found = (rules or rules_for(body)).rule(key, on=start)
    if found.unit == "工作日":
        calendar = calendar or calendar_for(body)
        due = calendar.add(start, int(found.value))
        return Limit(due, found, calendar.is_provisional(due))
    return Limit(after(start, found), found)


def after(start: date, found: Rule) -> date:
    """``start`` plus a number of calendar days or months."""
    number = int(found.value)
    return add_months(start, number) if found.unit == "月" else start + timedelta(days=number)


def near(body: Body, due: date, *, calendar: WorkCalendar | None = None) -> DueWarning:
    """How near a last day is, in working days."""
    return warning(due, today(), calendar=calendar or calendar_for(body))


def bounds(body: Body, colour: str, *, calendar: WorkCalendar | None = None) -> dict[str, Any]:
    """The days of ``due_on`` that have this colour today, as conditions of a filter."""
    now = today()
    calendar = calendar or calendar_for(body)
    at = statute().rule("convention.warning", on=now).value
    yellow, green = (calendar.add(now, at[name]) for name in ("yellow", "green"))
    days: dict[str, dict[str, Any]] = {
        "overdue": {"due_on__lt": now},
        "due_today": {"due_on": now},
        "red": {"due_on__gt": now, "due_on__lt": yellow},
        "yellow": {"due_on__gte": yellow, "due_on__lt": green},
        "green": {"due_on__gte": green},
    }
    return days[colour]
