"""Table 二: what was published, by the clauses of Art 20."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from gongkai.annual_report.model import Cell, Place, Table2Row
from gongkai.annual_report.read.interpret.align import CLEAR, Labels, core
from gongkai.annual_report.read.interpret.common import (
    UNSURE,
    Notices,
    blanks_kept,
    cell_of,
    leftover,
    shifted,
    shown,
    texts_after,
    value_notice,
)
from gongkai.annual_report.read.interpret.heads2 import CLAUSE, CLAUSE_ITEM, wrong_heads
from gongkai.annual_report.read.interpret.labels import table2_rows
from gongkai.annual_report.read.interpret.lines import Line
from gongkai.annual_report.read.interpret.runs import Run, Strip, runs_of
from gongkai.annual_report.read.interpret.values import Parsed
from gongkai.law.formats import Clause, Row

#: Confidence of the cells under a head that is not theirs.
_UNDER_WRONG_HEAD = 0.5
_ASIDE = re.compile(r"^[(][^()]*[)]")
_NO_VALUE = re.compile(r"第二十条|信息内容|本年|上一年|处理决定|采购项目|采购总金额|\d")


def read_table2(
    lines: list[Line], format_id: str, notices: Notices
) -> tuple[Table2Row, ...] | None:
    """The rows of table 二 that the source prints; None if these lines hold no such table."""
    strip = runs_of(lines, 1)
    rows, labels = table2_rows(format_id)
    text = strip.text
    printed = _printed_rows(text, format_id)
    units = _header_units(text)
    wrong = wrong_heads(text, format_id, notices)
    kept = blanks_kept(strip.runs)
    if _turned2(strip, labels):
        texts = texts_after(strip)
        for run, after in zip(strip.runs, texts, strict=True):
            clause_head = CLAUSE.search(run.before)
            run.gap = (clause_head[0] if clause_head else "") + CLAUSE.split(after)[0]
            run.own = ""
    found: dict[int, list[Run]] = {}
    guessed: set[int] = set()
    unlabelled: dict[str, list[Run]] = {}
    clause = ""
    for run in strip.runs:
        for match in CLAUSE.finditer(run.before):
            clause = CLAUSE_ITEM.get(match[1], "")
        scores = labels.scores(run.own, run.before)
        best = max(range(len(rows)), key=scores.__getitem__)
        if scores[best] >= CLEAR:
            found.setdefault(best, []).append(run)
        elif scores[best] < 0:
            leftover(run, "表二", notices)
        else:
            unlabelled.setdefault(clause, []).append(run)
    for item, runs in unlabelled.items():
        free = [
            i
            for i, (c, _) in enumerate(rows)
            if c.item == item and i not in found and i not in printed
        ]
        if len(free) == len(runs):
            for i, run in zip(free, runs, strict=True):
                found[i] = [run]
                guessed.add(i)
                notices.add(
                    "T2_LABEL_MISSING",
                    f"表二有一行数没有行名，按前后各行推定为“{rows[i][1].label}”，请核对",
                    run.place,
                    f"t2.{rows[i][1].key}",
                )
        else:
            for run in runs:
                leftover(run, "表二", notices)
    if not found and not printed:
        return None
    pile = max((run.width for run in strip.runs if run.stacked), default=0)
    out = []
    for i, (head, row) in enumerate(rows):
        if i not in found and i not in printed:
            continue
        runs = found.get(i, [])
        values = _row2_values(runs, len(head.columns), row, pile, notices, kept=kept)
        place = runs[0].place if runs else None
        words = "" if runs else _words_of(i, printed, strip)
        if words:
            message = f"表二“{row.label}”印的不是数字（“{words}”），未读作 0"
            notices.add("CELL_NOT_NUMBER", message, None, f"t2.{row.key}")
            values = None
        sure = 1.0 if i not in guessed else 0.8
        if head.item in wrong:
            sure = _UNDER_WRONG_HEAD
        table_row = _row2(head, row, values, place, units, notices, sure)
        if words:
            said = Cell(None, words, None, UNSURE)
            table_row = replace(table_row, cells=dict.fromkeys(table_row.cells, said))
        out.append(replace(table_row, label=printed.get(i, row.label)))
    return tuple(out)


def _turned2(strip: Strip, labels: Labels) -> bool:
    """Whether the numbers stand before their labels: in no clause does a label come first."""
    firsts = [r.before.rsplit("项", 1)[-1] for r in strip.runs if CLAUSE.search(r.before)]
    return (
        len(firsts) > 1
        and all(max(labels.scores("", text)) < CLEAR for text in firsts)
        and max(labels.scores("", strip.tail)) >= CLEAR
    )


def _printed_rows(text: str, format_id: str) -> dict[int, str]:
    """Row → its label as printed, for every row whose label stands in the table's text."""
    rows, labels = table2_rows(format_id)
    text = core(text.replace("(", "").replace(")", ""))
    out = {}
    for i in range(len(rows)):
        for variant in labels.variants[i]:
            if variant in text:
                out[i] = variant
                break
    return out


