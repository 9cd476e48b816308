"""``gongkai report compare``: two or more reports side by side."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import get_args

import click
from rich.console import Console
from rich.table import Table

from gongkai.annual_report.cli.files import Troubles, complain, each, expand, read_file
from gongkai.annual_report.compare import Comparison, Kind, Line, compare, to_dict
from gongkai.annual_report.exchange import dumps
from gongkai.annual_report.model import Report
from gongkai.annual_report.read import UnusableInput
from gongkai.annual_report.render.blocks import printed
from gongkai.documents import tables

_KINDS: tuple[Kind, ...] = get_args(Kind)


@click.command("compare")
@click.argument("files", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@click.option("--csv", "as_csv", is_flag=True, help="输出 CSV。")
@click.option("--as", "kind", type=click.Choice(_KINDS), help="比较方式；默认自动判断。")
@click.option("--all", "everything", is_flag=True, help="也列出全是 0 和空白的格。")
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[str, ...],
    as_json: bool,
    as_csv: bool,
    kind: Kind | None,
    everything: bool,
) -> None:
    """比较两份以上年报：同一机关的各年度、同一年度的各机关，或者同一份年报的几个文件。

    FILES 可以是多个文件、文件夹，或者“-”（标准输入）。多个文件中明显不是年报的（如说明文档）
    跳过并说明。退出码：0 已比较，2 有文件不能用。
    """
    if as_json and as_csv:
        raise click.UsageError("--json 和 --csv 只能选一个。")
    reports: list[Report] = []
    paths = expand(files)
    troubles = Troubles(many=len(paths) > 1)
    for path, result in each(paths, read_file):
        if isinstance(result, UnusableInput):
            troubles.tell(path, result)
        else:
            # A report that was written as data does not know its file.
            reports += [replace(one, file=one.file or path.name) for one in result]
    if troubles.unusable(len(reports)):
        ctx.exit(2)
    try:
        comparison = compare(reports, kind=kind)
    except ValueError as error:
        complain("、".join(files), str(error))
        ctx.exit(2)
    if as_json:
        click.echo(dumps(to_dict(comparison)))
    elif as_csv:
        sys.stdout.buffer.write(csv_text(comparison).encode())
    else:
        _print(comparison, everything)


def csv_text(comparison: Comparison) -> str:
    """One line a cell; for each report its value, difference and growth. Opens in spreadsheets."""
    head = ["地址", "表", "行", "列"]
    for name in comparison.names:
        head += [f"{name}{what}" for what in ("", " 增减", " 增长率")]
    rows = [head]
    for line in comparison.lines:
        row = [line.address, line.table, line.row, line.column]
        for value, change, ratio in zip(line.values, line.differences, line.growths, strict=True):
            row += [printed(value), printed(change), printed(ratio)]
        rows.append(row)
    return tables.csv_file(rows)


#: Columns of a terminal that the labels, and each report, need.
_LABEL_WIDTH = 34
_SIDE_WIDTH = 24


def _print(comparison: Comparison, everything: bool) -> None:
    # A window too narrow for every column breaks lines; it must not hide a figure.
    width = _LABEL_WIDTH + _SIDE_WIDTH * len(comparison.sides)
    console = Console(width=max(Console().width, width))
    # A value is worth a line when it is a mark or a number that is not zero.
    shown = [line for line in comparison.lines if everything or any(line.values)]
    table = Table(title=comparison.title)
    table.add_column("项目", overflow="fold", max_width=_LABEL_WIDTH - 4)
    for name in comparison.names:
        table.add_column(name, justify="right", overflow="fold", max_width=_SIDE_WIDTH - 4)
    last = ""
    for line in shown:
        if line.table != last:
            table.add_section()
            table.add_row(f"【{line.table}】")
            last = line.table
        table.add_row(f"{line.row}·{line.column}", *_cells(line))
    console.print(table)
    hidden = len(comparison.lines) - len(shown)
    if hidden:
        console.print(
            f"另有 {hidden} 格全是 0 或者空白，没有列出（--all 全部列出）。", highlight=False
        )
    for text in (*_chain(comparison), *comparison.notes):
        console.print(f"· {text}", markup=False, highlight=False, soft_wrap=True)


def _cells(line: Line) -> Iterator[str]:
    for value, state, change, ratio in zip(
        line.values, line.states, line.differences, line.growths, strict=True
    ):
        text = "无此项" if state == "none" else printed(value) or "空"
        if change is not None and change:
            sign = "+" if change > 0 else ""
            text += f"\n({sign}{printed(change)}{_percent(ratio)})"
        yield text


def _percent(ratio: Decimal | None) -> str:
    return "" if ratio is None else f"，{ratio * 100:+.1f}%"


def _chain(comparison: Comparison) -> Iterable[str]:
    """A sentence for each link of the chain of carried cases."""
    links: dict[tuple[int, int], list[str]] = {}
    unknown: dict[tuple[int, int], int] = {}
    for carry in comparison.carries:
        key = carry.earlier, carry.later
        broken = links.setdefault(key, [])
        if carry.agrees is None:
            unknown[key] = unknown.get(key, 0) + 1
        elif not carry.agrees:
            broken.append(f"{carry.label} {carry.carried_forward} → {carry.carried_over}")
    for (i, j), broken in links.items():
        names = f"{comparison.sides[i].name}结转下年 → {comparison.sides[j].name}上年结转"
        if broken:
            yield f"{names}：不一致（{'；'.join(broken)}）"
        elif (i, j) in unknown:
            yield f"{names}：有 {unknown[i, j]} 列空白，不能核对"
        else:
            yield f"{names}：一致"
