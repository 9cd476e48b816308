"""How many reports a second are read, from text and from PDF, and what a big folder costs.

    .venv/bin/python -m benchmarks.parse [--reports 200] [--folder 10000] [--pdf 20]

Text: made-up reports of about 3,000 characters, each with its own figures, in the nine layouts of
the damage tests, read from bytes (goal: 300 a second and core). PDF: the same kind of reports as
our writer makes them, and, where they are at hand, the real ones; the reference is the bare text
extraction of the same files by pypdfium2 (every page, ``get_text_range``) in the same run (goal:
90 % of its speed). Folder: ``gongkai report parse FOLDER --json`` over so many text files in a
process of its own; its peak memory is the figure (goal: under 400 MB). Times are CPU time of one
process; the share of the machine that other work takes shows in the loop at the end.
"""

from __future__ import annotations

import argparse
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import pypdfium2

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


def folder_peak(number: int) -> tuple[float, float]:
    """(peak memory in MB, files a second by the clock) of parsing a folder of text files."""
    with tempfile.TemporaryDirectory() as folder:
        texts = text_reports(200)
        for i in range(number):
            Path(folder, f"report_{i:05}.txt").write_bytes(texts[i % len(texts)])
        code = "from gongkai.cli import main; main()"
        command = [sys.executable, "-c", code, "report", "parse", folder, "--json"]
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak / 1024, number / seconds


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--reports", type=int, default=200)
    options.add_argument("--pdf", type=int, default=20)
    options.add_argument("--folder", type=int, default=10000)
    chosen = options.parse_args()
    print(machine())
    texts = text_reports(chosen.reports)
    size = sum(len(t.decode()) for t in texts) // len(texts)
    seconds = cpu_seconds(lambda data: read(data, "report.txt"), texts, 3)
    print(f"text, {size} characters: {len(texts) / seconds:.0f}/s (goal {TEXT_GOAL})")
    rng = random.Random(1)
    made = [render(made_up(rng), "pdf") for _ in range(chosen.pdf)]
    speed, share = pdf_ratio(made)
    print(f"PDF, ours: {speed:.0f}/s, {share:.0%} of bare pypdfium2 (goal {PDF_GOAL:.0%})")
    real = sorted((SHARED / "reports").glob("*.pdf")) if SHARED else []
    if real:
        speed, share = pdf_ratio([path.read_bytes() for path in real] * 5)
        print(f"PDF, real: {speed:.0f}/s, {share:.0%} of bare pypdfium2 (goal {PDF_GOAL:.0%})")
    peak, speed = folder_peak(chosen.folder)
    print(f"folder of {chosen.folder}: peak {peak:.0f} MB (goal {MEMORY_GOAL}), {speed:.0f}/s wall")
    start = time.process_time()
    total = 0
    for i in range(5_000_000):
        total += i
    print(f"yardstick: 5 M additions in {time.process_time() - start:.2f} s CPU")


if __name__ == "__main__":
    main()
