"""Is a PDF ordinary enough to be read in this process?

pdfium cannot be stopped once it has begun a page, and a few hundred kilobytes of PDF can ask for
gigabytes and hours: streams that inflate a thousandfold, filters chained on filters, forms that
draw forms that draw forms. ``ordinary`` looks for these cheaply (well under a millisecond for an
ordinary report). What does not pass is not refused: it is read in a process of its own with
limits of memory and time (``pdf_worker``), which takes a fraction of a second longer.
"""

from __future__ import annotations

import random
import re
import zlib

#: Inflated bytes of drawing instructions and object tables that an ordinary file has at most.
#: pdfium needs up to 85 times as much memory for hostile instructions.
MAX_INSTRUCTIONS = 6 << 20
#: How often forms may be drawn when each form draws others as often as possible.
_MAX_DRAWN = 2_000
_CHAINED = re.compile(rb"/Filter\s*\[\s*/\w+\s*/|/Filter\s+\d")
_OTHER_FILTER = re.compile(rb"/(LZW|ASCII|RunLength|A85|AHx|RL\b|Crypt)")
#: Fonts and pictures: incompressible in themselves, and large; sampled instead of inflated.
_BULK = re.compile(
    rb"/Length1\b|/Subtype\s*/(Image|Type1C|CIDFontType0C|OpenType)|/(DCT|JPX|JBIG2|CCITT)"
)
_HEAD = 1_500
_WINDOW = 48
_STRIDE = 4_096
#: A window of well compressed data has about 44 different bytes, a bomb fewer than 20.
_MIN_VARIETY = 22
#: Fonts have a few such windows; each may stand for 4 MB.
_MAX_PLAIN = 3


def ordinary(data: bytes) -> bool:
    """Whether no part of the file can grow or repeat beyond what annual reports do."""
    left = MAX_INSTRUCTIONS
    plain = 0
    forms = False
    draws: list[int] = []
    end = 0
    while (word := data.find(b"stream", end)) >= 0:
        before = end
        start = word + 6
        start += 2 if data[start : start + 2] == b"\r\n" else 1
        end = data.find(b"endstream", start)
        end = len(data) if end < 0 else end
        if data.find(b"/Encrypt", before, word) >= 0:
            return False
        forms = forms or data.find(b"/Form", before, word) >= 0
        opening = data.rfind(b"obj", max(0, word - _HEAD), word)
        if opening < 0:
            return False
        head = data[opening:word]
        if b"#" in head or _CHAINED.search(head) or _OTHER_FILTER.search(head):
            return False
        if _BULK.search(head):
            plain += _plain(data, start, end)
        else:
            content = data[start:end]
            if b"/F" in head:
                try:
                    content = zlib.decompressobj().decompress(content, left + 1)
                except zlib.error:
                    return False
            left -= len(content)
            if count := content.count(b"Do"):
                draws.append(count)
        if left < 0 or plain > _MAX_PLAIN:
            return False
        end += len(b"endstream")
    if data.find(b"/Encrypt", end) >= 0:
        return False
    return not forms or _drawn(draws) <= _MAX_DRAWN


def _plain(data: bytes, start: int, end: int) -> int:
    """How many windows look like the inside of a bomb; the stride cannot be dodged."""
    offset = start + random.randrange(_STRIDE)
    return sum(
        len(set(data[at : at + _WINDOW])) < _MIN_VARIETY
        for at in range(offset, end - _WINDOW, _STRIDE)
    )


def _drawn(draws: list[int]) -> int:
    """The worst case: every stream that draws draws the next one each time."""
    total = 1
    for count in draws:
        total *= count
        if total > _MAX_DRAWN:
            break
    return total
