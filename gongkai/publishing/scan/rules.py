"""What the machine asks about: each rule takes the words of a draft and yields hits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from gongkai.documents.personal import personal_data


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a draft to read: a field, or a place in an attachment."""

    place: dict[str, Any]
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that is asked about. ``mark`` makes it the same one at the next reading."""

    rule: str
    level: str
    message: str
    place: dict[str, Any]
    excerpt: str = ""
    mark: str = field(default="")


Rule = Callable[[Part], Iterator[Hit]]


def mark_of(*parts: object) -> str:
    """A short stable name of a passage; what it says cannot be read from it."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]


def personal(part: Part) -> Iterator[Hit]:
    """Personal data (条例 Art 15, 个人信息保护法): numbers, telephones, cards, addresses."""
    for found in personal_data(part.text):
        yield Hit(
            rule="personal",
            level="stop",
            message=f"{part.label}里有{found.kind}，请删去、遮盖，或者说明为什么可以公开。",
            place={**part.place, "start": found.start, "end": found.end},
            excerpt=masked(part.text, found.start, found.end),
            mark=mark_of(part.label, found.kind, part.text[found.start : found.end]),
        )


def masked(text: str, start: int, end: int, around: int = 20) -> str:
    """The words around a passage, itself replaced by ■."""
    before = text[max(0, start - around) : start]
    return f"{before}{'■' * min(end - start, 18)}{text[end : end + around]}".replace("\n", " ")


RULES: tuple[Rule, ...] = (personal,)
