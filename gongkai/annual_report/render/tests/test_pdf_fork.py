"""A PDF in a forked child is refused instead of waited for without end."""

from __future__ import annotations

import json
import subprocess
import sys

# Letters and reports are laid out by the same threads: who made either makes neither afterwards.
PROGRAM = """
import json
import os
from gongkai.annual_report.render import blocks
from gongkai.annual_report.render.pdf import pdf as report_pdf
from gongkai.documents.blocks import Document, Paragraph
from gongkai.documents.pdf import pdf as letter_pdf

def letter():
    return letter_pdf(Document("回执", (Paragraph("收到"),)))

def report():
    return report_pdf(blocks.Document("年度报告", (blocks.Paragraph("总体情况"),)))

def of_a_child(*works):
    child = os.fork()
    if child == 0:
        ends = 3
        try:
            last = [work() for work in works][-1]
            ends = last if isinstance(last, int) else 0 if last.startswith(b"%PDF") else 4
        except RuntimeError:
            ends = 7
        finally:
            os._exit(ends)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

print(json.dumps({
    "made first in the child": of_a_child(letter, report),
    "letter, then fork": of_a_child(letter, lambda: of_a_child(report)),
    "report, then fork": of_a_child(report, lambda: of_a_child(letter)),
}))
"""


def test_a_child_of_a_process_that_made_a_pdf_is_told_and_does_not_hang() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120, check=True
    )
    assert json.loads(done.stdout) == {
        "made first in the child": 0,
        "letter, then fork": 7,
        "report, then fork": 7,
    }
