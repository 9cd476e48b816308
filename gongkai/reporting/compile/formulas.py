"""For each cell of the tables: the register it comes from and the rule of counting in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from gongkai.law.formats import ReportFormat, Row, report_format
from gongkai.law.shipped import shipped


@dataclass(frozen=True, slots=True)
class Formula:
    """``source`` is a key of ``sources.SOURCES`` ("" none), ``words`` one Chinese sentence."""

    address: str
    source: str
    words: str

    @property
    def key(self) -> str:
        """What a computation stores of it."""
        return f"{self.source}:{self.address}"


def formula(format_id: str, address: str) -> Formula:
    """The formula of a cell; KeyError for a cell that the format does not have."""
    return formulas(format_id)[address]


@cache
def formulas(format_id: str) -> dict[str, Formula]:
    """Every cell of a format with its formula, in official order."""
    form = report_format(format_id)
    told: dict[str, Formula] = {}
    for block in form.table2:
        for row in block.rows:
            for column in block.columns:
                address = f"t2.{row.key}.{column.key}"
                entry = _data()["table2"][f"{row.key}.{column.key}"]
                told[address] = Formula(address, entry["source"], entry["words"])
    for row in form.table3_rows:
        for column in form.table3_columns:
            address = f"t3.{row.key}.{column.key}"
            who = "各类申请人合计。" if column.key == "total" else f"申请人是“{column.label}”的。"
            told[address] = Formula(address, "applications", f"{_of_row(row)}{who}")
    told.update(_of_table4(form))
    return told


def _of_row(row: Row) -> str:
    words: dict[str, str] = _data()["table3"]
    if row.key in words:
        return words[row.key]
    # In a foot note of the form itself there may be brackets; the rule does not need them.
    label = row.label.split("（区分")[0].split(".", 1)[-1]
    return words["result"].format(label=label)


def _of_table4(form: ReportFormat) -> dict[str, Formula]:
    words = _data()["table4"]
    told = {}
    for block in form.table4_blocks:
        for column in form.table4_columns:
            address = f"t4.{block.key}_{column.key}"
            label = block.label.replace("/", "，")
            text = words[column.key].format(kind=label)
            told[address] = Formula(address, "disputes", text)
    return told


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = shipped("gongkai.reporting.compile", "data/formulas.yaml")
    return data
