"""Table 三: the applications of the year."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gongkai.annual_report.model import Cell
from gongkai.annual_report.read.interpret.align import CLEAR, Labels, align, core, settled
from gongkai.annual_report.read.interpret.column_order import (
    in_official_order,
    order_in_text,
    order_of,
)
from gongkai.annual_report.read.interpret.common import (
    Notices,
    blanks_kept,
    cells_of,
    leftover,
    shown,
    spread,
    start_columns,
    texts_after,
    unread,
    value_notice,
    without_strays,
)
from gongkai.annual_report.read.interpret.labels import TABLE3_HEADS, table3_rows
from gongkai.annual_report.read.interpret.lines import Line
from gongkai.annual_report.read.interpret.runs import Run, Strip, runs_of
from gongkai.annual_report.read.interpret.values import Parsed
from gongkai.law.formats import Column, Row, report_format

T3_WIDTH = len(report_format("2021").table3_columns)


def read_table3(
    lines: list[Line], format_id: str, notices: Notices
) -> dict[str, tuple[Cell, ...]] | None:
    """Table 三, every row of the format a key; None if these lines hold no such table."""
    strip = without_strays(runs_of(lines, T3_WIDTH), T3_WIDTH)
    text = core(strip.text)
    split = any(word in text for word in ("逾期不补正", "未按收费通知")) or (
        format_id == "2021" and "其他处理" not in text
    )
    rows, labels = table3_rows(split_other=split)
    if not any(len(run.values) == T3_WIDTH for run in strip.runs) and not any(
        len(label) > 5 and label in text for label in labels.exact
    ):
        return None
    if format_id == "2021" and not split and "其他处理" in text:
        notices.add("T3_OTHER_COLLAPSED", "表三“（六）其他处理”只有一行，没有分成三个子项")
    columns = report_format("2021").table3_columns
    starts = start_columns(strip.runs, T3_WIDTH)
    heads = _head_columns(lines)
    kept = blanks_kept(strip.runs)
    spreads = [
        spread(
            run, T3_WIDTH, heads.get(run.grid) if run.grid is not None else None, starts, kept=kept
        )
        for run in strip.runs
    ]
    turned = {grid: order_of(cols) for grid, cols in heads.items()}
    in_text = order_in_text(strip, T3_WIDTH)
    spreads = [
        in_official_order(values, in_text if run.grid is None else turned.get(run.grid))
        for run, values in zip(strip.runs, spreads, strict=True)
    ]
    if in_text or any(turned.values()):
        message = "表三的列不是规定的次序，已按印出的列名归位，请核对"
        notices.add("T3_COLUMNS_MOVED", message, strip.runs[0].place if strip.runs else None)
    placed = _placed(strip, spreads, rows, labels)
    table: dict[str, tuple[Cell, ...]] = {}
    for run, values, place in zip(strip.runs, spreads, placed, strict=True):
        if place is None:
            leftover(run, "表三", notices)
            continue
        row = rows[place.row]
        if place.labelled and labels.garbled(run.own, place.row):
            message = f"表三的行名“{run.own.strip()}”与规定的“{row.label}”不同"
            notices.add("LABEL_DIFFERS", message, run.place, f"t3.{row.key}")
        cells = _row3(run, values, row, place, columns, notices)
        if cells is not None:
            table[row.key] = cells
    missing = [row.label for row in rows if row.key not in table]
    if missing and strip.runs:
        listed = "、".join(missing[:4]) + ("等" if len(missing) > 4 else "")
        message = f"表三有 {len(missing)} 行没有数：{listed}；这些格为空，未作 0 处理"
        notices.add("T3_ROWS_MISSING", message)
    elif missing:
        notices.add("T3_BLANK", "表三没有任何数；各格为空，未作 0 处理")
    blank = (Cell(),) * T3_WIDTH
    return {row.key: table.get(row.key, blank) for row in rows}


@dataclass(slots=True)
class _Placed:
    """The row of a run: ``labelled`` by its own print, ``sure`` at least by its neighbours."""

    row: int
    labelled: bool
    sure: bool


def _placed(
    strip: Strip, spreads: list[list[Parsed | None] | None], rows: tuple[Row, ...], labels: Labels
) -> list[_Placed | None]:
    """Each run's row; None: it has none."""
    whole = [values is not None for values in spreads]
    scores = [labels.scores(run.own, run.before) for run in strip.runs]
    placed = align(scores, whole)
    if _turned3(strip, labels):
        scores2 = [labels.scores("", text) for text in texts_after(strip)]
        placed2 = align(scores2, whole)
        if _sums_fail(placed2, spreads, rows) < _sums_fail(placed, spreads, rows):
            scores, placed = scores2, placed2
    sure = settled(placed, scores, len(rows))
    _doubt_guessed_blocks(sure, placed, scores, spreads)
    return [
        None if row is None else _Placed(row, scores[i][row] >= CLEAR, sure[i])
        for i, row in enumerate(placed)
    ]


