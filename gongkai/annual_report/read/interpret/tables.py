"""The three tables from the lines that hold them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from gongkai.annual_report.model import Cell, Notice, Place, Table2Row, Value
from gongkai.annual_report.read.interpret.align import CLEAR, align, core, settled
from gongkai.annual_report.read.interpret.labels import TABLE3_HEADS, table2_rows, table3_rows
from gongkai.annual_report.read.interpret.lines import Line
from gongkai.annual_report.read.interpret.runs import Run, Strip, runs_of
from gongkai.annual_report.read.interpret.values import Parsed
from gongkai.law.formats import Clause, Column, report_format

T3_WIDTH = len(report_format("2021").table3_columns)
T4_WIDTH = len(report_format("2021").table4_keys)
UNSURE = 0.4


@dataclass
class Notices:
    """The notices of one reading, gathered."""

    items: list[Notice] = field(default_factory=list)

    def add(
        self, code: str, message: str, place: Place | None = None, address: str | None = None
    ) -> None:
        where = f"（{place}）" if place else ""
        self.items.append(Notice(code, message + where, place, address))


def cell_of(parsed: Parsed | None, column: Column, confidence: float = 1.0) -> Cell:
    """The typed cell: counts as int, amounts as Decimal in 万元."""
    if parsed is None:
        return Cell(None, None, None, 1.0)
    value: Value = parsed.value
    if column.kind == "amount" and isinstance(value, int):
        value = Decimal(value)
    elif isinstance(value, Decimal) and column.kind != "amount" and value == value.to_integral():
        value = int(value)
    return Cell(value, parsed.printed, parsed.place, min(confidence, parsed.confidence))


def shown(values: list[Parsed]) -> str:
    return " ".join(v.printed for v in values)


# ── where the values of a row with cells stand ────────────────────────────────────────────


def start_columns(runs: list[Run], width: int) -> dict[tuple[int | None, int], int]:
    """(grid, cells in the row) → column of the first value, learnt from rows without blanks."""
    seen: dict[tuple[int | None, int], Counter[int]] = {}
    for run in runs:
        if run.cells is None or len(run.values) != width:
            continue
        filled = [c for c, v in run.cells if v is not None]
        if run.grid is not None or filled[-1] - filled[0] == width - 1:
            seen.setdefault((run.grid, run.width), Counter())[filled[0]] += 1
    return {key: found.most_common(1)[0][0] for key, found in seen.items() if len(found) == 1}


def spread(
    run: Run,
    width: int,
    heads: list[int] | None,
    starts: dict[tuple[int | None, int], int],
) -> list[Parsed | None] | None:
    """The run's values over the columns of its table; None where their places are not certain."""
    if len(run.values) == width:
        return list(run.values)
    if run.cells is None:
        return None
    at = dict(run.cells)
    if heads is not None:
        rest = [c for c, v in run.cells if v is not None and c not in heads]
        return None if rest else [at.get(c) for c in heads]
    filled = [c for c, v in run.cells if v is not None]
    start = starts.get((run.grid, run.width))
    if start is not None and start <= filled[0] and filled[-1] < start + width:
        return [at.get(c) for c in range(start, start + width)]
    if len(run.cells) == width:
        return [v for _, v in run.cells]
    if filled[-1] - filled[0] == width - 1:
        return [at.get(c) for c in range(filled[0], filled[0] + width)]
    return None


# ── table 三 ─────────────────────────────────────────────────────────────────────────────


