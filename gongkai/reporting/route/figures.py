"""The numbers of a stored report without building it: what a sum of thousands reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

Number = int | Decimal


def figures(content: Mapping[str, Any]) -> dict[str, Number]:
    """Address → number, straight from a stored report; marks and absent cells are left out."""
    found: dict[str, Number] = {}
    for address, value in _cells(content):
        if isinstance(value, bool) or value is None or isinstance(value, str):
            continue
        found[address] = value if isinstance(value, int) else Decimal(str(value))
    return found


def _cells(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for row in content.get("table2") or ():
        for key, value in row["cells"].items():
            yield f"t2.{row['row']}.{key}", value
    if table3 := content.get("table3"):
        columns = table3["columns"]
        for key, values in table3["rows"].items():
            head = f"t3.{key}."
            for name, value in zip(columns, values, strict=True):
                yield head + name, value
    if table4 := content.get("table4"):
        for name, value in zip(table4["columns"], table4["values"], strict=True):
            yield f"t4.{name}", value
