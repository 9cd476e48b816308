"""How near a last day is, said alike in every room: sign, word, colour, and the days left."""

from __future__ import annotations

from datetime import date

from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.documents.blocks import chinese_date
from gongkai.law.deadlines import DueWarning

_SIGNS = {"green": "●", "yellow": "▲", "red": "▲", "due_today": "■", "overdue": "■"}
WEEKDAYS = "一二三四五六日"


def with_weekday(day: date) -> str:
    """2026年12月18日（周五）."""
    return f"{chinese_date(day)}（周{WEEKDAYS[day.weekday()]}）"


def due_words(
    day: date, near: DueWarning, *, provisional: bool = False, rough: bool = False
) -> str:
    """2026年12月18日（周五）前，还有 20 个工作日; 预计 where the year's notice is not out.

    ``provisional``: the day itself may still move. ``rough``: the day is fixed, and only the
    count of working days up to it rests on a year whose notice is not out.
    """
    lead = "预计" if provisional else ""
    text = f"{lead}{with_weekday(day)}前，"
    if near.colour == "overdue":
        return f"{text}已逾期 {-near.days_left} 个工作日"
    if near.colour == "due_today":
        return f"{text}今天到期"
    return f"{text}{'预计' if rough and not provisional else ''}还有 {near.days_left} 个工作日"


def sign(colour: str) -> str:
    """The shape that goes with a colour, for lists that say the day in words of their own."""
    return _SIGNS.get(colour, "○")


def due_mark(near: DueWarning, words: str) -> SafeString:
    """A last day with its colour, its sign and its word."""
    return mark(near.colour, near.label, words)


def mark(colour: str, label: str, words: str) -> SafeString:
    """The same where the room has a word of its own, or counts other days than working days."""
    return format_html(
        '<span class="gk-near gk-near-{}"><span aria-hidden="true">{}</span> <strong>{}</strong> '
        '<span class="gk-near-day">{}</span></span>',
        colour,
        _SIGNS[colour],
        label,
        words,
    )
