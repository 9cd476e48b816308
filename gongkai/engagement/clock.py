"""Days of this room: from the law's data, a body's own limits in their place, its calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.models import Body
from gongkai.engagement.periods import Limit, limit, rules_for
from gongkai.law.deadlines import DueWarning, warning
from gongkai.law.parameters import statute

__all__ = ["LOCAL", "Limit", "bounds", "limit", "near", "rules_for", "today"]

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


def near(body: Body, due: date) -> DueWarning:
    """How near a last day is, in working days."""
    return warning(due, today(), calendar=calendar_for(body))


def bounds(body: Body, colour: str) -> dict[str, Any]:
    """The days of ``due_on`` that have this colour today, as conditions of a filter."""
    now = today()
    calendar = calendar_for(body)
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