def _words_of(row: int, printed: dict[int, str], strip: Strip) -> str:
    """What stands in place of a row's numbers, where that is words ("本单位未制作"); else ""."""
    text = strip.text.replace(" ", "")
    at = text.find(printed.get(row, "")) if row in printed else -1
    if at < 0:
        return ""
    rest = _ASIDE.sub("", text[at + len(printed[row]) :], count=1)
    later = [re.escape(label) for i, label in printed.items() if i > row]
    rest = re.split("|".join([_NO_VALUE.pattern, *later]), rest, maxsplit=1)[0]
    rest = re.sub(r"^(.{2,14}?)\1+$", r"\1", rest)  # the same words in every cell of the row
    return rest[:24] if len(core(rest)) > 1 else ""


def _header_units(text: str) -> dict[str, str]:
    """Amount column → the unit that its head prints."""
    text = text.replace(" ", "")
    out = {}
    for key, word in (("amount", "采购总金额"), ("fee_amount_wan", "收费金额")):
        at = text.find(word)
        if at >= 0 and (found := re.match(r"[^政行]{0,12}?(万元|元)", text[at + len(word) :])):
            out[key] = found[1]
    return out


def _row2(
    clause: Clause,
    row: Row,
    values: list[Parsed | None] | None,
    place: Place | None,
    units: dict[str, str],
    notices: Notices,
    sure: float,
) -> Table2Row:
    """The typed row; ``values`` None: printed, but their places are not certain.

    ``sure`` is the confidence of the row's cells.
    """
    amount_unit = None
    cells = {}
    for position, column in enumerate(clause.columns):
        if values is None:
            cells[column.key] = Cell(None, None, place, UNSURE)
            continue
        value = values[position]
        value_notice(value, ("表二", row.label, f"t2.{row.key}."), column, place, notices)
        if column.kind == "amount":
            unit = (value.unit if value else None) or units.get(column.key)
            if value and units.get(column.key) == "元" and value.unit is None:
                value = _from_yuan(value)
            if unit is None and value is not None:
                name, address = f"表二“{row.label}·{column.label}”", f"t2.{row.key}.{column.key}"
                notices.add("UNIT_MISSING", f"{name}没有印单位", place, address)
            if column.key == "amount":  # the key of the other amount column names its unit
                amount_unit = "万元" if unit == "元" else unit
        cells[column.key] = cell_of(value, column, sure)
    return Table2Row(clause.item, row.key, row.label, cells, amount_unit)


def _from_yuan(value: Parsed) -> Parsed:
    """The same in 万元, where the head of the column says 元."""
    if not isinstance(value.value, int | Decimal):
        return value
    exact = Decimal(value.value) / 10000
    whole = exact == exact.to_integral()
    return replace(value, value=exact.quantize(Decimal(1)) if whole else exact.normalize())


def _row2_values(
    runs: list[Run], width: int, table_row: Row, pile: int, notices: Notices, *, kept: bool
) -> list[Parsed | None] | None:
    """The row's values in the order of its columns; None if their places are not certain.

    ``pile`` is the number of cells in a row of a table that is printed one cell a line;
    ``kept``: empty cells stand where they belong (``blanks_kept``).
    """
    key, label = table_row.key, table_row.label
    if not runs:
        return [None] * width
    run = runs[0]
    for other in runs[1:]:
        if [v.value for v in other.values] != [v.value for v in run.values]:
            notices.add(
                "T2_ROW_TWICE",
                f"表二“{label}”出现两次而数不同（{shown(run.values)}；{shown(other.values)}），均未读入",
                other.place,
                f"t2.{key}",
            )
            return None
    values = run.values
    full_row = max(width, pile) if run.stacked else width
    if len(values) == width:
        return list(values)
    safe = kept or not shifted(run, width + 1)
    if len(values) < width and safe and run.cells is not None and len(run.cells) >= full_row:
        row = [v for _, v in run.cells[:width]]
        if sum(v is not None for v in row) == len(values):
            return row
    if width < len(values) <= 3 and all(
        v.value in (values[width - 1].value, 0) for v in values[width:]
    ):
        notices.add(
            "T2_EXTRA_CELLS",
            f"表二“{label}”应有 {width} 个数，印了 {len(values)} 个（{shown(values)}），"
            f"取前 {width} 个",
            run.place,
            f"t2.{key}",
        )
        return list(values[:width])
    notices.add(
        "T2_ROW_UNREADABLE",
        f"表二“{label}”应有 {width} 个数，读到 {len(values)} 个（{shown(values)}），"
        "无法判断各属哪一格，均未读入",
        run.place,
        f"t2.{key}",
    )
    return None
