"""Filters of the tracking pages."""

from __future__ import annotations

from datetime import date

from django import template

from gongkai.base.due import WEEKDAYS
from gongkai.law.deadlines import DueWarning

register = template.Library()


@register.filter
def weekday(day: date) -> str:
    """五 for a Friday."""
    return WEEKDAYS[day.weekday()]


@register.filter
def days_over(near: DueWarning) -> int:
    """Working days since the day passed."""
    return -near.days_left
