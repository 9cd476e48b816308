"""What a font still says of characters that are no longer shown, and its silencing.

A subset font lists exactly the characters of the text: after a name was taken out, the font's
character map would still spell it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pikepdf

_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_TOKEN = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")
#: A range larger than this is not a subset's.
_LONGEST = 70_000


def shorten_maps(pdf: pikepdf.Pdf, codes: dict[tuple[int, int], set[int]]) -> None:
    """Leave in every font's ToUnicode only the codes that are still shown.

    ``codes`` by the font's object number; a font that is not in it stays as it is only when no
    page names it, and then it is not copied.
    """
    for thing in pdf.objects:
        if not isinstance(thing, pikepdf.Dictionary) or thing.get("/Type") != "/Font":
            continue
        shown = codes.get(thing.objgen)
        if shown is None or not isinstance(thing.get("/ToUnicode"), pikepdf.Stream):
            continue
        wide = thing.get("/Subtype") == "/Type0"
        entries = {c: t for c, t in read_map(thing.ToUnicode.read_bytes()) if c in shown}
        thing.ToUnicode = pdf.make_stream(write_map(entries, 4 if wide else 2))


def read_map(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Code and UTF-16 text (in hexadecimal digits) of every entry of a ToUnicode map."""
    for kind, body in _BLOCK.findall(data):
        tokens = [
            b"[" if opening else b"]" if closing else b"".join(digits.split())
            for digits, opening, closing in _TOKEN.findall(body)
        ]
        yield from _chars(tokens) if kind == b"bfchar" else _ranges(tokens)


def _chars(tokens: list[bytes]) -> Iterator[tuple[int, bytes]]:
    for code, text in zip(tokens[::2], tokens[1::2], strict=False):
        if code and text:
            yield int(code, 16), text


def _ranges(tokens: list[bytes]) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 2 < len(tokens):
        first, last = int(tokens[at] or b"0", 16), int(tokens[at + 1] or b"0", 16)
        if tokens[at + 2] == b"[":
            end = tokens.index(b"]", at)
            yield from zip(range(first, last + 1), tokens[at + 3 : end], strict=False)
            at = end + 1
            continue
        text = tokens[at + 2]
        for n in range(min(last - first + 1, _LONGEST)):
            value = int(text or b"0", 16) + n
            yield first + n, b"%0*X" % (len(text), value)
        at += 3


def write_map(entries: dict[int, bytes], digits: int) -> bytes:
    """A ToUnicode map with these entries; ``digits`` of a code in hexadecimal."""
    lines = [b"<%0*X> <%s>" % (digits, code, text) for code, text in sorted(entries.items())]
    body = b"".join(
        b"%d beginbfchar\n%s\nendbfchar\n" % (len(some), b"\n".join(some))
        for some in (lines[n : n + 100] for n in range(0, len(lines), 100))
    )
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        b"/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        b"1 begincodespacerange <%s> <%s> endcodespacerange\n"
        % (b"0" * digits, b"F" * digits)
        + body
        + b"endcmap CMapName currentdict /CMap defineresource pop end end"
    )
