"""Which item of the standard catalogue was published where and when; what is missing or stale."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from gongkai.bodies.ledger.book import Book, all_books
from gongkai.bodies.ledger.queries import public_by_matter
from gongkai.bodies.models import Body
from gongkai.law.parameters import rule
from gongkai.law.taxonomy import account_kinds, catalogue_channels
from gongkai.publishing.models import CatalogueItem, CatalogueLink, Post
from gongkai.publishing.validity import Validity

#: What a linked document must not be, to count.
GONE = (Validity.REPEALED, Validity.EXPIRED)
STATES = {
    "covered": "已公开",
    "bare": "要素不全",
    "partly": "渠道不全",
    "stale": "内容陈旧",
    "missing": "尚未公开",
    "ended": "已停止执行",
}
#: The shape that goes with each, in the signs of the due days.
SIGNS = {"covered": "✓", "bare": "▲", "partly": "▲", "stale": "■", "missing": "■", "ended": "○"}


#: What stands in brackets does not make another matter: 执业登记（权限内）.
_BRACKETED = re.compile(r"[（(][^（）()]*[）)]|\s")


@dataclass(frozen=True, slots=True)
class Listed:
    """The public register that fulfils an item: lines of its matters, when the newest came."""

    book: Book
    matters: tuple[str, ...]
    lines: int = 0
    newest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """One item: its state (a key of ``STATES``), what fulfils it, where and when.

    ``where``: tick of the catalogue → the newest time on it; ``lacking``: ticks asked for on
    which nothing is; ``bare``: elements that no link names, where links name elements at all;
    ``old``: elements on which nothing new came for too long; ``listed``: its register, if any.
    """

    item: CatalogueItem
    state: str
    links: tuple[CatalogueLink, ...]
    where: dict[str, datetime]
    lacking: tuple[str, ...]
    bare: tuple[str, ...]
    old: tuple[str, ...]
    newest: datetime | None
    listed: Listed | None

    @property
    def label(self) -> str:
        return STATES[self.state]

    @property
    def sign(self) -> str:
        return SIGNS[self.state]

    @property
    def places(self) -> list[tuple[str, datetime]]:
        """Labels of the ticks with their times, in the order of the form."""
        ticks = catalogue_channels()
        return [(ticks[k].label, self.where[k]) for k in ticks if k in self.where]

    @property
    def lacks(self) -> list[str]:
        return [catalogue_channels()[key].label for key in self.lacking]


def coverage(body: Body, day: date) -> list[Covered]:
    """The whole catalogue of a body as it stands on a day; four queries, two for a register."""
    found = CatalogueItem.objects.filter(body=body).select_related("column").order_by("code", "pk")
    items = list(found)
    links = defaultdict(list)
    for entry in (
        CatalogueLink.objects.filter(item__body=body, document__live=True)
        .select_related("document__body")
        .defer("document__text")
        .order_by("-document__changed_at", "-pk")
    ):
        links[entry.item_id].append(entry)
    posts = defaultdict(list)
    wanted = {entry.document_id for found in links.values() for entry in found}
    for post in Post.objects.filter(
        state=Post.State.POSTED, document__body=body, document__catalogue_links__isnull=False
    ).select_related("channel"):
        if post.document_id in wanted:
            posts[post.document_id].append(post)
    stale = int(rule("catalogue.stale_days", on=day).value)
    listed = _registers(body, items)
    return [_covered(one, links[one.pk], listed.get(one.pk), posts, day, stale) for one in items]


def _registers(body: Body, items: Iterable[CatalogueItem]) -> dict[int, Listed]:
    """What of their registers is public, by item."""
    books = {one.slug: one for one in all_books() if one.is_public}
    counted: dict[str, dict[str, list[tuple[int, datetime]]]] = {}
    found = {}
    for item in items:
        if item.book not in books:
            continue
        one = books[item.book]
        if one.slug not in counted:
            known = counted[one.slug] = defaultdict(list)
            for name, number in public_by_matter(one, body).items():
                known[_bare(name)].append(number)
        names = tuple(item.matters.splitlines() or [item.level2]) if one.matter else ()
        # "" are the lines that name no matter: they are of a whole register, never of a matter.
        wanted = {_bare(name) for name in names} - {""} if one.matter else {""}
        some = [number for name in wanted for number in counted[one.slug].get(name, ())]
        newest = max((at for _, at in some), default=None)
        found[item.pk] = Listed(one, names, sum(lines for lines, _ in some), newest)
    return found


def _bare(name: str) -> str:
    while (shorter := _BRACKETED.sub("", name)) != name:  # brackets stand in brackets
        name = shorter
    return name


def _covered(
    item: CatalogueItem,
    links: list[CatalogueLink],
    listed: Listed | None,
    posts: dict[int, list[Post]],
    day: date,
    stale: int,
) -> Covered:
    good = [entry for entry in links if entry.document.validity not in GONE]
    where = _where(good, posts, listed)
    lacking = tuple(key for key in item.channels if key not in where)
    dated: dict[str, datetime] = {}  # element, or "" for the whole item → its newest
    for entry in good:
        if at := entry.document.changed_at:
            dated[entry.element] = max(at, dated.get(entry.element, at))
    kept: set[str] = set()
    if listed and listed.newest:  # without a new decision a register has nothing to add
        kept.add(item.book_element)
        at = dated.get(item.book_element, listed.newest)
        dated[item.book_element] = max(at, listed.newest)
    newest = max(dated.values(), default=None)
    elements = item.elements.splitlines()
    whole, fresh = "" in dated, "" in kept or _fresh(dated.get(""), day, stale)
    bare = () if whole or not dated else tuple(e for e in elements if e not in dated)
    old = tuple(
        e
        for e in elements
        if (whole or e in dated) and not (fresh or e in kept or _fresh(dated.get(e), day, stale))
    )
    if item.ended_on and item.ended_on <= day:
        state = "ended"
    elif newest is None:
        state = "missing"
    elif old or not (kept or _fresh(newest, day, stale)):
        state = "stale"
    else:
        state = "bare" if bare else "partly" if lacking else "covered"
    return Covered(item, state, tuple(links), where, lacking, bare, old, newest, listed)


def _fresh(at: datetime | None, day: date, stale: int) -> bool:
    return at is not None and (day - timezone.localdate(at)).days <= stale


def _where(
    links: Iterable[CatalogueLink], posts: dict[int, list[Post]], listed: Listed | None
) -> dict[str, datetime]:
    found: dict[str, datetime] = {}

    def at(key: str, when: datetime | None) -> None:
        if when is not None:
            found[key] = max(when, found.get(key, when))

    if listed:
        at("website", listed.newest)
    for entry in links:
        at("website", entry.document.changed_at)
        for post in posts[entry.document_id]:
            at(account_kinds()[post.channel.kind].catalogue, post.posted_at)
    return found


def totals(entries: Iterable[Covered]) -> dict[str, int]:
    """How many items are in each state."""
    counted = dict.fromkeys(STATES, 0)
    for entry in entries:
        counted[entry.state] += 1
    return counted
