"""Reads of a register: whose lines a person may see and keep, counts of a year and its months."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils import timezone

from gongkai.base.grams import written_number
from gongkai.bodies.ledger.book import Book, all_books, is_number
from gongkai.bodies.ledger.models import Entry, PublishedEntry
from gongkai.bodies.models import Body, Membership, Role, Section
from gongkai.bodies.queries import Someone, bodies_for, holds

#: Who keeps every line of his body; a 承办人 those of his section.
KEEPERS = (Role.CLERK, Role.REVIEWER, Role.HEAD)
#: Who sees the lines of a body; a 承办人 those of his section.
READERS = tuple(role for role in Role if role != Role.HANDLER)

#: Who may open what is sealed in the lines of his body; a 承办人 in those of his section.
OPENERS = (*KEEPERS, Role.LEADER)


def entries(book: Book, body: Body | None = None, year: int | None = None) -> QuerySet[Any]:
    """The lines that count: not struck off; of one body, of one year."""
    found = book.model._default_manager.filter(struck_at=None)
    if body is not None:
        found = found.filter(body=body)
    if year is not None and book.year_of:
        found = found.filter(**{book.year_of: year})
    elif year is not None:
        found = found.filter(happened_on__range=(date(year, 1, 1), last_day(book, year)))
    return found


def is_used(book: Book, body: Body, year: int) -> bool:
    """Whether the body had any line in the register by the end of the year, struck ones too."""
    rows = book.model._default_manager.filter(body=body, happened_on__lte=date(year, 12, 31))
    return rows.exists()


def used_books(body: Body, by: date, *, standing: bool = False) -> set[str]:
    """The registers (slugs) in which the body had any line by a day, struck ones too.

    ``standing``: only lines that are not struck off. One question for all: a report asks it of
    every register there is.
    """
    quoted = connection.ops.quote_name
    kept = " AND struck_at IS NULL" if standing else ""
    asked = " UNION ALL ".join(
        f"SELECT %s WHERE EXISTS (SELECT 1 FROM {quoted(one.model._meta.db_table)}"
        f" WHERE body_id = %s AND happened_on <= %s{kept})"
        for one in all_books()
    )
    on = connection.ops.adapt_datefield_value(by)
    with connection.cursor() as cursor:
        cursor.execute(asked, [v for one in all_books() for v in (one.slug, body.pk, on)])
        return {slug for (slug,) in cursor.fetchall()}


def last_day(book: Book, year: int) -> date:
    """Up to which day the lines of a year count: what is only planned does not yet."""
    last = date(year, 12, 31)
    return min(last, timezone.localdate()) if book.may_lie_ahead("happened_on") else last


def plans_past(model: type[Entry], body: Body, today: date) -> Iterator[tuple[str, Any]]:
    """Lines entered before their day, which has passed, that nobody has touched since."""
    rows = model._default_manager.filter(
        body=body, struck_at=None, version=1, happened_on__lt=today
    ).filter(entered_at__date__lt=F("happened_on"))
    words = "计划的日期已过，请补填情况；没有举行的请划销"
    return ((words, line) for line in rows.order_by("happened_on").iterator())


def standing(book: Book, rows: QuerySet[Any], on: date) -> QuerySet[Any]:
    """Of the lines, those that stand on a day: begun by then, not struck off, not yet ended."""
    begun = rows.filter(struck_at=None, happened_on__lte=on)
    return begun.filter(Q(ended_on=None) | Q(ended_on__gt=on)) if book.stands else begun


def sections_of(user: Someone) -> QuerySet[Section]:
    """The sections in which the person is a 承办人."""
    return Section.objects.filter(
        pk__in=Membership.objects.filter(user_id=user.pk, role=Role.HANDLER).values("section")
    )


def bodies_seen(user: Someone) -> QuerySet[Body]:
    """The bodies whose registers the person may open."""
    return bodies_for(user).order_by("name")


def only_sections(user: Someone, body: Body) -> bool:
    """Whether the person sees of a body no more than the lines of his sections."""
    if holds(user, body, *READERS):
        return False
    return not bodies_for(user, Role.INSPECTOR).filter(pk=body.pk).exists()


def entries_for(
    user: Someone, book: Book, body: Body, *, only: bool | None = None
) -> QuerySet[Any]:
    """The lines of a body that the person may see; struck ones too.

    ``only``: ``only_sections``, where many books are asked.
    """
    rows = book.model._default_manager.filter(body=body)
    if not (only_sections(user, body) if only is None else only):
        return rows
    return rows.filter(section__in=sections_of(user))


def may_keep(user: Someone, body: Body, section_id: int | None) -> bool:
    """Whether the person may enter or change a line of this body and section."""
    if holds(user, body, *KEEPERS):
        return True
    return section_id is not None and (sections_of(user).filter(pk=section_id, body=body).exists())


def may_open(user: Someone, body: Body, section_id: int | None = None) -> bool:
    """Whether the person may read what is sealed in a line: he works on it, or answers for it."""
    if holds(user, body, *OPENERS):
        return True
    return section_id is not None and sections_of(user).filter(pk=section_id, body=body).exists()


def keeps_any(user: Someone, body: Body) -> bool:
    """Whether the person may enter lines for this body at all."""
    return holds(user, body, *KEEPERS) or sections_of(user).filter(body=body).exists()


def public_entries(book: Book, body: Body | None = None) -> QuerySet[Any]:
    """What of a register (of one body) anybody may read."""
    if book.publication is None:
        return book.model._default_manager.none()
    return (
        entries(book, body)
        .filter(**dict(book.publication.only))
        .exclude(published_at=None)
        .order_by("-happened_on", "-pk")
    )


def publicly_withdrawn(book: Book, body: Body, year: int | None = None) -> QuerySet[Any]:
    """The lines that left the page and of which the public is told why, the latest first."""
    if book.publication is None or not book.publication.annulled:
        return book.model._default_manager.none()
    gone = {"withdrawn_at__isnull": False, f"{book.publication.annulled}__isnull": False}
    return entries(book, body, year).filter(**gone).order_by("-withdrawn_at", "-pk")


def public_by_matter(book: Book, body: Body) -> dict[str, tuple[int, datetime]]:
    """How many lines anybody may read and when the newest was let out, by the name of the 事项.

    "" are those that name none, and all lines of a book without such a field.
    """
    rows = public_entries(book, body).order_by()
    if not book.matter:
        found = rows.aggregate(lines=Count("pk"), newest=Max("published_at"))
        return {"": (found["lines"], found["newest"])} if found["lines"] else {}
    grouped = rows.values_list(book.matter).annotate(Count("pk"), Max("published_at"))
    counted = {pk: (lines, newest) for pk, lines, newest in grouped}
    names = all_related(book, book.matter, body).in_bulk([pk for pk in counted if pk])
    out: dict[str, tuple[int, datetime]] = {}
    for pk, (lines, newest) in counted.items():
        name = str(names[pk]) if pk in names else ""
        known = out.get(name)
        out[name] = (lines + known[0], max(newest, known[1])) if known else (lines, newest)
    return out


@dataclass(frozen=True, slots=True)
class Totals:
    """Public sums of a body by year: ``heads`` (book, category) over ``years`` (year, sums)."""

    heads: list[tuple[str, str]]
    years: list[tuple[int, list[Decimal]]]
    whole: list[Decimal]


def public_totals(books: Iterable[Book], body: Body) -> Totals:
    """The first sum of each book by year and category, of what anybody may read; one query each."""
    heads: list[tuple[str, str]] = []
    found: dict[int, dict[int, Decimal]] = {}
    for one in books:
        places = {}
        for key, word in choices_of(one, one.category):
            places[key] = len(heads)
            heads.append((one.title, word))
        grouped = (
            public_entries(one, body)
            .order_by()
            .values_list(ExtractYear("happened_on"), one.category)
            .annotate(sum=sum_of(one.model, one.sums[0]))
        )
        for year, key, amount in grouped:
            found.setdefault(year, {})[places[key]] = amount or Decimal(0)
    nothing = Decimal("0.00")
    years = [
        (year, [found[year].get(place, nothing) for place in range(len(heads))])
        for year in sorted(found, reverse=True)
    ]
    whole = [sum((sums[place] for _, sums in years), nothing) for place in range(len(heads))]
    return Totals(heads, years, whole)


def bodies_with_lines(year: int) -> QuerySet[Body]:
    """The bodies that keep a register here: with a line of the year in one of them."""
    has_some = Q()
    for one in all_books():
        days = (date(year, 1, 1), last_day(one, year))
        lines = entries(one).filter(body=OuterRef("pk"), happened_on__range=days)
        has_some |= Q(Exists(lines))
    return Body.objects.filter(has_some)


def bodies_with_public_lines(books: Iterable[Book]) -> QuerySet[Body]:
    """The bodies of which anybody may read a line in one of the registers."""
    has_some = Q()
    for one in books:
        has_some |= Q(Exists(public_entries(one).filter(body=OuterRef("pk"))))
    return Body.objects.filter(has_some).order_by("region__path", "name")


def to_publish_for(
    user: Someone, book: Book, body: Body, *, only: bool | None = None
) -> QuerySet[Any]:
    """Of the lines that are to be let out those that the person may see (``entries_for``)."""
    rows = to_publish(book, body)
    if book.is_public and (only_sections(user, body) if only is None else only):
        return rows.filter(section__in=sections_of(user))
    return rows


def to_publish(book: Book, body: Body | None = None) -> QuerySet[PublishedEntry]:
    """Lines that are to be let out (of one body), the nearest day first; none that is ahead."""
    if book.publication is None:
        return book.model._default_manager.none()
    rows = entries(book, body).filter(
        published_at=None, withdrawn_at=None, **dict(book.publication.only)
    )
    if not book.stands:
        rows = rows.filter(happened_on__lte=timezone.localdate())
    return rows.order_by("due_on", "pk")


def sum_of(model: type[models.Model], name: str) -> Sum:
    """The sum of a column; of money exactly, in its decimals.

    SQLite reckons decimals in binary fractions. Their sum is taken back to the decimals that
    every summand has, which is exact up to a billion yuan in a million lines.
    """
    column = model._meta.get_field(name)
    if isinstance(column, models.DecimalField):
        return Sum(name, output_field=_Exact(20, column.decimal_places))
    return Sum(name)


class _Exact(models.DecimalField):  # type: ignore[type-arg]
    def __init__(self, digits: int, places: int) -> None:
        super().__init__(max_digits=digits, decimal_places=places)

    def get_db_converters(self, connection: Any) -> list[Any]:
        return [*super().get_db_converters(connection), self._in_its_decimals]

    def _in_its_decimals(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else round(Decimal(str(value)), self.decimal_places)


def unsettled(book: Book, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of the lines, those that have a day to be settled by and are not, the nearest first."""
    if not book.due:
        return rows.none()
    open_ones = rows.filter(**{f"{book.due}__isnull": False, f"{book.done}__isnull": True})
    return open_ones.filter(struck_at=None).order_by(book.due, "pk")


