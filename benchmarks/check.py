"""Checking speed: full reports, all rules that need one report only.

    .venv/bin/python benchmarks/check.py [--reports 2000] [--jobs 2] [FILE …]

Prints reports per second of processor time (one core) and of wall time (all jobs). Without
files the made-up clean report of the check's own samples, in a text of usual length, is used.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from gongkai.annual_report.check import check
from gongkai.annual_report.check.samples import TEXTS, clean
from gongkai.annual_report.model import Report
from gongkai.annual_report.read import read

_MORE = (
    "机关各科室按照分工做好信息的起草、审核和发布，重要文件与解读材料同步部署、同步公开。"
    "对群众关心的事项，通过问答、图解、短视频等方式说明，听取意见后修改完善。"
)


def usual() -> Report:
    """A clean report with about 2,000 characters of text."""
    year = 2023
    return clean("2021", year, s1=TEXTS[1].format(year=year) + "\n" + _MORE * 22)


def _work(job: tuple[list[Report], int]) -> tuple[int, float]:
    reports, times = job
    started = time.process_time()
    done = 0
    for i in range(times):
        check(reports[i % len(reports)])
        done += 1
    return done, time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    reports = [r for f in options.files for r in read(f)] or [usual()]
    _work((reports, 50))
    size = sum(len(s.text) for r in reports for s in r.sections) // len(reports)
    share = options.reports // options.jobs
    started = time.perf_counter()
    with ProcessPoolExecutor(options.jobs) as pool:
        results = list(pool.map(_work, [(reports, share)] * options.jobs))
    wall = time.perf_counter() - started
    done = sum(n for n, _ in results)
    print(f"{platform.machine()}, {os.cpu_count()} cores, CPython {platform.python_version()}")
    print(f"{done} reports, {size} characters of text each on average")
    print(f"{done / sum(t for _, t in results):,.0f} reports/s of one core's processor time")
    print(f"{done / wall:,.0f} reports/s of wall time with {options.jobs} processes")


if __name__ == "__main__":
    main()
