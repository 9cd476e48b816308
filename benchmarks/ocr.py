"""How many figures of scanned reports come back right, and what a page costs.

    .venv/bin/python -m benchmarks.ocr [--reports 2] [--dpi 150 200]

Each made-up report is written as PDF, drawn page by page at each resolution, turned by a small
angle, speckled, pressed as JPEG and put back into a PDF of pictures; that is read to a report. A
figure counts as right when its value is the one that was made up. The real report with a text
layer is measured the same way where it is at hand. CPU time is that of the process of its own
that recognises, its start included; figures of the clock depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import resource
import time
from collections.abc import Iterator

import pypdfium2
from PIL import Image

from benchmarks.parse import machine
from gongkai.annual_report.exchange import from_dict
from gongkai.annual_report.model import Report
from gongkai.annual_report.read import read
from gongkai.annual_report.render import render
from gongkai.annual_report.tests.layouts import made_up
from tests.shared import SHARED


def scanned(data: bytes, dpi: int, rng: random.Random) -> tuple[bytes, int]:
    """(the PDF as pictures of its pages, the number of pages)."""
    document = pypdfium2.PdfDocument(data)
    pages = []
    for page in document:
        picture = page.render(scale=dpi / 72, grayscale=True).to_pil()
        picture = picture.rotate(
            rng.uniform(-1, 1), fillcolor=250, resample=Image.Resampling.BICUBIC
        )
        for _ in range(200):
            spot = rng.randrange(picture.width), rng.randrange(picture.height)
            picture.putpixel(spot, rng.randrange(120, 220))
        pages.append(picture)
    document.close()
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=dpi, quality=75)
    return out.getvalue(), len(pages)


def cases(number: int) -> Iterator[tuple[str, bytes, Report]]:
    rng = random.Random(8)
    for i in range(number):
        report = made_up(rng, "2021" if i % 2 == 0 else "2019", zeros=0.4)
        yield f"made up {i + 1}", render(report, "pdf"), report
    if SHARED:
        for path in sorted((SHARED / "reports").glob("*.pdf")):
            truth = (SHARED / "reports" / "truth" / f"{path.stem}.json").read_text("utf-8")
            yield path.stem, path.read_bytes(), from_dict(json.loads(truth))


def spent() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--reports", type=int, default=2)
    options.add_argument("--dpi", type=int, nargs="+", default=[150, 200])
    chosen = options.parse_args()
    print(machine())
    for dpi in chosen.dpi:
        rng = random.Random(dpi)
        for name, data, truth in cases(chosen.reports):
            scan, pages = scanned(data, dpi, rng)
            clock, cpu = time.perf_counter(), spent()
            (report,) = read(scan, "scan.pdf")
            clock, cpu = time.perf_counter() - clock, spent() - cpu
            expected = {a: c.value for a, c in truth.cells() if c.value is not None}
            found = {a: c.value for a, c in report.cells()}
            wrong = [a for a, value in expected.items() if found.get(a) != value]
            print(
                f"{name}, {dpi} dpi: {len(expected) - len(wrong)} of {len(expected)} figures, "
                f"{pages} pages, {cpu / pages:.1f} s CPU and {clock / pages:.1f} s a page"
            )
            for address in wrong[:10]:
                print(f"    {address}: {expected[address]} read as {found.get(address)}")


if __name__ == "__main__":
    main()
