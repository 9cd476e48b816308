"""Where a passage of the words of a text stands in its HTML: to mark it, to take it out.

Findings count characters of ``content.words``. Words and HTML have the same characters that are
not spaces, in the same order: that is how one is found in the other.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator, Sequence

from django.utils.html import escape

#: A tag, a character reference, or one character, of HTML that ``content.clean_html`` made.
_TOKEN = re.compile(r'<(?:[^>"]|"[^"]*")*>|&(?:#\w+|\w+);|.', re.DOTALL)
#: What stands for a character that was taken out.
COVER = "×"


def cover_text(text: str, start: int, end: int) -> str:
    """The text with every character of the passage that is no space replaced."""
    return text[:start] + re.sub(r"\S", COVER, text[start:end]) + text[end:]


def cover_html(html: str, words: str, start: int, end: int) -> str:
    """The HTML with the passage of its words replaced; tags stay. ValueError: it is not there."""
    first, last = _places(words, start, end)
    found, out = 0, []
    for token, visible in _tokens(html):
        if visible is None or visible.isspace():
            out.append(token)
            continue
        out.append(COVER if first <= found < last else token)
        found += 1
    if last > found:
        raise ValueError("passage is not in the text")
    return "".join(out)


def marked_html(html: str, words: str, marks: Sequence[tuple[int, int, str]]) -> str:
    """The HTML with ``<mark id=…>`` around passages (start, end, attributes of the mark)."""
    spans = []
    for start, end, attributes in sorted(marks):
        first, last = _places(words, start, end)
        if first < last and (not spans or first >= spans[-1][1]):
            spans.append((first, last, attributes))
    found, out, inside, begun = 0, [], None, set()
    queue = list(spans)
    for token, visible in _tokens(html):
        if visible is None:
            if inside is not None:
                out.append("</mark>")
                inside = None
            out.append(token)
            continue
        here = None
        if queue and not visible.isspace():
            if found >= queue[0][1]:
                queue.pop(0)
            if queue and queue[0][0] <= found < queue[0][1]:
                here = queue[0]
        elif visible.isspace():
            here = inside
        if here is not inside:
            if inside is not None:
                out.append("</mark>")
            if here is not None:
                # The address leads to the first piece only: an id stands once.
                attributes = "" if here in begun else here[2]
                begun.add(here)
                out.append(f"<mark{attributes}>")
            inside = here
        out.append(token)
        if not visible.isspace():
            found += 1
    if inside is not None:
        out.append("</mark>")
    return "".join(out)


def marked_text(text: str, marks: Sequence[tuple[int, int, str]]) -> str:
    """Plain text as HTML, with ``<mark>`` around passages."""
    out, at = [], 0
    for start, end, attributes in sorted(marks):
        if start < at or end > len(text) or start >= end:
            continue
        out.append(escape(text[at:start]))
        out.append(f"<mark{attributes}>{escape(text[start:end])}</mark>")
        at = end
    out.append(escape(text[at:]))
    return "".join(out)


def _places(words: str, start: int, end: int) -> tuple[int, int]:
    """How many characters that are no spaces stand before the passage, and before its end."""
    before = sum(1 for c in words[:start] if not c.isspace())
    return before, before + sum(1 for c in words[start:end] if not c.isspace())


def _tokens(html: str) -> Iterator[tuple[str, str | None]]:
    """Pieces of the HTML with the character that each shows; None for a tag."""
    for match in _TOKEN.finditer(html):
        token = match[0]
        if token.startswith("<") and len(token) > 1:
            yield token, None
        elif token.startswith("&") and len(token) > 1:
            yield token, entities.unescape(token)[:1] or "&"
        else:
            yield token, token
