"""Tables 三 whose columns are printed in another order than the official one."""

from __future__ import annotations

from collections.abc import Sequence

from gongkai.annual_report.read.interpret.runs import Strip
from gongkai.annual_report.read.interpret.values import Parsed

#: As many rows must speak for an order that the heads of a text say and the official sums deny.
_ENOUGH = 2


def order_of(columns: Sequence[int]) -> tuple[int, ...] | None:
    """For the printed columns of natural … total: which printed value each official column takes.

    None where they stand in the official order.
    """
    ranked = sorted(columns)
    order = tuple(ranked.index(column) for column in columns)
    return None if order == tuple(range(len(order))) else order


def order_in_text(strip: Strip, width: int) -> tuple[int, ...] | None:
    """The same for a table without drawn columns: 总计 printed first, and the sums say so too."""
    text = strip.text
    total, natural = text.find("总计"), text.find("自然人")
    if not 0 <= total < natural:
        return None
    first = last = 0
    for run in strip.runs:
        numbers = [v.value for v in run.values if isinstance(v.value, int)]
        if run.grid is not None or len(numbers) != width or not any(numbers):
            continue
        first += numbers[0] == sum(numbers[1:])
        last += numbers[-1] == sum(numbers[:-1])
    if first < _ENOUGH or last >= first:
        return None
    return (*range(1, width), 0)


def in_official_order(
    values: list[Parsed | None] | None, order: tuple[int, ...] | None
) -> list[Parsed | None] | None:
    """The values of a row, put where the official columns have them."""
    if values is None or order is None:
        return values
    return [values[printed] for printed in order]
