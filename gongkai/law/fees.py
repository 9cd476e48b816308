"""信息处理费 (国办函〔2020〕109号): what pieces or pages cost, with the sum written out.

An agency picks one of the two ways for an application and never charges both (Art 3).
Amounts are whole yuan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from gongkai.law.parameters import Rulebook, statute

Mode = Literal["per_piece", "per_page"]
UNITS: Mapping[Mode, str] = {"per_piece": "件", "per_page": "页"}
#: From this many steps on, the formula gives their sum instead of a list nobody would read.
_LISTED_STEPS = 12


@dataclass(frozen=True, slots=True)
class Tier:
    """``count`` units, numbered ``first`` to ``last``, at ``rate`` yuan each."""

    first: int
    last: int
    rate: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    @property
    def amount(self) -> int:
        return self.count * self.rate


@dataclass(frozen=True, slots=True)
class Fee:
    """The fee for ``units`` pieces (of one natural month) or pages (of one application).

    ``rate`` is the price of the last unit, ``formula`` the calculation of the total in Chinese,
    ``article`` the tariff it rests on.
    """

    mode: Mode
    units: int
    total: int
    rate: int
    formula: str
    article: str
    band: tuple[int, int | None] = (1, None)

    @property
    def price(self) -> int:
        """What one application costs: its own piece, or all of its pages."""
        return self.rate if self.mode == "per_piece" else self.total

    @property
    def reckoning(self) -> str:
        """How ``price`` comes about, in Chinese for the 收费通知 of one application."""
        if self.mode == "per_page":
            return self.formula
        first, last = self.band
        span = f"第{first}件起" if last is None else f"第{first}—{last}件"
        if not self.rate:
            return f"本件是当月第{self.units}件，{span}免费"
        return f"本件是当月第{self.units}件，{span}每件{self.rate}元，本件计{self.rate}元"


def _tiers(tariff: Mapping[str, Any], units: int) -> Iterator[Tier]:
    last = min(units, tariff["free"])
    if last:
        yield Tier(1, last, 0)
    for tier in tariff["tiers"]:
        if units <= last:
            return
        upto = units if tier["upto"] is None else min(units, tier["upto"])
        yield Tier(last + 1, upto, tier["rate"])
        last = upto
    then = tariff.get("then")
    if then is None:
        return
    rate = then["rate"]
    for _ in range(_LISTED_STEPS):
        if units <= last:
            return
        upto = min(units, last + then["step"])
        yield Tier(last + 1, upto, rate)
        last, rate = upto, rate + then["increment"]


def fee(mode: Mode, units: int, *, on: date, rules: Rulebook | None = None) -> Fee:
    """The fee for ``units`` pieces or pages under the tariff in force on the day ``on``.

    For ``per_piece``, ``units`` counts the pieces of one applicant in one natural month at one
    agency; for ``per_page``, the pages of a single application. Raises ValueError for a
    negative number, NoRuleInForce before 2021-01-01.
    """
    unit = UNITS[mode]
    if units < 0:
        raise ValueError(f"{unit}数不能是负数，请填写 0 或者正整数。")
    tariff = (rules or statute()).rule(f"fee.{mode}", on=on)
    tiers = list(_tiers(tariff.value, units))
    total = sum(t.amount for t in tiers)
    rate = tiers[-1].rate if tiers else 0
    parts = [_part(t, unit) for t in tiers]
    rest = units - (tiers[-1].last if tiers else 0)
    if rest:
        step, rise = tariff.value["then"]["step"], tariff.value["then"]["increment"]
        full, odd = divmod(rest, step)
        steps_sum = step * (full * rate + rise * full * (full + 1) // 2)
        odd_rate = rate + rise * (full + 1)
        total += steps_sum + odd * odd_rate
        parts.append(
            f"第{tiers[-1].last + 1}—{units}{unit}：每{step}{unit}一档、"
            f"逐档加{rise}元，计{steps_sum + odd * odd_rate}元"
        )
        rate = odd_rate if odd else rate + rise * full
    formula = "；".join(parts) or f"0{unit}，不收费"
    band = _band(tariff.value, units)
    return Fee(mode, units, total, rate, f"{formula}；合计{total}元", tariff.article, band)


def _band(tariff: Mapping[str, Any], unit: int) -> tuple[int, int | None]:
    """The first and last of the units that cost as much as the ``unit``-th; None: no last."""
    first = 1
    for last in (tariff["free"], *(tier["upto"] for tier in tariff["tiers"])):
        if last is None or unit <= last:
            return first, last
        first = last + 1
    if (then := tariff.get("then")) is None:
        return first, None
    first += (unit - first) // then["step"] * then["step"]
    return first, first + then["step"] - 1


def _part(tier: Tier, unit: str) -> str:
    span = f"第{tier.first}—{tier.last}{unit}" if tier.count > 1 else f"第{tier.first}{unit}"
    if not tier.rate:
        return f"{span}：免费"
    return f"{span}：{tier.count}{unit}×{tier.rate}元＝{tier.amount}元"
