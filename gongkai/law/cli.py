"""``gongkai law``: the clock, fees, working days and the values in force, from the command line.

The only place in this room that looks at today's date, as the default of ``--on``.
Bad input gives one Chinese sentence on standard error and exit code 2.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from gongkai.law.calendar import FIRST_YEAR, LAST_YEAR, CalendarRangeError, national
from gongkai.law.deadlines import EventError, clock
from gongkai.law.deadlines.events import parse_day
from gongkai.law.fees import Mode, fee
from gongkai.law.parameters import MARKS, NoRuleInForce, Rule, statute

#: A file of events is a few kilobytes; more than this is a wrong file.
MAX_BYTES = 20_000_000


class Usage(click.ClickException):
    """Unusable input: one Chinese sentence, exit code 2."""

    exit_code = 2


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return parse_day(value, "命令中")
    except EventError as wrong:
        raise Usage(str(wrong)) from None


def _count(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 12):
        raise Usage(f"“{value}”不是可用的数，请填写 0 或者正整数，最多 12 位。")
    return int(value)


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _print_json(value: Any) -> None:
    click.echo(_printable(json.dumps(value, ensure_ascii=False, indent=2)))


@click.group
def commands() -> None:
    """法定期限、收费、工作日和现行规定。"""


@commands.command("clock")
@click.argument("events", metavar="EVENTS.json|-")
@click.option(
    "--on",
    "as_of",
    callback=_day,
    metavar="日期",
    help="以这一天为准判断是否逾期（默认：视为不再有新事件）。",
)
def clock_command(events: str, as_of: date | None) -> None:
    """由事件推算收到之日、补正期限、答复期限等，逐步列出依据。

    EVENTS.json 为 {"id": …, "events": […]}，也可以是事件列表、多个情形的列表，或者含
    scenarios 的文件；“-”从标准输入读取。
    """
    raw = _read_json(events)
    if isinstance(raw, Mapping) and "scenarios" in raw:
        raw = raw["scenarios"]
    several = isinstance(raw, list) and any(isinstance(s, Mapping) and "events" in s for s in raw)
    if several:
        _print_json([_clock(one, as_of, n) for n, one in enumerate(raw, 1)])
    else:
        _print_json(_clock(raw, as_of))


def _clock(scenario: Any, as_of: date | None, number: int | None = None) -> dict[str, Any]:
    try:
        return clock(scenario, as_of=as_of)
    except (EventError, CalendarRangeError) as wrong:
        place = "" if number is None else f"第 {number} 个情形："
        raise Usage(f"{place}{wrong}") from None


def _read_json(name: str) -> Any:
    """The JSON in a file or on standard input; Usage for everything that is not JSON."""
    label = "标准输入" if name == "-" else f"文件“{name}”"
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(name).open("rb") as source:
                data = source.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise Usage(f"找不到{label}，请检查路径。") from None
    except IsADirectoryError:
        raise Usage(f"“{name}”是文件夹，请指定一个 JSON 文件。") from None
    except (OSError, ValueError):
        raise Usage(f"打不开{label}，请检查路径和权限。") from None
    if len(data) > MAX_BYTES:
        raise Usage(f"{label}太大，请确认是事件的 JSON 文件。")
    if not data.strip():
        raise Usage(f"{label}是空的，请提供事件的 JSON。")
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise Usage(f"{label}不是 UTF-8 编码，请另存为 UTF-8。") from None
    except json.JSONDecodeError as wrong:
        raise Usage(
            f"{label}不是正确的 JSON（第 {wrong.lineno} 行第 {wrong.colno} 列），请改正后再试。"
        ) from None
    except (ValueError, RecursionError):
        raise Usage(f"{label}不是可用的 JSON，请改正后再试。") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of the JSON; Usage where a key stands twice, for one of the two would be lost."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Usage(f"同一个对象里“{key[:40]}”写了两次，请只留一个。")
        found[key] = value
    return found


@commands.command("fee")
@click.option(
    "--pieces", callback=_count, metavar="N", help="同一申请人当月（自然月）申请件数，按件计收。"
)
@click.option("--pages", callback=_count, metavar="N", help="单件申请提供信息的页数，按量计收。")
@click.option("--on", callback=_day, metavar="日期", help="适用哪一天的标准（默认：今天）。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def fee_command(pieces: int | None, pages: int | None, on: date | None, as_json: bool) -> None:
    """信息处理费：按件或者按量，只能选一种。"""
    if (pieces is None) == (pages is None):
        raise Usage("请在 --pieces（按件）和 --pages（按量）中选一种，只选一种。")
    mode: Mode = "per_piece" if pieces is not None else "per_page"
    units = pieces if pieces is not None else pages
    assert units is not None
    try:
        found = fee(mode, units, on=on or date.today())
    except NoRuleInForce as none:
        raise Usage(str(none)) from None
    if as_json:
        _print_json(
            {
                "mode": found.mode,
                "units": found.units,
                "total": found.total,
                "rate": found.rate,
                "formula": found.formula,
                "article": found.article,
            }
        )
        return
    unit = "件" if mode == "per_piece" else "页"
    click.echo(f"合计 {found.total} 元（最后一{unit} {found.rate} 元）")
    click.echo(f"计算：{found.formula}")
    click.echo(f"依据：{found.article}")


@commands.command("workdays")
@click.argument("first", metavar="FROM", callback=_day)
@click.argument("last", metavar="TO", callback=_day)
@click.option("--list", "as_list", is_flag=True, help="逐日列出工作日。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def workdays_command(first: date, last: date, as_list: bool, as_json: bool) -> None:
    """两个日期之间的工作日（含调休）。"""
    if last < first:
        raise Usage(f"结束日期 {last} 早于开始日期 {first}，请对调。")
    days = national()
    working = ([first] if days.is_working(first) else []) + days.days(first, last)
    swapped = [d for d in working if days.is_swapped(d)]
    unsure = sorted({d.year for d in (first, last) if days.is_provisional(d)})
    if as_json:
        _print_json(
            {
                "from": first.isoformat(),
                "to": last.isoformat(),
                "working_days": len(working),
                "after_first_day": days.count(first, last),
                "swapped": [d.isoformat() for d in swapped],
                "days": [d.isoformat() for d in working],
                "provisional": bool(unsure),
            }
        )
        return
    click.echo(f"{first} 至 {last}：{len(working)} 个工作日")
    click.echo(f"首日不计：{days.count(first, last)} 个工作日")
    if swapped:
        click.echo("调休上班：" + "、".join(d.isoformat() for d in swapped))
    if as_list:
        for day in working:
            click.echo(day.isoformat())
    if unsure:
        click.echo("注意：放假安排尚未公布的年份按预计计算，结果可能变动。", err=True)


@commands.command("rules")
@click.option("--on", callback=_day, metavar="日期", help="哪一天有效的规定（默认：今天）。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@click.option("--markdown", is_flag=True, help="全部规定及其沿革，Markdown 表格。")
def rules_command(on: date | None, as_json: bool, markdown: bool) -> None:
    """列出某日有效的每一项规定及其依据。"""
    if markdown:
        click.echo(history())
        return
    day = on or date.today()
    found = list(statute().in_force(day))
    if as_json:
        _print_json([_rule_json(r) for r in found])
        return
    click.echo(f"{day} 有效的规定，共 {len(found)} 项（日历：{FIRST_YEAR}—{LAST_YEAR} 年）")
    for one in found:
        number = f"{one.number} " if one.number else ""
        until = f" 至 {one.until}" if one.until else ""
        click.echo(f"{number}{one.title}：{_text(one.value)}（{one.unit}） [{one.key}]")
        if one.note:
            click.echo(f"    说明：{one.note}")
        click.echo(f"    {one.article}；有效期：{one.since} 起{until}；{MARKS[one.mark]}")


def history() -> str:
    """Every value with its dates as a Markdown table, for docs/law-changes.md."""
    lines = ["| 编号 | 规定 | 值 | 起 | 止 | 依据 | 把握 |", "|---|---|---|---|---|---|---|"]
    for known in statute().values.values():
        for one in known:
            cells = (
                one.number or "",
                f"{one.title}<br>`{one.key}`",
                f"{_text(one.value)}（{one.unit}）",
                one.since.isoformat(),
                one.until.isoformat() if one.until else "",
                one.article,
                MARKS[one.mark],
            )
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_text(v) for v in value) or "无"
    if isinstance(value, Mapping):
        return "，".join(f"{k} {_text(v)}" for k, v in value.items())
    return "不设" if value is None else str(value)


def _rule_json(one: Rule) -> dict[str, Any]:
    return {
        "key": one.key,
        "number": one.number,
        "title": one.title,
        "value": one.value,
        "unit": one.unit,
        "article": one.article,
        "since": one.since.isoformat(),
        "until": one.until.isoformat() if one.until else None,
        "mark": one.mark,
        "note": one.note,
    }
