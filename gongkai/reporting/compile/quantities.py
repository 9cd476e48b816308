"""The named numbers of the text: from the cells of the tables, and from every register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Case, Count, Value, When

from gongkai.annual_report.model import Cell, Report, shown
from gongkai.bodies.ledger.book import Book, all_books
from gongkai.bodies.ledger.queries import choices_of, entries, last_day, sum_of, used_books
from gongkai.bodies.models import Body
from gongkai.law.formats import report_format
from gongkai.law.shipped import shipped
from gongkai.reporting.compile.counting import AGGREGATES, Number, Trace
from gongkai.reporting.compile.report import number
from gongkai.reporting.compile.sources.registers import wan


@dataclass(frozen=True, slots=True)
class Known:
    """A number that the text may name: now, last year, and the words that speak of it."""

    name: str
    unit: str
    group: str
    value: Number | None
    last: Number | None = None
    nouns: tuple[str, ...] = ()
    #: The cells that it adds up; () for a number from a register alone.
    addresses: tuple[str, ...] = ()
    #: The slug of the register; "" for a number of the tables.
    book: str = ""

    @property
    def change(self) -> str:
        """“，比上年增加12件”; nothing where last year is not known, or nothing was in both."""
        if self.value is None or self.last is None or not (self.value or self.last):
            return ""
        if self.value == self.last:
            return "，与上年持平"
        more = self.value > self.last
        return (
            f"，比上年{'增加' if more else '减少'}{shown(abs(self.value - self.last))}{self.unit}"
        )


# --- from the tables ------------------------------------------------------------------------


@cache
def _entries() -> tuple[dict[str, Any], ...]:
    return tuple(shipped("gongkai.reporting.compile", "data/quantities.yaml"))


def addresses_of(entry: Mapping[str, Any], format_id: str) -> tuple[str, ...]:
    """The cells of a format that a named number adds up."""
    form = report_format(format_id)
    if "rows" in entry:
        return tuple(f"t3.{k}.total" for k in form.table3_leaves if k.startswith(entry["rows"]))
    there = set(form.addresses)
    return tuple(a for a in entry["cells"] if a in there)


def from_tables(report: Report, previous: Report | None) -> dict[str, Known]:
    """The named numbers of a report's own tables, with those of last year's report."""
    found = {}
    cells = dict(report.cells())
    if previous is not None and previous.format == "older":
        previous = None
    before = dict(previous.cells()) if previous else {}
    for entry in _entries():
        addresses = addresses_of(entry, report.format)
        if not addresses:
            continue
        last = _sum(before, addresses_of(entry, previous.format)) if previous else None
        found[entry["name"]] = Known(
            entry["name"],
            entry["unit"],
            entry["group"],
            _sum(cells, addresses),
            last,
            tuple(entry["nouns"]),
            addresses,
        )
    return found


def _sum(cells: Mapping[str, Cell], addresses: Iterable[str]) -> Number | None:
    """The sum of the cells that are numbers; None where there is none."""
    numbers = [n for a in addresses if a in cells and (n := cells[a].number) is not None]
    return sum(numbers) if numbers else None


# --- from the registers ---------------------------------------------------------------------


def from_registers(body: Body, year: int, used: set[str]) -> dict[str, dict[str, Any]]:
    """The numbers of every register, as a computation keeps them: name → what ``kept`` reads.

    ``used``: the books (slugs) with any line by the end of the year (``used_books``). Not kept is
    not 0: this year's is null where the register is not among them, last year's where it had no
    line before the year.
    """
    found: dict[str, dict[str, Any]] = {}
    before = used_books(body, date(year - 1, 12, 31), standing=True)
    for book in all_books():
        is_kept, was_kept = book.slug in used, book.slug in before
        if is_kept:
            now, then = _of_book(book, body, year)
        else:
            now, then = _nothing(book, body), {}
        for name, (value, unit, trace) in now.items():
            last = (then[name][0] if name in then else 0) if was_kept else None
            found[name] = entry(value if is_kept else None, last, unit, book.group, book.slug)
            found[name] |= {"records": trace.records, "trace": str(trace)}
    return found


def entry(
    value: Number | None, last: Number | None, unit: str, group: str, book: str = ""
) -> dict[str, Any]:
    """A number as a computation keeps it."""
    return {
        "value": None if value is None else shown(value),
        "last": None if last is None else shown(last),
        "unit": unit,
        "group": group,
        "book": book,
    }


WAN = "万元"
#: Name → number, unit, records.
_Numbers = dict[str, tuple[Number, str, Trace]]


def _of_book(book: Book, body: Body, year: int) -> tuple[_Numbers, _Numbers]:
    """The numbers of one register in a year and the one before: lines and sums, by category too.

    One GROUP BY for both years.
    """
    first = date(year, 1, 1)
    days = (date(year - 1, 1, 1), last_day(book, year))
    rows = entries(book, body).filter(happened_on__range=days).order_by()
    rows = rows.annotate(this=Case(When(happened_on__gte=first, then=Value(1)), default=Value(0)))
    sums = {f"sum_{name}": sum_of(book.model, name) for name in book.sums}
    category = _category(book)
    words = _words(book, body)
    measures = _measures(book)
    empty = _nothing(book, body)
    years: tuple[_Numbers, _Numbers] = (dict(empty), dict(empty))
    grouped = rows.values("this", *filter(None, [category]))
    for row in grouped.annotate(n=Count("pk"), **AGGREGATES, **sums):
        trace = Trace.of_group(row["n"], [row[key] for key in AGGREGATES])
        numbers = [row["n"], *(row[key] or 0 for key in sums)]
        said = [book.title]
        if category and row[category] not in (None, ""):
            key = str(row[category])
            said.append(f"{book.title}（{words.get(key, key)}）")
        found = years[0 if row["this"] else 1]
        for name in said:
            for (label, unit, zero), given in zip(measures, numbers, strict=True):
                had = found.get(f"{name}{label}", (zero, unit, Trace()))
                found[f"{name}{label}"] = (had[0] + given, unit, had[2] + trace)
    return _told(years[0]), _told(years[1])


def _nothing(book: Book, body: Body) -> _Numbers:
    """The numbers of a register without a line.

    A category of the form is 0 then; one that people write down is not there at all.
    """
    category = _category(book)
    listed = _words(book, body).values() if category and _is_listed(book, category) else ()
    names = [f"{book.title}{{}}", *(f"{book.title}（{word}）{{}}" for word in listed)]
    return {
        name.format(label): (zero, unit, Trace())
        for name in names
        for label, unit, zero in _measures(book)
    }


def _words(book: Book, body: Body) -> dict[str, str]:
    """What is written for each value of the category of a register."""
    category = _category(book)
    return {str(k): str(v) for k, v in choices_of(book, category, body)} if category else {}


def _measures(book: Book) -> list[tuple[str, str, Number]]:
    """Label, unit and nothing of each number of a register: its lines, then its sums."""
    return [("数", book.unit, 0), *_sums(book)]


def _told(found: _Numbers) -> _Numbers:
    """Yuan, added up exactly, in 万元."""
    return {
        name: (wan(value) if unit == WAN and isinstance(value, Decimal) else value, unit, trace)
        for name, (value, unit, trace) in found.items()
    }


def _category(book: Book) -> str:
    """The field by which a register is counted, where it is one of words or choices."""
    if not book.category:
        return ""
    field = book.model._meta.get_field(book.category)
    return book.category if isinstance(field, models.CharField) else ""


def _is_listed(book: Book, category: str) -> bool:
    return category in book.choices or bool(book.model._meta.get_field(category).choices)  # type: ignore[union-attr]


def _sums(book: Book) -> list[tuple[str, str, Number]]:
    """For each number that a register adds up: its label, its unit, and nothing of it.

    What is kept in yuan is told in 万元, as the report does.
    """
    out: list[tuple[str, str, Number]] = []
    for name in book.sums:
        field = book.model._meta.get_field(name)
        label = str(field.verbose_name)  # type: ignore[union-attr]
        if isinstance(field, models.DecimalField):
            out.append((label.replace("（元）", ""), WAN, Decimal("0.0000")))
        else:
            out.append((label, _unit(label, book.unit), 0))
    return out


def _unit(label: str, lines: str) -> str:
    """What a column counts, from its name: 条数 in 条, 人次 in 人次; 数量 in what the lines are."""
    if label.endswith("数"):
        return label[-2:-1]
    return "人次" if label.endswith("人次") else lines


def kept(quantities: Mapping[str, Mapping[str, Any]]) -> dict[str, Known]:
    """The numbers that a computation kept."""
    return {
        name: Known(
            name,
            entry["unit"],
            entry["group"],
            number(entry["value"]),
            number(entry["last"]),
            (name.removesuffix("数"),),
            (),
            entry["book"],
        )
        for name, entry in quantities.items()
        if "value" in entry
    }
