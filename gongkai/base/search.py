"""The search over everything public: rooms put entries in, any page finds them.

It knows no domain. A room calls :func:`index` where something becomes public and :func:`forget`
where it ceases to be, both inside its own transaction; for a new start its AppConfig names a
function that yields all of its entries (``search_provider = "gongkai.room.search.everything"``)
and the words for its kinds (``search_kinds = {"annual_report": "信息公开年报"}``).

The index keeps pairs of characters (:mod:`gongkai.base.grams`): every substring of one character
or more is found, exactly, on SQLite (FTS5) and on PostgreSQL (tsvector).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.module_loading import import_string

from gongkai.base import grams
from gongkai.base.models import SearchChunk, SearchEntry

#: Characters of one piece of text; PostgreSQL counts positions up to 16,383 only.
CHUNK = 8_000
#: A phrase across the end of a piece is found in the next one; queries are cut to this length.
OVERLAP = 60
#: Characters of an excerpt before and after the first word found.
BEFORE, AFTER = 30, 110
#: Pairs that say nothing about a subject: they would make everything similar.
_COMMON_WORDS = (
    "政府 府信 信息 息公 公开 申请 请公 开的 请提 提供 有关 关于 关的 相关 情况 我市 我县 本市 "
    "本县 全市 全县 贵局 贵委 贵单 单位 "
    "文件 材料 以及 请问 我想 想了 了解 需要 怎么 怎样 什么 哪些 多少"
)
_COMMON = frozenset(_COMMON_WORDS.split())
#: Similar entries share at least this part of the pairs that were asked for.
ENOUGH = 0.4


@dataclass(frozen=True, slots=True)
class Entry:
    """What a room puts in. ``on``: the day it became public; ``url``: a path of this site."""

    kind: str
    object_id: object
    title: str
    text: str
    url: str
    body_id: int | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found; ``title`` and ``excerpt`` are pieces of text, True where a word is."""

    kind: str
    label: str
    url: str
    on: date | None
    body_id: int | None
    title: tuple[tuple[str, bool], ...]
    excerpt: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of what was found, and how many there are in all."""

    hits: tuple[Hit, ...]
    count: int

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __bool__(self) -> bool:
        return bool(self.hits)


# --- in and out -----------------------------------------------------------------------------


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
    """Put an entry in, or a new one in the place of the old."""
    with transaction.atomic():
        entry, _ = SearchEntry.objects.update_or_create(
            kind=kind,
            object_id=str(object_id),
            defaults={
                "title": title[:300],
                "text": text,
                "url": url,
                "body_id": body_id,
                "on": on,
            },
        )
        _drop_chunks(entry)
        for order, part in enumerate([title, *_parts(text)]):
            chunk = SearchChunk.objects.create(entry=entry, order=order)
            _keep(chunk.pk, grams.pieces(part))


def put(entry: Entry) -> None:
    """:func:`index` for an entry as a provider yields it."""
    index(
        entry.kind,
        entry.object_id,
        title=entry.title,
        text=entry.text,
        url=entry.url,
        body_id=entry.body_id,
        on=entry.on,
    )


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
    ids = list(entry.chunks.values_list("pk", flat=True))
    if ids and connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.executemany(
                "DELETE FROM base_search_grams WHERE rowid = %s", [(pk,) for pk in ids]
            )
    entry.chunks.all().delete()


def _keep(chunk_id: int, found: list[str]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The pieces with their places as they are: no parser of the database has a say.
            vector = " ".join(f"'{piece}':{at}" for at, piece in enumerate(found, 1))
            cursor.execute(
                "UPDATE base_searchchunk SET grams = %s::tsvector WHERE id = %s",
                [vector, chunk_id],
            )
        else:
            cursor.execute(
                "INSERT OR REPLACE INTO base_search_grams (rowid, grams) VALUES (%s, %s)",
                [chunk_id, " ".join(found)],
            )


# --- found ----------------------------------------------------------------------------------


def search(
    query: str,
    *,
    body_id: int | None = None,
    kinds: Iterable[str] | None = None,
    start: int = 0,
    limit: int = 20,
) -> Hits:
    """Entries that hold every word of the query as it stands; in the title first, then by day.

    ``start`` and ``limit`` cut out a page. A query without words finds nothing.
    """
    wanted = grams.words(query[:OVERLAP])
    if not wanted:
        return Hits((), 0)
    found = _narrowed(body_id, kinds)
    for word in wanted:
        found = found.filter(pk__in=_entries(_phrase_query(word)))
    count = found.count()
    in_title = Exists(
        SearchChunk.objects.filter(
            entry=OuterRef("pk"), order=0, pk__in=_chunks(_phrase_query(wanted[0]))
        )
    )
    page = found.annotate(in_title=in_title).order_by(
        "-in_title", F("on").desc(nulls_last=True), "-pk"
    )[start : start + limit]
    names = labels()
    return Hits(tuple(_hit(entry, wanted, names) for entry in page), count)


def similar(
    query: str,
    *,
    body_id: int | None = None,
    kinds: Iterable[str] | None = None,
    limit: int = 5,
) -> Hits:
    """Entries about the same thing in other words, the nearest first.

    For a whole sentence, of which :func:`search` finds nothing: what shares most of its pairs.
    """
    wanted = [p for p in grams.pairs(query[:200]) if p not in _COMMON][:40]
    if not wanted:
        return Hits((), 0)
    near = _narrowed(body_id, kinds).filter(pk__in=_entries(_any_query(wanted)))
    scored = []
    for entry in near.order_by(F("on").desc(nulls_last=True), "-pk")[:300]:
        held = set(grams.pairs(entry.title + " " + entry.text))
        share = sum(p in held for p in wanted) / len(wanted)
        titled = sum(p in set(grams.pairs(entry.title)) for p in wanted) / len(wanted)
        if share >= ENOUGH:
            scored.append((share + titled, entry))
    scored.sort(key=lambda pair: -pair[0])
    names = labels()
    hits = tuple(_hit(entry, wanted, names) for _, entry in scored[:limit])
    return Hits(hits, len(scored))


def _narrowed(body_id: int | None, kinds: Iterable[str] | None) -> QuerySet[SearchEntry]:
    narrow = Q()
    if body_id is not None:
        narrow &= Q(body_id=body_id)
    if kinds is not None:
        narrow &= Q(kind__in=list(kinds))
    return SearchEntry.objects.filter(narrow)


def _phrase_query(word: str) -> str:
    """The word in the language of the database's index; of letters, digits and quotes only."""
    found, begins = grams.phrase(word)
    if connection.vendor == "postgresql":
        parts = [f"'{p}'" for p in found]
        return " <-> ".join(parts) + (":*" if begins else "")
    return f'"{" ".join(found)}"' + (" *" if begins else "")


