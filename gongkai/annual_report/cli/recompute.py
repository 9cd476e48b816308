"""``gongkai report recompute``: an open ledger in, every cell beside the published one out."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import click

from gongkai.annual_report.check.subject import name_cell
from gongkai.annual_report.cli.files import complain, read_file
from gongkai.annual_report.model import Report, shown
from gongkai.annual_report.open_ledger import (
    Compared,
    Ledger,
    UnusableLedger,
    compare,
)
from gongkai.annual_report.read import UnusableInput


@click.command()
@click.argument("ledger", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--report",
    "report_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="公布的年报（从网站下载的 JSON 文件）；不给时与台账里写明的公布数比较",
)
@click.option("--all", "show_all", is_flag=True, help="每一格都列出来，不只列不一致的和人工改动的")
def command(ledger: Path, report_file: Path | None, show_all: bool) -> None:
    """用开放台账的明细行重新计算年报的表格，逐格与公布数比较。

    LEDGER 是从网站下载的开放台账（ZIP 文件）。不需要数据库，也不需要联网。
    人工改动的格（公布数与明细行不同，但写明了理由）单独列出，不算一致，也不算不一致。
    退出码：0 没有不一致，1 有不一致，2 文件不能用。
    """
    try:
        opened = Ledger(str(ledger))
        published = None
        if report_file is not None:
            report = _report(report_file)
            published = {address: shown(cell.value) for address, cell in report.cells()}
        if damaged := opened.damaged():
            raise UnusableLedger(f"文件与登记的校验值不一致：{'、'.join(damaged)}。请重新下载。")
        cells = compare(opened, published)
    except UnusableLedger as error:
        complain(ledger, str(error))
        sys.exit(2)
    except UnusableInput as error:
        complain(report_file or ledger, str(error))
        sys.exit(2)
    different = [c for c in cells if not c.equal]
    by_hand = sum(1 for c in cells if c.by_hand)
    click.echo(f"{opened.about['title']}（{opened.about['agency']}）")
    digest = hashlib.sha256(ledger.read_bytes()).hexdigest()
    click.echo(f"文件校验值（SHA-256）：{digest}（应与网页上的相同，不同的是被改过的文件）")
    for cell in cells if show_all else [c for c in cells if not c.equal or c.by_hand]:
        click.echo(_line(opened, cell))
    words = f"共 {len(cells)} 格，一致 {len(cells) - len(different) - by_hand} 格"
    if by_hand:
        words += f"，人工改动 {by_hand} 格（公布数与明细行不同，写明了理由）"
    click.echo(f"{words}，不一致 {len(different)} 格。")
    sys.exit(1 if different else 0)


def _report(path: Path) -> Report:
    reports = read_file(path)
    if len(reports) != 1:
        raise UnusableInput(f"里面有 {len(reports)} 份年报，请给出只有一份的文件。")
    return reports[0]


def _line(ledger: Ledger, cell: Compared) -> str:
    """One cell: whether it is equal, its address and name, what the rows give, what was said."""
    said = "人工改动" if cell.by_hand else "一致" if cell.equal else "不一致"
    said = said.ljust(4, "\u3000")
    name = name_cell(cell.address, ledger.form.id)
    numbers = f"明细行算得 {cell.counted or '空'}"
    if cell.changed:
        numbers += f"，人工改为 {cell.changed}（{cell.reason}）"
    return f"{said}  {cell.address}  {name}：{numbers}，公布数 {cell.published or '空'}"
