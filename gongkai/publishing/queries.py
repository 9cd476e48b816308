"""Reads for the public: only what is live, in as many queries for a thousand rows as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone

from gongkai.bodies.models import Body, Post, Section
from gongkai.publishing.models import Change, Column, Document, PublishedFile, Release

Block = Column.Block
Validity = Document.Validity
#: Valid on a list of policies before those that are no longer.
IN_FORCE = (Validity.VALID, Validity.AMENDED, Validity.NOT_YET)
#: What a line of a list and an entry of a feed show of a document.
LINE = (
    *("title", "doc_number", "genre", "theme", "issuer", "summary", "validity"),
    *("year", "serial", "published_at", "changed_at"),
    *("body__slug", "body__short_name", "body__name", "column__name"),
)


def live() -> QuerySet[Document]:
    """What the public sees, newest first, without the long text that no list shows."""
    return (
        Document.objects.filter(live=True)
        .select_related("body", "column")
        .defer("text", "attachments", "changes")
        .order_by("-published_at", "-id")
    )


def in_force(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Those that are in force or will be."""
    return documents.filter(validity__in=IN_FORCE)


def newest(
    n: int, *, columns: Any = None, bodies: Any = None, valid: bool = False
) -> QuerySet[Document]:
    """The ``n`` newest public documents, for lists over many bodies and columns.

    ``columns``, ``bodies``: ids, or a query of ids, that they belong to; ``valid``: only what is
    in force or will be. The index ``documents_by_day`` holds all of this and is walked until
    there are enough; only these are joined and read, with what a line of a list shows (``LINE``).
    """
    found = Document.objects.filter(live=True)
    for name, ids in (("column", columns), ("body", bodies)):
        if ids is not None:
            found = found.annotate(**{f"of_{name}": apart(name)}).filter(**{f"of_{name}__in": ids})
    if valid:
        found = in_force(found)
    first = found.order_by("-published_at", "-id").values("pk")[:n]
    return live().defer(None).only(*LINE).filter(pk__in=first)


def apart(name: str) -> ExpressionWrapper:
    """The id of a foreign key, hidden from the planner by "+ 0".

    It shall not take the index of the key: by that of a column or a body it would sort all of
    their documents, or read every document to have them grouped.
    """
    return ExpressionWrapper(F(f"{name}_id") + 0, output_field=BigIntegerField())


def by_ids(ids: Iterable[int]) -> list[Document]:
    """Public documents in this order: a page of a list is found by its ids, and only then read."""
    wanted = list(ids)
    found = live().in_bulk(wanted)
    return [found[pk] for pk in wanted if pk in found]


