"""Named numbers of the rooms that keep no books: what was published, the mailboxes, the surveys."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from gongkai.bodies.models import Body
from gongkai.engagement.models import Survey
from gongkai.engagement.queries import year_counts
from gongkai.publishing.models import Document
from gongkai.reporting.compile.quantities import entry

_PUBLISHING, _LETTERS = "主动公开", "信箱和征集"


def from_rooms(body: Body, year: int) -> dict[str, dict[str, Any]]:
    """Name → number as a computation keeps it, with last year's."""
    now, then = _numbers(body, year), _numbers(body, year - 1)
    return {
        name: entry(value, then.get(name, (0, "", ""))[0], unit, group)
        for name, (value, unit, group) in now.items()
    }


def _numbers(body: Body, year: int) -> dict[str, tuple[int, str, str]]:
    return _published(body, year) | _letters(body, year) | _surveys(body, year)


def _in_year(field: str, year: int) -> Q:
    """An instant within the year as it is reckoned here."""
    first, after = (
        timezone.make_aware(datetime.combine(date(y, 1, 1), time())) for y in (year, year + 1)
    )
    return Q(**{f"{field}__gte": first, f"{field}__lt": after})


def _published(body: Body, year: int) -> dict[str, tuple[int, str, str]]:
    """What stands on the portal since this year, in all and by genre."""
    live = Document.objects.filter(_in_year("published_at", year), body=body, live=True)
    by_genre = dict(live.order_by().values_list("genre").annotate(n=Count("pk")))
    found = {"主动公开信息数": (sum(by_genre.values()), "条", _PUBLISHING)}
    for genre in Document.Genre:
        if genre == Document.Genre.INTERPRETATION or by_genre.get(genre):
            found[f"主动公开信息（{genre.label}）数"] = (by_genre.get(genre, 0), "条", _PUBLISHING)
    return found


def _letters(body: Body, year: int) -> dict[str, tuple[int, str, str]]:
    """Letters to each mailbox and to all: received, answered, in time; how many were content."""
    words = {
        "received": "来信数",
        "answered": "办结数",
        "in_time": "按期办结数",
        "published": "选登数",
    }
    total = Counter[str]()
    found: dict[str, tuple[int, str, str]] = {}
    for box in year_counts(body, year):
        for key, word in words.items():
            found[f"{box['name']}{word}"] = (box[key], "件", _LETTERS)
            total[key] += box[key]
        if box["rated"]:
            share = round(100 * box["satisfied"] / box["rated"])
            found[f"{box['name']}满意率"] = (share, "%", _LETTERS)
    return found | {f"信箱{word}": (total[key], "件", _LETTERS) for key, word in words.items()}


def _surveys(body: Body, year: int) -> dict[str, tuple[int, str, str]]:
    begun = Survey.objects.filter(_in_year("published_at", year), body=body)
    return {"征集调查数": (begun.count(), "次", _LETTERS)}
