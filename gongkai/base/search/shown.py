"""What is found in pieces of text, with the words marked."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from gongkai.base import grams

#: Characters of an excerpt before and after the first word found.
BEFORE, AFTER = 30, 110


def excerpt(text: str, wanted: list[str]) -> str:
    """The words around the first one found, or the beginning."""
    same = _folded(text)
    places = [at for w in wanted if (at := same.find(grams.plain(w))) >= 0]
    start = max(0, min(places, default=0) - BEFORE)
    cut = " ".join(text[start : start + BEFORE + AFTER].split())
    return ("…" if start else "") + cut + ("…" if start + BEFORE + AFTER < len(text) else "")


def told(
    facts: Iterable[Iterable[str]], text: str, wanted: list[str]
) -> tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]:
    """The facts for which it was found, with their labels: those with words that ``text`` lacks."""
    same = _folded(text)
    lacking = [w for w in wanted if grams.plain(w) not in same]
    found = []
    for label, value in facts:
        held = [w for w in lacking if grams.squeezed(w) in grams.squeezed(value)]
        if held:
            pieces = marked(value, held)
            # Written in another way than it was asked for: the whole of it.
            found.append((label, pieces if any(on for _, on in pieces) else ((value, True),)))
    return tuple(found)


def _folded(text: str) -> str:
    """The text for comparing, letter by letter at its place (… does not become ...)."""
    if text.isascii():
        return text.lower()
    return "".join(
        letter
        if "\u4e00" <= letter <= "\u9fff"
        else (p if len(p := grams.plain(letter)) == 1 else letter)
        for letter in text
    )


def marked(text: str, wanted: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """The text in pieces, True where it is one of the words."""
    same = _folded(text)
    hit = [False] * len(text)
    for word in {grams.plain(w) for w in wanted}:
        at = same.find(word)
        while at >= 0:
            hit[at : at + len(word)] = [True] * len(word)
            at = same.find(word, at + 1)
    return tuple(
        ("".join(letter for letter, _ in group), on)
        for on, group in groupby(zip(text, hit, strict=True), key=lambda pair: pair[1])
    )
