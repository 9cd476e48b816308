"""``gongkai report formats``: the official tables of each format."""

from __future__ import annotations

from dataclasses import asdict

import click

from gongkai.annual_report.exchange import dumps
from gongkai.law.formats import FORMAT_IDS, ReportFormat, report_format


@click.command("formats")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def command(as_json: bool) -> None:
    """列出法定年报格式：适用年度、章节、三张表的行和列。"""
    formats = [report_format(format_id) for format_id in FORMAT_IDS]
    if as_json:
        click.echo(dumps([asdict(f) for f in formats]))
        return
    click.echo("\n\n".join(_described(f) for f in formats))


def _described(fmt: ReportFormat) -> str:
    until = f"至 {fmt.last_year} 年度" if fmt.last_year else "年度起"
    lines = [f"{fmt.id} 年格式（{fmt.source}，{fmt.first_year} {until}）", "", "章节："]
    lines += [f"  {title}" for title in fmt.sections]
    lines.append("表二：")
    for block in fmt.table2:
        lines.append(f"  {block.clause}：" + "、".join(c.label for c in block.columns))
        lines += [f"    {row.label}（{row.key}）" for row in block.rows]
    lines.append("表三列：" + "、".join(f"{c.label}（{c.key}）" for c in fmt.table3_columns))
    lines.append("表三行：")
    lines += [f"    {row.label}（{row.key}）" for row in fmt.table3_rows]
    lines.append("表四：" + "、".join(b.label for b in fmt.table4_blocks))
    lines.append("  每组：" + "、".join(c.label for c in fmt.table4_columns))
    return "\n".join(lines)
