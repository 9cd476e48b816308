"""How many reports a second are read, from text and from PDF, and what a big folder costs.

    .venv/bin/python -m benchmarks.parse [--reports 200] [--pdf 20] [--pdf-folder 300]
                                         [--rounds 3] [--folder 10000]

Text: made-up reports of about 3,000 characters, each with its own figures, in the nine layouts of
the damage tests, read from bytes (goal: 300 a second and core).

PDF: the same kind of reports as our writer makes them, and, where they are at hand, the real
ones. The reference is the bare text extraction of the same files by pypdfium2 (every page,
``get_text_range``) in the same run, twice: file by file in one process (CPU time: what
understanding a report costs beside its text, without a goal), and as people use it, by the clock:
``gongkai report parse FOLDER --json`` against a program that does nothing but the bare extraction
of that folder, both from their start to their end, in turns, the median of some rounds (goal: 90 %
of its speed). The command uses all cores (at most four), the bare program one: pdfium has no
threads.

Folder: ``gongkai report parse FOLDER --json`` over so many text files; the peak of the memory of
all its processes together, what they share counted once (goal: under 400 MB). The share of the
machine that other work takes shows in the loop at the end and in the load.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median

import pypdfium2

from gongkai.annual_report.cli.workers import usual_jobs
from gongkai.annual_report.read import read
from gongkai.annual_report.render import render
from gongkai.annual_report.tests.layouts import LAYOUTS, made_up
from tests.shared import SHARED

_WORDS = "公开信息申请机关平台政策解读回应办理监督服务规范"
TEXT_GOAL, PDF_GOAL, MEMORY_GOAL = 300, 0.9, 400


def machine() -> str:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [x for x in cpuinfo.read_text().splitlines() if x.startswith("model name")]
        model = f"{names[0].partition(':')[2].strip()} × {len(names)}" if names else model
    return f"{model}, Python {platform.python_version()}, pypdfium2 {version('pypdfium2')}"


def text_reports(number: int) -> list[bytes]:
    """Reports in all layouts in turn, with running text in every section."""
    rng = random.Random(20240131)
    layouts = list(LAYOUTS.values())
    out = []
    for i in range(number):
        report = made_up(rng, "2021" if i % 3 else "2019")
        text = layouts[i % len(layouts)](report)
        lines = ["".join(rng.choices(_WORDS, k=38)) + "。" for _ in range(36)]
        text = text.replace("全年通过", "\n".join(lines[:24]) + "\n全年通过", 1)
        out.append(text.replace("主要问题是", "\n".join(lines[24:]) + "\n主要问题是", 1).encode())
    return out


def cpu_seconds(work: Callable[[bytes], object], files: Sequence[bytes], rounds: int = 1) -> float:
    """CPU seconds for one pass over the files, the best of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        for data in files:
            work(data)
        best = min(best, time.process_time() - start)
    return best


def bare_text(data: bytes) -> int:
    """All the text of a PDF by pypdfium2 and nothing else."""
    document = pypdfium2.PdfDocument(data)
    try:
        return sum(len(page.get_textpage().get_text_range()) for page in document)
    finally:
        document.close()


def pdf_ratio(files: Sequence[bytes]) -> tuple[float, float]:
    """(files a second as we read them, the same as a share of the bare extraction's speed)."""
    pairs = []
    for _ in range(5):  # in turns, so that both meet the same machine
        pairs.append((cpu_seconds(bare_text, files), cpu_seconds(_read_pdf, files)))
    bare, ours = min(b for b, _ in pairs), min(o for _, o in pairs)
    return len(files) / ours, bare / ours


def _read_pdf(data: bytes) -> object:
    return read(data, "report.pdf")


_BARE = """
import pathlib, sys
import pypdfium2
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    document = pypdfium2.PdfDocument(path.read_bytes())
    for page in document:
        page.get_textpage().get_text_range()
    document.close()
"""
_OURS = "from gongkai.cli import main; main()"


def seconds_of(code: str, *arguments: str) -> float:
    """Seconds by the clock of a Python program from its start to its end."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def pdf_by_the_clock(files: Sequence[bytes], number: int, rounds: int) -> tuple[float, float]:
    """(files a second of ``gongkai report parse``, the same as a share of the bare program's)."""
    bare, ours = [], []
    with tempfile.TemporaryDirectory() as folder:
        for i in range(number):
            Path(folder, f"report_{i:05}.pdf").write_bytes(files[i % len(files)])
        for _ in range(rounds):
            bare.append(seconds_of(_BARE, folder))
            ours.append(seconds_of(_OURS, "report", "parse", folder, "--json"))
    return number / median(ours), median(bare) / median(ours)


def folder_peak(number: int) -> tuple[float, float]:
    """(peak memory in MB, files a second by the clock) of parsing a folder of text files."""
    peak = 0
    with tempfile.TemporaryDirectory() as folder:
        texts = text_reports(200)
        for i in range(number):
            Path(folder, f"report_{i:05}.txt").write_bytes(texts[i % len(texts)])
        command = [sys.executable, "-c", _OURS, "report", "parse", folder, "--json"]
        start = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as run:
            while run.poll() is None:
                peak = max(peak, memory_of(run.pid))
                time.sleep(0.1)
        seconds = time.perf_counter() - start
    return peak / 1024, number / seconds


def memory_of(pid: int) -> int:
    """KB of a process and those it started; a page that several have is shared among them."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    own = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return own + sum(memory_of(int(child)) for child in children)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--reports", type=int, default=200)
    options.add_argument("--pdf", type=int, default=20)
    options.add_argument("--pdf-folder", type=int, default=300)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--folder", type=int, default=10000)
    chosen = options.parse_args()
    print(machine())
    texts = text_reports(chosen.reports)
    size = sum(len(t.decode()) for t in texts) // len(texts)
    seconds = cpu_seconds(lambda data: read(data, "report.txt"), texts, 3)
    print(f"text, {size} characters: {len(texts) / seconds:.0f}/s (goal {TEXT_GOAL})")
    rng = random.Random(1)
    made = [render(made_up(rng), "pdf") for _ in range(chosen.pdf)]
    sets = {"ours": made}
    if SHARED:
        sets["real"] = [path.read_bytes() for path in sorted((SHARED / "reports").glob("*.pdf"))]
    jobs = usual_jobs(chosen.pdf_folder)
    for kind, files in sets.items():
        speed, share = pdf_ratio(files * (5 if len(files) < 5 else 1))
        print(f"PDF, {kind}, one process, CPU time: {speed:.0f}/s, {share:.0%} of bare pypdfium2")
        speed, share = pdf_by_the_clock(files, chosen.pdf_folder, chosen.rounds)
        print(
            f"PDF, {kind}, folder of {chosen.pdf_folder} by the clock, {jobs} processes: "
            f"{speed:.0f}/s, {share:.0%} of the bare program (goal {PDF_GOAL:.0%})"
        )
    peak, speed = folder_peak(chosen.folder)
    print(f"folder of {chosen.folder}: peak {peak:.0f} MB (goal {MEMORY_GOAL}), {speed:.0f}/s wall")
    start = time.process_time()
    total = 0
    for i in range(5_000_000):
        total += i
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    print(f"yardstick: 5 M additions in {time.process_time() - start:.2f} s CPU; load {load}")


if __name__ == "__main__":
    main()
