"""Blocks ⇄ plain data, for the readers that work in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

from gongkai.annual_report.model import Place
from gongkai.annual_report.read.document import Block, Grid, GridCell, Paragraph
from gongkai.documents.safety import refuse, run_limited


def packed(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """The blocks as data that JSON can carry."""
    return [_pack(block) for block in blocks]


def unpacked(raw: list[dict[str, Any]]) -> list[Block]:
    """The blocks that ``packed`` described."""
    return [_unpack(item) for item in raw]


def ask(
    module: str, arguments: list[str], data: bytes, *, seconds: int, memory: int, what: str
) -> dict[str, Any]:
    """The answer of a worker module of this folder to ``data`` on its standard input.

    ``what`` begins the sentence for a worker that ran too long or died. UnusableInput: that,
    or what the worker refused.
    """
    command = [sys.executable, "-m", f"gongkai.annual_report.read.{module}", *arguments]
    environment = {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    try:
        done = run_limited(
            command, seconds=seconds, memory=memory, given=data, environment=environment
        )
    except subprocess.TimeoutExpired:
        refuse(f"{what}超过 {seconds} 秒，已停止，请只保留年度报告部分另存一份后再试。")
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        refuse(f"{what}没有成功，文件可能已经损坏或者大得不正常，请用原软件另存一份后再试。")
    if "error" in answer:
        refuse(str(answer["error"]))
    return answer


def _pack(block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"text": block.text, "heading": block.heading, **_place(block.place)}
    rows = [
        [
            {
                "text": cell.text,
                "colspan": cell.colspan,
                "rowspan": cell.rowspan,
                "confidence": cell.confidence,
                **_place(cell.place),
            }
            for cell in row
        ]
        for row in block.rows
    ]
    return {"rows": rows, **_place(block.place)}


def _place(place: Place | None) -> dict[str, Any]:
    return {"page": place.page, "line": place.line, "cell": place.cell} if place else {}


def _unpack(raw: dict[str, Any]) -> Block:
    if "rows" not in raw:
        return Paragraph(raw["text"], _where(raw), raw.get("heading", False))
    return Grid(
        tuple(
            tuple(
                GridCell(c["text"], c["colspan"], c["rowspan"], _where(c), c["confidence"])
                for c in row
            )
            for row in raw["rows"]
        ),
        _where(raw),
    )


def _where(raw: dict[str, Any]) -> Place | None:
    place = Place(raw.get("page"), raw.get("line"), raw.get("cell"))
    return None if place == Place() else place