def counts(rows: QuerySet[Any], book: Book) -> dict[str, Any]:
    """Number of lines and sums of the book's numbers, in one query."""
    sums = {name: sum_of(book.model, name) for name in book.sums}
    found: dict[str, Any] = rows.order_by().aggregate(lines=Count("pk"), **sums)
    return found


def by_month(rows: QuerySet[Any], book: Book) -> list[dict[str, Any]]:
    """Twelve months of a year's lines: number and sums; a month without lines has 0."""
    sums = {name: sum_of(book.model, name) for name in book.sums}
    grouped = (
        rows.order_by()
        .annotate(month=ExtractMonth("happened_on"))
        .values("month")
        .annotate(lines=Count("pk"), **sums)
    )
    known = {row["month"]: row for row in grouped}
    empty = {"lines": 0, **dict.fromkeys(book.sums, Decimal(0))}
    return [known.get(month, {"month": month, **empty}) for month in range(1, 13)]


def by_category(rows: QuerySet[Any], book: Book) -> list[tuple[str, dict[str, Any]]]:
    """Lines and sums of each category, the largest first, under the words that are shown."""
    sums = {name: sum_of(book.model, name) for name in book.sums}
    grouped = (
        rows.order_by()
        .values(book.category)
        .annotate(lines=Count("pk"), **sums)
        .order_by("-lines", book.category)
    )
    words = dict(choices_of(book, book.category))
    return [
        (words.get(row[book.category], row[book.category] or "（没有填写）"), row)
        for row in grouped
    ]


