"""Files named on the command line: which they are, reading them one by one, progress."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gongkai.annual_report.cli.workers import in_processes, usual_jobs
from gongkai.annual_report.model import Report
from gongkai.annual_report.read import NotAReport, UnusableInput, read

#: Files in a folder that may be reports; a file named by itself is always tried.
SUFFIXES = {
    *(".txt", ".md", ".html", ".htm", ".shtml", ".docx", ".doc", ".wps", ".pdf", ".xlsx", ".csv"),
    *(".rtf", ".odt", ".mht", ".mhtml", ".json"),
    *(".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"),
}
STDIN = Path("-")
T = TypeVar("T")


def expand(names: tuple[str, ...]) -> list[Path]:
    """The files that the arguments stand for: a folder is all reports in it, in order of name."""
    out: list[Path] = []
    for name in names:
        path = Path(name)
        if path == STDIN or not path.is_dir():
            out.append(path)
            continue
        found = sorted(
            p
            for p in path.rglob("*")
            if p.suffix.lower() in SUFFIXES and not p.name.startswith((".", "~$")) and p.is_file()
        )
        if not found:
            complain(name, "这个文件夹里没有可以读取的年报文件，请检查路径。")
            raise SystemExit(2)
        out += found
    return out


def excerpt_of(report: Report) -> str:
    """What the reader says of a file that is not a whole report; "" of a whole one."""
    return next((n.message for n in report.notices if n.code == "EXCERPT"), "")


def complain(name: str | Path, message: str) -> None:
    """One line on standard error, with the file's name."""
    shown = "标准输入" if str(name) == "-" else str(name)
    click.echo(f"{shown}：{message}", err=True)


@dataclass
class Troubles:
    """What a run over files could not use; ``many``: beside other files.

    A file that is plainly something else (a README among the reports) is passed over, and fails
    the run only where nothing else was read.
    """

    many: bool
    failed: bool = False
    passed_over: int = 0

    def tell(self, path: Path, error: UnusableInput) -> None:
        """Say it on standard error and remember it."""
        if self.many and isinstance(error, NotAReport):
            complain(path, f"已跳过，{error}")
            self.passed_over += 1
        else:
            complain(path, str(error))
            self.failed = True

    def unusable(self, read: int) -> bool:
        """Whether the run ends with exit code 2, after so many reports were read."""
        return self.failed or (self.passed_over > 0 and read == 0)


def read_file(path: Path) -> list[Report]:
    """The reports in a file or in standard input; UnusableInput with a Chinese sentence."""
    try:
        if path == STDIN:
            return read(sys.stdin.buffer.read(), "-")
        return read(path)
    except UnusableInput:
        raise
    except Exception as error:
        raise unforeseen(error) from error


def each(
    paths: list[Path], work: Callable[[Path], T], *, jobs: int | None = 1, label: str = "读取"
) -> Iterator[tuple[Path, T | UnusableInput]]:
    """``work(path)`` for every file in order, with a progress bar where a person is watching.

    An unusable file gives its error in place of a result and stops nothing. With ``jobs`` > 1
    the files are worked on in so many processes (None: as many as are worth it); only a few
    results are ever held.
    """
    console = Console(stderr=True)
    with Progress(
        TextColumn(f"{label} [progress.percentage]{{task.percentage:>3.0f}}%"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=len(paths) < 2 or not console.is_terminal,
    ) as progress:
        task = progress.add_task(label, total=len(paths))
        guarded = partial(_guarded, work)
        jobs = usual_jobs(len(paths)) if jobs is None else jobs
        # A process apart has no standard input.
        here = jobs <= 1 or len(paths) < 2 or STDIN in paths
        results = map(guarded, paths) if here else in_processes(paths, guarded, jobs)
        for path, result in zip(paths, results, strict=True):
            progress.advance(task)
            yield path, result


def _guarded(work: Callable[[Path], T], path: Path) -> T | UnusableInput:
    """The work's result, or why there is none: one file never ends a run of many."""
    try:
        return work(path)
    except UnusableInput as error:
        return error
    except Exception as error:
        return unforeseen(error)


def unforeseen(error: Exception) -> UnusableInput:
    """What to say of an error that nobody foresaw: it is the program's, and its kind is told."""
    return UnusableInput(
        f"程序没能读懂这个文件（{type(error).__name__}），这是程序的缺陷；"
        "请把文件发给维护者，以便改正。"
    )
