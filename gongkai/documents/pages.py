"""Pages of a PDF as pictures, for a preview on a page of the office."""

from __future__ import annotations

import io
from threading import Lock

import pypdfium2

#: pdfium is not thread-safe; everyone in the process who uses it waits here.
PDFIUM = Lock()
MOST_PAGES = 20


def page_images(pdf: bytes, *, scale: float = 1.2, most: int = MOST_PAGES) -> list[bytes]:
    """The first pages of a PDF of our own as PNG; ``scale`` 1 is 72 dots an inch."""
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return [_png(document, i, scale) for i in range(min(len(document), most))]
        finally:
            document.close()


def _png(document: pypdfium2.PdfDocument, index: int, scale: float) -> bytes:
    page = document[index]
    try:
        out = io.BytesIO()
        page.render(scale=scale, grayscale=True).to_pil().save(out, "PNG")
        return out.getvalue()
    finally:
        page.close()
