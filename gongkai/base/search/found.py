"""What is found: every word as it stands, narrowed, counted, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Q

from gongkai.base import grams
from gongkai.base.models import SearchEntry, SearchText
from gongkai.base.search import match
from gongkai.base.search.shown import excerpt, marked, told
from gongkai.base.search.store import OVERLAP, labels
from gongkai.base.traditional import simplified

__all__ = ["Found", "Hit", "Hits", "Narrow", "find", "marked", "search", "similar", "suggest"]

#: More hits than this are not all brought into order: the newest that hold are.
SORTED = 4_000
LISTED = 2_000
#: Rows asked for at a time by their number.
_AT_ONCE = 900
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
class Hit:
    """Something found; ``title`` and ``excerpt`` are pieces of text, True where a word is."""

    kind: str
    label: str
    url: str
    on: date | None
    body_id: int | None
    title: tuple[tuple[str, bool], ...]
    excerpt: tuple[tuple[str, bool], ...]
    heading: str = ""
    genre: str = ""
    standing: str = ""
    current: bool = True
    #: (label, pieces of its value): a number or keyword for which it was found.
    facts: tuple[tuple[str, tuple[tuple[str, bool], ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of what was found, and how many there are in all."""

    hits: tuple[Hit, ...]
    count: int

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __bool__(self) -> bool:
        return bool(self.hits)


@dataclass(frozen=True, slots=True)
class Narrow:
    """What one narrows by; None or "" for everything."""

    bodies: tuple[int, ...] | None = None
    kinds: tuple[str, ...] | None = None
    item: str = ""
    heading: str = ""
    genre: str = ""
    standing: str = ""
    year: int | None = None

    def condition(self) -> Q:
        """As a condition on entries."""
        wanted = Q()
        if self.bodies is not None:
            wanted &= Q(body_id__in=self.bodies)
        if self.kinds is not None:
            wanted &= Q(kind__in=self.kinds)
        for name in ("item", "heading", "genre", "standing"):
            if value := getattr(self, name):
                wanted &= Q(**{name: value})
        if self.year is not None:
            wanted &= Q(on__gte=date(self.year, 1, 1), on__lte=date(self.year, 12, 31))
        return wanted


EVERYTHING = Narrow()


@dataclass(frozen=True, slots=True)
class Found(Hits):
    """``facets``: name → value → how many; counted over the first ``listed`` hits."""

    facets: dict[str, Counter[Any]] = field(default_factory=dict)
    listed: int = 0


def find(query: str, *, narrow: Narrow = EVERYTHING, start: int = 0, limit: int = 20) -> Found:
    """Entries that hold every word of the query as it stands.

    In order: what bears this very number; what holds; in the title; by day. ``start`` and
    ``limit`` cut out a page. A query without words finds nothing.
    """
    wanted = grams.words(query[:OVERLAP])
    if not wanted:
        return Found((), 0)
    held = [match.pieces(match.query(word)) for word in wanted]
    ids = set.intersection(*map(match.entries, held))
    titled = set.intersection(*map(match.titled, held)) & ids
    condition = narrow.condition()
    if condition and ids:
        ids &= set(SearchEntry.objects.filter(condition).values_list("pk", flat=True))
    rows = _rows(_first(ids, titled, condition))
    codes = [f"|{grams.squeezed(one)}|" for one in grams.readings(query)]
    rows.sort(
        key=lambda row: (
            all(code not in row["codes"] for code in codes),
            not row["current"],
            row["pk"] not in titled,
            -row["on"].toordinal() if row["on"] else 0,
            -row["pk"],
        )
    )
    page = [row["pk"] for row in rows[start : start + limit]]
    count = len(rows) if len(ids) <= SORTED else len(ids)
    read = [one for word in wanted for one in grams.readings(word)]
    return Found(_hits(page, read), count, _facets(rows), len(rows))


def search(
    query: str,
    *,
    body_id: int | None = None,
    kinds: Iterable[str] | None = None,
    start: int = 0,
    limit: int = 20,
) -> Hits:
    """:func:`find` in one body or some kinds."""
    return find(query, narrow=_narrow(body_id, kinds), start=start, limit=limit)


