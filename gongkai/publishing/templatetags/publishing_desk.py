"""How the office says when a document is due and where it stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.base.due import due_mark, due_words, mark, sign
from gongkai.bodies.calendars import calendar_for
from gongkai.law.deadlines import DueWarning, warning
from gongkai.publishing.duties import Duty, expiry_near
from gongkai.publishing.models import Document
from gongkai.publishing.validity import IN_FORCE

register = template.Library()
register.filter(sign)
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
def publish_due(document: Document) -> SafeString:
    """The last day to publish with its sign, word and colour; nothing where there is none."""
    found, due = near(document), awaited(document)
    if found is None or due is None:
        return SafeString()
    return due_mark(found, due_words(due, found, provisional=document.due_is_provisional))


@register.filter
def update_due(duty: Duty) -> SafeString:
    """The last day to put something new into a column, with its sign, word and colour."""
    if duty.empty:
        return mark(duty.colour, "空栏目", "请尽快发布")
    left = "今天到期" if not duty.days_left else f"还有 {duty.days_left} 日"
    said = f"已逾期 {-duty.days_left} 日" if duty.days_left < 0 else left
    return mark(duty.colour, duty.label, f"{duty.due_on} 前，{said}")


@register.filter
def runs_out(document: Document) -> SafeString:
    """The last day of a normative document in force, nearer by the steps of the law's data."""
    day = document.expires_on
    if day is None:
        return SafeString("—")
    found = expiry_near(day, timezone.localdate())
    if found is None or not document.live or document.validity not in IN_FORCE:
        return format_html('<span class="gk-num">{}</span>', day)
    colour, label, left = found
    return mark(colour, label, f"{day} 期满，{f'还有 {left} 天' if left else '今天是最后一天'}")


@register.filter
def evaluation_due(document: Any) -> SafeString:
    """The day of the next evaluation of what is withheld (``near`` as of ``duties``)."""
    colour, label, _ = document.near
    return mark(colour, label, str(document.re_evaluate_on or ""))


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
