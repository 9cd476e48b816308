"""Scanned PDF and pictures → blocks, by rapidocr in a process of its own (extra ``gongkai[ocr]``).

The process (``ocr_worker``) is ended after ``SECONDS``; a broken picture or a model that runs
away can take down only it. Every cell comes with the confidence of its recognition; a cell that
has ink but could not be read comes empty, with confidence 0 and a notice.
"""

from __future__ import annotations

from gongkai.annual_report.model import Notice
from gongkai.annual_report.read import wire
from gongkai.annual_report.read.document import Document, Grid
from gongkai.annual_report.read.safety import MAX_SCANNED_PAGES
from gongkai.documents.readable.ocr import installed as installed
from gongkai.documents.safety import refuse

#: For one file, whatever its number of pages.
SECONDS = 300
#: Address space of the process, in bytes.
MEMORY = 4 << 30
#: Read by visitors of a site too: what they can do comes first, not a command.
MISSING = "这里没有装文字识别组件（gongkai[ocr]）"


def image_document(data: bytes, name: str) -> Document:
    """The document in a picture (PNG, JPEG, TIFF with all its pages, BMP, GIF, WebP).

    UnusableInput: the extra is missing, the picture is damaged or too large, or has no text.
    """
    notices = []
    if name.lower().endswith((".pdf", ".doc", ".docx", ".htm", ".html", ".txt", ".xlsx")):
        ending = name.rpartition(".")[2].upper()
        notices.append(
            Notice("WRONG_NAME", f"文件名写的是 {ending}，内容其实是图片，已按图片识别。")
        )
    return _recognised(data, name, "这是图片", tuple(notices))


def scan_document(data: bytes, name: str, pages: tuple[int, ...] | None = None) -> Document:
    """The document in a PDF whose pages (numbers from 1; None: all) are pictures.

    UnusableInput: as ``image_document``, or more than ``MAX_SCANNED_PAGES`` pages.
    """
    return _recognised(data, name, "这是扫描件，里面没有文字", (), pages)


def _recognised(
    data: bytes,
    name: str,
    what: str,
    notices: tuple[Notice, ...],
    pages: tuple[int, ...] | None = None,
) -> Document:
    if not installed():
        refuse(f"{what}，{MISSING}，读不了，请提供原来的 Word、网页或者带文字的 PDF。")
    if pages is not None and len(pages) > MAX_SCANNED_PAGES:
        _too_many(len(pages))
    answer = wire.ask(
        "ocr_worker",
        [",".join(map(str, pages))] if pages else [],
        data,
        seconds=SECONDS,
        memory=MEMORY,
        what="识别这个文件里的图片",
    )
    blocks = tuple(wire.unpacked(answer["blocks"]))
    if not blocks:
        refuse("图片里没有认出文字，请换一份清楚的扫描件（不低于 150 dpi）后再试。")
    unread = [
        Notice(
            "CELL_UNREAD",
            f"{place}有字迹，但没有认出来，请对照原件补填。",
            place,
        )
        for block in blocks
        if isinstance(block, Grid)
        for row in block.rows
        for cell in row
        if cell.confidence == 0 and (place := cell.place) is not None
    ]
    return Document(name, "scan", blocks, notices=(*notices, *unread))


def _too_many(count: int) -> None:
    refuse(f"扫描件有 {count} 页，超过 {MAX_SCANNED_PAGES} 页的上限，请只保留年度报告部分后再试。")
