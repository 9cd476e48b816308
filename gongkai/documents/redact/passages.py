"""From what a person chose to what is taken out, and whether it is really gone.

A passage is ``{"page": n, "start": a, "end": b}`` (characters of a page of the prepared PDF, or
of a paragraph of a DOCX) or ``{"page": n, "box": [left, top, right, bottom]}`` (points on the
page as shown), with an optional ``label``.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from gongkai.documents.redact import docx, layout, verify
from gongkai.documents.redact.geometry import Box
from gongkai.documents.redact.pdf import Mark, redact_pdf
from gongkai.documents.safety import refuse

NOT_CLEAN = (
    "处理后的文件没有通过检查：仍能找到应当隐去的内容，未保存。"
    "请改用画框的方式处理该处，或者另存为 PDF 后再试。"
)
#: A character belongs to a drawn box when the box covers this share of it.
_IN_BOX = 0.5


def pdf_pages(data: bytes) -> list[dict[str, Any]]:
    """Size and lines of every page of a prepared PDF, as shown, ready for JSON."""
    pages = []
    with layout.opened(data) as document:
        for page in document:
            where = layout.sheet(page)
            width, height = where.size
            lines = [
                {
                    "text": line.text,
                    "start": line.start,
                    "end": line.end,
                    "box": _rounded(where.shown(line.box)),
                }
                for line in layout.lines(page)
            ]
            pages.append({"width": width, "height": height, "lines": lines})
    return pages


def pdf_boxes(data: bytes, passages: list[dict[str, Any]]) -> list[list[list[float]]]:
    """For every passage its boxes on the page as shown."""
    with layout.opened(data) as document:
        pages = _Pages(document)
        return [
            [_rounded(pages.sheet(p["page"]).shown(b)) for b in pages.boxes(p)] for p in passages
        ]


def release_pdf(
    data: bytes, passages: list[dict[str, Any]], name: str = ""
) -> tuple[dict[str, Any], bytes]:
    """Take the passages out of a prepared PDF and look whether they are gone.

    With the bytes: ``pictures`` (pages that became pictures), ``left`` (for each passage how
    often the same text still stands elsewhere, where nobody chose it) and ``name``, the file's
    name without what was taken out of the file. UnusableInput: not clean.
    """
    with layout.opened(data) as document:
        pages = _Pages(document)
        marks = [
            Mark(p["page"], box, p.get("label", "")) for p in passages for box in pages.boxes(p)
        ]
        secrets = [pages.secret(p) for p in passages]
        untouched = pages.text_without(passages)
    done = redact_pdf(data, marks)
    left = _check(
        secrets,
        untouched,
        verify.pdf_text(done.data),
        lambda gone: verify.verify_pdf(done.data, gone),
    )
    facts = {"pictures": list(done.pictures), "left": left, "name": _without(name, secrets)}
    return facts, done.data


def release_docx(
    data: bytes, passages: list[dict[str, Any]], name: str = ""
) -> tuple[dict[str, Any], bytes]:
    """As ``release_pdf`` for a DOCX; ``page`` of a passage is the number of its paragraph."""
    spans = [docx.Span(p["page"], p["start"], p["end"], p.get("label", "")) for p in passages]
    texts = {p.number: p.text for p in docx.paragraphs(data)}
    done = docx.redact_docx(data, spans)
    secrets = [texts[s.paragraph][s.start : s.end] for s in spans]
    hidden: dict[int, set[int]] = {}
    for span in spans:
        hidden.setdefault(span.paragraph, set()).update(range(span.start, span.end))
    untouched = "\n".join(
        "".join("\n" if at in hidden.get(n, ()) else c for at, c in enumerate(text))
        for n, text in texts.items()
    )
    left = _check(
        secrets,
        untouched,
        "\n".join(p.text for p in docx.paragraphs(done)),
        lambda gone: verify.verify_docx(done, gone),
    )
    return {"pictures": [], "left": left, "name": _without(name, secrets)}, done


def _without(name: str, secrets: list[str]) -> str:
    """The name with ×× for every word of the secrets that stands in it."""
    words = {w for s in secrets for w in (verify.plain(s), *re.findall(r"\w+", s))}
    for word in sorted((w for w in words if len(w) > 1), key=len, reverse=True):
        name = name.replace(word, "××")
    return name


def docx_paragraphs(data: bytes) -> list[dict[str, Any]]:
    """Every paragraph of a DOCX with something in it, ready for JSON."""
    return [asdict(p) for p in docx.paragraphs(data) if p.text.strip()]


def _check(secrets: list[str], untouched: str, after: str, search: Any) -> list[int]:
    """How often each secret stands where nobody chose it; UnusableInput when there is more."""
    before_text, after_text = verify.plain(untouched), verify.plain(after)
    left = []
    for secret in secrets:
        text = verify.plain(secret)
        expected = before_text.count(text) if text else 0
        if text and after_text.count(text) > expected:
            refuse(NOT_CLEAN)
        left.append(expected)
    gone = [s for s, count in zip(secrets, left, strict=True) if not count and verify.plain(s)]
    if search(gone):
        refuse(NOT_CLEAN)
    return left


class _Pages:
    """The pages of an open PDF, their lines read once."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self._lines: dict[int, list[layout.Line]] = {}

    def page(self, number: int) -> Any:
        if not 1 <= number <= len(self.document):
            refuse("处理清单中有这份文件没有的页码，请把它从清单中删去后再试。")
        return self.document[number - 1]

    def sheet(self, number: int) -> Any:
        return layout.sheet(self.page(number))

    def lines(self, number: int) -> list[layout.Line]:
        if number not in self._lines:
            self._lines[number] = layout.lines(self.page(number))
        return self._lines[number]

    def boxes(self, passage: dict[str, Any]) -> list[Box]:
        number = passage["page"]
        if "box" in passage:
            return [self.sheet(number).own(Box(*passage["box"]))]
        return layout.boxes_of(self.lines(number), passage["start"], passage["end"])

    def _chosen(self, passage: dict[str, Any], c: layout.Character) -> bool:
        if "box" in passage:
            return any(b.covers(c.box) >= _IN_BOX for b in self.boxes(passage))
        return bool(passage["start"] <= c.index < passage["end"])

    def secret(self, passage: dict[str, Any]) -> str:
        """The text of a passage; of a box that spans lines, the longest of them."""
        found = [
            "".join(c.text for c in line.characters if self._chosen(passage, c))
            for line in self.lines(passage["page"])
        ]
        if "box" in passage:
            return max(found, key=len, default="")
        return "".join(found)

    def text_without(self, passages: list[dict[str, Any]]) -> str:
        """All text with a break in the place of every passage."""
        pieces = []
        for number in range(1, len(self.document) + 1):
            own = [p for p in passages if p["page"] == number]
            for line in self.lines(number):
                pieces += [
                    "\n\ue000" if any(self._chosen(p, c) for p in own) else c.text
                    for c in line.characters
                ]
        return "".join(pieces)


def _rounded(box: Box) -> list[float]:
    return [round(v, 2) for v in (box.x0, box.y0, box.x1, box.y1)]
