"""Words and marks of the case pages: due days, masked personal data.

``{% load cases %}``, then ``{{ case|due_badge }}``, ``{{ case|due_text }}``,
``{{ name|mask_name }}`` …; a day with a calendar of its own goes through ``due_words``.
"""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from gongkai.applications import clock, numbers
from gongkai.applications.models import Application
from gongkai.applications.state import ENDED
from gongkai.base import masking
from gongkai.bodies.models import Body
from gongkai.law.deadlines import DueWarning, warning

register = template.Library()
_WEEKDAYS = "一二三四五六日"
_SIGNS = {"green": "●", "yellow": "▲", "red": "▲", "due_today": "■", "overdue": "■"}

register.filter(numbers.grouped)
register.filter(masking.mask_name)
register.filter(masking.mask_phone)
register.filter(masking.mask_id)
register.filter(masking.mask_address)
register.filter(masking.mask_email)
register.filter(masking.masked)


def near(case: Application) -> DueWarning | None:
    """How near the due day of an open case is; None when no reply is being waited for."""
    due = awaited(case)
    if due is None:
        return None
    return warning(due, clock.today(), calendar=clock.law_of(case).calendar)


def awaited(case: Application) -> date | None:
    """The day on which an answer is due, the first one or the new one that was ordered."""
    if case.state == Application.State.REANSWERING:
        return case.waiting_until
    return None if case.closed_on is not None or case.state in ENDED else case.due_on


def due_words(day: date, how_near: DueWarning, *, provisional: bool = False) -> str:
    """2026年12月18日（周五）前，还有 20 个工作日; 预计 where the year's notice is not out."""
    lead = "预计" if provisional else ""
    text = f"{lead}{chinese_day(day)}（周{_WEEKDAYS[day.weekday()]}）前，"
    if how_near.colour == "overdue":
        return f"{text}已逾期 {-how_near.days_left} 个工作日"
    if how_near.colour == "due_today":
        return f"{text}今天到期"
    return f"{text}还有 {how_near.days_left} 个工作日"


@register.filter
def chinese_day(day: date | None) -> str:
    """2026年12月18日."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


@register.filter
def guessed(day: date | None, body: Body) -> bool:
    """Whether the day may still move: the holiday notice of its year is not out (DOMAIN A.4.2)."""
    return day is not None and clock.law_for(body).calendar.is_provisional(day)


@register.filter
def due_day(day: date | None, body: Body) -> str:
    """2026年12月18日, 预计2027年1月12日: the last day of a period counted in working days."""
    return f"{'预计' if guessed(day, body) else ''}{chinese_day(day)}"


@register.filter
def due_text(case: Application) -> str:
    """The due day of a case in one line, or why there is none."""
    found = near(case)
    due = awaited(case)
    if found is not None and due is not None:
        again = "重新答复：" if case.state == Application.State.REANSWERING else ""
        return again + due_words(due, found, provisional=case.provisional)
    if case.closed_on is not None:
        late = "，超期" if case.on_time is False else ""
        return f"{chinese_day(case.closed_on)}办结{late}"
    if case.waiting_until is not None:
        return f"期限中止，等待至{due_day(case.waiting_until, case.body)}"
    return "期限尚未起算" if case.received_on is None else "期限中止"


@register.filter
def due_colour(case: Application) -> str:
    """green, yellow, red, due_today, overdue; still while no reply period runs; done."""
    found = near(case)
    if found is not None:
        return found.colour
    return "done" if case.closed_on is not None or case.state in ENDED else "still"


@register.filter
def due_badge(case: Application) -> SafeString:
    """The due day with its colour, its sign and its word."""
    found = near(case)
    if found is None:
        return format_html(
            '<span class="ap-due ap-due-{}">{}</span>', due_colour(case), due_text(case)
        )
    guess = mark_safe('<span class="ap-due-guess">预计</span>') if case.provisional else ""
    return format_html(
        '<span class="ap-due ap-due-{}"><span aria-hidden="true">{}</span> '
        '<strong>{}</strong> <span class="ap-due-day">{}</span>{}</span>',
        found.colour,
        _SIGNS[found.colour],
        found.label,
        due_text(case).removeprefix("预计"),
        guess,
    )
