"""All numbers of a report from the registers, a few queries for the whole of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any

from gongkai.base.refusal import Refused
from gongkai.bodies.ledger.queries import used_books
from gongkai.bodies.models import Body
from gongkai.law.formats import ReportFormat, format_for_year
from gongkai.reporting.compile.counting import NOTHING, Counted, Records
from gongkai.reporting.compile.formulas import formula
from gongkai.reporting.compile.quantities import from_registers
from gongkai.reporting.compile.rooms import from_rooms
from gongkai.reporting.compile.said import said
from gongkai.reporting.compile.sources import SOURCES


@dataclass(frozen=True, slots=True)
class Computed:
    """Every cell of a format with what the registers say of it, and how long that took."""

    form: ReportFormat
    cells: Mapping[str, Counted]
    seconds: float


def form_of(year: int) -> ReportFormat:
    """The format of a report year; Refused before the first one."""
    form = format_for_year(year)
    if form is None:
        raise Refused(f"{year}年还没有统一的年报格式，不能从台账编制。请选择2019年以后的年度。")
    return form


def compute(body: Body, year: int) -> Computed:
    """The tables 二, 三, 四 of a body and year; a cell without a register has the value None."""
    began = perf_counter()
    form = form_of(year)
    found: dict[str, Counted] = {}
    for source in SOURCES.values():
        found.update(source.count(body, year, form))
    cells = {address: found.get(address, NOTHING) for address in form.addresses}
    return Computed(form, cells, perf_counter() - began)


def named(body: Body, year: int) -> dict[str, Any]:
    """What the text of a report may name, as a computation keeps it: numbers and sentences."""
    used = used_books(body, date(year, 12, 31))
    quantities: dict[str, Any] = from_rooms(body, year, used) | from_registers(body, year, used)
    return quantities | {name: {"text": text} for name, text in said(body, year).items()}


def records_of(body: Body, year: int, address: str) -> Records | None:
    """The records behind a cell as the registers are now; None where no register is asked.

    KeyError for a cell that the year's format does not have.
    """
    form = form_of(year)
    source = SOURCES.get(formula(form.id, address).source)
    return source.records(body, year, form, address) if source else None