def _any_query(wanted: list[str]) -> str:
    if connection.vendor == "postgresql":
        return " | ".join(f"'{p}'" for p in wanted)
    return " OR ".join(f'"{p}"' for p in wanted)


def _chunks(match: str) -> RawSQL:
    if connection.vendor == "postgresql":
        return RawSQL("SELECT id FROM base_searchchunk WHERE grams @@ %s::tsquery", [match])
    return RawSQL("SELECT rowid FROM base_search_grams WHERE base_search_grams MATCH %s", [match])


def _entries(match: str) -> QuerySet[SearchChunk, int]:
    return SearchChunk.objects.filter(pk__in=_chunks(match)).values("entry")


# --- shown ----------------------------------------------------------------------------------


def _hit(entry: SearchEntry, wanted: list[str], names: dict[str, str]) -> Hit:
    return Hit(
        kind=entry.kind,
        label=names.get(entry.kind, ""),
        url=entry.url,
        on=entry.on,
        body_id=entry.body_id,
        title=marked(entry.title, wanted),
        excerpt=marked(_excerpt(entry.text, wanted), wanted),
    )


def _excerpt(text: str, wanted: list[str]) -> str:
    same = _folded(text)
    places = [at for w in wanted if (at := same.find(grams.plain(w))) >= 0]
    start = max(0, min(places, default=0) - BEFORE)
    cut = " ".join(text[start : start + BEFORE + AFTER].split())
    return ("…" if start else "") + cut + ("…" if start + BEFORE + AFTER < len(text) else "")


def _folded(text: str) -> str:
    """The text for comparing, letter by letter at its place (… does not become ...)."""
    return "".join(p if len(p := grams.plain(letter)) == 1 else letter for letter in text)


def marked(text: str, wanted: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """The text in pieces, True where it is one of the words."""
    same = _folded(text)
    hit = [False] * len(text)
    for word in {grams.plain(w) for w in wanted}:
        at = same.find(word)
        while at >= 0:
            hit[at : at + len(word)] = [True] * len(word)
            at = same.find(word, at + 1)
    return tuple(
        ("".join(letter for letter, _ in group), on)
        for on, group in groupby(zip(text, hit, strict=True), key=lambda pair: pair[1])
    )
