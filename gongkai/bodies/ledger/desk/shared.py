"""What the pages of registers share: which book, which body, who may what."""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.base import streams
from gongkai.base.due import due_mark, due_words
from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.ledger import book as shelf
from gongkai.bodies.ledger.book import Book
from gongkai.bodies.ledger.queries import bodies_seen
from gongkai.bodies.models import Body
from gongkai.bodies.queries import holds
from gongkai.documents.tables import XLSX
from gongkai.law.deadlines.duties import warning

VIEW, KEEP, PUBLISH = "bodies.view_ledger", "bodies.keep_ledger", "bodies.publish_ledger"
HOME = ("/office/", "待办")
_KEPT = "desk-body"


def book_or_404(slug: str) -> Book:
    try:
        return shelf.book(slug)
    except KeyError:
        raise Http404("没有这本台账。") from None


def body_of(request: HttpRequest) -> tuple[Body, list[Body]]:
    """The body whose registers are shown (asked for, else the last one), and the choice."""
    bodies = list(bodies_seen(request.user))
    if not bodies:
        raise Http404("没有您可以查看的机关。")
    if asked := request.GET.get("body", "") or request.POST.get("body", ""):
        found = next((body for body in bodies if body.slug == asked), None)
        if found is None:  # an old page of a body that is no longer his: no other in its place
            raise Http404("没有这个机关的台账，或者您没有查看的权限。")
        request.session[_KEPT] = found.slug
        return found, bodies
    kept = request.session.get(_KEPT, "")
    return next((body for body in bodies if body.slug == kept), bodies[0]), bodies


def whole(text: str) -> int | None:
    """A whole number that a key or a version can be; None for anything else."""
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else None


def ticked_lines(sent: QueryDict) -> dict[int, int]:
    """The lines that were ticked, each with the version that was shown."""
    pairs = (said.partition(":")[::2] for said in sent.getlist("line"))
    numbers = [(whole(pk), whole(version)) for pk, version in pairs]
    return {pk: version for pk, version in numbers if pk is not None and version is not None}


def may_publish(request: HttpRequest, one: Book, body: Body) -> bool:
    """Whether the person may let lines of this book out."""
    return bool(
        one.publication
        and request.user.has_perm(PUBLISH)
        and holds(request.user, body, *one.publication.by)
    )


def days_left(line: Any, *, short: bool = False) -> SafeString:
    """The last day to publish a line, with its sign, word and colour; "" where there is none.

    ``short``: as tables say it, the day below the word.
    """
    day = line.due_on
    if day is None:
        return SafeString("")
    calendar = calendar_for(line.body)
    near = warning(day, timezone.localdate(), calendar=calendar)
    provisional = calendar.is_provisional(day)
    if not short:
        return due_mark(near, due_words(day, near, provisional=provisional))
    lead = "预计 " if provisional else ""
    return format_html('{}<br><span class="gk-sub">{}{} 前</span>', due_mark(near, ""), lead, day)


def trail(one: Book | None = None) -> list[tuple[str, str]]:
    """The pages above: 待办, 台账, and the book."""
    above = [HOME, (reverse("desk-ledgers"), "台账")]
    return [*above, (reverse("desk-ledger", args=[one.slug]), one.title)] if one else above


def download(data: bytes, name: str) -> HttpResponse:
    """A workbook to be kept."""
    return streams.download(data, f"{name}.xlsx", XLSX)
