"""How far each code of a PDF font moves the pen; only for fonts where that is certain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf


class Unsure(Exception):
    """A construct of the page that cannot be taken apart with certainty."""


@dataclass(frozen=True, slots=True)
class Widths:
    """Widths in thousandths of the font size by code; ``wide``: a code has two bytes."""

    wide: bool
    known: dict[int, float]
    default: float

    def codes(self, text: bytes) -> Iterator[tuple[bytes, int]]:
        """The codes of a shown string, each with its bytes."""
        step = 2 if self.wide else 1
        for at in range(0, len(text) - len(text) % step, step):
            piece = text[at : at + step]
            yield piece, int.from_bytes(piece, "big")

    def of(self, code: int) -> float:
        return self.known.get(code, self.default)


def widths(font: Any) -> Widths:
    """The widths of a font dictionary; Unsure for vertical writing, other CMaps and Type 3."""
    if not isinstance(font, pikepdf.Dictionary):
        raise Unsure
    kind = str(font.get("/Subtype", ""))
    if kind == "/Type0":
        return _composite(font)
    if kind not in ("/TrueType", "/Type1", "/MMType1") or "/Widths" not in font:
        raise Unsure
    first = int(font.get("/FirstChar", 0))
    known = {first + n: float(w) for n, w in enumerate(font.Widths)}
    descriptor = font.get("/FontDescriptor")
    missing = float(descriptor.get("/MissingWidth", 0)) if descriptor is not None else 0.0
    return Widths(False, known, missing)


def _composite(font: Any) -> Widths:
    if font.get("/Encoding") != "/Identity-H":
        raise Unsure
    inner = font.DescendantFonts[0]
    known: dict[int, float] = {}
    entries = list(inner.get("/W", []))
    at = 0
    while at + 1 < len(entries):
        first, second = int(entries[at]), entries[at + 1]
        if isinstance(second, pikepdf.Array):
            known |= {first + n: float(w) for n, w in enumerate(second)}
            at += 2
        elif at + 2 < len(entries) and int(second) - first < 70_000:
            known |= dict.fromkeys(range(first, int(second) + 1), float(entries[at + 2]))
            at += 3
        else:
            raise Unsure
    return Widths(True, known, float(inner.get("/DW", 1000)))
