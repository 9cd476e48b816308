"""待办 of the registers: what is to be let out, settled or looked at."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from gongkai.base.due import due_mark
from gongkai.bodies.ledger import queries
from gongkai.bodies.ledger.book import Book, all_books
from gongkai.bodies.models import Body, Role
from gongkai.bodies.queries import bodies_for
from gongkai.law.deadlines.duties import DueWarning, warning

#: Of so many bodies at most the lines that want a look are looked for.
MOST_WATCHED = 20
#: So many lines of a book at most are pointed out to a person.
MOST_SEEN = 200


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

    A few queries for each book, however many bodies there are.
    """
    keeps = {body.pk: body for body in bodies_for(user, *queries.KEEPERS)}
    mine = queries.sections_of(user)
    own = {body.pk: body for body in Body.objects.filter(sections__in=mine)}
    lets_out: dict[tuple[Role, ...], dict[int, Body]] = {}
    found: list[Waiting] = []
    for one in all_books():
        rows = queries.entries(one).filter(Q(body__in=keeps) | Q(section__in=mine))
        open_ones = queries.unsettled(one, rows)
        found += _waiting(one, open_ones, one.due, keeps | own, "没有办结", "open")
        if one.publication:
            by = one.publication.by
            if by not in lets_out:
                lets_out[by] = {body.pk: body for body in bodies_for(user, *by)}
            lets = lets_out[by]
            # What he entered himself waits for another.
            ready = queries.to_publish(one).filter(body__in=lets).exclude(entered_by=user.pk)
            found += _waiting(one, ready, "due_on", lets, "等待核对公开", "waiting")
        if one.watch:
            found += _watched(one, list(keeps.values())[:MOST_WATCHED])
            others = [body for pk, body in own.items() if pk not in keeps]
            found += _watched(one, others[:MOST_WATCHED], {section.pk for section in mine})
    return sorted(found, key=lambda w: (w.body.name, w.near is None))


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
