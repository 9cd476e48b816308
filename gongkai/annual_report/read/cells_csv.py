"""Our own CSV, one line a cell with its address (``render.data.csv_text``), back to a report."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from typing import cast

from gongkai.annual_report.exchange import CSV_HEAD
from gongkai.annual_report.model import Cell, FormatId, Notice, Place, Report, Table2Row, Value
from gongkai.documents.encodings import decode
from gongkai.documents.safety import refuse
from gongkai.law.formats import FORMAT_IDS, report_format

_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")


def is_cells_csv(data: bytes) -> bool:
    """Whether a file opens with the head of our CSV (in any encoding that is read)."""
    line = data[:256].split(b"\n", 1)[0]
    if line.count(b",") != len(CSV_HEAD) - 1:
        return False
    return decode(line).lstrip("\ufeff").strip() == ",".join(CSV_HEAD)


def cells_csv(data: bytes, name: str) -> Report:
    """The report whose cells these are: tables only, as the CSV holds no text.

    UnusableInput: a line that is no cell of an official table, or a value that is no figure.
    """
    lines = csv.reader(io.StringIO(decode(data).lstrip("\ufeff"), newline=""))
    next(lines)
    values: dict[str, Cell] = {}
    labels: dict[str, str] = {}
    for number, line in enumerate(lines, 2):
        if not any(line):
            continue
        if len(line) != len(CSV_HEAD):
            refuse(f"第 {number} 行不是 {len(CSV_HEAD)} 列，请重新下载这个 CSV 文件后再试。")
        address, _, label, _, text = (item.strip() for item in line)
        values[address] = Cell(_value(text, address, number), text or None, Place(line=number))
        labels[address] = label.removeprefix("'")
    return _report(values, labels, name)


def _value(text: str, address: str, number: int) -> Value:
    if text == "":
        return None
    if text in ("/", "-"):
        return cast(Value, text)
    if not _NUMBER.fullmatch(text):
        refuse(f"第 {number} 行的数值“{text[:20]}”不是数字，请改正后再试。")
    amount = address.rpartition(".")[2] in ("amount", "fee_amount_wan")
    return Decimal(text) if amount or "." in text else int(text)


def _report(values: dict[str, Cell], labels: dict[str, str], name: str) -> Report:
    forms = {f: report_format(f) for f in FORMAT_IDS}
    known = {address for form in forms.values() for address in form.addresses}
    if unknown := [a for a in values if a not in known]:
        refuse(f"地址“{unknown[0][:40]}”不是年报表格的单元格，请重新下载这个 CSV 文件后再试。")
    # The form that knows most of the cells; the newer one where both know them all.
    chosen = max(reversed(FORMAT_IDS), key=lambda f: len(values.keys() & set(forms[f].addresses)))
    table2: dict[str, Table2Row] = {}
    for form in (forms[chosen], *forms.values()):
        for clause in form.table2:
            for row in clause.rows:
                keys = [c.key for c in clause.columns if f"t2.{row.key}.{c.key}" in values]
                if not keys:
                    continue
                here = table2.setdefault(
                    row.key,
                    Table2Row(clause.item, row.key, labels[f"t2.{row.key}.{keys[0]}"], {}),
                )
                here.cells.update({k: values[f"t2.{row.key}.{k}"] for k in keys})
    columns = [c.key for c in forms[chosen].table3_columns]
    rows = dict.fromkeys(
        r.key for form in (forms[chosen], *forms.values()) for r in form.table3_rows
    )
    table3 = {
        row: tuple(values.get(f"t3.{row}.{c}", Cell()) for c in columns)
        for row in rows
        if any(f"t3.{row}.{c}" in values for c in columns)
    }
    keys4 = [f"t4.{key}" for key in forms[chosen].table4_keys]
    table4 = tuple(values.get(key, Cell()) for key in keys4)
    return Report(
        format=cast(FormatId, chosen),
        file=name or None,
        table2=tuple(table2.values()) or None,
        table3=table3 or None,
        table4=table4 if any(key in values for key in keys4) else None,
        notices=(Notice("TEXT_ABSENT", "这个 CSV 文件只有表格数据，没有标题和正文。"),),
    )
