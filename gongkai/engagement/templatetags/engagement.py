"""Words and marks of this room: due days with colour, sign and word; masked persons."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.base import masking
from gongkai.engagement.models import CitizenLetter
from gongkai.law.deadlines import DueWarning

register = template.Library()
_WEEKDAYS = "一二三四五六日"
_SIGNS = {"green": "●", "yellow": "▲", "red": "▲", "due_today": "■", "overdue": "■"}

register.filter("masked_person", masking.masked)


@register.filter
def chinese_day(day: date | None) -> str:
    """2026年12月18日."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def due_words(day: date, near: DueWarning, *, provisional: bool = False) -> str:
    """2026年12月18日（周五）前，还有 20 个工作日; 预计 where the year's notice is not out."""
    lead = "预计" if provisional else ""
    text = f"{lead}{chinese_day(day)}（周{_WEEKDAYS[day.weekday()]}）前，"
    if near.colour == "overdue":
        return f"{text}已逾期 {-near.days_left} 个工作日"
    if near.colour == "due_today":
        return f"{text}今天到期"
    return f"{text}还有 {near.days_left} 个工作日"


@register.simple_tag
def letter_due(letter: CitizenLetter, near: DueWarning | None) -> SafeString:
    """The last day of a letter with its colour, sign and word; of an answered one, when it was."""
    if near is None:
        day = letter.answered_on
        late = "，超期" if day and day > letter.due_on else ""
        return format_html(
            '<span class="ge-due ge-due-done">{}答复{}</span>', chinese_day(day), late
        )
    return format_html(
        '<span class="ge-due ge-due-{}"><span aria-hidden="true">{}</span> <strong>{}</strong> '
        '<span class="ge-due-day">{}</span></span>',
        near.colour,
        _SIGNS[near.colour],
        near.label,
        due_words(letter.due_on, near, provisional=letter.due_is_provisional),
    )
