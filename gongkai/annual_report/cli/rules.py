"""``gongkai report rules``: every rule of the check, with what it guards and what to do."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from gongkai.annual_report.check import RULES
from gongkai.annual_report.check.page import page
from gongkai.annual_report.check.plain import LEVELS, SIGNS, rule_dict
from gongkai.annual_report.exchange import dumps


@click.command("rules")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@click.option("--markdown", is_flag=True, help="输出 docs/rules.md 的内容（含例子）。")
def command(as_json: bool, markdown: bool) -> None:
    """列出年报检查的全部规则：编号、级别、检查什么、怎么改、依据。"""
    if as_json and markdown:
        raise click.UsageError("--json 和 --markdown 只能选一个。")
    rules = [RULES[i] for i in sorted(RULES)]
    if as_json:
        click.echo(dumps([rule_dict(r) for r in rules]))
        return
    if markdown:
        click.echo(page(), nl=False)
        return
    table = Table(title=f"年报检查规则（{len(rules)} 条）", show_lines=True)
    for head in ("编号", "级别", "规则", "检查什么", "怎么改", "依据"):
        table.add_column(head, overflow="fold")
    for r in rules:
        level = f"{SIGNS[r.level]} {LEVELS[r.level]}"
        table.add_row(r.id, level, r.title, r.about, r.advice, r.source)
    Console().print(table)
