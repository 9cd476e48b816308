"""``gongkai report parse``: files in, structured reports out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.table import Table

from gongkai.annual_report.check.narrative import as_published
from gongkai.annual_report.cli.files import Troubles, each, expand, read_file
from gongkai.annual_report.cli.json_list import JsonList
from gongkai.annual_report.exchange import dumps
from gongkai.annual_report.model import Report
from gongkai.annual_report.read import UnusableInput

_TABLES = (("t2", "表二"), ("t3", "表三"), ("t4", "表四"))


@dataclass(frozen=True)
class Parsed:
    """What one report gives to the output: its JSON text, or its line in the summary."""

    json: str
    summary: tuple[str, ...]
    notices: tuple[str, ...]


@click.command("parse")
@click.argument("files", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON：一份年报是对象，多份是列表。")
@click.option(
    "--jobs", type=click.IntRange(1, 64), help="并行进程数；默认按处理器核数（最多 4 个）。"
)
@click.pass_context
def command(ctx: click.Context, files: tuple[str, ...], as_json: bool, jobs: int | None) -> None:
    """读取年报文件（文本、网页、DOCX、PDF、XLSX、图片等），得出结构化数据。

    FILES 可以是多个文件、文件夹，或者“-”（标准输入）。多个文件中
    明显不是年报的（如说明文档）跳过并说明。退出码：0 全部读出，2 有文件不能用。
    """
    paths = expand(files)
    results = each(paths, _json_of if as_json else _summary_of, jobs=jobs)
    troubles = Troubles(many=len(paths) > 1)
    read = 0
    printer = JsonList(single=len(paths) == 1) if as_json else None
    rows: list[tuple[str, ...]] = []
    notices: tuple[str, ...] = ()
    for path, result in results:
        if isinstance(result, UnusableInput):
            troubles.tell(path, result)
            continue
        read += len(result)
        if printer:
            printer.add(parsed.json for parsed in result)
        else:
            rows += [parsed.summary for parsed in result]
            notices = result[0].notices if len(paths) == len(result) == 1 else ()
    if printer:
        printer.close()
    elif rows:
        _print_summary(rows, notices)
    ctx.exit(2 if troubles.unusable(read) else 0)


def _json_of(path: Path) -> list[Parsed]:
    """A report a line: what prints it alone lays it out for the eye."""
    return [Parsed(dumps(as_published(report), indent=None), (), ()) for report in read_file(path)]


def _summary_of(path: Path) -> list[Parsed]:
    return [
        Parsed("", _summary(path, report), tuple(n.message for n in report.notices))
        for report in read_file(path)
    ]


def _summary(path: Path, report: Report) -> tuple[str, ...]:
    counts = dict.fromkeys(("t2", "t3", "t4"), 0)
    filled = dict(counts)
    for address, cell in report.cells():
        counts[address[:2]] += 1
        filled[address[:2]] += cell.value is not None
    name = "标准输入" if str(path) == "-" else path.name
    return (
        name,
        report.agency or "未见机关名",
        str(report.year or "未见年份"),
        "旧" if report.format == "older" else report.format,
        *(f"{filled[t]}/{counts[t]}" if counts[t] else "无" for t, _ in _TABLES),
        str(len(report.notices)),
    )


def _print_summary(rows: list[tuple[str, ...]], notices: tuple[str, ...]) -> None:
    console = Console()
    if not console.is_terminal:
        console.width = 120
    caption = "表二至表四：有值的格数/应有的格数"
    table = Table(title=f"读出 {len(rows)} 份年报", caption=caption, box=box.SIMPLE_HEAD)
    for head in ("文件", "机关"):
        table.add_column(head, overflow="fold")
    for head in ("年度", "格式", *(name for _, name in _TABLES), "提示"):
        table.add_column(head, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console.print(table)
    for message in notices:
        console.print(f"· {message}", markup=False, highlight=False, soft_wrap=True)
