"""规章 of table 二, from the register that the governments keep which may make them.

They are counted as the normative documents are: made by the day of 公布, ended by the first day
out of force, in force on the last day of the year.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gongkai.bodies.ledger.queries import entries, is_used
from gongkai.bodies.models import Body, Region
from gongkai.law.formats import ReportFormat
from gongkai.registers.books.regulations import REGULATIONS
from gongkai.registers.models import Regulation
from gongkai.reporting.compile.counting import NOTHING, ZERO, Counted, Records, Trace
from gongkai.reporting.compile.sources.registers import describe_entry
from gongkai.reporting.compile.sources.source import Source

ROW = "t2.regulations."
#: Governments of these levels may make 规章; all other bodies state 0.
_MAKES_RULES = (Region.Level.PROVINCE, Region.Level.CITY)


def _may_make(body: Body) -> bool:
    return body.kind == Body.Kind.GOVERNMENT and body.region.level in _MAKES_RULES


def is_kept(body: Body, year: int) -> bool:
    """Whether the register says anything: an empty one of a government is not known to be 0."""
    return _may_make(body) and is_used(REGULATIONS, body, year)


def made_by(body: Body, year: int) -> Sequence[Regulation]:
    """All that were made by the end of a year, oldest first."""
    found = entries(REGULATIONS, body).filter(happened_on__lte=date(year, 12, 31))
    return list(found.order_by("happened_on", "pk"))


def _behind(body: Body, year: int) -> dict[str, Sequence[Regulation]]:
    """The lines behind each column, of both formats."""
    every, last = made_by(body, year), date(year, 12, 31)
    made = [one for one in every if one.happened_on.year == year]
    in_force = [one for one in every if one.is_in_force(last)]
    return {
        "issued": made,
        "repealed": [r for r in every if r.repealed_on and r.repealed_on.year == year],
        "in_force": in_force,
        "new_made": made,
        "new_disclosed": [r for r in every if r.disclosed_on and r.disclosed_on.year == year],
        "total_disclosed": [r for r in in_force if r.disclosed_on and r.disclosed_on <= last],
    }


def _count(body: Body, year: int, form: ReportFormat) -> dict[str, Counted]:
    cells = [address for address in form.addresses if address.startswith(ROW)]
    if not is_kept(body, year):
        return dict.fromkeys(cells, NOTHING if _may_make(body) else ZERO)
    behind = _behind(body, year)
    found = {address: behind[address.removeprefix(ROW)] for address in cells}
    return {a: Counted(len(rows), Trace.of(r.pk for r in rows)) for a, rows in found.items()}


def _records(body: Body, year: int, form: ReportFormat, address: str) -> Records | None:
    if not is_kept(body, year):
        return None
    return Records(_behind(body, year)[address.removeprefix(ROW)], describe_entry)


SOURCE = Source("regulations", "规章台账", _count, _records)
