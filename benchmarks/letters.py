"""How many letters a second are made, DOCX and PDF both, on one core.

    .venv/bin/python -m benchmarks.letters [--letters 120]

Every letter has its own name, number and reasons, so that nothing is taken from a cache; they
take turns through the forty kinds. Measured is the work from the values to both files: template
in its sandbox, blocks, DOCX, PDF. Times are CPU time of this process, with wall time beside it.
References of the same run: typst on a page with one word, and python-docx opening and saving an
empty document, which a template kept as a Word file cannot do without. The goal is 15 a second.
"""

from __future__ import annotations

import argparse
import io
import os
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import django
import docx as python_docx

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.settings.test")
django.setup()

from benchmarks.render import machine  # noqa: E402
from gongkai.applications.letters.articles import articles  # noqa: E402
from gongkai.applications.letters.engine import fill  # noqa: E402
from gongkai.applications.letters.templates import shipped_text  # noqa: E402
from gongkai.applications.letters.variables import sample_values  # noqa: E402
from gongkai.documents.blocks import Document, Paragraph  # noqa: E402
from gongkai.documents.docx import docx  # noqa: E402
from gongkai.documents.pdf import pdf  # noqa: E402
from gongkai.law.taxonomy import letters  # noqa: E402

GOAL = 15
DAY = date(2026, 11, 20)


def yardstick() -> float:
    """Seconds of CPU time for five million additions: how free the core is now."""
    start, total = time.process_time(), 0
    for i in range(5_000_000):
        total += i
    return time.process_time() - start


def cases(number: int) -> list[tuple[str, dict[str, Any]]]:
    """Letters that differ in name, number and reasons."""
    kinds, found = list(letters()), []
    for i in range(number):
        code = kinds[i % len(kinds)]
        own = {
            "条": articles(DAY),
            "收件人": f"周申请{i}",
            "文号": f"示卫健公开〔2026〕第{i}号-告",
            "理由": f"理由第{i}种：" + "经审查认为公开会影响有关工作正常进行" * (1 + i % 5),
            "申请内容": f"第{i}号预防接种门诊名单",
        }
        found.append((code, sample_values(code) | own))
    return found


def made(one: tuple[str, dict[str, Any]]) -> Document:
    code, values = one
    return fill(code, shipped_text(code), values)


def measure(name: str, work: Callable[[Any], object], items: list[Any]) -> float:
    """Run ``work`` on every item; print and give items a second of CPU time."""
    cpu, wall = time.process_time(), time.perf_counter()
    for item in items:
        work(item)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"{name:<34}{len(items) / cpu:>10.1f}/s CPU{len(items) / wall:>10.1f}/s wall", flush=True)
    return len(items) / cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--letters", type=int, default=120)
    wanted = parser.parse_args().letters
    print(machine())
    print(f"yardstick {yardstick():.2f} s")
    warm = made(cases(1)[0])
    docx(warm), pdf(warm)
    for code in letters():
        made((code, sample_values(code) | {"条": articles(DAY)}))
    some = cases(wanted)
    documents = [made(one) for one in some]

    def both(one: tuple[str, dict[str, Any]]) -> None:
        document = made(one)
        docx(document), pdf(document)

    # Others than those of the single steps, so that typst has seen none of them.
    fresh = [(code, values | {"编号": f"{n:013d}"}) for n, (code, values) in enumerate(some)]
    speed = measure("letter, DOCX and PDF", both, fresh)
    print(f"{'':<34}aim {GOAL}/s: {'met' if speed >= GOAL else 'not met'}")
    measure("  template to blocks", made, some)
    measure("  blocks to DOCX", docx, documents)
    measure("  blocks to PDF", pdf, documents)
    words = [Document(f"标题{i}", (Paragraph("字"),)) for i in range(wanted)]
    measure("reference: one word as PDF", pdf, words)
    measure(
        "reference: python-docx, empty",
        lambda _: python_docx.Document().save(io.BytesIO()),
        list(range(20)),
    )
    print(f"yardstick {yardstick():.2f} s")


if __name__ == "__main__":
    main()
