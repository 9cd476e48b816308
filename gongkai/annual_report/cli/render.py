"""``gongkai report render``: reports in, documents out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gongkai.annual_report.cli.files import (
    STDIN,
    Troubles,
    complain,
    each,
    excerpt_of,
    expand,
    read_file,
    unforeseen,
)
from gongkai.annual_report.model import Report
from gongkai.annual_report.read import UnusableInput
from gongkai.annual_report.render import KINDS, render

_STDOUT = "-"


@click.command("render")
@click.argument("files", nargs=-1, required=True)
@click.option("--to", "kind", required=True, type=click.Choice(list(KINDS)), help="输出格式。")
@click.option("-o", "--output", default=_STDOUT, help="输出文件或者文件夹；“-”为标准输出（默认）。")
@click.option("--force", is_flag=True, help="覆盖已有的文件。")
@click.pass_context
def command(
    ctx: click.Context, files: tuple[str, ...], kind: str, output: str, force: bool
) -> None:
    """把年报生成为网页、DOCX、PDF、XLSX、JSON 或者 CSV。

    FILES 可以是多个文件、文件夹，或者“-”（标准输入）；多份年报时 -o 须是文件夹。
    多个文件中明显不是年报的（如说明文档）跳过并说明。
    退出码：0 全部生成，2 有文件不能用或者不能写。
    """
    paths = expand(files)
    folder = output != _STDOUT and (Path(output).is_dir() or output.endswith("/"))
    if len(paths) > 1 and not folder:
        complain(output, "有多个文件要生成，请用 -o 指定一个文件夹（名称以 / 结尾的会新建）。")
        ctx.exit(2)
    if output == _STDOUT and kind in ("docx", "pdf", "xlsx") and sys.stdout.isatty():
        complain("标准输出", f"{KINDS[kind].label}不能显示在终端里，请用 -o 指定文件。")
        ctx.exit(2)
    taken = set[Path]()
    read = 0
    troubles = Troubles(many=len(paths) > 1)
    for path, reports in each(paths, read_file, label="生成"):
        if isinstance(reports, UnusableInput):
            troubles.tell(path, reports)
            continue
        read += len(reports)
        try:
            _write(path, reports, kind, output, folder=folder, force=force, taken=taken)
        except UnusableInput as error:
            troubles.tell(path, error)
        except BrokenPipeError:  # who reads along has had enough: no fault of the place
            raise
        except OSError:
            why = f"不能写到 {output}，请检查这个位置的权限和剩余空间后再试。"
            troubles.tell(path, UnusableInput(why))
        except Exception as error:
            troubles.tell(path, unforeseen(error))
    ctx.exit(2 if troubles.unusable(read) else 0)


def _write(
    source: Path,
    reports: list[Report],
    kind: str,
    output: str,
    *,
    folder: bool,
    force: bool,
    taken: set[Path],
) -> None:
    """Every report of one file to where it belongs. UnusableInput: nothing was overwritten."""
    if len(reports) > 1 and not folder:
        raise UnusableInput(f"里面有 {len(reports)} 份年报，请用 -o 指定一个文件夹。")
    stem = "年报" if source == STDIN else source.stem
    for number, report in enumerate(reports, 1):
        if output == _STDOUT:
            sys.stdout.buffer.write(render(report, kind))
            sys.stdout.buffer.flush()
            return
        name = f"{stem}-{number}" if len(reports) > 1 else stem
        target = Path(output) / f"{name}{KINDS[kind].suffix}" if folder else Path(output)
        if target in taken:
            raise UnusableInput(f"与另一个文件同名，都要写到 {target}，请分开生成。")
        if source != STDIN and target.exists() and target.samefile(source):
            raise UnusableInput("输出与输入是同一个文件，没有写，请换一个输出文件。")
        if target.exists() and not force:
            raise UnusableInput(f"{target} 已经存在，没有覆盖；要覆盖请加 --force。")
        content = render(report, kind)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        taken.add(target)
        click.echo(f"已生成 {target}", err=True)
        if said := excerpt_of(report):
            complain(source, f"{said}。")