def _row3(
    run: Run,
    values: list[Parsed | None] | None,
    row: Row,
    place: _Placed,
    columns: tuple[Column, ...],
    notices: Notices,
) -> tuple[Cell, ...] | None:
    """The cells of a row; None if it is not certain that the run belongs to it."""
    address = f"t3.{row.key}"
    if values is None or not place.sure:
        why = "没有可辨认的行名，无法判断属于哪一行"
        if values is None:
            why = f"有 {len(run.values)} 个数，应为 {T3_WIDTH} 个，无法判断各属哪一列"
        message = f"表三“{row.label}”一带的数“{shown(run.values)}”{why}，均未读入"
        notices.add("T3_ROW_UNREADABLE", message, run.place, address)
        return tuple(unread(run) for _ in columns) if values is None else None
    if not place.labelled:
        message = f"表三有一行数没有行名，按前后各行推定为“{row.label}”，请核对"
        notices.add("T3_LABEL_MISSING", message, run.place, address)
    name = ("表三", row.label, f"{address}.")
    for column, value in zip(columns, values, strict=True):
        if value is None or value.doubt:
            value_notice(value, name, column, run.place, notices)
    return cells_of(values, columns, 1.0 if place.labelled else 0.8)


def _turned3(strip: Strip, labels: Labels) -> bool:
    """Whether the numbers may stand before their labels, not after."""
    if len(strip.runs) < 2 or not strip.tail:
        return False
    last = len(labels.variants) - 1
    return (
        labels.scores("", strip.tail)[last] >= CLEAR
        and labels.scores(strip.runs[0].own, strip.runs[0].before)[0] < CLEAR
        and labels.scores("", strip.runs[1].before)[0] >= CLEAR
    )


def _sums_fail(
    placed: list[int | None], spreads: list[list[Parsed | None] | None], rows: tuple[Row, ...]
) -> int:
    """In how many columns the result rows do not add up to （七）总计."""
    by_key = {rows[r].key: spreads[i] for i, r in enumerate(placed) if r is not None}
    outside = {"new_received", "carried_over", "total_concluded", "carried_forward"}
    total = by_key.get("total_concluded")
    if total is None:
        return T3_WIDTH + 1
    failures = 0
    for column in range(T3_WIDTH):
        parts = [_number(v[column]) for k, v in by_key.items() if k not in outside and v]
        failures += sum(parts) != _number(total[column])
    return failures


def _number(value: Parsed | None) -> int | Decimal:
    return value.value if value and isinstance(value.value, int | Decimal) else 0


def _doubt_guessed_blocks(
    sure: list[bool],
    placed: list[int | None],
    scores: list[tuple[float, ...]],
    spreads: list[list[Parsed | None] | None],
) -> None:
    """Three or more rows in succession that no label speaks for must add up, each of them.

    Numbers that were printed column by column fall into rows as well: only their sums tell.
    """
    block: list[int] = []
    for i in [*range(len(placed)), -1]:
        row = placed[i] if i >= 0 else None
        if i >= 0 and (row is None or scores[i][row] < CLEAR):
            block.append(i)
            continue
        guessed = [k for k in block if placed[k] is not None]
        if len(guessed) > 2 and not all(_adds_up(spreads[k]) for k in guessed):
            for k in guessed:
                sure[k] = False
        block = []


def _adds_up(values: list[Parsed | None] | None) -> bool:
    return values is not None and sum(map(_number, values[:-1])) == _number(values[-1])


def _head_columns(lines: list[Line]) -> dict[int, list[int]]:
    """Grid → the columns of natural … total in it, where its head names all seven."""
    named: dict[int, dict[str, int]] = {}
    width: dict[int, int] = {}
    for line in lines:
        if line.grid is None or line.cells is None:
            continue
        found = named.setdefault(line.grid, {})
        width[line.grid] = max(width.get(line.grid, 0), *(c.col + 1 for c in line.cells))
        for cell in line.cells if len(found) < T3_WIDTH else ():
            if cell.text in TABLE3_HEADS and cell.text not in found:
                found[cell.text] = cell.col
    out = {grid: [found[h] for h in TABLE3_HEADS if h in found] for grid, found in named.items()}
    known = {g: cols for g, cols in out.items() if len(set(cols)) == T3_WIDTH}
    by_width = {width[g]: cols for g, cols in known.items()}
    for grid in out:
        if grid not in known and width[grid] in by_width:
            known[grid] = by_width[width[grid]]  # the table goes on after a page break
    return known
