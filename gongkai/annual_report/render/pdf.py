"""PDF by typst, in the layout of GB/T 9704-2012 (see official.typ)."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any

import typst

from gongkai.annual_report.render import fonts
from gongkai.annual_report.render.blocks import (
    COLOURS,
    Document,
    Paragraph,
    Table,
    TableCell,
    line_of,
    size_to_fit,
)

#: One compiler a process: it keeps its fonts and what it has laid out before. It is not shared
#: by two threads at a time, because the data of a document is set on it.
_LOCK = Lock()


@cache
def _compiler() -> tuple[typst.Compiler, bytes, dict[str, Any]]:
    loaded, faces = fonts.load()
    source = (files("gongkai.annual_report.render") / "official.typ").read_bytes()
    # Plain lists where the template sets no weight of its own.
    chosen = asdict(faces) | {"body": faces.body.names, "song": faces.song.names}
    return typst.Compiler(font_paths=loaded, ignore_system_fonts=True), source, chosen


def pdf(document: Document) -> bytes:
    """The document as a tagged PDF: 22 lines of 28 characters a page, numbered pages."""
    compiler, source, faces = _compiler()
    data = {
        "fonts": faces,
        "title": document.title,
        "author": [document.author] if document.author else [],
        "blocks": [_block(b) for b in document.blocks],
    }
    text = json.dumps(data, ensure_ascii=False)
    with _LOCK:
        out = compiler.compile(source, format="pdf", sys_inputs={"doc": text})
    assert isinstance(out, bytes)
    return out


def _block(block: Paragraph | Table) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        lead, rest = block.text[: block.lead], block.text[block.lead :]
        return {"kind": "text", "style": block.style, "lead": lead, "text": rest}
    columns = {id(cell): column for _, column, cell in block.placed()}

    def cell(c: TableCell) -> dict[str, Any]:
        width = block.width(columns[id(c)], c)
        text = c.text + (c.mark.text if c.mark else "")
        return {
            "text": c.text,
            "role": c.role,
            "colspan": c.colspan,
            "rowspan": c.rowspan,
            "left": c.role == "text" or (c.role == "label" and c.scope == "row"),
            "size": size_to_fit(text, width, block.size) if c.role == "value" else block.size,
            "line": line_of(c.text, width, block.size) if c.role == "head" else None,
            "mark": c.mark
            and {
                "text": c.mark.text,
                "ink": COLOURS[c.mark.level][0],
                "ground": COLOURS[c.mark.level][1],
            },
        }

    single = len(block.groups) == 1
    return {
        "kind": "table",
        "widths": block.widths,
        "size": block.size,
        "together": block.together,
        "inset": 1.6 if block.key in ("t2", "t4") else 1.0,
        "groups": [
            {
                "repeat": single,
                "head": [[cell(c) for c in row] for row in group.head],
                "body": [[cell(c) for c in row] for row in group.body],
            }
            for group in block.groups
        ],
    }
