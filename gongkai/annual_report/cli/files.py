"""Files named on the command line: which they are, reading them one by one, progress."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gongkai.annual_report.model import Report
from gongkai.annual_report.read import UnusableInput, read

#: Files in a folder that may be reports; a file named by itself is always tried.
SUFFIXES = {
    *(".txt", ".md", ".html", ".htm", ".shtml", ".docx", ".doc", ".wps", ".pdf", ".xlsx", ".csv"),
    *(".json", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"),
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


def complain(name: str | Path, message: str) -> None:
    """One line on standard error, with the file's name."""
    shown = "标准输入" if str(name) == "-" else str(name)
    click.echo(f"{shown}：{message}", err=True)


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
    paths: list[Path], work: Callable[[Path], T], *, jobs: int = 1, label: str = "读取"
) -> Iterator[tuple[Path, T | UnusableInput]]:
    """``work(path)`` for every file in order, with a progress bar where a person is watching.

    An unusable file gives its error in place of a result and stops nothing. With ``jobs`` > 1
    the files are worked on in so many processes; only a few results are ever held.
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
        for path, result in _results(paths, work, jobs):
            progress.advance(task)
            yield path, result


def _results(
    paths: list[Path], work: Callable[[Path], T], jobs: int
) -> Iterator[tuple[Path, T | UnusableInput]]:
    if jobs <= 1 or len(paths) < 2:
        for path in paths:
            yield path, _guarded(work, path)
        return
    with ProcessPoolExecutor(jobs) as pool:
        waiting: deque[tuple[Path, Future[T | UnusableInput]]] = deque()
        for path in paths:
            waiting.append((path, _submitted(pool, work, path)))
            if len(waiting) > jobs * 8:
                first, future = waiting.popleft()
                yield first, _awaited(future)
        while waiting:
            first, future = waiting.popleft()
            yield first, _awaited(future)


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


def _submitted(
    pool: ProcessPoolExecutor, work: Callable[[Path], T], path: Path
) -> Future[T | UnusableInput]:
    try:
        return pool.submit(_guarded, work, path)
    except BrokenExecutor as error:
        broken: Future[T | UnusableInput] = Future()
        broken.set_exception(error)
        return broken


def _awaited(future: Future[T | UnusableInput]) -> T | UnusableInput:
    try:
        return future.result()
    except BrokenExecutor:
        return UnusableInput("并行的进程意外结束，这个文件没有处理，请去掉 --jobs 再试一次。")
