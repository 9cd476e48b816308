"""A PDF as a person sees and selects it: pages, lines of text with their places, pictures."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from gongkai.documents.redact.geometry import Box, Sheet, union
from gongkai.documents.safety import refuse

MAX_PAGES = 400
#: Characters of one page that are placed one by one.
MAX_ON_PAGE = 60_000
#: Pixels of a drawn page.
MAX_DRAWN = 9_000_000


@dataclass(frozen=True, slots=True)
class Character:
    """A character as pdfium reads it; ``box`` is its advance across and its ink along."""

    text: str
    index: int
    box: Box


@dataclass(frozen=True, slots=True)
class Line:
    """Characters that stand on one line; ``start`` is the index of the first on the page."""

    characters: tuple[Character, ...]

    @property
    def text(self) -> str:
        return "".join(c.text for c in self.characters)

    @property
    def start(self) -> int:
        return self.characters[0].index

    @property
    def end(self) -> int:
        return self.characters[-1].index + 1

    @property
    def box(self) -> Box:
        return union(c.box for c in self.characters)


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """The PDF in pdfium; UnusableInput when it cannot be opened or has too many pages."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        refuse("PDF 文件打不开，可能已经损坏或者加了密码，请另存一份后再试。")
    try:
        if len(document) > MAX_PAGES:
            refuse(f"PDF 文件有 {len(document)} 页，一次最多处理 {MAX_PAGES} 页，请拆分后再处理。")
        document.init_forms()
        yield document
    finally:
        document.close()


def sheet(page: Any) -> Sheet:
    """Where the page lies and how it is turned."""
    left, bottom, right, top = page.get_cropbox()
    media = page.get_mediabox()
    box = Box(max(left, media[0]), max(bottom, media[1]), min(right, media[2]), min(top, media[3]))
    return Sheet(box if box.width > 0 and box.height > 0 else Box(*media), page.get_rotation())


def characters(page: Any) -> list[Character]:
    """Every character of the page with its place, in reading order; blanks of pdfium's own
    making and line ends have the box of nothing."""
    text_page = page.get_textpage()
    count = min(text_page.count_chars(), MAX_ON_PAGE)
    found = []
    tight = [ctypes.c_double() for _ in range(4)]
    loose = pdfium.FS_RECTF()
    for n in range(count):
        code = pdfium.FPDFText_GetUnicode(text_page, n)
        text = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        pdfium.FPDFText_GetCharBox(text_page, n, *tight)
        left, right, bottom, top = (v.value for v in tight)
        if pdfium.FPDFText_GetLooseCharBox(text_page, n, loose):
            left, right = min(left, loose.left), max(right, loose.right)
        found.append(
            Character(text, n, Box(left, min(bottom, top), max(right, left), max(bottom, top)))
        )
    text_page.close()
    return found


def lines(page: Any) -> list[Line]:
    """The text of the page line by line, each line as high as its highest character."""
    groups: list[list[Character]] = [[]]
    for c in characters(page):
        if c.text in "\r\n":
            groups.append([])
            continue
        last = next((o for o in reversed(groups[-1]) if not o.text.isspace()), None)
        if last and not c.text.isspace() and not _level(last.box, c.box):
            groups.append([])
        groups[-1].append(c)
    return [Line(_evened(g)) for g in groups if any(not c.text.isspace() for c in g)]


def _level(a: Box, b: Box) -> bool:
    """Whether two characters can stand on one line (upright or turned)."""
    reach = max(a.height, b.height, a.width, b.width)
    across = abs((a.y0 + a.y1) - (b.y0 + b.y1)) / 2
    along = abs((a.x0 + a.x1) - (b.x0 + b.x1)) / 2
    return across <= reach * 0.6 or along <= reach * 0.3


def _evened(group: list[Character]) -> tuple[Character, ...]:
    inked = [c.box for c in group if not c.text.isspace()]
    whole = union(inked)
    if whole.height > 3 * max(b.height for b in inked):  # turned text: every box as it is
        return tuple(group)
    return tuple(
        Character(c.text, c.index, Box(c.box.x0, whole.y0, c.box.x1, whole.y1)) for c in group
    )


def boxes_of(page_lines: list[Line], start: int, end: int) -> list[Box]:
    """One box for each line that the characters ``start`` to ``end`` of the page touch."""
    found = []
    for line in page_lines:
        chosen = [c.box for c in line.characters if start <= c.index < end and c.box.width > 0]
        if chosen:
            found.append(union(chosen))
    return found


def drawn(page: Any, scale: float) -> Any:
    """The page as a Pillow picture, ``scale`` pixels for a point, fewer when it were too large."""
    width, height = page.get_size()
    fits = (MAX_DRAWN / max(width * height, 1.0)) ** 0.5
    return page.render(scale=min(scale, fits), may_draw_forms=True).to_pil().convert("RGB")


def png(data: bytes, number: int, scale: float) -> bytes:
    """Page ``number`` (from 1) as PNG."""
    with opened(data) as document:
        if not 1 <= number <= len(document):
            refuse("没有这一页。")
        out = io.BytesIO()
        drawn(document[number - 1], scale).save(out, "PNG")
        return out.getvalue()
