"""Words of the staff pages: due days, signs of levels and states."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.annual_report.render import KINDS
from gongkai.base.audit import name_of
from gongkai.base.due import due_words
from gongkai.law.calendar import national
from gongkai.law.deadlines import DueWarning
from gongkai.reporting.parts import LEVELS
from gongkai.reporting.route.bundle import FORMS

register = template.Library()
_SIGNS = {"error": "×", "warn": "!", "info": "i"}
_STEPS = {
    "found": "○",
    "confirmed": "◔",
    "mended": "◑",
    "reviewed": "◕",
    "archived": "●",
    "dismissed": "—",
}


@register.filter
def due(day: date, near: DueWarning) -> str:
    """The legal day of a report, which is fixed, and the working days up to it."""
    return due_words(day, near, rough=national().is_provisional(day))


@register.simple_tag
def forms() -> list[tuple[str, str]]:
    """The forms that a report is downloaded in: key, name."""
    return [(kind, KINDS[kind].label) for kind in FORMS]


@register.simple_tag
def level(name: str) -> SafeString:
    """A level as sign and word, never as colour alone."""
    return format_html(
        '<span class="gk-level gk-level-{}"><span aria-hidden="true">{}</span>{}</span>',
        name,
        _SIGNS.get(name, ""),
        LEVELS.get(name, name),
    )


@register.simple_tag
def state(problem: Any) -> SafeString:
    """A finding's state in the loop as sign and word."""
    return format_html(
        '<span class="gk-state gk-state-{}"><span aria-hidden="true">{}</span>{}</span>',
        problem.state,
        _STEPS.get(problem.state, ""),
        problem.get_state_display(),
    )


@register.filter
def blank(text: str) -> str:
    """A cell's value in a sentence: an absent one is called 空."""
    return text if text != "" else "空"


@register.filter
def person(user: Any) -> str:
    """The name of an account; the system for None."""
    return name_of(user)
