"""Entries in and out of the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db import connection, models, transaction
from django.utils.module_loading import import_string

from gongkai.base import grams
from gongkai.base.models import SearchChunk, SearchEntry, SearchText

#: Characters of one piece of text; PostgreSQL counts positions up to 16,383 only.
CHUNK = 8_000
#: A phrase across the end of a piece is found in the next one; queries are cut to this length.
OVERLAP = 60
#: The id of a piece is the entry's times this, plus its order.
PIECES = 1_024
#: Order of the piece with the first letters of the title.
LETTERS = PIECES - 1
#: Entries named at a time in one question.
_AT_ONCE = 900


@dataclass(frozen=True, slots=True)
class Entry:
    """What a room puts in. ``on``: the day it became public; ``url``: a path of this site.

    ``heading``, ``genre``, ``standing``: what one may narrow by, in the words that are shown;
    ``item``: the same, as the key of an item of the law, one for all bodies;
    ``current`` False: it does not hold any more; ``codes``: its numbers (文号, 索引号).
    ``facts``: what is found too and is no sentence, (label, value); an excerpt is never of it.
    """

    kind: str
    object_id: object
    title: str
    text: str
    url: str
    body_id: int | None = None
    on: date | None = None
    item: str = ""
    heading: str = ""
    genre: str = ""
    standing: str = ""
    current: bool = True
    codes: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()

    def parts(self) -> list[str]:
        """What is indexed, the title first; its facts stand before what a long text leaves out."""
        facts = "\n".join(value for _, value in self.facts)
        return [self.title, *([facts] if facts else []), *_parts(self.text)]


def put(entry: Entry) -> None:
    """Put an entry in, or a new one in the place of the old."""
    codes = "|".join(["", *filter(None, map(grams.squeezed, entry.codes)), ""])
    row = SearchEntry(
        kind=entry.kind,
        object_id=str(entry.object_id),
        title=entry.title[:300],
        url=entry.url,
        body_id=entry.body_id,
        on=entry.on,
        item=entry.item,
        heading=entry.heading[:60],
        genre=entry.genre[:20],
        standing=entry.standing[:20],
        current=entry.current,
        codes=codes if len(codes) <= 300 else "",
    )
    facts = [list(fact) for fact in entry.facts]
    with transaction.atomic():
        _in_place(row, "kind", "object_id")
        _in_place(SearchText(entry=row, text=entry.text, facts=facts), "entry")
        _drop_chunks(row)
        parts = [grams.pieces(part) for part in entry.parts()]
        numbered = list(enumerate(parts[:LETTERS]))
        if letters := grams.initial_pieces(*grams.initials(entry.title)):
            numbered.append((LETTERS, letters))
        _keep(row, [(order, found) for order, found in numbered if found])


def _in_place(row: models.Model, *unique: str) -> None:
    """Save the row in the place of the one with the same values of ``unique``, if there is one."""
    fields = [f.name for f in row._meta.concrete_fields if not f.primary_key]
    type(row)._default_manager.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=unique,
        update_fields=[name for name in fields if name not in unique],
    )


def index(
    kind: str,
    object_id: object,
    *,
    title: str,
    text: str,
    url: str,
    body_id: int | None = None,
    on: date | None = None,
) -> None:
    """:func:`put` for what has nothing to narrow by."""
    put(Entry(kind, object_id, title, text, url, body_id, on))


def restate(kind: str, object_ids: Iterable[object], **now: str | bool) -> int:
    """Say anew what one narrows by (``standing``, ``current``, ``heading``, ``item``).

    Their words stay as they are. Returns how many entries there were.
    """
    wanted = [str(one) for one in object_ids]
    changed = 0
    for at in range(0, len(wanted), _AT_ONCE):
        some = SearchEntry.objects.filter(kind=kind, object_id__in=wanted[at : at + _AT_ONCE])
        changed += some.update(**now)
    return changed


def forget(kind: str, object_id: object) -> None:
    """Take an entry out; nothing happens when it is not there."""
    with transaction.atomic():
        for entry in SearchEntry.objects.filter(kind=kind, object_id=str(object_id)):
            _drop_chunks(entry)
            entry.delete()


def rebuild() -> tuple[int, int]:
    """Everything anew from the rooms' providers: (entries now, entries that were too many)."""
    known = set()
    for entry in provided():
        put(entry)
        known.add((entry.kind, str(entry.object_id)))
    stale = [p for p in SearchEntry.objects.values_list("kind", "object_id") if p not in known]
    for kind, object_id in stale:
        forget(kind, object_id)
    return len(known), len(stale)


def provided() -> Iterator[Entry]:
    """What every room has to find, as its AppConfig says."""
    for app in apps.get_app_configs():
        if path := getattr(app, "search_provider", None):
            yield from import_string(path)()


def labels() -> dict[str, str]:
    """The words for the kinds, of all rooms."""
    found: dict[str, str] = {}
    for app in apps.get_app_configs():
        found |= getattr(app, "search_kinds", {})
    return found


def _parts(text: str) -> Iterator[str]:
    step = CHUNK - OVERLAP
    for start in range(0, len(text), step):
        yield text[start : start + CHUNK]


def _drop_chunks(entry: SearchEntry) -> None:
    if connection.vendor != "postgresql":
        first = entry.pk * PIECES
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM base_search_grams WHERE rowid BETWEEN %s AND %s",
                [first, first + LETTERS],
            )
    entry.chunks.all().delete()


def _keep(entry: SearchEntry, parts: list[tuple[int, list[str]]]) -> None:
    ids = [entry.pk * PIECES + order for order, _ in parts]
    SearchChunk.objects.bulk_create(
        SearchChunk(id=key, entry=entry, order=order)
        for key, (order, _) in zip(ids, parts, strict=True)
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The pieces with their places as they are: no parser of the database has a say.
            cursor.executemany(
                "UPDATE base_searchchunk SET grams = %s::tsvector WHERE id = %s",
                [
                    (" ".join(f"'{p}':{at}" for at, p in enumerate(found, 1)), key)
                    for key, (_, found) in zip(ids, parts, strict=True)
                ],
            )
        else:
            cursor.executemany(
                "INSERT OR REPLACE INTO base_search_grams (rowid, grams) VALUES (%s, %s)",
                [(key, " ".join(found)) for key, (_, found) in zip(ids, parts, strict=True)],
            )
