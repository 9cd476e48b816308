"""Whether a document is in force on a day, from what was released: nothing is set by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from gongkai.publishing.models import Change, Document

Validity = Document.Validity


def on_day(
    day: date, effective_on: date | None, expires_on: date | None, changes: Iterable[Change]
) -> Document.Validity:
    """The validity on ``day``: repealed, else run out, else not yet in force, else amended."""
    done = {change.does for change in changes if change.on <= day}
    if Change.Does.REPEALS in done:
        return Validity.REPEALED
    if expires_on is not None and day > expires_on:
        return Validity.EXPIRED
    if effective_on is not None and day < effective_on:
        return Validity.NOT_YET
    return Validity.AMENDED if done else Validity.VALID


def of(document: Document, day: date | None = None) -> Document.Validity:
    """The validity of a released document on a day (today when not said)."""
    return on_day(
        day or timezone.localdate(),
        document.effective_on,
        document.expires_on,
        document.changes_undergone.filter(by__live=True),
    )


def refresh(documents: Iterable[Document]) -> int:
    """Bring the copies up to date after a release or with a new day; how many moved."""
    moved = 0
    for document in documents:
        found = of(document)
        if found != document.validity:
            moved += Document.objects.filter(pk=document.pk).update(validity=found)
            document.validity = found
    return moved
