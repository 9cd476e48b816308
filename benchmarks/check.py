"""Checking speed: full reports, all rules that need one report only.

    .venv/bin/python benchmarks/check.py [--reports 4000] [--jobs 2] [FILE …]

Prints reports per second by the clock with all cores (goal: 2,000), of one process alone, and per
second of one core's processor time. Each process checks its share of the same reports, which lie
in memory as they do after reading; the clock starts when all processes are ready. Without files:
consistent made-up reports with about 2,000 characters of text, each with its own figures and its
own choice and order of sentences, no two alike. A bare loop, run by one process and by all at
once, tells how much the cores of the machine give together.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from gongkai.annual_report.check import check
from gongkai.annual_report.check.samples import TEXTS, clean, put
from gongkai.annual_report.model import Report, Value
from gongkai.annual_report.read import read

_MORE = (
    "机关各科室按照分工做好信息的起草、审核和发布，重要文件与解读材料同步部署、同步公开。",
    "对群众关心的事项，通过问答、图解、短视频等方式说明，听取意见后修改完善。",
    "全年召开专题会议{n}次，研究公开目录的调整和栏目的维护。",
    "解读稿件{n}篇由起草科室撰写，与文件一并报批，发布后跟进网上的反映。",
    "办事指南逐项核对，发现电话、地址有变化的{n}处，当日更正。",
    "窗口配备查阅终端，工作人员帮助老年人查询和打印所需的信息。",
    "每月抽查已经公开的信息，错链、错字随查随改，结果在例会上讲评。",
    "新任工作人员上岗前学习公开的依据、程序和保密要求，考试合格后开通账号。",
    "涉及多个科室的信息由牵头科室汇总，意见不一致的报分管领导决定。",
    "对征集意见的情况作出反馈，采纳的{n}条和没有采纳的理由一并公布。",
)


def usual(number: int = 0) -> Report:
    """A consistent report with about 2,000 characters of text; each number gives another."""
    rng = random.Random(number)
    year = rng.choice((2021, 2022, 2023, 2024))
    text = TEXTS[1].format(year=year)
    while len(text) < 2_000:
        text += "\n" + "".join(rng.sample(_MORE, 5)).replace("{n}", str(rng.randrange(2, 60)))
    received, kept, licences = rng.randrange(6, 90), rng.randrange(1, 5), rng.randrange(5, 900)
    for old, new in (
        ("申请6件", f"申请{received}件"),
        ("予以公开4件", f"予以公开{received - kept - 1}件"),
        ("结转下年度1件", f"结转下年度{kept}件"),
        ("行政许可35件", f"行政许可{licences}件"),
    ):
        text = text.replace(old, new)
    counts = {
        "t3.new_received": received,
        "t3.granted": received - kept - 1,
        "t3.total_concluded": received + 1 - kept,
        "t3.carried_forward": kept,
    }
    values: dict[str, Value] = {"t2.licensing.decisions": licences}
    for row, count in counts.items():
        values |= {f"{row}.natural": count, f"{row}.total": count}
    return put(clean("2021", year, s1=text), values)


def check_all(reports: list[Report], times: int) -> None:
    for i in range(times):
        check(reports[i % len(reports)])


def bare_loop() -> None:
    total = 0
    for i in range(5_000_000):
        total += i


def together(work: Callable[[], None], jobs: int) -> tuple[float, float]:
    """(seconds by the clock, of processor time) in which so many processes do the work, each all.

    The clock starts when all of them are ready.
    """
    fork = multiprocessing.get_context("fork")
    ready, spent = fork.Barrier(jobs + 1), fork.SimpleQueue()
    processes = [fork.Process(target=_one, args=(work, ready, spent)) for _ in range(jobs)]
    for process in processes:
        process.start()
    ready.wait()
    started = time.perf_counter()
    seconds = sum(spent.get() for _ in processes)
    wall = time.perf_counter() - started
    for process in processes:
        process.join()
    return wall, seconds


def _one(work: Callable[[], None], ready: Any, spent: Any) -> None:
    ready.wait()
    started = time.process_time()
    work()
    spent.put(time.process_time() - started)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--reports", type=int, default=4000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    reports = [r for f in options.files for r in read(f)] or [usual(n) for n in range(200)]
    check_all(reports, len(reports))
    size = sum(len(s.text) for r in reports for s in r.sections) // len(reports)
    jobs = options.jobs
    share = options.reports // jobs
    alone, _ = together(partial(check_all, reports, share), 1)
    wall, seconds = together(partial(check_all, reports, share), jobs)
    print(f"{platform.machine()}, {os.cpu_count()} cores, CPython {platform.python_version()}")
    print(f"{share * jobs} reports, {size} characters of text each on average")
    print(f"{share * jobs / wall:,.0f} reports/s by the clock with {jobs} processes (goal 2,000)")
    print(f"{share / alone:,.0f} reports/s by the clock with one process")
    print(f"{share * jobs / seconds:,.0f} reports/s of one core's processor time, all running")
    one, every = together(bare_loop, 1)[0], together(bare_loop, jobs)[0]
    print(
        f"a bare loop: {one:.2f} s (yardstick); {jobs} processes at once do "
        f"{jobs * one / every:.2f} times as many a second as one"
    )
    found = sum(len(check(r)) for r in reports) / len(reports)
    print(f"{found:.1f} findings a report; load {', '.join(f'{x:.1f}' for x in os.getloadavg())}")


if __name__ == "__main__":
    main()
