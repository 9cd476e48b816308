"""Table 四: reconsideration and litigation, one row of 15 cells."""

from __future__ import annotations

from gongkai.annual_report.model import Cell
from gongkai.annual_report.read.interpret.align import core
from gongkai.annual_report.read.interpret.common import (
    Notices,
    blanks_kept,
    cells_of,
    leftover,
    shown,
    spread,
    start_columns,
    unread,
    value_notice,
    without_strays,
)
from gongkai.annual_report.read.interpret.lines import Line
from gongkai.annual_report.read.interpret.runs import Run, Strip, runs_of
from gongkai.annual_report.read.interpret.values import Parsed
from gongkai.law.formats import report_format

T4_WIDTH = len(report_format("2021").table4_keys)


def read_table4(lines: list[Line], notices: Notices) -> tuple[Cell, ...] | None:
    """The 15 cells of table 四; None if these lines hold no such table."""
    strip = without_strays(runs_of(lines, T4_WIDTH), T4_WIDTH)
    text = core(strip.text)
    columns = [c for _ in range(3) for c in report_format("2021").table4_columns]
    starts = start_columns(strip.runs, T4_WIDTH)
    kept = blanks_kept(strip.runs)
    spreads = [spread(run, T4_WIDTH, None, starts, kept=kept) for run in strip.runs]
    whole = [i for i, values in enumerate(spreads) if values is not None]
    if not whole and (joined := _joined4(strip.runs)):
        spreads = [joined]
        strip = Strip([strip.runs[0]])
        whole = [0]
    if not whole:
        head = sum(word in text for word in _HEADS4)
        if not strip.runs and head < 2:
            return None
        if strip.runs:
            all_values = [v for run in strip.runs for v in run.values]
            parted = f"，分在 {len(strip.runs)} 处" if len(all_values) == T4_WIDTH else ""
            notices.add(
                "T4_UNREADABLE",
                f"表四应有 {T4_WIDTH} 个数，读到 {len(all_values)} 个（{shown(all_values)}）"
                f"{parted}，无法判断各属哪一格，均未读入",
                strip.runs[0].place,
                "t4",
            )
            return tuple(unread(strip.runs[0]) for _ in columns)
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
            return tuple(unread(run) for _ in columns)
        leftover(other, "表四", notices)
    keys = report_format("2021").table4_keys
    blocks = {b.key: b.label for b in report_format("2021").table4_blocks}
    for key, value, column in zip(keys, chosen, columns, strict=True):
        block = key.removesuffix(f"_{column.key}")
        name = ("表四", blocks[block], f"t4.{block}_")
        if value is None or value.doubt:
            value_notice(value, name, column, run.place, notices)
    return cells_of(chosen, columns)


_HEADS4 = ("结果维持", "结果纠正", "尚未审结", "复议后起诉", "直接起诉")


def _joined4(runs: list[Run]) -> list[Parsed | None] | None:
    """15 values from a row a block (three of five) or a label a value (15 of one)."""
    if [len(run.values) for run in runs] == [5, 5, 5]:
        marks = ("复议", "直接", "后")
        named = [core(run.before) for run in runs]
        if any(named[1:]) and not all(m in n for m, n in zip(marks, named, strict=True)):
            return None
    elif len(runs) == T4_WIDTH and all(len(run.values) == 1 for run in runs):
        labels = [c.label for _ in range(3) for c in report_format("2021").table4_columns]
        if not all(core(r.before).endswith(la) for r, la in zip(runs, labels, strict=True)):
            return None
    else:
        return None
    return [v for run in runs for v in run.values]