def read_table3(
    lines: list[Line], format_id: str, notices: Notices
) -> dict[str, tuple[Cell, ...]] | None:
    """Table 三, every row of the format a key; None if these lines hold no such table."""
    strip = _without_strays(runs_of(lines, T3_WIDTH), T3_WIDTH)
    text = core(strip.text)
    split = any(word in text for word in ("逾期不补正", "未按收费通知")) or (
        format_id == "2021" and "其他处理" not in text
    )
    rows, labels = table3_rows(split_other=split)
    known = sum(1 for v in labels.exact if len(v) > 5 and v in text)
    if not known and not any(len(run.values) == T3_WIDTH for run in strip.runs):
        return None
    if format_id == "2021" and not split and "其他处理" in text:
        notices.add("T3_OTHER_COLLAPSED", "表三“（六）其他处理”只有一行，没有分成三个子项")
    columns = report_format("2021").table3_columns
    starts = start_columns(strip.runs, T3_WIDTH)
    heads = _head_columns(lines)
    spreads = [
        spread(run, T3_WIDTH, heads.get(run.grid) if run.grid is not None else None, starts)
        for run in strip.runs
    ]
    scores = [labels.scores(run.own, run.before) for run in strip.runs]
    placed = align(scores, [s is not None for s in spreads])
    sure = settled(placed, scores, len(rows))
    table: dict[str, tuple[Cell, ...]] = {}
    for i, run in enumerate(strip.runs):
        index = placed[i]
        if index is None:
            _leftover(run, "表三", notices)
            continue
        row = rows[index]
        values = spreads[i]
        address = f"t3.{row.key}"
        if values is None or not sure[i]:
            why = (
                f"有 {len(run.values)} 个数，应为 {T3_WIDTH} 个，无法判断各属哪一列"
                if values is None
                else "没有可辨认的行名，无法判断属于哪一行"
            )
            notices.add(
                "T3_ROW_UNREADABLE",
                f"表三“{row.label}”一带的数“{shown(run.values)}”{why}，均未读入",
                run.place,
                address,
            )
            if values is None:
                table[row.key] = tuple(_unread(run) for _ in columns)
            continue
        confidence = 1.0 if scores[i][index] >= CLEAR else 0.8
        if confidence < 1:
            notices.add(
                "T3_LABEL_MISSING",
                f"表三有一行数没有行名，按前后各行推定为“{row.label}”，请核对",
                run.place,
                address,
            )
        for column, value in zip(columns, values, strict=True):
            _value_notice(
                value,
                f"表三“{row.label}·{column.label}”",
                f"{address}.{column.key}",
                run.place,
                notices,
            )
        table[row.key] = tuple(
            cell_of(v, c, confidence) for v, c in zip(values, columns, strict=True)
        )
    missing = [row.label for row in rows if row.key not in table]
    if missing and strip.runs:
        listed = "、".join(missing[:4]) + ("等" if len(missing) > 4 else "")
        notices.add(
            "T3_ROWS_MISSING", f"表三有 {len(missing)} 行没有数：{listed}；这些格为空，未作 0 处理"
        )
    elif missing:
        notices.add("T3_BLANK", "表三没有任何数；各格为空，未作 0 处理")
    blank = (Cell(),) * T3_WIDTH
    return {row.key: table.get(row.key, blank) for row in rows}


def _unread(run: Run) -> Cell:
    return Cell(None, None, run.place, UNSURE)


def _leftover(run: Run, table: str, notices: Notices) -> None:
    name = core(run.own)
    if name:
        message = f"{table}中的“{run.own}”不是规定的行，其数“{shown(run.values)}”未读入"
        notices.add("ROW_NOT_STANDARD", message, run.place)
    else:
        message = f"{table}中的数“{shown(run.values)}”不知属于哪一格，未读入"
        notices.add("VALUE_ORPHAN", message, run.place)


def _value_notice(
    value: Parsed | None, name: str, address: str, place: Place | None, notices: Notices
) -> None:
    if value is None:
        notices.add("CELL_BLANK", f"{name}为空，未作 0 处理", place, address)
    elif value.doubt:
        notices.add("CELL_NOT_NUMBER", f"{name}{value.doubt}", value.place, address)


def _without_strays(strip: Strip, width: int) -> Strip:
    """Without the page numbers that stand alone before a whole row of values."""
    out: list[Run] = []
    carried = ""
    followers: list[Run | None] = [*strip.runs[1:], None]
    for run, following in zip(strip.runs, followers, strict=False):
        run.gap, carried = carried + run.gap, ""
        if (
            following is not None
            and run.stacked
            and len(run.values) == 1
            and not following.before
            and len(following.values) == width > 1
        ):
            carried = run.before
            continue
        out.append(run)
    return Strip(out, carried + strip.tail)


