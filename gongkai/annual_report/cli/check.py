"""``gongkai report check``: files in, findings out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gongkai.annual_report.check import RULES, Finding, Level, check
from gongkai.annual_report.check.plain import LEVELS, SIGNS, counts, result_dict
from gongkai.annual_report.cli.files import Troubles, complain, each, excerpt_of, expand, read_file
from gongkai.annual_report.cli.json_list import JsonList
from gongkai.annual_report.exchange import dumps
from gongkai.annual_report.model import Report
from gongkai.annual_report.read import UnusableInput

_STYLES: dict[Level, str] = {"error": "bold red", "warn": "yellow", "info": "dim"}


@dataclass(frozen=True)
class Options:
    """What every file of one run is checked with."""

    levels: dict[str, Level | Literal["off"]]
    previous: tuple[Report, ...] = ()
    parts: tuple[Report, ...] = ()
    others: tuple[Report, ...] = ()
    published_on: date | None = None
    submitted_on: date | None = None
    government: bool | None = None

    def findings(self, report: Report) -> list[Finding]:
        return check(
            report,
            previous=_last_year(report, self.previous),
            parts=_of_the_year(report, self.parts),
            others=[o for o in self.others if not _same(o, report)],
            levels=self.levels,
            published_on=self.published_on,
            submitted_on=self.submitted_on,
            government=self.government,
        )

    def asides(self, report: Report) -> Iterator[str]:
        """What was given beside this report and could not be used for it."""
        before = _last_year(report, self.previous)
        if self.previous and before is None:
            year = f" {report.year - 1} 年度" if report.year else "上一年度"
            yield f"--previous 给的文件里没有同一机关{year}的年报，年度衔接没有检查。"
        elif before and before.agency and report.agency and before.agency != report.agency:
            yield f"--previous 给的是{before.agency}的年报，机关不同，请核对是不是给错了文件。"
        left = len(self.parts) - len(_of_the_year(report, self.parts))
        if left:
            yield f"--parts 给的年报中有 {left} 份不是 {report.year} 年度的，没有计入汇总。"


def _last_year(report: Report, candidates: tuple[Report, ...]) -> Report | None:
    """The one report given, or of several the same body's; never one of another year."""
    if report.year is None:
        return candidates[0] if len(candidates) == 1 else None
    fit = [c for c in candidates if c.year in (report.year - 1, None)]
    if len(candidates) == 1:
        return next(iter(fit), None)
    return next((c for c in fit if c.agency == report.agency and c.year), None)


def _of_the_year(report: Report, parts: tuple[Report, ...]) -> tuple[Report, ...]:
    """The parts that can be summed up in this report: those of its year."""
    return tuple(p for p in parts if report.year is None or p.year in (report.year, None))


def _same(one: Report, other: Report) -> bool:
    return one is other or (one.file, one.title, one.year) == (other.file, other.title, other.year)


@dataclass(frozen=True)
class Checked:
    """What one report gives to the output: its JSON text, or its findings for the eye."""

    agency: str | None
    year: int | None
    counts: dict[Level, int]
    findings: list[Finding]
    json: str
    asides: tuple[str, ...]
    #: What the reader says of a file that is not a whole report.
    excerpt: str = ""


class Work:
    """Reads and checks one file; the report itself stays where it was read."""

    def __init__(self, options: Options, *, as_json: bool) -> None:
        self.options = options
        self.as_json = as_json

    def __call__(self, path: Path) -> list[Checked]:
        return [self._checked(report) for report in read_file(path)]

    def _checked(self, report: Report) -> Checked:
        found = self.options.findings(report)
        tally = counts(found)
        asides = tuple(self.options.asides(report))
        if not self.as_json:
            return Checked(report.agency, report.year, tally, found, "", asides, excerpt_of(report))
        text = dumps(result_dict(report, found), indent=None)
        return Checked(report.agency, report.year, tally, [], text, asides)


