"""What a letter or a form is made of; ``pdf`` and ``docx`` write the same blocks.

Lengths are characters of the body (16 pt) unless said otherwise.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Literal

Style = Literal[
    "number",  # 发文字号, centred below the title
    "addressee",  # 主送, flush left
    "body",
    "heading",
    "subheading",
    "plain",  # flush left, no indent
    "centred",
    "sign",  # 署名 and 成文日期, right
    "annex",  # 附件说明
    "contact",  # 附注: contact of the office
    "note",  # small print below a form
    "blank",
]
#: The type area is so many characters wide.
LINE = 28
#: The date stands so many characters from the right edge (GB/T 9704-2012).
DATE_FROM_RIGHT = 4
#: Points: the type area is so high, its 22 lines so far apart, a line of the title so high, and
#: what stands around the title. Closer than ``CLOSEST`` a letter is not set.
_HIGH, PITCH, _TITLE, _AROUND, CLOSEST = 225 * 72 / 25.4, 225 / 22 * 72 / 25.4, 33, 10, 22.0
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_NARROW = re.compile("[!-~]")
#: What a line surely holds (a mark may not begin or end one), and how much more than half a
#: character a digit takes in the faces that stand in for 仿宋.
_SURELY, _DIGIT = 27.5, 0.06


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; ``right``: its distance from the right edge (``sign`` only)."""

    text: str
    style: Style = "body"
    right: float = 0.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; ``head`` cells are labels on a light ground."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    head: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; a cell that another one covers is not in its row. ``widths`` in parts."""

    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    #: So many rows are repeated at the head of every page.
    heads: int = 0

    def placed(self) -> list[list[tuple[int, Cell, bool]]]:
        """Row by row (column, cell, whether it starts here), covered places included."""
        rows: list[dict[int, tuple[Cell, bool]]] = [{} for _ in self.rows]
        for r, row in enumerate(self.rows):
            column = 0
            for cell in row:
                while column in rows[r]:
                    column += rows[r][column][0].colspan
                for below in range(min(cell.rowspan, len(rows) - r)):
                    rows[r + below][column] = (cell, below == 0)
                column += cell.colspan
        return [[(c, cell, first) for c, (cell, first) in sorted(row.items())] for row in rows]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows starts on a new page."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as SVG, ``side`` millimetres square; ``words``: what it shows, read aloud.

    A DOCX leaves it out: what it says stands in words beside it.
    """

    svg: str
    words: str
    side: float = 26.0


Block = Paragraph | Table | PageBreak | Picture


@dataclass(frozen=True, slots=True)
class Document:
    """A document: ``title`` in its head and its properties, ``on`` its date there too.

    ``wide``: a list of many columns; the sheet lies on its side, the tables are set in 10.5 pt.
    """

    title: str
    blocks: tuple[Block, ...]
    on: date | None = None
    wide: bool = False

    def text(self) -> str:
        """Everything that is printed, one block a line, cells separated by tabs."""
        lines = [self.title]
        for block in self.blocks:
            if isinstance(block, Paragraph):
                lines.append(block.text)
            elif isinstance(block, Table):
                lines += ["\t".join(cell.text for cell in row) for row in block.rows]
        return "\n".join(lines)


def chinese_date(day: date) -> str:
    """2026年11月2日: Arabic digits, no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_dates(text: str) -> str:
    """The text with every day written 2026-11-02 in words."""
    return _ISO.sub(lambda m: f"{int(m[1])}年{int(m[2])}月{int(m[3])}日", text)


def kept_with(after: Block | None) -> bool:
    """Whether a paragraph stays on the page of the one ``after`` it.

    The seal stands on a page with words, more than 特此告知, and the office's contact on the page
    of the seal.
    """
    if not isinstance(after, Paragraph):
        return False
    closing = after.style == "body" and after.text.startswith("特此")
    return closing or after.style in ("sign", "blank", "contact")


def width(text: str) -> float:
    """How many characters of the body a text takes; half-width ones count half."""
    return sum(1 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def pitch(document: Document) -> float:
    """Points from line to line, in steps of a half below the 22 lines of a page.

    A signed letter a few lines longer than a page is set closer, so that words, seal and contact
    stand on one page (GB/T 9704-2012, 7.3.5.5: 调整行距); what is longer, or has a table, is not.
    What starts on a new page behind it, as a list, does not count.
    """
    letter = list(takewhile(lambda b: not isinstance(b, PageBreak), document.blocks))
    texts = [b for b in letter if isinstance(b, Paragraph)]
    if len(texts) < len(letter) or not any(b.style == "sign" for b in texts):
        return PITCH
    # The number stands on a line of its own with one left free below it.
    lines = sum(_lines(b) + (b.style == "number") for b in texts)
    room = _HIGH - _AROUND - _TITLE * len(title_lines(document.title))
    fitting = math.floor(2 * room / lines) / 2
    return fitting if CLOSEST <= fitting < PITCH else PITCH


def _lines(paragraph: Paragraph) -> int:
    """The lines that a paragraph takes, rather one too many than one too few."""
    indent = 2 if paragraph.style in ("body", "annex", "contact", "heading", "subheading") else 0
    wide = indent + width(paragraph.text) + _DIGIT * len(_NARROW.findall(paragraph.text))
    return max(1, math.ceil(wide / (_SURELY if wide > LINE else LINE)))


def signature(name: str, day: str) -> tuple[Paragraph, Paragraph]:
    """署名 centred above the date, which stands four characters from the right edge.

    A name too long for that stands two characters from the edge, the date centred below it.
    """
    middle = DATE_FROM_RIGHT + width(day) / 2
    right = middle - width(name) / 2
    if right < 2:
        right = min(2.0, max(0.0, LINE - width(name)))
        middle = right + min(width(name), LINE) / 2
    return (
        Paragraph(name, "sign", right),
        Paragraph(day, "sign", max(0.0, middle - width(day) / 2)),
    )


#: Where a title may be cut without tearing a word (GB/T 9704: 回行时词意完整).
_SEAMS = re.compile(
    r"(?<=委员会)|(?<=政府)(?=关于)|(?<=局)(?=政府信息)|(?<=关于)|(?<=公开)|(?<=申请)|(?=（)"
)


def title_lines(title: str) -> list[str]:
    """The title in lines of at most 20 characters, cut at a sensible place, the longest above."""
    if width(title) <= 20:
        return [title]
    best = re.split(
        r"(?<=委员会)|(?<=政府)(?=关于)|(?<=局)(?=政府信息)|(?<=关于)", title, maxsplit=1
    )
    if len(best) == 2 and all(0 < width(part) <= 20 for part in best):
        return best
    lines = [""]
    for word in _SEAMS.split(title):
        if lines[-1] and width(lines[-1] + word) > 20:
            lines.append("")
        lines[-1] += word
    if all(width(line) <= 20 for line in lines):
        return lines
    count = -(-int(width(title)) // 20)
    step = -(-len(title) // count)
    return [title[i : i + step] for i in range(0, len(title), step)]
