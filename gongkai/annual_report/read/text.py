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
    page = 1 if "\f" in text else None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        if "\f" in line and page is not None:
            page += line.count("\f")
            line = line.replace("\f", "")
        stripped = line.strip()
        if not stripped:
            continue
        heading = False
        if stripped[0] == "#" and (found := _MARKDOWN.match(line)):
            heading = True
            line = line[found.end() :]
        if "**" in line or "__" in line:
            line = _EMPHASIS.sub("", line)
        if "|" in line or "｜" in line:
            line = _cells(line.replace("｜", "|"))
        if "---" in line and _RULE.fullmatch(line):
            continue
        blocks.append(Paragraph(line.strip(" \u3000"), Place(page=page, line=number), heading))
    return Document(name, "text", tuple(blocks))


def _cells(line: str) -> str:
    stripped = line.strip()
    if stripped.startswith("|"):
        stripped = stripped[1:]
        if stripped.endswith("|"):
            stripped = stripped[:-1]
    return "\t".join(part.strip() for part in stripped.split("|"))
