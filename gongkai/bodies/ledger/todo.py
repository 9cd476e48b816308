"""待办 of the registers: what is to be let out, settled or looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from gongkai.base.due import due_mark
from gongkai.bodies.ledger import queries
from gongkai.bodies.ledger.book import Book, all_books
from gongkai.bodies.models import Body, Membership, Role
from gongkai.law.deadlines.duties import DueWarning, warning

#: Of so many bodies at most the lines that want a look are looked for.
MOST_WATCHED = 20
#: So many lines of a book at most are pointed out to a person.
MOST_SEEN = 200
#: What may wait in the lines that count: a look at any of them, their end, the public.
STANDING, OPEN, UNPUBLISHED = "standing", "open", "unpublished"


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many lines of a body's book wait for a deed; ``near`` is the day of the first of them."""

    body: Body
    book: Book
    count: int
    words: str
    url: str
    near: DueWarning | None = None

    @property
    def mark(self) -> SafeString:
        """How near that day is, with sign, word and colour; the day itself stands in the list."""
        return due_mark(self.near, "") if self.near else SafeString("")


def ledger_todo(user: Any) -> list[Waiting]:
    """What waits for the person in the registers of his bodies; nothing that is zero.

    A few queries for each book in which something waits, however many bodies there are.
    """
    posts = Membership.objects.filter(user=user.pk).select_related("body")
    held = list(posts.order_by("body__region__path", "body__name"))
    keeps = _where(held, queries.KEEPERS)
    handles = [one for one in held if one.role == Role.HANDLER and one.section_id is not None]
    mine = {one.section_id for one in handles}
    own = {one.body_id: one.body for one in handles}
    asked = [(one, what) for one in all_books() for what in _asked(one)]
    found: list[Waiting] = []
    for one, what in _with_any(asked, {post.body_id for post in held}):
        if what == OPEN:
            rows = queries.entries(one).filter(Q(body__in=keeps) | Q(section__in=mine))
            open_ones = queries.unsettled(one, rows)
            found += _waiting(one, open_ones, one.due, keeps | own, "没有办结", "open")
        elif what == UNPUBLISHED and one.publication:
            lets = _where(held, one.publication.by)
            # What he entered himself waits for another.
            ready = queries.to_publish(one).filter(body__in=lets).exclude(entered_by=user.pk)
            found += _waiting(one, ready, "due_on", lets, "等待核对公开", "waiting")
        elif what == STANDING:
            found += _watched(one, list(keeps.values())[:MOST_WATCHED])
            others = [body for pk, body in own.items() if pk not in keeps]
            found += _watched(one, others[:MOST_WATCHED], mine)
    return sorted(found, key=lambda w: (w.body.name, w.near is None))


def _where(held: list[Membership], roles: Iterable[Role]) -> dict[int, Body]:
    """The bodies in which the person holds one of the roles."""
    return {one.body_id: one.body for one in held if one.role in roles}


def _asked(one: Book) -> Iterator[str]:
    """What is looked for in a book: what is to be settled, to be let out, to be watched."""
    if one.due:
        yield OPEN
    if one.publication:
        yield UNPUBLISHED
    if one.watch:
        yield STANDING


def _with_any(asked: Iterable[tuple[Book, str]], bodies: Collection[int]) -> list[tuple[Book, str]]:
    """Of what is asked, in order, that of which the bodies have any line; one question for all.

    The first page of the office asks every register there is, and in most nothing waits.
    """
    wanted = list(asked)
    if not wanted or not bodies:
        return []
    quoted = connection.ops.quote_name
    places = ", ".join(str(int(pk)) for pk in sorted(bodies))
    only = {
        STANDING: lambda one: "",
        OPEN: lambda one: f" AND {quoted(one.due)} IS NOT NULL AND {quoted(one.done)} IS NULL",
        UNPUBLISHED: lambda one: " AND published_at IS NULL AND withdrawn_at IS NULL",
    }
    question = " UNION ALL ".join(
        f"SELECT {at} WHERE EXISTS (SELECT 1 FROM {quoted(one.model._meta.db_table)}"
        f" WHERE struck_at IS NULL AND body_id IN ({places}){only[what](one)})"
        for at, (one, what) in enumerate(wanted)
    )
    with connection.cursor() as cursor:
        cursor.execute(question)
        return [wanted[at] for at in sorted(at for (at,) in cursor.fetchall())]


def _address(body: Body, one: Book, show: str) -> str:
    return f"{reverse('desk-ledger', args=[one.slug])}?body={body.slug}&show={show}"


def _waiting(
    one: Book, rows: QuerySet[Any], due: str, bodies: dict[int, Body], words: str, show: str
) -> list[Waiting]:
    if not due or not bodies:
        return []
    today = timezone.localdate()
    grouped = rows.order_by().values_list("body").annotate(n=Count("pk"), first=Min(due))
    return [
        Waiting(
            bodies[pk],
            one,
            number,
            words,
            _address(bodies[pk], one, show),
            warning(first, today) if first else None,
        )
        for pk, number, first in grouped
    ]


def _watched(one: Book, bodies: list[Body], sections: set[int] | None = None) -> list[Waiting]:
    """``sections``: where the person is a 承办人, who is shown the lines of these alone."""
    assert one.watch is not None
    found = []
    for body in bodies:
        every = one.watch(body, timezone.localdate())
        theirs = (
            (words, line)
            for words, line in every
            if sections is None or line.section_id in sections
        )
        if seen := list(islice(theirs, MOST_SEEN)):
            words = f"需要关注：{seen[0][1]}（{seen[0][0]}）"
            found.append(Waiting(body, one, len(seen), words, _address(body, one, "")))
    return found
