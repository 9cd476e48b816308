"""How many reports a second are rendered, in every form, on one core.

    .venv/bin/python -m benchmarks.render [--reports 60]

Every report has its own figures and its own text (about 3,000 characters, six pages), so that
nothing is taken from a cache. Two thirds of the figures are 0, as in the reports that bodies
publish; ``pdf, no figure 0`` is the worst case. Times are CPU time of this process, with wall
time beside it. References of the same run: typst on a page with one word, python-docx saving an
empty document, xlsxwriter an empty workbook, and LibreOffice (where it is installed) turning the
same DOCX into PDF. The goal for a full report as PDF is 15 a second.
"""

from __future__ import annotations

import argparse
import io
import platform
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import docx
import xlsxwriter

from gongkai.annual_report.model import Report, Section, Value
from gongkai.annual_report.render import KINDS, pdf, render
from gongkai.annual_report.render.blocks import Document, Paragraph
from gongkai.annual_report.render.tests import cast

GOAL = 15
_WORDS = (
    "公开",
    "信息",
    "申请",
    "机关",
    "平台",
    "政策",
    "解读",
    "回应",
    "办理",
    "监督",
    "服务",
    "规范",
)


def machine() -> str:
    """The machine in one line: processor, cores, Python, libraries."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [x for x in cpuinfo.read_text().splitlines() if x.startswith("model name")]
        if names:
            model = f"{names[0].partition(':')[2].strip()} × {len(names)}"
    libraries = ", ".join(f"{n} {version(n)}" for n in ("typst", "python-docx", "xlsxwriter"))
    return f"{model}, Python {platform.python_version()}, {libraries}"


def reports(number: int, zeros: float = 2 / 3) -> list[Report]:
    """Full reports that differ in figures and in every sentence; ``zeros``: share of figures 0."""
    rng = random.Random(20240131)

    def figure(address: str, kind: str) -> Value:
        value = 0 if rng.random() < zeros else rng.randint(1, 3000)
        return Decimal(value).scaleb(-2) if kind == "amount" else value

    def text(length: int) -> str:
        return "".join(rng.choice(_WORDS) for _ in range(length // 2 - 1)) + "。"

    lengths = {1: (300, 280, 320, 300, 260), 5: (320, 380, 340), 6: (200, 300)}
    out = []
    for _ in range(number):
        report = cast.report("2021", figure)
        sections = tuple(
            Section(s.number, s.title, "\n".join(text(n) for n in lengths.get(s.number, ())))
            for s in report.sections
        )
        out.append(replace(report, sections=sections))
    return out


def measure(name: str, work: Callable[[Report], object], items: Sequence[Report]) -> float:
    """Runs ``work`` on every item; prints and returns items a second of CPU time."""
    cpu, wall = time.process_time(), time.perf_counter()
    for item in items:
        work(item)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    per_second = len(items) / cpu
    print(f"{name:<34}{per_second:>10.1f}/s CPU{len(items) / wall:>10.1f}/s wall", flush=True)
    return per_second


def empty_docx(_: object) -> None:
    docx.Document().save(io.BytesIO())


def empty_xlsx(_: object) -> None:
    with xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True}) as book:
        book.add_worksheet()


def libreoffice(report: Report) -> None:
    """One conversion by LibreOffice, timed by the wall: it works in another process."""
    program = shutil.which("soffice")
    if program is None:
        print("LibreOffice is not installed: no reference by it")
        return
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "report.docx")
        source.write_bytes(render(report, "docx"))
        start = time.perf_counter()
        subprocess.run(
            (
                *(program, "--headless", f"-env:UserInstallation=file://{folder}/profile"),
                *("--convert-to", "pdf", "--outdir", folder, str(source)),
            ),
            check=True,
            capture_output=True,
        )
        seconds = time.perf_counter() - start
    print(f"{'reference: LibreOffice, one DOCX':<34}{1 / seconds:>10.1f}/s wall")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=60, help="reports for each form")
    number = parser.parse_args().reports
    print(machine())
    warm, *items = reports(number + 1)
    found = {}
    for kind in KINDS:
        render(warm, kind)  # fonts and the empty package are loaded once a process
        found[kind] = measure(kind, lambda r, kind=kind: render(r, kind), items)  # type: ignore[misc]
    measure("pdf, no figure 0", lambda r: render(r, "pdf"), reports(number, zeros=0))
    words = iter(range(10**6))
    measure(
        "reference: typst, one word",
        lambda _: pdf.pdf(Document("题", (Paragraph(str(next(words))),))),
        items,
    )
    measure("reference: python-docx, empty", empty_docx, items)
    measure("reference: xlsxwriter, empty", empty_xlsx, items)
    libreoffice(warm)
    print(
        f"PDF: {found['pdf']:.1f}/s, goal {GOAL}/s: {'met' if found['pdf'] >= GOAL else 'MISSED'}"
    )


if __name__ == "__main__":
    main()
