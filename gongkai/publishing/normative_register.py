"""Reads of the register of normative documents: what is in force on a day, how many of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from gongkai.bodies.models import Body
from gongkai.publishing import validity
from gongkai.publishing.models import Change, Document
from gongkai.publishing.validity import IN_FORCE, on_day

#: Out of force, whatever the way.
ENDED = (Document.Validity.REPEALED, Document.Validity.EXPIRED)


@dataclass(frozen=True, slots=True)
class Counts:
    """Table 二, 第（一）项: 本年制发、废止、现行有效件数, with the documents behind each number.

    ``ended`` are those that went out of force in the period: repealed, declared lapsed, run out.
    ``not_yet`` are made and begin to be in force after the day.
    """

    made: tuple[Document, ...]
    ended: tuple[Document, ...]
    in_force: tuple[Document, ...]
    not_yet: tuple[Document, ...]


def normative(body: Body) -> QuerySet[Document]:
    """The public normative documents of a body with what was done to them, oldest first."""
    undergone = Prefetch(
        "changes_undergone", Change.objects.filter(by__live=True), to_attr="undergone"
    )
    found = Document.objects.filter(body=body, live=True, is_normative=True)
    return found.order_by("formed_on", "pk").prefetch_related(undergone)


def stands(document: Document, day: date) -> Document.Validity | None:
    """The validity on a day of a document from ``normative``; None before it was made."""
    if document.formed_on > day:
        return None
    undergone: list[Change] = document.undergone  # type: ignore[attr-defined]
    return on_day(day, document.effective_on, document.expires_on, undergone)


def ended_on(document: Document) -> date | None:
    """The first day on which it is out of force for good; None while it has none."""
    undergone: list[Change] = document.undergone  # type: ignore[attr-defined]
    return validity.ended_on(document.formed_on, document.expires_on, undergone)


def in_force(body: Body, on: date) -> list[Document]:
    """The normative documents in force on a day."""
    return [one for one in normative(body) if stands(one, on) in IN_FORCE]


def normative_counts(body: Body, from_on: date, to_on: date, on: date) -> Counts:
    """制发 and 废止 from ``from_on`` to ``to_on`` (both included), 现行有效 on the day ``on``."""
    made, ended, force, not_yet = [], [], [], []
    for document in normative(body):
        if from_on <= document.formed_on <= to_on:
            made.append(document)
        last = ended_on(document)
        if last is not None and from_on <= last <= to_on:
            ended.append(document)
        now = stands(document, on)
        if now in IN_FORCE:
            force.append(document)
        elif now == Document.Validity.NOT_YET:
            not_yet.append(document)
    return Counts(tuple(made), tuple(ended), tuple(force), tuple(not_yet))