def _head_columns(lines: list[Line]) -> dict[int, list[int]]:
    """Grid → the seven columns of its values, where its head names them all."""
    out: dict[int, list[int]] = {}
    width: dict[int, int] = {}
    for line in lines:
        if line.grid is None or line.cells is None:
            continue
        found = out.setdefault(line.grid, [])
        width[line.grid] = max(width.get(line.grid, 0), *(c.col + 1 for c in line.cells))
        if len(set(found)) < T3_WIDTH:
            for cell in line.cells:
                if cell.text in TABLE3_HEADS and cell.col not in found:
                    found.append(cell.col)
    known = {g: sorted(cols) for g, cols in out.items() if len(cols) == T3_WIDTH}
    by_width = {width[g]: cols for g, cols in known.items()}
    for grid in out:
        if grid not in known and width[grid] in by_width:
            known[grid] = by_width[width[grid]]  # the table goes on after a page break
    return known


# ── table 四 ─────────────────────────────────────────────────────────────────────────────


def read_table4(lines: list[Line], notices: Notices) -> tuple[Cell, ...] | None:
    """The 15 cells of table 四; None if these lines hold no such table."""
    strip = _without_strays(runs_of(lines, T4_WIDTH), T4_WIDTH)
    text = core(strip.text)
    columns = [c for _ in range(3) for c in report_format("2021").table4_columns]
    starts = start_columns(strip.runs, T4_WIDTH)
    spreads = [spread(run, T4_WIDTH, None, starts) for run in strip.runs]
    whole = [i for i, values in enumerate(spreads) if values is not None]
    if not whole:
        head = sum(
            word in text for word in ("结果维持", "结果纠正", "尚未审结", "复议后起诉", "直接起诉")
        )
        if not strip.runs and head < 2:
            return None
        if strip.runs:
            all_values = [v for run in strip.runs for v in run.values]
            notices.add(
                "T4_UNREADABLE",
                f"表四应有 {T4_WIDTH} 个数，读到 {len(all_values)} 个（{shown(all_values)}），"
                "无法判断各属哪一格，均未读入",
                strip.runs[0].place,
                "t4",
            )
            return tuple(_unread(strip.runs[0]) for _ in columns)
        notices.add("T4_BLANK", "表四没有任何数；各格为空，未作 0 处理")
        return (Cell(),) * T4_WIDTH
    chosen = spreads[whole[0]]
    run = strip.runs[whole[0]]
    assert chosen is not None
    for i, other in enumerate(strip.runs):
        if i == whole[0]:
            continue
        if spreads[i] is not None and [v.value for v in other.values] == [
            v.value for v in run.values
        ]:
            continue
        if spreads[i] is not None:
            notices.add(
                "T4_TWICE", "表四有两行不同的数，无法判断哪一行为准，均未读入", other.place, "t4"
            )
            return tuple(_unread(run) for _ in columns)
        _leftover(other, "表四", notices)
    keys = report_format("2021").table4_keys
    for key, value in zip(keys, chosen, strict=True):
        _value_notice(value, "表四一格", f"t4.{key}", run.place, notices)
    return tuple(cell_of(v, c) for v, c in zip(chosen, columns, strict=True))


# ── table 二 ─────────────────────────────────────────────────────────────────────────────

_CLAUSE = re.compile(r"第二十条第[(]?([一二三四五六七八九十])[)]?项")
_CLAUSE_ITEM = {"一": "20.1", "五": "20.5", "六": "20.6", "八": "20.8", "九": "20.9"}


def read_table2(
    lines: list[Line], format_id: str, notices: Notices
) -> tuple[Table2Row, ...] | None:
    """The rows of table 二 that the source prints; None if these lines hold no such table."""
    strip = runs_of(lines, 1)
    rows, labels = table2_rows(format_id)
    printed = _printed_rows(strip, format_id)
    found: dict[int, list[Run]] = {}
    unlabelled: dict[str, list[Run]] = {}
    clause = ""
    for run in strip.runs:
        for match in _CLAUSE.finditer(run.before):
            clause = _CLAUSE_ITEM.get(match[1], "")
        scores = labels.scores(run.own, run.before)
        best = max(range(len(rows)), key=scores.__getitem__)
        if scores[best] >= CLEAR:
            found.setdefault(best, []).append(run)
        elif scores[best] < 0:
            _leftover(run, "表二", notices)
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
                run.stacked = False
                found[i] = [run]
                notices.add(
                    "T2_LABEL_MISSING",
                    f"表二有一行数没有行名，按前后各行推定为“{rows[i][1].label}”，请核对",
                    run.place,
                    f"t2.{rows[i][1].key}",
                )
        else:
            for run in runs:
                _leftover(run, "表二", notices)
    if not found and not printed:
        return None
    units = _header_units(strip)
    out = []
    for i, (head, row) in enumerate(rows):
        if i not in found and i not in printed:
            continue
        out.append(
            _row2(head, i, found.get(i, []), printed.get(i, row.label), units, format_id, notices)
        )
    return tuple(out)


