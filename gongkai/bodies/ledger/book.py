"""A register in one declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone

from gongkai.base.grams import same_number
from gongkai.base.sealed import SealedTextField
from gongkai.bodies.ledger.models import Entry, PublishedEntry
from gongkai.bodies.models import Body, Role

#: Who may let a line out to the public where the book names nobody else.
PUBLISHERS = (Role.REVIEWER, Role.HEAD)
#: What a line shows of a field instead of its value.
Mask = Callable[[Any], str]
#: What is wrong in the values of a line: field name → sentence. Form and import both ask.
Check = Callable[[dict[str, Any]], dict[str, str]]
#: Lines of a body that want a look on a day: sentence and line.
Watch = Callable[[Body, date], Iterable[tuple[str, Any]]]
#: The keys and labels that a field takes: of a text field one, of a list field several.
Choices = Callable[[], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Publication:
    """What of a book is public: the columns, how some are masked, by when, and by whom.

    ``rule`` is a key of ``law.parameters`` whose value are working days from ``happened_on``;
    ``why`` says on the public page what is shown there. Lines that do not fit ``only`` never
    appear there.
    """

    columns: tuple[str, ...]
    why: str
    rule: str = "publication.days"
    #: Field → the value a line must have to be public at all.
    only: Mapping[str, Any] = field(default_factory=dict)
    masks: Mapping[str, Mask] = field(default_factory=dict)
    by: tuple[Role, ...] = PUBLISHERS
    #: Slugs of the books whose public sums by year and category stand together on the page.
    totals: tuple[str, ...] = ()
    #: The day that takes a line off the page where the law wants the public told why; the words,
    #: and the key of the rule whose article stands with them.
    annulled: str = ""
    annulled_why: str = ""
    annulled_rule: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """Which lines of the other register a field may point to, and what they are called."""

    only: Mapping[str, Any]
    called: str

    def fits(self, line: Any) -> bool:
        return all(getattr(line, name) == value for name, value in self.only.items())

    def refusal(self, line: Any) -> str:
        return f"“{str(line)[:30]}”不是{self.called}，请选择{self.called}。"


@dataclass(frozen=True, slots=True)
class Book:
    """One register.

    ``slug`` stands in addresses; ``fields`` are those of form and sheet, in order (after the day,
    before section and note); ``columns`` those of the list; ``filters`` fields with choices or
    foreign keys; ``search`` text fields; ``key`` makes two lines of a body the same; ``category``
    is what is counted by; ``sums`` are the numbers that are added up; ``unit`` counts lines;
    ``due`` and ``done`` are the days by which and on which a line is settled; ``rank`` is the
    place in its group.
    """

    slug: str
    model: type[Entry]
    title: str
    group: str
    fields: tuple[str, ...]
    columns: tuple[str, ...]
    help: str
    unit: str = "件"
    filters: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    category: str = ""
    sums: tuple[str, ...] = ()
    publication: Publication | None = None
    check: Check | None = None
    choices: Mapping[str, Choices] = field(default_factory=dict)
    #: Days that may lie ahead, besides ``due`` and the end: all others tell what has happened.
    ahead: tuple[str, ...] = ()
    #: Field → the only lines of its register that it may point to.
    points: Mapping[str, Points] = field(default_factory=dict)
    #: The field with the year that a line belongs to, where that is not the year of its day.
    year_of: str = ""
    due: str = ""
    done: str = ""
    watch: Watch | None = None
    #: Whether pictures prove its lines (``ledger.photos``).
    photos: bool = False
    rank: int = 0

    def label(self, name: str) -> str:
        """The Chinese name of a field or of a property with ``short_description``."""
        try:
            return str(self.model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        except FieldDoesNotExist:
            told = getattr(self.model, name)
            return str(getattr(told, "fget", told).short_description)

    @property
    def matter(self) -> str:
        """The field that says of which 事项 a line is; "" where the book has none."""
        return next(iter(self.points), "")

    @property
    def sheet_fields(self) -> tuple[str, ...]:
        """The fields of form and sheet, in order."""
        return ("happened_on", *self.fields, "section", "note")

    def may_lie_ahead(self, name: str) -> bool:
        """Whether a day may be after today: a term, an end, the beginning of what then stands."""
        return name in (*self.ahead, self.due, "ended_on") or (
            name == "happened_on" and self.stands
        )

    @property
    def is_public(self) -> bool:
        return self.publication is not None

    def may_be_public(self, line: Any) -> bool:
        """Whether a line is one of those that the law wants public (``Publication.only``)."""
        only = self.publication.only.items() if self.publication else ()
        return self.is_public and all(getattr(line, name) == value for name, value in only)

    @property
    def stands(self) -> bool:
        """Whether its lines stand until they end, as accounts and items do; they are no deeds."""
        return any(f.name == "ended_on" for f in self.model._meta.local_concrete_fields)

    def is_ahead(self, line: Any, today: date) -> bool:
        """Whether a line tells a deed that has not been done yet, which nobody lets out."""
        return not self.stands and line.happened_on > today

    @property
    def sealed(self) -> tuple[str, ...]:
        """The fields that the database holds encrypted: what citizens said."""
        found = {f.name for f in self.model._meta.fields if isinstance(f, SealedTextField)}
        return tuple(name for name in self.sheet_fields if name in found)

    @property
    def compact(self) -> set[str]:
        """Columns of days and numbers, which are not broken into lines."""
        short = (models.DateField, models.DecimalField, models.IntegerField)
        return {f.name for f in self.model._meta.fields if isinstance(f, short)}


_BOOKS: dict[str, Book] = {}


def register_book(one: Book) -> Book:
    """Put a register on the shelf; a mistake in its declaration is found at the start."""
    if one.slug in _BOOKS and _BOOKS[one.slug] != one:
        raise ValueError(f"two books are called {one.slug}")
    if one.is_public and not issubclass(one.model, PublishedEntry):
        raise TypeError(f"{one.model.__name__} is public and no PublishedEntry")
    public = one.publication.columns if one.publication else ()
    for name in (*one.fields, *one.columns, *one.key, *public):
        one.label(name)
    for name in (
        *one.points,
        *one.filters,
        *one.search,
        *one.sums,
        *filter(None, [one.category, one.due]),
    ):
        one.model._meta.get_field(name)
    if shown_sealed := {*one.columns, *one.search, *public} & set(one.sealed):
        raise TypeError(f"{one.slug} shows what is sealed: {', '.join(sorted(shown_sealed))}")
    _BOOKS[one.slug] = one
    return one


def all_books() -> list[Book]:
    """Every register: the groups as the rooms brought them, in each by rank."""
    groups = list(dict.fromkeys(one.group for one in _BOOKS.values()))
    return sorted(_BOOKS.values(), key=lambda b: (groups.index(b.group), b.rank, b.slug))


def book(slug: str) -> Book:
    """The register of this name; KeyError where there is none."""
    return _BOOKS[slug]


def book_of(model: type[models.Model]) -> Book:
    """The register whose lines are rows of this model; KeyError where there is none."""
    for one in _BOOKS.values():
        if one.model is model:
            return one
    raise KeyError(model.__name__)


def is_number(name: str) -> bool:
    """Whether a field holds a number (文号, 编号, 票据号)."""
    return name == "number" or name.endswith("_number")


def same(book: Book, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes two lines of a body the same (``Book.key``), however a number is written."""
    return tuple(
        same_number(values[name]) if is_number(name) else values[name] for name in book.key
    )


#: What stands for the words of a citizen until they are opened.
FILLED = "已填写"


def shown(book: Book, line: Any, name: str) -> str:
    """A field of a line as people read it."""
    if name in book.choices:
        words = dict(book.choices[name]())
        value = getattr(line, name)
        if isinstance(value, list):
            return "；".join(words.get(key, key) for key in value)
        return str(words.get(value, value))
    getter = getattr(line, f"get_{name}_display", None)
    value = getter() if getter else getattr(line, name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)