def newest_valid_first(documents: QuerySet[Document]) -> QuerySet[Document]:
    """What is in force before what is not, the newest first in each."""
    over = Case(
        When(validity__in=IN_FORCE, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return documents.annotate(over=over).order_by("over", "-published_at", "-id")


def of_bodies(bodies: QuerySet[Body]) -> Q:
    """Of one of the bodies, as a condition on documents or columns."""
    return Q(body__in=bodies.order_by().values("pk"))


# --- one document ---------------------------------------------------------------------------


def shown_once(slug: str, year: int, serial: int) -> QuerySet[Document]:
    """The document of an address that was given to the public once, live or not."""
    return Document.objects.select_related(
        "body__region", "column", "release", "interprets__body"
    ).filter(body__slug=slug, year=year, serial=serial, release__isnull=False)


def undergone(document: Document) -> list[Change]:
    """What public documents do to this one, the newest first."""
    found = document.changes_undergone.filter(by__live=True).select_related("by__body")
    return list(found.order_by("-on", "-id"))


def not_worked_in(document: Document, changes: list[Change]) -> list[Change]:
    """The amendments in force that were published after the text that the page shows."""
    today, text_of = timezone.localdate(), document.changed_at
    return [
        change
        for change in changes
        if change.does == Change.Does.AMENDS and change.on <= today
        if text_of and change.by.published_at and change.by.published_at > text_of
    ]


def made(document: Document) -> list[Change]:
    """What this document does to others that the public sees."""
    found = document.changes_made.filter(document__live=True).select_related("document__body")
    return list(found.order_by("on", "id"))


def within_reach(body: Body) -> QuerySet[Document]:
    """Released documents that a document of the body may amend or repeal.

    Its own, those it issued with others, and those of the bodies below it.
    """
    own = Q(body=body) | Q(body__supervised_by=body) | Q(issuer__contains=body.name)
    return Document.objects.filter(own, release__isnull=False)


def interpretations(document: Document) -> list[Document]:
    """What explains the document."""
    return list(live().filter(interprets=document))


def files_of(document: Document) -> list[PublishedFile]:
    """The attachments that the public sees, in their order, without their text.

    Each with the name that the content gives it: that was reviewed, the uploaded one was not.
    """
    known = PublishedFile.objects.defer("text").in_bulk(
        [one["file"] for one in document.attachments]
    )
    found = []
    for one in document.attachments:
        if (file := known.get(one["file"])) is not None:
            file.name = one["name"]
            found.append(file)
    return found


def releases(document: Document) -> list[Release]:
    """What the public has seen, newest first; after a withdrawal it begins anew."""
    found = document.releases.all()
    if document.withdrawn_at is not None:
        found = found.filter(Q(at__gt=document.withdrawn_at) | Q(pk=document.release_id))
    return list(found.order_by("-number"))


# --- columns --------------------------------------------------------------------------------


def columns(body: Body, *blocks: str) -> list[Column]:
    """The body's columns (of these blocks), in their order."""
    found = Column.objects.filter(body=body).order_by("order", "id")
    return list(found.filter(block__in=blocks) if blocks else found)


def is_open(column: Column, day: date | None = None) -> bool:
    """Whether a topic runs on the day (today when not said); other columns always do."""
    day = day or timezone.localdate()
    opened = column.opens_on is None or column.opens_on <= day
    return opened and (column.closes_on is None or day <= column.closes_on)


def family(column: Column, siblings: Iterable[Column]) -> list[Column]:
    """The column and all below it, of the body's columns, in their order."""
    below: dict[int | None, list[Column]] = defaultdict(list)
    for one in siblings:
        below[one.parent_id].append(one)
    found, waiting = [], [column]
    while waiting:
        one = waiting.pop(0)
        found.append(one)
        waiting = [*below[one.pk], *waiting]
    return found


def counts(condition: Q) -> dict[int, int]:
    """How many public documents each column has, of the documents of the condition."""
    found = Document.objects.filter(condition, live=True).order_by()
    return dict(found.values_list("column_id").annotate(n=Count("pk")))


# --- bodies ---------------------------------------------------------------------------------


def heads(body: Body, day: date | None = None) -> list[Post]:
    """Who leads the body on the day (today when not said).

    The law wants the names of those who lead (Art 20 item 2); staff of the sections stay unnamed.
    """
    day = day or timezone.localdate()
    found = Post.objects.filter(body=body, section=None, from_on__lte=day)
    found = found.filter(Q(to_on=None) | Q(to_on__gte=day))
    return list(found.select_related("person").order_by("from_on", "id"))


def sections(body: Body) -> list[Section]:
    """The sections and subordinate units, in their order."""
    return list(Section.objects.filter(body=body).order_by("order", "id"))


def publishing_bodies(bodies: QuerySet[Body]) -> QuerySet[Body]:
    """Those that have columns here."""
    return bodies.filter(pk__in=Column.objects.order_by().values("body"))


def usual_theme(body: Body, column: Column | None) -> str:
    """What the newest document of the column says, else of the body."""
    told = Document.objects.filter(body=body).exclude(theme="").order_by("-pk")
    here = told.filter(column=column) if column else told
    found = here.values_list("theme", flat=True).first()
    return found or told.values_list("theme", flat=True).first() or ""
