"""PDF → blocks, two ways.

- ``text_document(data, name)``: the text as pdfium reads it, a ``Paragraph`` a line, with page
  and line. Fast; what the interpreter tries first.
- ``grid_document(data, name)``: the geometry: ruled lines → grid → characters. Slower; for a
  reading that was flagged or has blank cells. Tables that the lines do not draw stay lines.

Pages that are pictures go to ``ocr``; a file that is not ``ordinary`` goes to ``pdf_worker``.
"""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from gongkai.annual_report.model import Notice, Place
from gongkai.annual_report.read import wire
from gongkai.annual_report.read.document import Block, Document, Paragraph, UnusableInput
from gongkai.annual_report.read.pdf_grid import PageTable, page_blocks
from gongkai.annual_report.read.safety import MAX_CHARACTERS, MAX_PAGES
from gongkai.documents.pages import PDFIUM
from gongkai.documents.pdf_risk import ordinary
from gongkai.documents.safety import refuse

#: For a whole file: checked between pages here, enforced in the process apart.
SECONDS = 60
#: Address space of the process apart, in bytes.
MEMORY = 2 << 30
_PAGE_NUMBER = re.compile(r"^\s*(第\s*)?[-—–－·]*\s*\d{1,3}\s*[-—–－·]*(\s*页.{0,10})?\s*$")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: pdfium forgets a font with the last open page that uses it, and would load it again.
_PAGES_KEPT = 16
#: Fewer characters than this: the page is a picture or blank.
_FEW = 15


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """The PDF, for one thread at a time. UnusableInput: encrypted, damaged, too many pages."""
    with PDFIUM:
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
    """The document with a paragraph for each line of text; pictures are recognised (``ocr``)."""
    pages = page_texts(data) if ordinary(data) else _apart("text", data)["pages"]
    pictures = tuple(n for n, (_, picture) in enumerate(pages, 1) if picture)
    empty = all(len(text) < _FEW for text, _ in pages)
    if empty and not pictures:
        refuse("PDF 的页面都是空白，请确认选对了文件后再试。")
    if empty or _is_garbled(pages):
        from gongkai.annual_report.read.ocr import scan_document

        return scan_document(data, name)
    blocks: list[Block] = [
        Paragraph(content, Place(number, line))
        for number, (text, _) in enumerate(pages, 1)
        for line, content in enumerate(text.splitlines(), 1)
        if content and not content.isspace()
    ]
    document = Document(name, "pdf", tuple(blocks))
    return _with_pictures(document, data, pictures) if pictures else document


def grid_document(data: bytes, name: str) -> Document:
    """The document with a ``Grid`` for each ruled table; a table that a page break cuts is joined.

    ``Place.line`` is the line of ``text_document``, so that the two readings can be compared.
    """
    blocks = grid_blocks(data) if ordinary(data) else wire.unpacked(_apart("grid", data)["blocks"])
    return Document(name, "pdf", tuple(blocks))


def page_texts(data: bytes) -> list[tuple[str, bool]]:
    """For each page its text, and whether it has a picture instead of text."""
    pages: list[tuple[str, bool]] = []
    characters = 0
    recent: deque[Any] = deque(maxlen=_PAGES_KEPT)
    deadline = time.monotonic() + SECONDS
    with opened(data) as document:
        for number in range(len(document)):
            text, picture = _page_text(document, number, recent)
            characters += len(text)
            _check_work(characters, deadline)
            pages.append((text, picture))
    return pages


def grid_blocks(data: bytes) -> list[Block]:
    """The blocks of ``grid_document``."""
    found: list[Paragraph | PageTable] = []
    characters = 0
    deadline = time.monotonic() + SECONDS
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
            characters += sum(len(b.text) for b in blocks if isinstance(b, Paragraph))
            _check_work(characters, deadline)
            _join(found, blocks)
    return [b if isinstance(b, Paragraph) else b.grid() for b in found]


def _apart(way: str, data: bytes) -> dict[str, Any]:
    return wire.ask("pdf_worker", [way], data, seconds=SECONDS, memory=MEMORY, what="读取这个 PDF ")


def _check_work(characters: int, deadline: float) -> None:
    if characters > MAX_CHARACTERS or time.monotonic() > deadline:
        refuse("PDF 的内容多得不正常，为安全起见没有读完，请只保留年度报告部分后再试。")


def _page_text(document: Any, number: int, recent: deque[Any]) -> tuple[str, bool]:
    """The text of a page, which stays open in ``recent``; "" for a page that is damaged."""
    try:
        page = document[number]
        recent.append(page)
        reader = page.get_textpage()
        try:
            text = str(reader.get_text_range())
        finally:
            reader.close()
        # A scan, or text that was turned into curves; a blank page draws nothing.
        picture = len(text) < _FEW and pdfium.FPDFPage_CountObjects(page) > 0
        return text, picture
    except pypdfium2.PdfiumError:
        return "", False


def _is_garbled(pages: list[tuple[str, bool]]) -> bool:
    """Text without Chinese: the fonts do not say which characters they draw."""
    sample = "".join([text for text, _ in pages])[:3_000]
    return len(sample) > 200 and len(_CHINESE.findall(sample)) * 20 < len(sample)


def _with_pictures(document: Document, data: bytes, pictures: tuple[int, ...]) -> Document:
    """The document with the pages that are pictures recognised, or with a notice about them."""
    from gongkai.annual_report.read import ocr

    names = "、".join(map(str, pictures))
    if not ocr.installed():
        message = f"第{names}页是图片，没有读取：{ocr.MISSING}。"
        notice = Notice("PAGES_ARE_PICTURES", message, Place(pictures[0]))
        return Document(document.name, "pdf", document.blocks, (), (notice,))
    try:
        scanned = ocr.scan_document(data, document.name, pictures)
    except UnusableInput as error:
        notice = Notice("PAGES_ARE_PICTURES", f"第{names}页是图片：{error}", Place(pictures[0]))
        return Document(document.name, "pdf", document.blocks, (), (notice,))
    blocks = sorted(
        (*document.blocks, *scanned.blocks), key=lambda b: (b.place and b.place.page) or 0
    )
    return Document(document.name, "pdf", tuple(blocks), (), scanned.notices)


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
