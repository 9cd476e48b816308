"""Where the columns of a sheet stand: its head, in one row or in two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from gongkai.base.refusal import Refused
from gongkai.bodies.ledger.book import Book

#: The head is looked for in so many rows.
HEAD_ROWS = 10


def find_head(
    book: Book, rows: Iterator[tuple[int, list[Any]]]
) -> tuple[dict[str, int], tuple[str, ...], Iterator[tuple[int, list[Any]]]]:
    """Where each field stands, heads that are none of the register's, the rows below.

    A head may be in two rows: cells merged downwards in the upper, the parts of 办理情况 in the
    lower.
    """
    wanted = {bare(book.label(name)): name for name in book.sheet_fields}
    best: list[str] = []
    before: dict[str, int] = {}
    above: list[Any] = []
    for number, row in rows:
        places = {**before, **_places(wanted, row)}
        missing = [
            book.label(name)
            for name in book.sheet_fields
            if name not in places and is_wanted(book, name)
        ]
        if places and not missing:
            below = next(rows, None)
            more = _places(wanted, below[1]) if below else {}
            if below and more and not set(more) & set(places):
                return places | more, _unused(places | more, row, below[1]), rows
            heads = (above, row) if before else (row,)
            return places, _unused(places, *heads), chain([below] if below else [], rows)
        if places:
            best = missing
        before, above = _places(wanted, row), row
        if number >= HEAD_ROWS:
            break
    if best:
        raise Refused(f"表头缺少“{'、'.join(best)}”，请下载导入模板，按模板整理后再导入。")
    raise Refused("没有找到表头，请下载导入模板，按模板填写后再导入。")


def _places(wanted: Mapping[str, str], row: list[Any]) -> dict[str, int]:
    """The fields named in a row, and where."""
    found: dict[str, int] = {}
    for at, cell in enumerate(row):
        if name := wanted.get(bare(cell)):
            found.setdefault(name, at)
    return found


def _unused(places: Mapping[str, int], *heads: list[Any]) -> tuple[str, ...]:
    """What the lowest head over each other column says; not what merely stands over parts."""
    told: dict[int, str] = {}
    for row in heads:
        told |= {at: text for at, cell in enumerate(row) if (text := bare(cell))}
    for at in places.values():
        told.pop(at, None)
    told.pop(next((at for at, text in told.items() if text == "序号"), -1), None)
    return tuple(text[:20] for _, text in sorted(told.items()))


def is_wanted(book: Book, name: str) -> bool:
    column: Any = book.model._meta.get_field(name)
    return not (column.blank or column.has_default() or column.null)


def bare(cell: Any) -> str:
    return "".join(str(cell).split()).replace("（必填）", "").replace("(必填)", "").rstrip("*＊")
