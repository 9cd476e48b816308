"""The limits that the rules use: legal ones and agreed ones from gongkai.law, by report year."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from gongkai.law.parameters import Rule, rule, statute

#: A sum of listed parts from this share of the total on is meant to be the whole.
NEARLY_ALL = Decimal("0.9")
#: Year-on-year changes are asked about only where one of the two figures reaches this.
SMALL_BASE = 10
#: From this many items on, items plus change equal to decisions is hardly chance.
MANY_ITEMS = 100


def _rule(key: str, year: int | None) -> Rule:
    """The rule for a report of this year: it is made when its year is over.

    A report older than the rule is measured by the first one.
    """
    first = statute().values[key][0].since
    return rule(key, on=date.max if year is None else max(date(year + 1, 1, 1), first))


@cache
def value(key: str, year: int | None) -> Any:
    """The value of a law parameter for the report of this year (None: the law now in force)."""
    return _rule(key, year).value


@cache
def due_on(year: int, government: bool) -> date:
    """The last day to publish the report of this year (Art 49)."""
    key = "report.government_due" if government else "report.department_due"
    day = value(key, year)
    return date(year + 1, day["month"], day["day"])


@cache
def period_of(year: int) -> tuple[date, date]:
    """First and last day of the statistics period of a report year."""
    span = value("report.period", year)
    first, last = span["from"], span["to"]
    return date(year, first["month"], first["day"]), date(year, last["month"], last["day"])


@cache
def decree_number(year: int | None) -> str:
    """The number of the State Council decree to cite for the 条例."""
    found = re.search(r"\d+", value("report.citation", year))
    return found.group() if found else ""
