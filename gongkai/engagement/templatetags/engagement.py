"""Words and marks of this room: due days with colour, sign and word; masked persons."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.base import masking
from gongkai.base.due import due_mark, due_words, sign
from gongkai.documents.blocks import chinese_date
from gongkai.engagement.models import CitizenLetter
from gongkai.law.deadlines import DueWarning

register = template.Library()

register.filter("masked_person", masking.masked)
register.filter(sign)


@register.simple_tag
def letter_due(letter: CitizenLetter, near: DueWarning | None) -> SafeString:
    """The last day of a letter with its colour, sign and word; of an answered one, when it was."""
    if near is None:
        day = letter.answered_on
        late = "，超期" if day and day > letter.due_on else ""
        on = chinese_date(day) if day else ""
        return format_html('<span class="gk-near gk-near-done">{}答复{}</span>', on, late)
    words = due_words(letter.due_on, near, provisional=letter.due_is_provisional)
    return due_mark(near, words)
