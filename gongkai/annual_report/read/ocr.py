"""Scanned PDF and pictures → blocks, by rapidocr in a process of its own (extra ``gongkai[ocr]``).

The process (``ocr_worker``) is ended after ``SECONDS``; a broken picture or a model that runs
away can take down only it. Every cell comes with the confidence of its recognition; a cell that
has ink but could not be read comes empty, with confidence 0 and a notice.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

from gongkai.annual_report.model import Notice, Place
from gongkai.annual_report.read.document import Block, Document, Grid, GridCell, Paragraph
from gongkai.annual_report.read.safety import MAX_SCANNED_PAGES, refuse, run_limited

#: For one file, whatever its number of pages.
SECONDS = 300
#: Address space of the process, in bytes.
MEMORY = 8 << 30
INSTALL = "pip install 'gongkai[ocr]'"


def installed() -> bool:
    """Whether the extra ``gongkai[ocr]`` is there."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def image_document(data: bytes, name: str) -> Document:
    """The document in a picture (PNG, JPEG, TIFF with all its pages, BMP, GIF, WebP).

    UnusableInput: the extra is missing, the picture is damaged or too large, or has no text.
    """
    notices = []
    if name.lower().endswith((".pdf", ".doc", ".docx", ".htm", ".html", ".txt", ".xlsx")):
        ending = name.rpartition(".")[2].upper()
        notices.append(
            Notice("wrong_name", f"文件名写的是 {ending}，内容其实是图片，已按图片识别。")
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
        refuse(f"{what}，要先安装文字识别组件（{INSTALL}）才能读取，也可以提供原来的 DOCX 或网页。")
    if pages is not None and len(pages) > MAX_SCANNED_PAGES:
        _too_many(len(pages))
    command = [sys.executable, "-m", "gongkai.annual_report.read.ocr_worker"]
    command += [",".join(map(str, pages))] if pages else []
    path = os.pathsep.join(p for p in sys.path if p)
    try:
        done = run_limited(
            command, seconds=SECONDS, memory=MEMORY, given=data, environment={"PYTHONPATH": path}
        )
    except subprocess.TimeoutExpired:
        refuse(f"识别超过 {SECONDS // 60} 分钟，已停止，请只保留年度报告的几页后再试。")
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        refuse("图片识别没有成功，文件可能已经损坏，请重新扫描或者另存为 PNG 图片后再试。")
    if "error" in answer:
        refuse(answer["error"])
    blocks = tuple(_block(b) for b in answer["blocks"])
    if not blocks:
        refuse("图片里没有认出文字，请换一份清楚的扫描件（不低于 150 dpi）后再试。")
    unread = [
        Notice(
            "ocr_unread",
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


def _block(raw: dict[str, Any]) -> Block:
    place = Place(raw["page"], raw["line"])
    if "rows" not in raw:
        return Paragraph(raw["text"], place)
    return Grid(
        tuple(
            tuple(
                GridCell(
                    c["text"],
                    c["colspan"],
                    c["rowspan"],
                    Place(raw["page"], None, c["cell"]),
                    c["confidence"],
                )
                for c in row
            )
            for row in raw["rows"]
        ),
        place,
    )
