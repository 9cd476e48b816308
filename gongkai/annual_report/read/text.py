"""Plain text and Markdown as blocks: one paragraph a line, cells of a row joined by tabs."""

from __future__ import annotations

import re

from gongkai.annual_report.model import Place
from gongkai.annual_report.read.document import Document, Paragraph

_RULE = re.compile(r"[\s|:+\-—=]*")
_MARKDOWN = re.compile(r"^\s{0,3}(#{1,6})\s*")
#: What may stand around a line and carries nothing.
_AROUND = " \u3000\xa0\ufeff"
_PIPES = "｜│┃"
_EMPHASIS = re.compile(r"\*\*|__")


def text_document(text: str, name: str) -> Document:
    """The lines of a text as paragraphs; Markdown headings are marked, pipes become tabs.

    A form feed starts a new page. Rules under table heads (``|---|---|``) carry nothing and
    are left out, but they keep their line number.
    """
    blocks: list[Paragraph] = []
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for pipe in _PIPES:
        text = text.replace(pipe, "|")
    page = 1 if "\f" in text else None
    marked = any(sign in text for sign in ("#", "|", "**", "__"))
    lines = text.split("\n")
    if page is None and not marked:
        paragraphs = [
            Paragraph(line, Place(None, number))
            for number, raw in enumerate(lines, 1)
            if (line := raw.strip(_AROUND)) and not line.isspace()
        ]
        return Document(name, "text", tuple(paragraphs))
    piled = marked and _is_piled(lines)
    for number, line in enumerate(lines, 1):
        if page is not None and "\f" in line:
            page += line.count("\f")
            line = line.replace("\f", "")
        line = line.strip(_AROUND)
        if not line or line.isspace():
            continue
        heading = False
        if marked and (
            "|" in line or line[0] == "#" or "---" in line or "**" in line or "__" in line
        ):
            heading, line = _unmarked(line, piled)
            if not line:
                continue
        blocks.append(Paragraph(line, Place(page, number), heading))
    return Document(name, "text", tuple(blocks))


def _is_piled(lines: list[str]) -> bool:
    """Whether cells stand one a line, each closed by a pipe ("0 |"): an empty one is "|" then."""
    closed = [line for line in lines if line.count("|") == 1 and line.rstrip().endswith("|")]
    return len([line for line in closed if line.strip() != "|"]) > 8


def _unmarked(line: str, piled: bool) -> tuple[bool, str]:
    """(is a heading, the line without its Markdown signs); empty for a rule under a table head.

    Where cells are piled up one a line, a line of nothing but pipes is as many empty cells:
    it becomes that many tabs.
    """
    if piled and line[-1] == "|":
        if not line.strip("| "):
            return False, "\t" * line.count("|")
        if line.count("|") == 1:
            return False, line[:-1].strip()
    found = _MARKDOWN.match(line) if line[0] == "#" else None
    if found:
        line = line[found.end() :]
    if "**" in line or "__" in line:
        line = _EMPHASIS.sub("", line)
    if "|" in line:
        line = _cells(line)
    if "---" in line and _RULE.fullmatch(line):
        return False, ""
    return found is not None, line.strip(" \u3000")


def _cells(line: str) -> str:
    stripped = line.strip()
    if stripped.startswith("|"):
        stripped = stripped[1:]
        if stripped.endswith("|"):
            stripped = stripped[:-1]
    return "\t".join([part.strip() for part in stripped.split("|")])
