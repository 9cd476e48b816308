"""Last days of the room: from the law's data, a body's own limits in their place.

Below the models, because the lines of the registers reckon their own days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.apps import apps

from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.models import Body
from gongkai.law.calendar import WorkCalendar
from gongkai.law.parameters import Rule, Rulebook, statute
from gongkai.law.remedies import add_months


def rules_for(body: Body) -> Rulebook:
    """The rules with the body's own limits, each citing its document.

    Read once for each ``body`` in hand: the lines of a sheet share theirs.
    """
    held: Rulebook | None = getattr(body, "_own_rules", None)
    if held is None:
        held = statute()
        own: Any = (
            apps.get_model("engagement", "EngagementSettings").objects.filter(body=body).first()
        )
        for key, local in (own.local if own else {}).items():
            held = held.with_local({key: local["value"]}, source=local["source"])
        body._own_rules = held  # type: ignore[attr-defined]
    return held


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
) -> Limit | None:
    """The last day of the period ``key`` that starts on ``start``, which is not counted.

    None for a start before there was such a period.
    """
    found = (rules or rules_for(body)).find(key, on=start)
    if found is None:
        return None
    number = int(found.value)
    if found.unit == "工作日":
        calendar = calendar or calendar_for(body)
        due = calendar.add(start, number)
        return Limit(due, found, calendar.is_provisional(due))
    if found.unit == "月":
        return Limit(add_months(start, number), found)
    return Limit(start + timedelta(days=number), found)
