"""Until when a column must hold something new (国办秘函〔2019〕19号), and when to look again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from gongkai.bodies.models import Body
from gongkai.law.parameters import Rule, rule
from gongkai.law.remedies import add_months
from gongkai.publishing.models import Column

#: The colours of the clock; a column has calendar days.
COLOURS = {
    "overdue": "已逾期",
    "due_today": "今日到期",
    "red": "即将到期",
    "green": "期限充裕",
}
_ORDER = tuple(COLOURS)
#: The words for a document that runs out.
EXPIRES = {
    "due_today": "今日期满",
    "red": "即将期满",
    "yellow": "临近期满",
    "green": "期满预警",
}


@dataclass(frozen=True, slots=True)
class Duty:
    """A column, the last day to update it, how near that is; ``empty``: nothing was ever there."""

    column: Column
    due_on: date
    colour: str
    days_left: int
    empty: bool

    @property
    def label(self) -> str:
        return COLOURS[self.colour]


def of_bodies(bodies: Iterable[Body], today: date) -> list[Duty]:
    """The duties of all open columns of these bodies, the most urgent first."""
    columns = (
        Column.objects.filter(body__in=list(bodies))
        .exclude(update=Column.Update.SOMETIMES)
        .select_related("body", "section")
    )
    found = [duty for column in columns if (duty := of_column(column, today)) is not None]
    return sorted(found, key=lambda d: (_ORDER.index(d.colour), d.due_on, d.column.pk))


def of_column(column: Column, today: date) -> Duty | None:
    """The duty of one column; None where there is none, or it is closed.

    A column in which nothing was ever published is due now.
    """
    if column.update == Column.Update.SOMETIMES or not _open(column, today):
        return None
    if column.newest_at is None:
        return Duty(column, today, "overdue", 0, empty=True)
    due = due_after(column.update, timezone.localdate(column.newest_at))
    left = (due - today).days
    return Duty(column, due, _colour(column.update, left, today), left, empty=False)


def due_after(update: str, newest: date) -> date:
    """The last day for something new, when the newest is of ``newest``."""
    if update == Column.Update.NEWS:
        return newest + timedelta(int(rule("column.update.news", on=newest).value))
    return add_months(newest, int(rule("column.update.notice", on=newest).value))


def _colour(kind: str, left: int, today: date) -> str:
    if left < 0:
        return "overdue"
    if left == 0:
        return "due_today"
    return "red" if left <= rule("convention.duty_warning", on=today).value[kind] else "green"


def _open(column: Column, today: date) -> bool:
    begun = column.opens_on is None or column.opens_on <= today
    return begun and (column.closes_on is None or today <= column.closes_on)


def evaluation_near(on: date | None, today: date) -> tuple[str, str, int]:
    """Colour, word and days left of the next evaluation; without a day it is due now."""
    if on is None:
        return "overdue", "还没有定评估日期", 0
    colour = _colour("evaluation", (on - today).days, today)
    return colour, COLOURS[colour], (on - today).days


def expiry_near(on: date, today: date) -> tuple[str, str, int] | None:
    """Colour, word and days left of a normative document that runs out; None while it is far.

    The law's data has the steps of the warning: within the last it is red, before that yellow,
    within the first green.
    """
    left = (on - today).days
    steps = sorted(rule("normative.expiry_warning", on=today).value)
    if not 0 <= left <= steps[-1]:
        return None
    if left == 0:
        colour = "due_today"
    else:
        colour = "red" if left <= steps[0] else "green" if left > steps[-2] else "yellow"
    return colour, EXPIRES[colour], left


def span(limit: Rule) -> str:
    """Within how long something is published: 20个工作日, or of budgets 20日 of the calendar."""
    return f"{limit.value}日" if limit.unit == "日" else f"{limit.value}个{limit.unit}"


def sources(today: date) -> list[tuple[str, str]]:
    """What each kind of column rests on, for the page."""
    pairs = (
        (Column.Update.NEWS, "column.update.news"),
        (Column.Update.NOTICE, "column.update.notice"),
    )
    return [(kind.label, rule(key, on=today).article) for kind, key in pairs]
