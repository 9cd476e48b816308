"""Checking speed: full reports, all rules that need one report only.

    .venv/bin/python benchmarks/check.py [--reports 4000] [--jobs 2] [FILE …]

Prints reports per second by the clock with all cores (goal: 2,000) and per second of one core's
processor time. Each process checks its share of the same reports, which lie in memory as they
do after reading. Without files: consistent made-up reports with about 2,000 characters of text,
each with its own figures and its own choice and order of sentences, no two alike.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

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
    parser.add_argument("--reports", type=int, default=4000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    reports = [r for f in options.files for r in read(f)] or [usual(n) for n in range(200)]
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
    print(f"{done / wall:,.0f} reports/s by the clock with {options.jobs} processes (goal 2,000)")
    print(f"{done / sum(t for _, t in results):,.0f} reports/s of one core's processor time")
    found = sum(len(check(r)) for r in reports) / len(reports)
    print(f"{found:.1f} findings a report; load {', '.join(f'{x:.1f}' for x in os.getloadavg())}")


if __name__ == "__main__":
    main()
