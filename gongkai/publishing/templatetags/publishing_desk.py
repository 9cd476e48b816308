"""How the office says when a document is due and where it stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.base.due import due_mark, due_words
from gongkai.bodies.holidays import calendar_for
from gongkai.law.deadlines import DueWarning, warning
from gongkai.publishing.models import Document

register = template.Library()
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
    """The last day to publish with its sign, word and colour; "—" where there is none."""
    found, due = near(document), awaited(document)
    if found is None or due is None:
        return format_html("{}", "—")
    return due_mark(found, due_words(due, found, provisional=document.due_is_provisional))


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
