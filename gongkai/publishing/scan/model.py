"""What a rule is given and what it yields."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from gongkai.law.shipped import shipped
from gongkai.publishing.models import Document

STOP, ASK = "stop", "ask"
#: Of a telephone, a card, an identity; perhaps cut at the edge of what is shown.
_LONG_NUMBER = re.compile(r"\d{4,}[Xx]?")


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a draft to read: a field, an attachment, or what an attachment hides.

    ``unseen``: a reader of the attachment does not see it, so it cannot be pointed to.
    """

    place: dict[str, Any]
    label: str
    text: str
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that is asked about. ``mark`` makes it the same one at the next reading."""

    rule: str
    level: str
    message: str
    place: dict[str, Any]
    excerpt: str = ""
    mark: str = field(default="")


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules know of the draft besides its words."""

    draft: Document
    #: The body's own published telephones, addresses and mail: not personal data.
    own: frozenset[str]
    own_words: dict[str, str]
    on: date
    #: How many regions and bodies there are: what was reckoned from them holds as long.
    places: tuple[int, int, int]


Rule = Callable[[Part, Context], Iterator[Hit]]
#: A rule on the draft as a whole.
WholeRule = Callable[[list[Part], Context], Iterator[Hit]]


def data(name: str) -> Any:
    """A dictionary of this folder."""
    return shipped("gongkai.publishing.scan", f"data/{name}.yaml")


@cache
def patterns(name: str) -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """(kind, level, pattern) of a section of ``patterns.yaml``."""
    known = data("patterns")
    family = f"[{known['family_names']}]"
    return tuple(
        (row["kind"], row["level"], re.compile(row["pattern"].replace("{姓}", family)))
        for row in known[name]
    )


def mark_of(*parts: object) -> str:
    """A short stable name of a passage; what it says cannot be read from it."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]


def masked(text: str, start: int, end: int, around: int = 20) -> str:
    """The words around a passage, itself replaced by ■, and long numbers beside it too."""
    before, after = text[max(0, start - around) : start], text[end : end + around]
    around_it = (_LONG_NUMBER.sub("■", words) for words in (before, after))
    return ("■" * min(end - start, 18)).join(around_it).replace("\n", " ")


def quoted(text: str, start: int, end: int, around: int = 24) -> str:
    """The passage with the words around it."""
    return text[max(0, start - around) : end + around].replace("\n", " ")


def hit_at(
    part: Part, start: int, end: int, *, rule: str, level: str, message: str, secret: bool = False
) -> Hit:
    """A hit on characters of a part; ``secret``: its words are not repeated."""
    place = dict(part.place) if part.unseen else {**part.place, "start": start, "end": end}
    shown = masked if secret else quoted
    return Hit(
        rule=rule,
        level=level,
        message=message[:300],
        place=place,
        excerpt=shown(part.text, start, end)[:300],
        mark=mark_of(part.label, rule, part.text[start:end]),
    )
