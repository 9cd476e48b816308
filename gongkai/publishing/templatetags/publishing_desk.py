"""How the office says when a document is due and where it stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.bodies.holidays import calendar_for
from gongkai.law.deadlines import DueWarning, warning
from gongkai.publishing.models import Document

register = template.Library()
_SIGNS = {"green": "●", "yellow": "▲", "red": "▲", "due_today": "■", "overdue": "■"}
_WEEKDAYS = "一二三四五六日"
State = Document.State


def awaited(document: Document) -> date | None:
    """The day by which the document is to be published; None when it is out, or never will be."""
    over = (State.PUBLISHED, State.KEPT, State.WITHDRAWN)
    return None if document.state in over or document.live else document.due_on


def near(document: Document) -> DueWarning | None:
    """How near that day is."""
    due = awaited(document)
    if due is None:
        return None
    return warning(due, timezone.localdate(), calendar=calendar_for(document.body))


@register.filter
def chinese_day(day: date | None) -> str:
    """2026年12月18日."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


@register.filter
def publish_due(document: Document) -> SafeString:
    """The last day to publish with its sign, word and colour; "—" where there is none."""
    found, due = near(document), awaited(document)
    if found is None or due is None:
        return format_html("{}", "—")
    day = f"{chinese_day(due)}（周{_WEEKDAYS[due.weekday()]}）前"
    if found.colour == "overdue":
        left = f"已逾期 {-found.days_left} 个工作日"
    elif found.colour == "due_today":
        left = "今天到期"
    else:
        left = f"还有 {found.days_left} 个工作日"
    guess = "预计" if document.due_is_provisional else ""
    return format_html(
        '<span class="gp-due gp-due-{}"><span aria-hidden="true">{}</span> '
        "<strong>{}</strong> <span>{}{}，{}</span></span>",
        found.colour,
        _SIGNS[found.colour],
        found.label,
        guess,
        day,
        left,
    )


@register.filter
def stands(document: Document) -> str:
    """The state of the work, and whether the public sees something."""
    if document.live and document.state != State.PUBLISHED:
        return f"{document.get_state_display()}（旧版公开中）"
    return document.get_state_display()


@register.filter
def heaps(todo: Any) -> list[tuple[Any, str]]:
    """What is mine in 待办, with its heading."""
    return [(todo.review, "待我审查"), (todo.write, "我起草的"), (todo.publish, "等待发布")]
