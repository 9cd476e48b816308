"""Letters as tagged PDF by typst, in the layout of GB/T 9704-2012 (see letter.typ)."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any

import typst

from gongkai.documents import fonts, threads
from gongkai.documents.blocks import (
    Block,
    Document,
    PageBreak,
    Paragraph,
    Picture,
    Table,
    kept_with,
    pitch,
    title_lines,
)

#: One compiler a process (it keeps its fonts), used by one thread at a time.
_LOCK = Lock()
#: The type area of a sheet, and of one on its side, in millimetres.
AREA, WIDE_AREA = 156.0, 225.0
#: Millimetres: space at the side of a cell; a digit or small letter of 12 pt, and a wide one.
_INSET, _LATIN, _WIDE = 1.6, 2.2, 3.8


@cache
def _compiler() -> tuple[typst.Compiler, bytes, dict[str, Any]]:
    loaded, faces = fonts.load()
    source = (files("gongkai.documents") / "letter.typ").read_bytes()
    chosen = asdict(faces) | {"body": faces.body.names, "song": faces.song.names}
    return typst.Compiler(font_paths=loaded, ignore_system_fonts=True), source, chosen


def pdf(document: Document) -> bytes:
    """The document as a tagged PDF; its properties hold the title and the date, nobody's name.

    RuntimeError in a process forked from one that had made a PDF.
    """
    threads.begin()
    compiler, source, faces = _compiler()
    day = document.on
    data = {
        "fonts": faces,
        "title": document.title,
        "on": [day.year, day.month, day.day] if day else None,
        "title_lines": title_lines(document.title),
        "pitch": pitch(document),
        "wide": document.wide,
        "blocks": [
            _block(block, document.blocks[i + 1 :], wide=document.wide)
            for i, block in enumerate(document.blocks)
        ],
    }
    text = json.dumps(data, ensure_ascii=False)
    with _LOCK:
        out = compiler.compile(source, format="pdf", sys_inputs={"doc": text})
    assert isinstance(out, bytes)
    return out


def _block(block: Block, rest: tuple[Block, ...], *, wide: bool) -> dict[str, Any]:
    if isinstance(block, PageBreak):
        return {"kind": "break"}
    if isinstance(block, Picture):
        return {"kind": "picture", "svg": block.svg, "words": block.words, "side": block.side}
    if isinstance(block, Paragraph):
        return {
            "kind": "text",
            "style": block.style,
            "text": block.text,
            "right": block.right,
            "keep": kept_with(rest[0] if rest else None),
        }
    widths = millimetres(block, wide=wide)
    return {
        "kind": "table",
        "widths": widths,
        "heads": block.heads,
        "rows": [
            [
                {
                    "lines": _breakable(cell.text, sum(widths[column : column + cell.colspan])),
                    "head": cell.head,
                    "colspan": cell.colspan,
                    "rowspan": cell.rowspan,
                }
                for column, cell, first in row
                if first
            ]
            for row in block.placed()
        ],
    }


def _breakable(text: str, width: float) -> list[str]:
    """The lines of a cell ``width`` millimetres wide; a number or address too long for it may be
    cut anywhere rather than run into the next cell."""
    room = width - 2 * _INSET

    def cut(found: re.Match[str]) -> str:
        wide = sum(_WIDE if c.isupper() or c in "mw@%&" else _LATIN for c in found[0])
        return "\u200b".join(found[0]) if wide > room else found[0]

    return [re.sub("[!-~]+", cut, line) for line in text.split("\n")]


def millimetres(table: Table, *, wide: bool = False) -> list[float]:
    """The widths of the columns, together as wide as the type area."""
    total = sum(table.widths)
    return [w / total * (WIDE_AREA if wide else AREA) for w in table.widths]
