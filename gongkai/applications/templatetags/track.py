"""Filters of the tracking pages."""

from __future__ import annotations

import re
from datetime import date

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from gongkai.base.due import WEEKDAYS
from gongkai.law.deadlines import DueWarning

register = template.Library()

_ADDRESS = re.compile(r"(https?://[A-Za-z0-9%&+,./:=?@_~#-]*[A-Za-z0-9%&+=/_~#-])")


@register.filter
def weekday(day: date) -> str:
    """五 for a Friday."""
    return WEEKDAYS[day.weekday()]


@register.filter
def days_over(near: DueWarning) -> int:
    """Working days since the day passed."""
    return -near.days_left


@register.filter
def with_links(text: str) -> SafeString:
    """The text with its addresses as links; Django's own takes Chinese words before one for it."""
    parts = _ADDRESS.split(text)
    said = (
        format_html('<a href="{0}" rel="nofollow">{0}</a>', part) if n % 2 else part
        for n, part in enumerate(parts)
    )
    return mark_safe("".join(conditional_escape(part) for part in said))
