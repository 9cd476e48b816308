"""Whether a document is in force on a day, from what was released: nothing is set by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from gongkai.publishing import index
from gongkai.publishing.models import Change, Document

Validity = Document.Validity
#: In force, also when in an amended form.
IN_FORCE = (Validity.VALID, Validity.AMENDED)


def on_day(
    day: date, effective_on: date | None, expires_on: date | None, changes: Iterable[Change]
) -> Document.Validity:
    """The validity on ``day``: repealed, else run out, else not yet in force, else amended."""
    done = {change.does for change in changes if change.on <= day}
    if Change.Does.REPEALS in done:
        return Validity.REPEALED
    if Change.Does.LAPSES in done or (expires_on is not None and day > expires_on):
        return Validity.EXPIRED
    if effective_on is not None and day < effective_on:
        return Validity.NOT_YET
    return Validity.AMENDED if done else Validity.VALID


def ended_on(formed_on: date, expires_on: date | None, changes: Iterable[Change]) -> date | None:
    """The first day on which a document is out of force for good; None while it has none."""
    last = [change.on for change in changes if change.does != Change.Does.AMENDS]
    if expires_on is not None:
        last.append(expires_on + timedelta(days=1))
    return max(min(last), formed_on) if last else None


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
            index.follow(found, [document.pk])
    return moved


def refresh_all(day: date) -> int:
    """Bring every copy up to date with a day; how many moved. Idempotent; for the daily run."""
    dated = Q(effective_on__isnull=False) | Q(expires_on__isnull=False)
    touched = Exists(Change.objects.filter(document=OuterRef("pk")))
    wrong = ~Q(validity=Validity.VALID)
    live = Document.objects.filter(live=True).filter(dated | touched | wrong)
    undergone = Prefetch(
        "changes_undergone", Change.objects.filter(by__live=True), to_attr="undergone"
    )
    found: dict[str, list[int]] = defaultdict(list)
    columns = ("pk", "effective_on", "expires_on", "validity")
    for document in live.only(*columns).prefetch_related(undergone).iterator(chunk_size=1000):
        now = on_day(day, document.effective_on, document.expires_on, document.undergone)
        if now != document.validity:
            found[now].append(document.pk)
    for now, keys in found.items():
        index.follow(now, keys)
    return sum(
        Document.objects.filter(pk__in=keys).update(validity=now) for now, keys in found.items()
    )
