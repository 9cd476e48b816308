"""What the people of the journeys do again and again."""

from __future__ import annotations

import subprocess
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: What is still fading in has the colours of no page that anyone reads.
STILL = """() => document.getAnimations()
    .filter(a => a.effect && a.effect.getComputedTiming().endTime !== Infinity)
    .forEach(a => a.finish())"""
#: The office shows its messages when its scripts say that they are ready. A selector, for a
#: function that is asked again and again is refused by the site's Content Security Policy.
READY = "body:not(:has(.messages)), body.ready"
#: WCAG 2.1 level A and AA; what is in order is not described, which takes half the time.
STANDARD = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
}


class Visitor:
    """A person at a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def check(self, file: Path) -> None:
        """Have a report examined (年报体检)."""
        self.page.goto("/check/")
        self.page.set_input_files("#id_file", file)
        self.page.get_by_role("button", name="开始体检").click()
        self.page.wait_for_selector("h1:has-text('体检结果')")


def barriers(page: Page, part: str | None = None) -> list[str]:
    """What axe finds on the page, or in one part of it, against WCAG 2.1 AA."""
    page.wait_for_load_state()
    page.locator(READY).wait_for(state="attached")
    page.evaluate(STILL)
    found = Axe().run(page, context=part, options=STANDARD)
    return [
        f"{page.url} {v['id']}: {v['help']} ({len(v['nodes'])}×) {v['nodes'][0]['html'][:160]}"
        for v in found.response["violations"]
    ]


def pdf_text(pdf: bytes, folder: Path) -> str:
    """The words of a downloaded PDF without blanks; ``folder`` takes the file."""
    file = folder / "downloaded.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def too_wide(page: Page) -> int:
    """By how many pixels the page can be moved sideways."""
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width
