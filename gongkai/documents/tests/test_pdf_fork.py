"""A PDF in a forked child is refused instead of waited for without end."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import os
from gongkai.documents.blocks import Document, Paragraph
from gongkai.documents.pdf import pdf

document = Document("回执", (Paragraph("收到"),))
{first}
child = os.fork()
if child == 0:
    try:
        os._exit(0 if pdf(document).startswith(b"%PDF") else 3)
    except RuntimeError:
        os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize(
    ("first", "ends"), [("pdf(document)", "7"), ("", "0")], ids=["made before", "made first"]
)
def test_a_child_of_a_process_that_made_a_pdf_is_told_and_does_not_hang(
    first: str, ends: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(first=first)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.strip() == ends
