"""The parts of a draft with the machine's marks in them, as the page of findings shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from gongkai.publishing.content import LINES, words
from gongkai.publishing.models import Document, Finding, PublishedFile
from gongkai.publishing.passages import marked_html, marked_text

#: Characters of an attachment around a mark; a table of a thousand rows is not shown whole.
AROUND = 400
_SHORT = 6000


@dataclass(frozen=True, slots=True)
class Part:
    """A field, the text or an attachment, its words with the marks; "" where it is elsewhere."""

    label: str
    content: SafeString
    is_html: bool = False


def parts(draft: Document, rows: Iterable[Any]) -> list[Part]:
    """Every part of the draft that a finding points into, and always title and text.

    Each row has a ``number``; its mark is ``#found-<number>``.
    """
    rows = list(rows)
    found = []
    for name in LINES:
        marks = _marks(rows, "field", name)
        if marks or name == "title":
            label = str(Document._meta.get_field(name).verbose_name)
            found.append(Part(label, mark_safe(marked_text(getattr(draft, name), marks))))
    text = words(draft.text)
    marked = marked_html(draft.text, text, _marks(rows, "field", "text"))
    found.append(Part("正文", mark_safe(marked), is_html=True))
    ids = [one["file"] for one in draft.attachments]
    files = PublishedFile.objects.in_bulk(ids)
    for one in draft.attachments:
        if marks := _marks(rows, "name_of", one["file"]):
            found.append(Part("附件的名称", mark_safe(marked_text(one["name"], marks))))
        marks = _marks(rows, "file", one["file"])
        file = files.get(one["file"])
        if file is not None and marks:
            found.append(Part(f"附件“{one['name']}”", mark_safe(_pieces(file.text, marks))))
    return found


def _pieces(text: str, marks: list[tuple[int, int, str]]) -> str:
    if len(text) <= _SHORT:
        return marked_text(text, marks)
    out, at = [], 0
    for start, end, attributes in sorted(marks):
        left, right = max(at, start - AROUND), min(len(text), end + AROUND)
        if start < at:
            continue
        moved = [(start - left, end - left, attributes)]
        out.append(("…" if left else "") + marked_text(text[left:right], moved))
        at = right
    return "\n".join([*out, "…"])


def _marks(rows: list[Any], kind: str, key: Any) -> list[tuple[int, int, str]]:
    marks = []
    for row in rows:
        place = row.place or {}
        if place.get(kind) != key or "start" not in place or "end" not in place:
            continue
        name = "open" if row.state == Finding.State.OPEN else "settled"
        attributes = format_html(
            ' id="found-{}" class="gp-mark gp-mark-{}" data-number="{}" tabindex="-1"',
            row.number,
            name,
            row.number,
        )
        marks.append((int(place["start"]), int(place["end"]), str(attributes)))
    return marks
