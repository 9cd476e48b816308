"""Plain text and Markdown as blocks: one paragraph a line, cells of a row joined by tabs."""

from __future__ import annotations

import re

from gongkai.annual_report.model import Place
from gongkai.annual_report.read.document import Document, Paragraph

_RULE = re.compile(r"[\s|:+\-—=]*")
_MARKDOWN = re.compile(r"^\s{0,3}(#{1,6})\s*")
_EMPHASIS = re.compile(r"\*\*|__")


def text_document(text: str, name: str) -> Document:
    """The lines of a text as paragraphs; Markdown headings are marked, pipes become tabs.

    A form feed starts a new page. Rules under table heads (``|---|---|``) carry nothing and
    are left out, but they keep their line number.
    """
    blocks: list[Paragraph] = []
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("｜", "|")
    page = 1 if "\f" in text else None
    marked = any(sign in text for sign in ("#", "|", "**", "__"))
    for number, line in enumerate(text.split("\n"), 1):
        if page is not None and "\f" in line:
            page += line.count("\f")
            line = line.replace("\f", "")
        line = line.strip(" \u3000\xa0\ufeff")
        if not line or line.isspace():
            continue
        heading = False
        if marked:
            heading, line = _unmarked(line)
            if not line:
                continue
        blocks.append(Paragraph(line, Place(page, number), heading))
    return Document(name, "text", tuple(blocks))


def _unmarked(line: str) -> tuple[bool, str]:
    """(is a heading, the line without its Markdown signs); empty for a rule under a table head."""
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
    return "\t".join(part.strip() for part in stripped.split("|"))
