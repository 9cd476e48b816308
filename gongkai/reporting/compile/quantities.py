"""The named numbers of the text: from the cells of the tables, and from every register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from django.db import models
from django.db.models import Count

from gongkai.annual_report.model import Report
from gongkai.bodies.ledger.book import Book, all_books
from gongkai.bodies.ledger.queries import choices_of, entries, sum_of
from gongkai.bodies.models import Body
from gongkai.law.formats import report_format
from gongkai.reporting.cells import shown
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
        """“，比上年增加12件”; nothing where last year is not known."""
        if self.value is None or self.last is None:
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
    text = (files("gongkai.reporting.compile") / "data" / "quantities.yaml").read_text("utf-8")
    return tuple(yaml.safe_load(text))


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
    for entry in _entries():
        addresses = addresses_of(entry, report.format)
        if not addresses:
            continue
        last = None
        if previous is not None and previous.format != "older":
            last = _sum(previous, addresses_of(entry, previous.format))
        found[entry["name"]] = Known(
            entry["name"],
            entry["unit"],
            entry["group"],
            _sum(report, addresses),
            last,
            tuple(entry["nouns"]),
            addresses,
        )
    return found


def _sum(report: Report, addresses: Iterable[str]) -> Number | None:
    """The sum of the cells that are numbers; None where there is none."""
    cells = dict(report.cells())
    numbers = [n for a in addresses if a in cells and (n := cells[a].number) is not None]
    return sum(numbers) if numbers else None


# --- from the registers ---------------------------------------------------------------------


def from_registers(body: Body, year: int) -> dict[str, dict[str, Any]]:
    """The numbers of every register, as a computation keeps them: name → what ``known`` reads."""
    found: dict[str, dict[str, Any]] = {}
    for book in all_books():
        now, then = _of_book(book, body, year), _of_book(book, body, year - 1)
        for name, (value, unit, trace) in now.items():
            last = then.get(name)
            found[name] = {
                "value": shown(value),
                "last": shown(last[0]) if last else "0",
                "unit": unit,
                "group": book.group,
                "book": book.slug,
                "records": trace.records,
                "trace": str(trace),
            }
    return found


def _of_book(book: Book, body: Body, year: int) -> dict[str, tuple[Number, str, Trace]]:
    """The numbers of one register in a year: lines and sums, in all and by category."""
    rows = entries(book, body, year).order_by()
    sums = {f"sum_{name}": sum_of(book.model, name) for name in book.sums}
    category = _category(book)
    query = rows.values(category) if category else rows.values("body")
    words = {str(k): str(v) for k, v in choices_of(book, category, body)} if category else {}
    found: dict[str, tuple[Number, str, Trace]] = {}
    totals: dict[str, tuple[Number, str, Trace]] = {
        f"{book.title}数": (0, book.unit, Trace()),
        **{f"{book.title}{label}": (zero, unit, Trace()) for label, unit, zero in _sums(book)},
    }
    for row in query.annotate(n=Count("pk"), **AGGREGATES, **sums):
        trace = Trace.of_group(row["n"], [row[key] for key in AGGREGATES])
        numbers: list[tuple[str, Number, str]] = [("数", row["n"], book.unit)]
        for name, (label, unit, zero) in zip(book.sums, _sums(book), strict=True):
            given = row[f"sum_{name}"] or 0
            numbers.append((label, wan(given) if isinstance(zero, Decimal) else given, unit))
        for label, value, unit in numbers:
            total = totals[f"{book.title}{label}"]
            totals[f"{book.title}{label}"] = (total[0] + value, unit, total[2] + trace)
            if category and row[category] not in (None, ""):
                key = str(row[category])
                said = f"{book.title}（{words.get(key, key)}）{label}"
                found[said] = (value, unit, trace)
    return {**totals, **found}


def _category(book: Book) -> str:
    """The field by which a register is counted, where it is one of words or choices."""
    if not book.category:
        return ""
    field = book.model._meta.get_field(book.category)
    return book.category if isinstance(field, models.CharField) else ""


def _sums(book: Book) -> list[tuple[str, str, Number]]:
    """For each number that a register adds up: its label, its unit, and nothing of it.

    What is kept in yuan is told in 万元, as the report does.
    """
    out: list[tuple[str, str, Number]] = []
    for name in book.sums:
        field = book.model._meta.get_field(name)
        label = str(field.verbose_name)  # type: ignore[union-attr]
        if isinstance(field, models.DecimalField):
            out.append((label.replace("（元）", ""), "万元", Decimal("0.0000")))
        else:
            out.append((label, label[0] if label.endswith("数") else "", 0))
    return out


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
