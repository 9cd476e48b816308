"""Pages of a PDF as pictures, for a preview on a page of the office."""

from __future__ import annotations

import io
from threading import Lock

import pypdfium2

#: pdfium is not thread-safe; everyone in the process who uses it waits here.
PDFIUM = Lock()
MOST_PAGES = 20
#: 1 is 72 dots an inch.
SCALE = 1.2


def page_images(pdf: bytes, *, most: int = MOST_PAGES) -> list[bytes]:
    """The first pages of a PDF of our own as PNG."""
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return [_png(document, i) for i in range(min(len(document), most))]
        finally:
            document.close()


def _png(document: pypdfium2.PdfDocument, index: int) -> bytes:
    page = document[index]
    try:
        out = io.BytesIO()
        page.render(scale=SCALE, grayscale=True).to_pil().save(out, "PNG")
        return out.getvalue()
    finally:
        page.close()
