"""Which cells are blank, and which rows of an excerpt can be missed."""

from __future__ import annotations

from gongkai.annual_report.model import Cell


def is_blank(cell: Cell) -> bool:
    """Whether a cell has no value; one that is printed and could not be read is C06a's."""
    return cell.value is None and (cell.printed is not None or cell.confidence >= 0.5)


def visible(expected: list[str], table: dict[str, tuple[Cell, ...]]) -> list[str]:
    """The rows of an excerpt that were not cut off: up to the last one that has a value."""
    seen = [i for i, r in enumerate(expected) if any(not is_blank(c) for c in table.get(r, ()))]
    if seen:
        return expected[: seen[-1] + 1]
    return [r for r in expected if r in table]


def all_numbers(kinds: dict[str, dict[str, str]], table: dict[str, dict[str, Cell]]) -> bool:
    """Whether every cell of the form is there and has a number."""
    for row, columns in kinds.items():
        cells = table.get(row)
        if cells is None or not columns.keys() <= cells.keys():
            return False
        for cell in cells.values():
            if cell.value is None or isinstance(cell.value, str):
                return False
    return True
