"""The process in which a PDF that is not ``ordinary`` is read: file on stdin → JSON on stdout.

``python -m gongkai.annual_report.read.pdf_worker text|grid``
"""

from __future__ import annotations

import json
import sys
from typing import Any

from gongkai.annual_report.read import pdf, wire
from gongkai.annual_report.read.document import UnusableInput


def main() -> None:
    """Read and answer; refusals are answered too, as ``{"error": sentence}``."""
    data = sys.stdin.buffer.read()
    answer: dict[str, Any]
    try:
        if sys.argv[1] == "grid":
            answer = {"blocks": wire.packed(pdf.grid_blocks(data))}
        else:
            answer = {"pages": pdf.page_texts(data)}
    except UnusableInput as error:
        answer = {"error": str(error)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
