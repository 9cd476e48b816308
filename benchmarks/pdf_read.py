"""What each step of reading a PDF costs beside the bare text extraction by pypdfium2.

    .venv/bin/python -m benchmarks.pdf_read [--pdf 10] [--rounds 7]

Files: made-up reports as our writer makes them and, where they are at hand, the real ones. Steps
are timed in turns on the same files in one run (CPU time of one process, the best round): the
bare extraction (every page, ``get_text_range``), the look whether the file is ordinary, the text
reading, the reading by ruled lines, and the whole way to a report.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable

from benchmarks.parse import bare_text, machine
from gongkai.annual_report.read import pdf, pdf_risk, read
from gongkai.annual_report.render import render
from gongkai.annual_report.tests.layouts import made_up
from tests.shared import SHARED

STEPS: dict[str, Callable[[bytes], object]] = {
    "bare pypdfium2": bare_text,
    "is it ordinary": pdf_risk.ordinary,
    "text_document": lambda data: pdf.text_document(data, "a.pdf"),
    "grid_document": lambda data: pdf.grid_document(data, "a.pdf"),
    "read (to a report)": lambda data: read(data, "a.pdf"),
}


def measure(files: list[bytes], rounds: int) -> dict[str, float]:
    """CPU milliseconds a file for each step, the best of some rounds."""
    best = dict.fromkeys(STEPS, float("inf"))
    for _ in range(rounds):
        for name, step in STEPS.items():
            start = time.process_time()
            for data in files:
                step(data)
            best[name] = min(best[name], (time.process_time() - start) / len(files) * 1000)
    return best


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pdf", type=int, default=10)
    options.add_argument("--rounds", type=int, default=7)
    chosen = options.parse_args()
    print(machine())
    rng = random.Random(1)
    sets = {"ours": [render(made_up(rng), "pdf") for _ in range(chosen.pdf)]}
    if SHARED:
        sets["real"] = [p.read_bytes() for p in sorted((SHARED / "reports").glob("*.pdf"))] * 3
    for kind, files in sets.items():
        times = measure(files, chosen.rounds)
        bare = times["bare pypdfium2"]
        for name, spent in times.items():
            print(f"{kind}: {name:20} {spent:7.2f} ms a file, {bare / spent:7.0%} of bare speed")


if __name__ == "__main__":
    main()
