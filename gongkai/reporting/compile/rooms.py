"""Named numbers that are no lines of a book: what was published, mailboxes, what stands at
the end of a year, issues of new media."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from gongkai.bodies.ledger.book import all_books, book
from gongkai.bodies.ledger.queries import entries, used_books
from gongkai.bodies.models import Body
from gongkai.engagement.models import Mailbox, Survey
from gongkai.engagement.models.calls import Satisfaction
from gongkai.engagement.queries import year_counts
from gongkai.publishing.models import Document
from gongkai.publishing.models.transfer import TransferBatch
from gongkai.reporting.compile.quantities import entry

#: Value (None: the register was never used), unit, group.
_Number = tuple[int | None, str, str]
_PUBLISHING, _LETTERS = "主动公开", "信箱和征集"


def from_rooms(body: Body, year: int, used: set[str]) -> dict[str, dict[str, Any]]:
    """Name → number as a computation keeps it, with last year's.

    ``used``: the books with any line by the end of the year (``used_books``). Where a whole
    group has nothing last year, the body did not keep it here: null, not 0; so is this year's
    where the body never published anything here, or has no mailbox and no survey.
    """
    has = _had(body, year)
    now = _numbers(body, year, used, has)
    then = _numbers(body, year - 1, used_books(body, date(year - 1, 12, 31)), has)
    was_kept = {group for value, _, group in then.values() if value}
    unused = {
        *([_PUBLISHING] if not has.documents else []),
        *([_LETTERS] if not (has.open_box or has.surveys) else []),
    } - was_kept
    return {
        name: entry(
            value or (None if group in unused else value),
            then.get(name, (0, "", ""))[0] if group in was_kept else None,
            unit,
            group,
        )
        for name, (value, unit, group) in now.items()
    }


@dataclass(frozen=True, slots=True)
class _Had:
    """What a body ever had by the end of a year; what it never had is not asked for again."""

    documents: bool
    surveys: bool
    #: Any mailbox at all; one that was open by then.
    box: bool
    open_box: bool


def _had(body: Body, year: int) -> _Had:
    after = timezone.make_aware(datetime.combine(date(year + 1, 1, 1), time()))
    opened = list(Mailbox.objects.filter(body=body).order_by().values_list("opened_on", flat=True))
    return _Had(
        Document.objects.filter(body=body, published_at__lt=after).exists(),
        Survey.objects.filter(body=body, published_at__lt=after).exists(),
        bool(opened),
        any(on.year <= year for on in opened),
    )


def _numbers(body: Body, year: int, used: set[str], has: _Had) -> dict[str, _Number]:
    return {
        **_published(body, year, has),
        **_transfers(body, year),
        **_letters(body, year, has),
        **_surveys(body, year, has),
        **(_content(body, year) if "hotline" in used else {}),
        **_issues(body, year, used),
        **_standing(body, year, used),
    }


def _in_year(field: str, year: int) -> Q:
    """An instant within the year as it is reckoned here."""
    first, after = (
        timezone.make_aware(datetime.combine(date(y, 1, 1), time())) for y in (year, year + 1)
    )
    return Q(**{f"{field}__gte": first, f"{field}__lt": after})


def _published(body: Body, year: int, has: _Had) -> dict[str, _Number]:
    """What stands on the portal since this year, in all and by genre."""
    live = Document.objects.filter(_in_year("published_at", year), body=body, live=True)
    by_genre, by_form, by_column = Counter[str](), Counter[str](), Counter[str]()
    grouped = live.order_by().values_list("genre", "explains_by", "column__name")
    for genre, form, column, n in grouped.annotate(n=Count("pk")) if has.documents else ():
        by_genre[genre] += n
        by_column[column] += n
        if form:
            by_form[form] += n
    found = {"主动公开信息数": (by_genre.total(), "条", _PUBLISHING)}
    for genre in Document.Genre:
        if genre == Document.Genre.INTERPRETATION or by_genre[genre]:
            found[f"主动公开信息（{genre.label}）数"] = (by_genre[genre], "条", _PUBLISHING)
    for form, n in by_form.items():
        found[f"政策解读（{Document.Explains(form).label}）数"] = (n, "条", _PUBLISHING)
    columns = by_column.items()
    return found | {f"栏目“{name}”公开数": (n, "条", _PUBLISHING) for name, n in columns}


def _transfers(body: Body, year: int) -> dict[str, _Number]:
    """Batches handed to the archive and to the library."""
    sent = TransferBatch.objects.filter(body=body, sent_on__year=year).order_by()
    counts = dict(sent.values_list("to").annotate(n=Count("pk")))
    words = {
        TransferBatch.To.ARCHIVE: "向档案馆移送批数",
        TransferBatch.To.LIBRARY: "向图书馆移送批数",
    }
    return {word: (counts.get(to, 0), "批", _PUBLISHING) for to, word in words.items()}


def _letters(body: Body, year: int, has: _Had) -> dict[str, _Number]:
    """Letters to each mailbox and to all: received, answered, in time; how many were content."""
    words = {
        "received": "来信数",
        "answered": "办结数",
        "in_time": "按期办结数",
        "published": "选登数",
    }
    total = Counter[str]()
    found: dict[str, _Number] = {}
    boxes = year_counts(body, year) if has.box else ()
    for box in boxes:
        for key, word in words.items():
            found[f"{box['name']}{word}"] = (box[key], "件", _LETTERS)
            total[key] += box[key]
        if box["rated"]:
            share = percent(box["satisfied"], box["rated"])
            found[f"{box['name']}满意率"] = (share, "%", _LETTERS)
    return found | {f"信箱{word}": (total[key], "件", _LETTERS) for key, word in words.items()}


def percent(part: int, whole: int) -> int:
    """So many of a hundred, a half upwards as people round."""
    return int((Decimal(100 * part) / whole).quantize(Decimal(1), ROUND_HALF_UP))


def _surveys(body: Body, year: int, has: _Had) -> dict[str, _Number]:
    begun = Survey.objects.filter(_in_year("published_at", year), body=body)
    return {"征集调查数": (begun.count() if has.surveys else 0, "次", _LETTERS)}


_CONTENT = (Satisfaction.VERY, Satisfaction.YES, Satisfaction.FAIR)


def _content(body: Body, year: int) -> dict[str, _Number]:
    """How many of a hundred callers who said so were content with the hotline."""
    rated = entries(book("hotline"), body, year).exclude(satisfaction=Satisfaction.NONE).order_by()
    found = rated.aggregate(
        all=Sum("quantity"), content=Sum("quantity", filter=Q(satisfaction__in=_CONTENT))
    )
    if not found["all"]:
        return {}
    return {"热线满意率": (percent(found["content"] or 0, found["all"]), "%", "互动回应")}


def _issues(body: Body, year: int, used: set[str]) -> dict[str, _Number]:
    """Issues (期) of new media: lines with one number at one account are one."""
    one = book("media-issues")
    if one.slug not in used:
        return {"新媒体期数": (None, "期", one.group)}
    lines = entries(one, body, year).exclude(issue="").order_by()
    number = lines.values("account", "issue").distinct().count()
    return {"新媒体期数": (number, "期", one.group)}


def _standing(body: Body, year: int, used: set[str]) -> dict[str, _Number]:
    """What has a beginning and an end (accounts, institutions, items …), at the end of the year."""
    last = date(year, 12, 31)
    found = {}
    for one in all_books():
        if any(f.name == "ended_on" for f in one.model._meta.local_concrete_fields):
            number = None
            if one.slug in used:
                ends_later = Q(ended_on=None) | Q(ended_on__gt=last)
                there = entries(one, body).filter(ends_later, happened_on__lte=last)
                number = there.order_by().count()
            found[f"年末{one.title}数"] = (number, one.unit, one.group)
    return found
