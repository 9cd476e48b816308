"""Table 二 from the registers of items, decisions, fees and procurement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from gongkai.bodies.ledger.book import book, book_of
from gongkai.bodies.ledger.queries import entries, sum_of
from gongkai.bodies.models import Body
from gongkai.law.formats import ReportFormat
from gongkai.registers.models import ServiceItem
from gongkai.reporting.compile.counting import AGGREGATES, Counted, Record, Records, Trace
from gongkai.reporting.compile.sources.source import Source

_YUAN_IN_WAN = Decimal(10_000)
#: Places of an amount in 万元 (DOMAIN B.7).
PLACES = 4
_SMALLEST = Decimal(1).scaleb(-PLACES)


def wan(yuan: Decimal | int | None) -> Decimal:
    """Yuan in 万元 with four decimals, half upwards (DOMAIN B.7)."""
    return (Decimal(yuan or 0) / _YUAN_IN_WAN).quantize(_SMALLEST, ROUND_HALF_UP)


def describe_entry(entry: Any) -> Record:
    """A line of any register: what it calls itself, without the party it concerns."""
    slug = book_of(type(entry)).slug
    return Record(str(entry), entry.happened_on, reverse("desk-ledger-line", args=[slug, entry.pk]))


# --- decisions and projects: lines of a year ------------------------------------------------


def lines(body: Body, year: int, slug: str) -> QuerySet[Any]:
    """The lines of a register that count in a year."""
    return entries(book(slug), body, year)


def _counting(slug: str, columns: tuple[str, ...], amount: str = "") -> Callable[..., Any]:
    """A count of the register ``slug`` for the cells named, with its sum in 万元 for ``amount``."""

    def count(body: Body, year: int, form: ReportFormat) -> Mapping[str, Counted]:
        wanted = [a for a in (*columns, *filter(None, [amount])) if a in form.addresses]
        if not wanted:
            return {}
        more: dict[str, Any] = {"yuan": sum_of(book(slug).model, "amount")} if amount else {}
        found = lines(body, year, slug).order_by().aggregate(n=Count("pk"), **AGGREGATES, **more)
        trace = Trace.of_group(found["n"], [found[key] for key in AGGREGATES])
        return {
            address: Counted(wan(found["yuan"]) if address == amount else found["n"], trace)
            for address in wanted
        }

    return count


def _listing(slug: str) -> Callable[..., Records]:
    def records(body: Body, year: int, form: ReportFormat, address: str) -> Records:
        return Records(lines(body, year, slug), describe_entry)

    return records


def _source(key: str, slug: str, title: str, *columns: str, amount: str = "") -> Source:
    return Source(key, title, _counting(slug, columns, amount), _listing(slug))


# --- items: in force on a day ---------------------------------------------------------------

_KINDS = {
    "licensing": ServiceItem.Kind.LICENCE,
    "other_services": ServiceItem.Kind.SERVICE,
    "penalty": ServiceItem.Kind.PENALTY,
    "coercion": ServiceItem.Kind.COERCION,
    "fees": ServiceItem.Kind.FEE,
}


def _in_force(on: date) -> Q:
    return Q(happened_on__lte=on) & (Q(ended_on=None) | Q(ended_on__gt=on))


def _items(body: Body, row: str, column: str, year: int) -> QuerySet[Any]:
    """The items behind a cell: in force at the end of last year, or what changed in this one."""
    found = entries(book("service-items"), body).filter(kind=_KINDS[row])
    before, after = _in_force(date(year - 1, 12, 31)), _in_force(date(year, 12, 31))
    if column == "prev_items":
        return found.filter(before)
    return found.filter((before & ~after) | (after & ~before))


def _count_items(body: Body, year: int, form: ReportFormat) -> dict[str, Counted]:
    cells = [a for a in form.addresses if a.endswith((".prev_items", ".delta"))]
    if not cells:
        return {}
    before, after = _in_force(date(year - 1, 12, 31)), _in_force(date(year, 12, 31))
    rows = entries(book("service-items"), body).order_by()
    standing: dict[str, tuple[set[int], set[int]]] = {k: (set(), set()) for k in _KINDS}
    by_kind = {kind: row for row, kind in _KINDS.items()}
    for i, when in enumerate((before, after)):
        for pk, kind in rows.filter(when).values_list("pk", "kind"):
            standing[by_kind[ServiceItem.Kind(kind)]][i].add(pk)
    found = {}
    for address in cells:
        _, row, column = address.split(".")
        then, now = standing[row]
        behind = then if column == "prev_items" else then ^ now
        value = len(then) if column == "prev_items" else len(now) - len(then)
        found[address] = Counted(value, Trace.of(behind))
    return found


def _item_records(body: Body, year: int, form: ReportFormat, address: str) -> Records:
    _, row, column = address.split(".")
    return Records(_items(body, row, column, year), _describe_item)


def _describe_item(item: ServiceItem) -> Record:
    ended = f"，{item.ended_on:%Y-%m-%d}取消" if item.ended_on else ""
    told = describe_entry(item)
    return replace(told, note=f"{item.get_kind_display()}{ended}")


SOURCES = (
    Source("services", "事项清单", _count_items, _item_records),
    _source("licences", "licences", "行政许可台账", "t2.licensing.decisions"),
    _source("other_services", "services", "其他对外管理服务台账", "t2.other_services.decisions"),
    _source("penalties", "penalties", "行政处罚台账", "t2.penalty.decisions"),
    _source("coercions", "coercion", "行政强制台账", "t2.coercion.decisions"),
    _source("fees", "fees", "行政事业性收费台账", amount="t2.fees.fee_amount_wan"),
    _source(
        "procurement",
        "procurement",
        "政府集中采购台账",
        "t2.procurement.projects",
        amount="t2.procurement.amount",
    ),
)