def _levels(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> dict[str, Any]:
    """``C25=off``: a rule or a family of rules (C24) and its level for this run."""
    out = {}
    for text in given:
        rule, _, level = text.partition("=")
        rule = rule.strip()[:1].upper() + rule.strip()[1:]
        if level not in (*LEVELS, "off"):
            raise click.BadParameter(f"“{text}”不能用，请写成 C25=off（off、error、warn、info）。")
        if rule not in RULES and rule not in {known[:3] for known in RULES}:
            raise click.BadParameter(f"没有规则“{rule}”，可用 gongkai report rules 查看全部规则。")
        out[rule] = level
    return out


def _day(ctx: click.Context, param: click.Parameter, given: str | None) -> date | None:
    try:
        return None if given is None else date.fromisoformat(given)
    except ValueError:
        raise click.BadParameter(f"“{given}”不是日期，请写成 2024-01-31 的样子。") from None


class Beside(click.Command):
    """``check a.docx --parts towns/*.docx``, which the shell writes out, names parts only.

    Behind the files to be checked, every name up to the next option belongs to the option.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        valued = {
            name
            for option in self.params
            if isinstance(option, click.Option) and not option.is_flag
            for name in option.opts
        }
        out: list[str] = []
        owner, named = "", False
        rest = iter(args)
        for arg in rest:
            if arg == "--":
                out += [arg, *rest]
            elif arg.startswith("-") and arg != "-":
                owner = arg if named and arg in ("--previous", "--parts", "--others") else ""
                out += [arg, *islice(rest, arg in valued)]
            elif owner:
                out += [owner, arg]
            else:
                named = True
                out.append(arg)
        return super().parse_args(ctx, out)


@click.command("check", cls=Beside)
@click.argument("files", nargs=-1, required=True)
@click.option("--previous", multiple=True, metavar="文件", help="上一年度的年报，用于年度间衔接。")
@click.option("--parts", multiple=True, metavar="文件", help="各下级单位的年报，用于核对汇总。")
@click.option("--others", multiple=True, metavar="文件", help="其他单位的年报，用于查雷同。")
@click.option(
    "--level",
    "levels",
    multiple=True,
    callback=_levels,
    metavar="规则=级别",
    help="改一条规则的级别，如 C25=off。",
)
@click.option("--published", callback=_day, metavar="年-月-日", help="公布日期。")
@click.option("--submitted", callback=_day, metavar="年-月-日", help="报送主管部门的日期。")
@click.option(
    "--government/--department", default=None, help="按政府或者部门的期限检查；默认看机关名称。"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON：一份年报是对象，多份是列表。")
@click.option(
    "--jobs", type=click.IntRange(1, 64), help="并行进程数；默认按处理器核数（最多 4 个）。"
)
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[str, ...],
    previous: tuple[str, ...],
    parts: tuple[str, ...],
    others: tuple[str, ...],
    levels: dict[str, Any],
    published: date | None,
    submitted: date | None,
    government: bool | None,
    as_json: bool,
    jobs: int | None,
) -> None:
    """检查年报：勾稽关系、格式、文字与表格一致、错别字、年度衔接、汇总、雷同。

    FILES 可以是多个文件、文件夹，或者“-”（标准输入）；--previous、--parts、--others 写在
    FILES 之后，可以跟多个文件或者文件夹，也可以重复。多个文件中明显不是年报的（如说明文档）
    跳过并说明。退出码：0 没有错误，1 有错误级别的发现，2 有文件不能用。
    """
    options = Options(
        levels,
        _beside(ctx, previous),
        _beside(ctx, parts),
        _beside(ctx, others),
        published,
        submitted,
        government,
    )
    console = Console(highlight=False, soft_wrap=True)
    paths = expand(files)
    rows: list[tuple[str, Checked]] = []
    read = 0
    wrong = False
    troubles = Troubles(many=len(paths) > 1)
    printer = JsonList(single=len(paths) == 1)
    work = Work(options, as_json=as_json)
    for path, result in each(paths, work, jobs=jobs, label="检查"):
        if isinstance(result, UnusableInput):
            troubles.tell(path, result)
            continue
        read += len(result)
        wrong = wrong or any(checked.counts["error"] for checked in result)
        for checked in result:
            for said in checked.asides:
                complain(path, said)
        if as_json:
            printer.add(checked.json for checked in result)
            continue
        for checked in result:
            _print(console, path, checked)
            rows.append((path.name, replace(checked, findings=[])))
    if as_json:
        printer.close()
    elif len(rows) > 1:
        _print_summary(console, rows)
    ctx.exit(2 if troubles.unusable(read) else 1 if wrong else 0)


def _beside(ctx: click.Context, names: tuple[str, ...]) -> tuple[Report, ...]:
    """The reports to compare with; an unusable one ends the run, for the result would mislead."""
    out: list[Report] = []
    paths = expand(names)
    troubles = Troubles(many=len(paths) > 1)
    for path in paths:
        try:
            out += read_file(path)
        except UnusableInput as error:
            troubles.tell(path, error)
    if troubles.unusable(len(out)):
        ctx.exit(2)
    return tuple(out)


def _tally(found: dict[Level, int]) -> str:
    return "、".join(f"{LEVELS[k]} {n}" for k, n in found.items() if n) or "没有发现问题"


def _print(console: Console, path: Path, checked: Checked) -> None:
    name = "标准输入" if str(path) == "-" else str(path)
    whose = " ".join(
        x for x in (checked.agency, f"{checked.year} 年度" if checked.year else None) if x
    )
    whose = whose or "没有写明机关和年度"
    console.print(Text(f"{name}  {whose}：{_tally(checked.counts)}", style="bold"))
    if checked.excerpt:
        console.print(Text(f"  ○ 说明 {checked.excerpt}。"))
    for finding in checked.findings:
        line = Text("  ")
        line.append(f"{SIGNS[finding.level]} {LEVELS[finding.level]}", style=_STYLES[finding.level])
        line.append(f" {finding.rule:<4} {finding.message}")
        if finding.place:
            line.append(f"（{finding.place}）", style="dim")
        console.print(line)
    console.print()


def _print_summary(console: Console, rows: list[tuple[str, Checked]]) -> None:
    table = Table(title=f"检查了 {len(rows)} 份年报")
    for head in ("文件", "机关", "年度"):
        table.add_column(head, overflow="fold")
    for word in LEVELS.values():
        table.add_column(word, justify="right")
    for name, checked in rows:
        table.add_row(
            name,
            checked.agency or "未见机关名",
            str(checked.year or "未见年份"),
            *(str(checked.counts[level]) for level in LEVELS),
        )
    console.print(table)
