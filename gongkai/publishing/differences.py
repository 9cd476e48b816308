"""What is different between two releases, in words that a reader follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from gongkai.documents.personal import personal_data
from gongkai.publishing.content import words
from gongkai.publishing.models import Document

Kind = Literal["same", "gone", "new"]
#: What a reader is shown of the metadata; the rest is the office's own.
FIELDS = (
    "title",
    "genre",
    "explains_by",
    "theme",
    "issuer",
    "doc_number",
    "formed_on",
    "effective_on",
    "expires_on",
    "keywords",
    "summary",
    "source",
)
#: Longer paragraphs are shown whole, old and new, not letter by letter.
LETTERS = 1500


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stayed, went or came."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field, or one paragraph of the text, with its pieces."""

    label: str
    pieces: tuple[Piece, ...]


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    """What changed from one release's content to the next: metadata, attachments, paragraphs.

    Personal data that an older release showed is covered here: a mended slip stays mended.
    """
    return [*_metadata(old, new), *_attachments(old, new), *_text(old, new)]


def _metadata(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    for name in FIELDS:
        before, after = _shown(name, old.get(name)), _shown(name, new.get(name))
        if before != after:
            label = str(Document._meta.get_field(name).verbose_name)
            yield Difference(label, _letters(before, after))


def _shown(name: str, value: Any) -> str:
    choices = {"genre": Document.Genre, "explains_by": Document.Explains}
    if name in choices and value:
        return str(dict(choices[name].choices).get(value, value))
    return str(value or "")


def _attachments(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    before = {one["sha256"]: one["name"] for one in old.get("attachments") or ()}
    after = {one["sha256"]: one["name"] for one in new.get("attachments") or ()}
    pieces = [Piece("gone", _covered(name)) for key, name in before.items() if key not in after]
    pieces += [Piece("new", name) for key, name in after.items() if key not in before]
    for piece in pieces:
        yield Difference("附件", (piece,))


def _text(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    before, after = (words(content.get("text") or "").split("\n") for content in (old, new))
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        gone, come = [line for line in before[a:b] if line], [line for line in after[c:d] if line]
        while gone and come:
            yield Difference("正文", _letters(gone.pop(0), come.pop(0)))
        yield from (Difference("正文", (Piece("gone", _covered(line)),)) for line in gone)
        yield from (Difference("正文", (Piece("new", line),)) for line in come)


def _letters(before: str, after: str) -> tuple[Piece, ...]:
    """Two versions of a line in pieces."""
    before = _covered(before)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if max(len(before), len(after)) > LETTERS or matcher.quick_ratio() < 0.4:
        whole = (Piece("gone", before), Piece("new", after))
        return tuple(piece for piece in whole if piece.text)
    pieces = []
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            pieces.append(Piece("same", before[a:b]))
            continue
        if b > a:
            pieces.append(Piece("gone", before[a:b]))
        if d > c:
            pieces.append(Piece("new", after[c:d]))
    return tuple(pieces)


def _covered(text: str) -> str:
    for found in sorted(personal_data(text), key=lambda f: -f.start):
        text = f"{text[: found.start]}{'■' * min(found.end - found.start, 18)}{text[found.end :]}"
    return text