def _narrow(body_id: int | None, kinds: Iterable[str] | None) -> Narrow:
    return Narrow(
        bodies=None if body_id is None else (body_id,),
        kinds=None if kinds is None else tuple(kinds),
    )


def suggest(query: str, *, narrow: Narrow = EVERYTHING, limit: int = 8) -> list[tuple[str, str]]:
    """Titles that hold the words or begin with these letters: (title, address)."""
    wanted = grams.words(query[:OVERLAP])
    if not wanted:
        return []
    held = [match.pieces(match.query(word), titles=True, most=2_000) for word in wanted]
    ids = set.intersection(*map(match.entries, held))
    newest = sorted(ids, reverse=True)[:200]
    listed = SearchEntry.objects.filter(narrow.condition(), pk__in=newest)
    in_order = listed.order_by("-current", F("on").desc(nulls_last=True), "-pk")
    return list(in_order.values_list("title", "url")[:limit])


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
    wanted = [p for p in grams.pairs(simplified(query[:200])) if p not in _COMMON][:40]
    if not wanted:
        return Hits((), 0)
    counts: Counter[int] = Counter()
    for pair in wanted:
        # A pair that is nearly everywhere says nothing.
        counts.update(match.entries(match.pieces(match.any_query([pair]), most=20_000)))
    enough = [pk for pk, n in counts.most_common(300) if n / len(wanted) >= ENOUGH]
    condition = _narrow(body_id, kinds).condition()
    near = SearchEntry.objects.filter(condition, pk__in=enough)
    scored = []
    for pk, title, on in near.values_list("pk", "title", "on"):
        held = set(grams.pairs(title))
        share = (counts[pk] + sum(p in held for p in wanted)) / len(wanted)
        scored.append((-share, -on.toordinal() if on else 0, -pk))
    scored.sort()
    return Hits(_hits([-pk for _, _, pk in scored[:limit]], wanted), len(scored))


def _first(ids: set[int], titled: set[int], condition: Q) -> Iterable[int]:
    """All of them, or where they are too many the newest that hold and the titles."""
    if len(ids) <= SORTED:
        return ids
    chosen = sorted(titled & ids, reverse=True)[:LISTED]
    in_order = SearchEntry.objects.filter(condition).order_by("-current", "-on", "-id")
    left = LISTED
    for pk in in_order.values_list("pk", flat=True).iterator(chunk_size=2_000):
        if pk in ids:
            chosen.append(pk)
            left -= 1
            if left == 0:
                break
    return dict.fromkeys(chosen)


def _rows(ids: Iterable[int]) -> list[dict[str, Any]]:
    wanted = list(ids)
    facets = ("kind", "body_id", "item", "heading", "genre", "standing")
    names = ("pk", "on", "current", "codes", *facets)
    found: list[dict[str, Any]] = []
    for at in range(0, len(wanted), _AT_ONCE):
        some = SearchEntry.objects.filter(pk__in=wanted[at : at + _AT_ONCE])
        found.extend(dict(zip(names, row, strict=True)) for row in some.values_list(*names))
    return found


def _facets(rows: list[dict[str, Any]]) -> dict[str, Counter[Any]]:
    found: dict[str, Counter[Any]] = {
        name: Counter(row[name] for row in rows if row[name])
        for name in ("kind", "body_id", "item", "heading", "genre", "standing")
    }
    found["year"] = Counter(row["on"].year for row in rows if row["on"])
    return found


def _hits(ids: list[int], wanted: list[str]) -> tuple[Hit, ...]:
    entries = SearchEntry.objects.in_bulk(ids)
    texts = SearchText.objects.in_bulk(ids)
    names = labels()
    return tuple(
        Hit(
            kind=entry.kind,
            label=names.get(entry.kind, ""),
            url=entry.url,
            on=entry.on,
            body_id=entry.body_id,
            title=marked(entry.title, wanted),
            excerpt=marked(excerpt(words.text, wanted), wanted),
            heading=entry.heading,
            genre=entry.genre,
            standing=entry.standing,
            current=entry.current,
            facts=told(words.facts, f"{entry.title}\n{words.text}", wanted),
        )
        for pk in ids
        if (entry := entries.get(pk)) is not None and (words := texts.get(pk)) is not None
    )
