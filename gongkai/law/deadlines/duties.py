"""Dates that hang on no application: publication, annual reports, and how near a day is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from gongkai.law.calendar import WorkCalendar, national
from gongkai.law.parameters import Rulebook, statute

Colour = Literal["green", "yellow", "red", "due_today", "overdue"]
COLOUR_LABELS: dict[Colour, str] = {
    "green": "期限充裕",
    "yellow": "临近到期",
    "red": "即将到期",
    "due_today": "今日到期",
    "overdue": "已逾期",
}


def publication_due(
    formed_on: date, *, calendar: WorkCalendar | None = None, rules: Rulebook | None = None
) -> date:
    """Last day to publish information formed or changed on ``formed_on`` (Art 26)."""
    period = (rules or statute()).rule("publication.days", on=formed_on)
    return (calendar or national()).add(formed_on, period.value)


def report_due(
    report_year: int, *, government: bool = False, rules: Rulebook | None = None
) -> date:
    """Last day for the annual report of ``report_year`` (Art 49), a fixed date of the next year.

    ``government`` False: a department, whose locality may ask for an earlier day
    (``report.local_department_due``). A fixed date does not roll over a day off.
    """
    book = rules or statute()
    first = date(report_year + 1, 1, 1)
    key = "report.government_due" if government else "report.department_due"
    due = first.replace(**book.rule(key, on=first).value)
    local = None if government else book.rule("report.local_department_due", on=first).value
    return min(due, first.replace(**local)) if local else due


def report_year_of(day: date) -> int:
    """The report year whose deadlines lie next to ``day``: until 31 March the year before."""
    latest = statute().rule("report.government_due", on=day).value["month"]
    return day.year - 1 if day.month <= latest else day.year


@dataclass(frozen=True, slots=True)
class DueWarning:
    """How near a due date is: ``days_left`` working days, negative when overdue."""

    colour: Colour
    days_left: int

    @property
    def label(self) -> str:
        return COLOUR_LABELS[self.colour]


def warning(
    due: date,
    today: date,
    *,
    calendar: WorkCalendar | None = None,
    rules: Rulebook | None = None,
) -> DueWarning:
    """The warning colour of ``due`` on the day ``today`` (DOMAIN A.4.12, a convention)."""
    days = calendar or national()
    at = (rules or statute()).rule("convention.warning", on=today).value
    if today == due:
        return DueWarning("due_today", 0)
    if today > due:
        return DueWarning("overdue", -max(days.count(due, today), 1))
    left = days.count(today, due)
    if left >= at["green"]:
        return DueWarning("green", left)
    return DueWarning("yellow" if left >= at["yellow"] else "red", left)
