"""Cells by address: their names, values that a person types, corrections over a reading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache
from itertools import zip_longest
from typing import NamedTuple, cast

from gongkai.annual_report.check.subject import name_cell
from gongkai.annual_report.model import ABSENT, Cell, Mark, Report, Section, Table2Row, shown
from gongkai.base.refusal import Refused
from gongkai.law.formats import ReportFormat, report_format

_NUMBER = re.compile(r"[-+]?[0-9]{1,12}(\.[0-9]{1,8})?")
#: What an input method for Chinese makes of the keys of a number.
_WIDE = str.maketrans("０１２３４５６７８９．，－＋／", "0123456789.,-+/")
_LONG = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")


class Difference(NamedTuple):
    """One cell or paragraph that is not the same in two versions.

    Values as printed, "" for what is absent; the address of a paragraph is its section, s1 to s6.
    """

    address: str
    label: str
    old: str
    new: str


def label(report: Report, address: str) -> str:
    """The name of a cell as a person reads it: 表三“予以公开”行“自然人”列."""
    return name_cell(address, report.format)


def kind_of(report: Report, address: str) -> str | None:
    """ "count", "signed" or "amount"; None where the report's format has no such cell."""
    return _kinds(report.format).get(address)


@cache
def _kinds(format_id: str) -> Mapping[str, str]:
    if format_id == "older":
        return {}
    layout = report_format(format_id)
    kinds: dict[str, str] = dict.fromkeys(layout.addresses, "count")
    for block in layout.table2:
        for row in block.rows:
            for column in block.columns:
                kinds[f"t2.{row.key}.{column.key}"] = column.kind
    return kinds


def typed(report: Report, address: str, text: str) -> Cell:
    """The cell that a person typed: a number, "/" or "-", or nothing for an absent value.

    Refused where the text is not a value of that cell's kind (counts are whole numbers).
    """
    text = text.strip().translate(_WIDE).replace(",", "")
    if not text:
        return ABSENT
    if text in ("/", "-"):
        return Cell(cast(Mark, text), text)
    kind = kind_of(report, address) or "count"
    if not _NUMBER.fullmatch(text):
        if _LONG.fullmatch(text):
            raise Refused(f"“{text[:40]}”太长了，请核对有没有多写几位。")
        raise Refused(f"“{text[:40]}”不是数字。请填写数字、“/”或者“-”；没有数据请留空。")
    if kind == "amount":
        return Cell(Decimal(text), text)
    if "." in text:
        raise Refused("这一格是件数，只能填写整数。")
    number = int(text)
    if number < 0 and kind != "signed":
        raise Refused("这一格不能是负数。")
    return Cell(number, shown(number))


def stored(report: Report, address: str, text: str) -> Cell:
    """The cell of a kept correction. Its text was checked when it was typed."""
    if text in ("", "/", "-"):
        return Cell(cast(Mark, text), text) if text else ABSENT
    amount = kind_of(report, address) == "amount" or "." in text
    return Cell(Decimal(text) if amount else int(text), text)


def lay_over(report: Report, changes: Mapping[str, str]) -> tuple[Report, list[str]]:
    """The report with these corrections in its cells, and the addresses that have no place in it.

    A cell that the reading lacks is made where the format has it; one that not even the format
    has (the new reading is of another format) is left to the caller, who keeps the correction.
    """
    unknown = []
    cells = {}
    for address, text in changes.items():
        if kind_of(report, address) is not None:
            report = _with_room(report, address)
        try:
            report.with_cells({address: ABSENT})
        except KeyError:
            unknown.append(address)
            continue
        old = report.cell(address)
        cells[address] = replace(stored(report, address, text), place=old.place)
    return report.with_cells(cells), unknown


def differences(old: Report, new: Report) -> list[Difference]:
    """Cells whose values differ, in the official order of the new report, then of the old; then
    the paragraphs of the text that do."""
    before, after = dict(old.cells()), dict(new.cells())
    found = []
    for address in [*after, *(a for a in before if a not in after)]:
        a, b = before.get(address, ABSENT).value, after.get(address, ABSENT).value
        if a != b:
            found.append(Difference(address, label(new, address), shown(a), shown(b)))
    return found + _of_text(old, new)


def _of_text(old: Report, new: Report) -> list[Difference]:
    """The paragraphs that differ, section by section; changed ones side by side."""
    before = {section.number: section for section in old.sections}
    after = {section.number: section for section in new.sections}
    found = []
    for number in sorted({*before, *after}):
        was, now = (_paragraphs(sections.get(number)) for sections in (before, after))
        title = (after.get(number) or before[number]).title.strip()
        named = f"“{title}”正文" if title else "正文"
        for tag, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
            if tag != "equal":
                pairs = zip_longest(was[a:b], now[c:d], fillvalue="")
                found += [Difference(f"s{number}", named, *pair) for pair in pairs]
    return found


def _paragraphs(section: Section | None) -> list[str]:
    return [line.strip() for line in section.text.splitlines() if line.strip()] if section else []


def _with_room(report: Report, address: str) -> Report:
    """The report with an absent cell at the address where it had none; rows in official order."""
    layout = report.layout
    assert layout is not None  # a cell of a known kind has a format
    table, rest = address.split(".", 1)
    if table == "t4":
        if report.table4 is not None:
            return report
        return replace(report, table4=(ABSENT,) * len(layout.table4_keys))
    row, column = rest.split(".")
    if table == "t3":
        if row in (rows := report.table3 or {}):
            return report
        order = [r.key for r in layout.table3_rows]
        rows = {**rows, row: (ABSENT,) * len(layout.table3_columns)}
        # Rows that only this document has stay behind those of the official table.
        ranked = sorted(rows, key=lambda k: order.index(k) if k in order else len(order))
        return replace(report, table3={key: rows[key] for key in ranked})
    return _with_room_in_table2(report, layout, row, column)


def _with_room_in_table2(report: Report, layout: ReportFormat, key: str, column: str) -> Report:
    rows = list(report.table2 or ())
    for index, row in enumerate(rows):
        if row.key == key:
            if column not in row.cells:
                rows[index] = replace(row, cells={**row.cells, column: ABSENT})
            return replace(report, table2=tuple(rows))
    order = [r.key for block in layout.table2 for r in block.rows]
    for block in layout.table2:
        for official in block.rows:
            if official.key == key:
                cells = {c.key: ABSENT for c in block.columns}
                unit = "万元" if any(c.kind == "amount" for c in block.columns) else None
                rows.append(Table2Row(block.item, key, official.label, cells, unit))
    rows.sort(key=lambda r: order.index(r.key) if r.key in order else len(order))
    return replace(report, table2=tuple(rows))
