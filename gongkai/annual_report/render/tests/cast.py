"""Reports of a made-up body for the tests of this room: every cell filled, text in our words."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import count

from gongkai.annual_report.model import Cell, FormatId, Report, Section, Table2Row, Value
from gongkai.law.formats import report_format

Figures = Callable[[str, str], Value]


def numbered() -> Figures:
    """1, 2, 3 … through the tables, amounts with a decimal: no two cells are alike."""
    numbers = count(1)

    def figure(address: str, kind: str) -> Value:
        n = next(numbers)
        return Decimal(n) + Decimal("0.5") if kind == "amount" else n

    return figure


def report(
    format_id: FormatId = "2021",
    figure: Figures | None = None,
    *,
    year: int = 2023,
    agency: str | None = "示例市卫生健康委员会",
    collapsed: bool = False,
) -> Report:
    """A full report; ``collapsed``: 其他处理 in one row although the form has three."""
    form = report_format("2021" if format_id == "older" else format_id)
    fill = figure or numbered()

    def cell(address: str, kind: str = "count") -> Cell:
        value = fill(address, kind)
        return Cell(value, None if value is None else str(value))

    table2 = tuple(
        Table2Row(
            clause.item,
            row.key,
            row.label,
            {c.key: cell(f"t2.{row.key}.{c.key}", c.kind) for c in clause.columns},
            "万元" if any(c.kind == "amount" for c in clause.columns) else None,
        )
        for clause in form.table2
        for row in clause.rows
    )
    keys = [row.key for row in form.table3_rows]
    if collapsed:
        at = keys.index("other_uncorrected")
        keys[at : at + 3] = ["other"]
    table3 = {k: tuple(cell(f"t3.{k}.{c.key}") for c in form.table3_columns) for k in keys}
    table4 = tuple(cell(f"t4.{key}") for key in form.table4_keys)
    return Report(
        format=format_id,
        year=year,
        agency=agency,
        title=f"{agency or ''}{year}年政府信息公开工作年度报告",
        sections=sections(form.sections, year),
        table2=table2,
        table3=table3,
        table4=table4,
    )


def sections(titles: tuple[str, ...], year: int) -> tuple[Section, ...]:
    text = {
        1: f"（一）主动公开。{year}年，本机关及时更新栏目，公布办事指南。\n"
        "（二）依申请公开\n全年按期答复，联系人喆堃昇犇珺玥翀。",
        5: "解读形式比较单一。下一步，制作图解和短视频。",
        6: "本年度没有收取信息处理费。",
    }
    opening = Section(0, "", f"现公布本机关{year}年度报告，统计期限为1月1日至12月31日。")
    return (opening, *(Section(n, t, text.get(n, "")) for n, t in enumerate(titles, 1)))
