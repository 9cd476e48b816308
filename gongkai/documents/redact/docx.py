"""``redact_docx``: a new DOCX in which the chosen characters are black squares.

A passage is a paragraph (counted through body, headers, footers and notes) with offsets in its
text as ``paragraphs`` gives it; a picture is one character of that text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from gongkai.documents.redact.package import Package, W
from gongkai.documents.safety import refuse

BLACK = "■"
#: Stands for a picture, an object or a symbol in a paragraph's text.
OBJECT = "\ufffc"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TEXT = (f"{W}t", f"{_M}t")
_ONE = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    f"{W}softHyphen": "",
    f"{W}sym": OBJECT,
    f"{W}drawing": OBJECT,
    f"{W}pict": OBJECT,
    f"{W}object": OBJECT,
}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with something in it: its number (from 1) and the part it stands in."""

    number: int
    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` of paragraph ``paragraph``; ``label`` is written into the
    black where it is long enough."""

    paragraph: int
    start: int
    end: int
    label: str = ""


def paragraphs(data: bytes) -> list[Paragraph]:
    """The document as it will be released when nothing is taken out.

    UnusableInput: damaged, or with charts, which cannot be taken apart with certainty.
    """
    return [
        Paragraph(n, part, "".join(text for _, text in _pieces(p)))
        for n, (part, p) in enumerate(_numbered(Package(data)), 1)
    ]


def redact_docx(data: bytes, spans: Iterable[Span]) -> bytes:
    """Put black squares in the place of the spans, and drop what the reader does not see.

    UnusableInput: as ``paragraphs``, and for a span that the document does not have.
    """
    package = Package(data)
    known = [p for _, p in _numbered(package)]
    by_paragraph: dict[int, list[Span]] = {}
    for span in spans:
        by_paragraph.setdefault(span.paragraph, []).append(span)
    for number, own in by_paragraph.items():
        if not 1 <= number <= len(known):
            refuse("处理清单中有这份文件没有的段落，请把它从清单中删去后再试。")
        _blacken(known[number - 1], own)
    return package.save()


def _numbered(package: Package) -> Iterator[tuple[str, Any]]:
    for part, root in package.texts:
        for paragraph in root.iter(f"{W}p"):
            yield part, paragraph


def _pieces(paragraph: Any) -> list[tuple[Any, str]]:
    """Elements that show something, in order, with their text; those of a text box inside it
    belong to the box's own paragraphs."""
    found: list[tuple[Any, str]] = []

    def look(element: Any) -> None:
        for child in element:
            if not isinstance(child.tag, str) or child.tag == f"{W}p":
                continue
            if child.tag in _TEXT:
                found.append((child, child.text or ""))
            elif child.tag in _ONE and child.getparent().tag != f"{W}tabs":
                found.append((child, _ONE[child.tag]))
            elif child.tag not in (f"{W}pPr", f"{W}rPr"):
                look(child)

    look(paragraph)
    return found


def _blacken(paragraph: Any, spans: list[Span]) -> None:
    pieces = _pieces(paragraph)
    text = "".join(t for _, t in pieces)
    chosen = list(text)
    hidden = [False] * len(text)
    for span in spans:
        if not 0 <= span.start < span.end <= len(text):
            refuse("处理清单与文件的内容对不上，请把它从清单中删去后重新选择。")
        black = _black(span.end - span.start, span.label)
        for at in range(span.start, span.end):
            chosen[at], hidden[at] = black[at - span.start], True
    at = 0
    for element, piece in pieces:
        end = at + len(piece)
        if any(hidden[at:end]):
            new = "".join(chosen[at:end])
            if element.tag in _TEXT:
                element.text = new
            else:
                _replace(element, new)
        at = end


def _replace(element: Any, text: str) -> None:
    """A square where a picture, tab or break was; a picture's text box goes with it."""
    run = element.getparent()
    new = run.makeelement(f"{W}t", {})
    new.text = text
    run.replace(element, new)


def _black(length: int, label: str) -> str:
    """Squares of this length, with the label in the middle where it fits."""
    if not label or length < len(label) + 2:
        return BLACK * length
    before = (length - len(label)) // 2
    return BLACK * before + label + BLACK * (length - len(label) - before)
