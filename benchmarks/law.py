"""Speed of ``gongkai.law``: working-day additions and whole clocks, against ``holidays`` itself.

Run: ``python benchmarks/law.py``. One core, CPU time; the reference runs on the same
dates in the same process, and must give the same answers.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import holidays
import yaml

from gongkai.law.calendar import WorkCalendar, national
from gongkai.law.deadlines import clock, parse_events, run

STORIES = Path(__file__).parents[1] / "gongkai/law/tests/scenarios.yaml"


def machine() -> str:
    cpu = platform.processor() or platform.machine()
    for line in (
        Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ()
    ):
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    python = platform.python_version()
    return f"{cpu}, {platform.system()}, CPython {python}, holidays {holidays.__version__}"


def rate(work: Callable[[], int], seconds: float = 1.0) -> float:
    """Units of work a second of CPU time, the best of three."""
    best = 0.0
    for _ in range(3):
        done, start = 0, time.process_time()
        while (spent := time.process_time() - start) < seconds / 3:
            done += work()
        best = max(best, done / spent)
    return best


def main() -> None:
    print(f"machine: {machine()}")
    start = time.process_time()
    days = national()
    print(f"first use (load holidays, 2006–2032): {time.process_time() - start:.2f} s")
    start = time.process_time()
    WorkCalendar()
    print(f"a further calendar (a body's own days): {(time.process_time() - start) * 1000:.0f} ms")

    dates = [date(2010, 1, 1) + timedelta(days=n) for n in range(0, 5800, 7)]
    reference = holidays.country_holidays("CN", years=range(2008, 2031))
    assert [days.add(d, 20) for d in dates] == [reference.get_nth_working_day(d, 20) for d in dates]

    def ours() -> int:
        add = days.add
        for day in dates:
            add(day, 20)
        return len(dates)

    def theirs() -> int:
        for day in dates[:50]:
            reference.get_nth_working_day(day, 20)
        return 50

    fast, slow = rate(ours), rate(theirs)
    print(f"add 20 working days: {fast:,.0f}/s")
    print(f"holidays.get_nth_working_day(20): {slow:,.0f}/s → ratio {fast / slow:,.0f}")
    counts = rate(lambda: len([days.count(day, dates[-1]) for day in dates]))
    print(f"count working days between two dates: {counts:,.0f}/s")

    stories = yaml.safe_load(STORIES.read_text("utf-8"))
    plain = [s for s in stories if not any("case" in e for e in s["events"])]
    parsed = [parse_events(s) for s in plain]

    def typed() -> int:
        for events in parsed:
            run(events)
        return len(parsed)

    def printed() -> int:
        for story in plain:
            json.dumps(clock(story))
        return len(plain)

    print(f"clock, typed, {len(plain)} stories: {rate(typed):,.0f} applications/s")
    print(f"clock, JSON with every step: {rate(printed):,.0f} applications/s")


if __name__ == "__main__":
    main()
