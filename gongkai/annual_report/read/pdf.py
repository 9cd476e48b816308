"""PDF → blocks, two ways.

- ``text_document(data, name)``: the text as pdfium reads it, a ``Paragraph`` a line, with page
  and line. Fast; what the interpreter tries first.
- ``grid_document(data, name)``: the geometry: ruled lines → grid → characters. Slower; for a
  reading that was flagged or has blank cells. Tables that the lines do not draw stay lines.

A PDF without text is a scan and goes to ``ocr``.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from gongkai.annual_report.model import Place
from gongkai.annual_report.read.document import Block, Document, Paragraph
from gongkai.annual_report.read.pdf_grid import PageTable, page_blocks
from gongkai.annual_report.read.safety import MAX_CHARACTERS, MAX_PAGES, refuse

#: pdfium is not thread-safe; a server reads several files at once.
_PDFIUM = threading.Lock()
_PAGE_NUMBER = re.compile(r"^\s*(第\s*)?[-—–－·]*\s*\d{1,3}\s*[-—–－·]*(\s*页.{0,10})?\s*$")
_PAGES_KEPT = 16
#: Fewer visible characters than this a page: the pages are pictures.
_SCANNED = 15


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """The PDF, for one thread at a time. UnusableInput: encrypted, damaged, too many pages."""
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError:
            if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD:
                refuse("PDF 加了密码，请去掉密码另存一份后再试。")
            refuse("PDF 已经损坏，打不开，请重新下载或者用原软件另存一次后再试。")
        try:
            if len(document) == 0:
                refuse("PDF 里没有页面，请重新下载或者用原软件另存一次后再试。")
            if len(document) > MAX_PAGES:
                refuse(
                    f"PDF 有 {len(document)} 页，超过 {MAX_PAGES} 页的上限，"
                    "请只保留年度报告部分后再试。"
                )
            yield document
        finally:
            document.close()


def text_document(data: bytes, name: str) -> Document:
    """The document with a paragraph for each line of text."""
    blocks: list[Block] = []
    characters = 0
    # pdfium forgets a font with the last page that uses it; the next page would load it again.
    recent: deque[Any] = deque(maxlen=_PAGES_KEPT)
    with opened(data) as document:
        for number in range(1, len(document) + 1):
            text = _page_text(document, number, recent)
            characters += len(text)
            if characters > MAX_CHARACTERS:
                refuse("PDF 的文字多得不正常，为安全起见没有读取，请只保留年度报告部分后再试。")
            for line, content in enumerate(text.splitlines(), 1):
                if content and not content.isspace():
                    blocks.append(Paragraph(content, Place(number, line)))
        pages = len(document)
    if characters < _SCANNED * pages:
        from gongkai.annual_report.read.ocr import scan_document

        return scan_document(data, name)
    return Document(name, "pdf", tuple(blocks))


def grid_document(data: bytes, name: str) -> Document:
    """The document with a ``Grid`` for each ruled table; a table that a page break cuts is joined.

    ``Place.line`` is the line of ``text_document``, so that the two readings can be compared.
    """
    found: list[Paragraph | PageTable] = []
    with opened(data) as document:
        for number in range(1, len(document) + 1):
            try:
                page = document[number - 1]
            except pypdfium2.PdfiumError:
                continue
            try:
                blocks = page_blocks(page, number)
            except pypdfium2.PdfiumError:
                blocks = []
            finally:
                page.close()
            _join(found, blocks)
    blocks_out = (b if isinstance(b, Paragraph) else b.grid() for b in found)
    return Document(name, "pdf", tuple(blocks_out))


def _join(found: list[Paragraph | PageTable], page: list[Paragraph | PageTable]) -> None:
    """Add a page; its first table continues the last one if the columns are the same."""
    body = [b for b in page if not (isinstance(b, Paragraph) and _PAGE_NUMBER.match(b.text))]
    last = found[-1] if found else None
    first = body[0] if body else None
    if (
        isinstance(last, PageTable)
        and isinstance(first, PageTable)
        and len(last.xs) == len(first.xs)
        and all(abs(a - b) < 6 for a, b in zip(last.xs, first.xs, strict=True))
    ):
        last.rows.extend(first.rows)
        body = body[1:]
    found.extend(body)


def _page_text(document: Any, number: int, recent: deque[Any]) -> str:
    """The text of a page, which stays open in ``recent``; "" for a page that is damaged."""
    try:
        page = document[number - 1]
        recent.append(page)
        text = page.get_textpage()
        try:
            return str(text.get_text_range())
        finally:
            text.close()
    except pypdfium2.PdfiumError:
        return ""