def choices_of(book: Book, name: str, body: Body | None = None) -> list[tuple[Any, str]]:
    """What a field may hold, with the words shown for it; of a relation the body's own lines."""
    if name in book.choices:
        return list(book.choices[name]())
    found = book.model._meta.get_field(name)
    if found.choices:  # type: ignore[union-attr]
        return [(key, str(label)) for key, label in found.choices]  # type: ignore[union-attr]
    if found.is_relation:
        return [(row.pk, str(row)) for row in related(book, name, body)]
    return []


def related(book: Book, name: str, body: Body | None) -> QuerySet[Any]:
    """The lines of another register (or the sections) that a field of this body may point to."""
    rows = all_related(book, name, body)
    return rows.filter(**book.points[name].only) if name in book.points else rows


def all_related(book: Book, name: str, body: Body | None) -> QuerySet[Any]:
    """The same with those lines that are of another kind than the book's."""
    model = book.model._meta.get_field(name).related_model
    rows = model._default_manager.all()  # type: ignore[union-attr]
    if body is not None:
        rows = rows.filter(body=body)
    return rows.filter(struck_at=None) if issubclass(model, Entry) else rows  # type: ignore[arg-type]


def years(rows: QuerySet[Any], year_of: str = "") -> list[int]:
    """The years in which there are lines, the latest first, from the two ends of the index.

    ``year_of``: the field with the year (``Book.year_of``).
    """
    if year_of:
        return sorted(rows.order_by().values_list(year_of, flat=True).distinct(), reverse=True)
    rows = rows.order_by("-happened_on", "-pk")
    last, first = rows.first(), rows.last()
    if first is None or last is None:
        return []
    return list(range(last.happened_on.year, first.happened_on.year - 1, -1))


def search(rows: QuerySet[Any], book: Book, words: str) -> QuerySet[Any]:
    """Lines in which every word stands in one of the searched fields.

    A whole number (文号, 编号) is the line that bears it: the index knows it, and nobody who types
    it wants the lines that mention it.
    """
    if "number" in book.search:
        bears = rows.filter(number__in={words.strip(), written_number(words)})
        if bears.exists():
            return bears
    for word in words.split()[:5]:
        wanted = Q(note__icontains=word)
        for name in book.search:
            asked = written_number(word) if is_number(name) else word
            wanted |= Q(**{f"{name}__icontains": asked})
        rows = rows.filter(wanted)
    return rows
