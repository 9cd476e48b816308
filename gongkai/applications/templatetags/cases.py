"""Words and marks of the case pages: due days, masked personal data.

``{% load cases %}``, then ``{{ case|due_badge }}``, ``{{ case|due_text }}``,
``{{ name|mask_name }}`` …
"""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.applications import due, numbers
from gongkai.applications.models import Application, Dispute
from gongkai.applications.similar import decision_label
from gongkai.base import masking
from gongkai.base.due import due_mark, due_words, sign
from gongkai.documents.blocks import chinese_dates

register = template.Library()

register.filter(numbers.grouped)
register.filter(masking.mask_name)
register.filter(masking.mask_phone)
register.filter(masking.mask_id)
register.filter(masking.mask_address)
register.filter(masking.mask_email)
register.filter(masking.masked)
register.filter(masking.mask_numbers)
register.filter(masking.numbers_in)
register.filter(due.guessed)
register.filter(due.due_day)
register.filter(due.due_text)
register.filter(due.due_colour)
register.filter(decision_label)
register.filter(sign)
register.filter(chinese_dates)


@register.filter
def defence_badge(dispute: Dispute) -> SafeString | str:
    """The last day of the answer or defence with its colour; "" when none is awaited."""
    found, on = due.defence_near(dispute), dispute.answer_due_on
    if found is None or on is None:
        return ""
    return due_mark(found, due_words(on, found, provisional=due.guessed(on, dispute.body)))


@register.filter
def due_badge(case: Application) -> SafeString:
    """The due day with its colour, its sign and its word."""
    found = due.nearest(case)
    if found is not None:
        return due_mark(found.near, due.due_text(case))
    return format_html(
        '<span class="gk-near gk-near-{}">{}</span>', due.due_colour(case), due.due_text(case)
    )
