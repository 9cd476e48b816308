"""PDF by typst, in the layout of GB/T 9704-2012 (see official.typ)."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any

import typst

from gongkai.annual_report.render.blocks import (
    COLOURS,
    Document,
    Paragraph,
    Table,
    TableCell,
    line_of,
    size_to_fit,
    title_lines,
)
from gongkai.documents import fonts, threads

#: One compiler a process: it keeps its fonts and what it has laid out before. It is not shared
#: by two threads at a time, because the data of a document is set on it.
_LOCK = Lock()


#: Signs outside the blocks of Chinese characters that are one em wide.
_SIGNS = "（），；：！？、。“”‘’／—…"


@cache
def _compiler() -> tuple[typst.Compiler, bytes, dict[str, Any]]:
    loaded, faces = fonts.load()
    source = (files("gongkai.annual_report.render") / "official.typ").read_bytes()
    # Plain lists where the template sets no weight of its own.
    chosen = asdict(faces) | {"body": faces.body.names, "song": faces.song.names}
    return typst.Compiler(font_paths=loaded, ignore_system_fonts=True), source, chosen


def pdf(document: Document) -> bytes:
    """The document as a tagged PDF: 22 lines of 28 characters a page, numbered pages.

    RuntimeError in a process forked from one that had made a PDF.
    """
    threads.begin()
    compiler, source, faces = _compiler()
    data = {
        "fonts": faces,
        "title": document.title,
        "title_lines": [line.strip() for line in title_lines(document.title)],
        "author": [document.author] if document.author else [],
        "blocks": [_block(b) for b in document.blocks],
        "made": _moment(document.made_at),
    }
    text = json.dumps(data, ensure_ascii=False)
    with _LOCK:
        out = compiler.compile(source, format="pdf", sys_inputs={"doc": text})
    assert isinstance(out, bytes)
    return out


def _moment(at: datetime | None) -> dict[str, int] | None:
    if at is None:
        return None
    parts = ("year", "month", "day", "hour", "minute", "second")
    return {part: getattr(at, part) for part in parts}


def _block(block: Paragraph | Table) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        lead, rest = block.text[: block.lead], block.text[block.lead :]
        out = {"kind": "text", "style": block.style, "lead": lead, "text": rest}
        return out | {"right": block.right}
    columns = {id(cell): column for _, column, cell in block.placed()}

    def cell(c: TableCell) -> str | dict[str, Any]:
        width = block.width(columns[id(c)], c)
        size = block.size
        if c.role == "value":
            size = size_to_fit(c.text + (c.mark.text if c.mark else ""), width, size)
            if size == block.size and c.colspan == c.rowspan == 1 and not c.mark:
                return c.text
        out: dict[str, Any] = {
            "text": c.text,
            "head": c.role == "head",
            "colspan": c.colspan,
            "rowspan": c.rowspan,
            "left": c.role == "text" or (c.role == "label" and c.scope == "row"),
        }
        if size != block.size:
            out["size"] = size
        if c.role == "head" and (line := line_of(c.text, width, size)):
            out["line"] = (line + 0.1) * size
        if c.mark:
            ink, ground = COLOURS[c.mark.level]
            out["mark"] = {"text": c.mark.text, "ink": f"#{ink}", "ground": f"#{ground}"}
        return out

    single = len(block.groups) == 1
    return {
        "kind": "table",
        "widths": block.widths,
        "size": block.size,
        "together": block.together,
        "oneline": [
            all(
                c.rowspan > 1 or _one_line(c, block.width(columns[id(c)], c), block.size)
                for c in row
            )
            for row in block.rows
        ],
        "inset": 1.6 if block.key in ("t2", "t4") else 1.3,
        "groups": [
            {
                "repeat": single,
                "head": [[cell(c) for c in row] for row in group.head],
                "body": [[cell(c) for c in row] for row in group.body],
            }
            for group in block.groups
        ],
    }


def _one_line(cell: TableCell, width: float, size: float) -> bool:
    """Whether a cell surely takes one line; a letter beyond ASCII counts as a full em or more."""
    if cell.role == "value":
        return True
    ems = sum(
        0.65 if ch.isascii() else 1 if "\u3000" <= ch <= "\u9fff" or ch in _SIGNS else 2
        for ch in cell.text
    )
    return ems * size * 25.4 / 72 < width - 2