def _printed_rows(strip: Strip, format_id: str) -> dict[int, str]:
    """Row → its label as printed, for every row whose label stands in the table's text."""
    rows, labels = table2_rows(format_id)
    text = core(strip.text.replace("(", "").replace(")", ""))
    out = {}
    for i in range(len(rows)):
        for variant in labels.variants[i]:
            if variant in text:
                out[i] = variant
                break
    return out


def _header_units(strip: Strip) -> dict[str, str]:
    """Amount column → the unit that its head prints."""
    text = strip.text.replace(" ", "")
    out = {}
    for key, word in (("amount", "采购总金额"), ("fee_amount_wan", "收费金额")):
        at = text.find(word)
        if at >= 0 and (found := re.match(r"[^政行]{0,12}?(万元|元)", text[at + len(word) :])):
            out[key] = found[1]
    return out


def _row2(
    clause: Clause,
    index: int,
    runs: list[Run],
    label: str,
    units: dict[str, str],
    format_id: str,
    notices: Notices,
) -> Table2Row:
    rows, _ = table2_rows(format_id)
    row = rows[index][1]
    columns = clause.columns
    values = _row2_values(runs, columns, row.key, row.label, notices)
    amount_unit = None
    cells = {}
    place = runs[0].place if runs else None
    for position, column in enumerate(columns):
        value = values[position] if values is not None else None
        address = f"t2.{row.key}.{column.key}"
        if values is None:
            cells[column.key] = Cell(None, None, place, UNSURE)
            continue
        name = f"表二“{row.label}·{column.label}”"
        _value_notice(value, name, address, place, notices)
        if column.kind == "amount":
            unit = (value.unit if value else None) or units.get(column.key)
            if value and units.get(column.key) == "元" and value.unit is None:
                value = _from_yuan(value)
            if unit is None and value is not None:
                notices.add("UNIT_MISSING", f"{name}没有印单位", place, address)
            if column.key == "amount":  # the key of the other amount column names its unit
                amount_unit = "万元" if unit == "元" else unit
        cells[column.key] = cell_of(value, column)
    return Table2Row(clause.item, row.key, label, cells, amount_unit)


def _from_yuan(value: Parsed) -> Parsed:
    if isinstance(value.value, int | Decimal):
        exact = Decimal(value.value) / 10000
        value.value = (
            exact.quantize(Decimal(1)) if exact == exact.to_integral() else exact.normalize()
        )
        value.unit = "万元"
    return value


def _row2_values(
    runs: list[Run], columns: tuple[Column, ...], key: str, label: str, notices: Notices
) -> list[Parsed | None] | None:
    """The row's values in the order of its columns; None if their places are not certain."""
    width = len(columns)
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
    if len(values) == width:
        return list(values)
    if len(values) < width and run.cells is not None and len(run.cells) >= width:
        return [v for _, v in run.cells[:width]]
    if len(values) > width == 1 and all(v.value in (values[0].value, 0) for v in values[1:]):
        notices.add(
            "T2_EXTRA_CELLS",
            f"表二“{label}”只应有 1 个数，印了 {len(values)} 个（{shown(values)}），取第一个",
            run.place,
            f"t2.{key}",
        )
        return [values[0]]
    notices.add(
        "T2_ROW_UNREADABLE",
        f"表二“{label}”应有 {width} 个数，读到 {len(values)} 个（{shown(values)}），"
        "无法判断各属哪一格，均未读入",
        run.place,
        f"t2.{key}",
    )
    return None
