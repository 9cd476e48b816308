"""What every document out is made of: a head, paragraphs with a style, tables of cells.

The writers (html, docx, pdf, xlsx) know these blocks only; they know nothing of reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from gongkai.annual_report.check.finding import Level
from gongkai.annual_report.model import Value

#: heading: 一、黑体 · subheading: （一）楷体 · body: 仿宋, two characters indented · note: small,
#: not indented · sign: 署名 and date, from the right (GB/T 9704-2012, 7.3.3 and 7.3.5).
Style = Literal["heading", "subheading", "body", "note", "sign"]
#: head: a column head · label: a row head · value: a figure · text: prose in a cell.
Role = Literal["head", "label", "value", "text"]
Scope = Literal["col", "colgroup", "row", "rowgroup"]

#: Level → (word, sign): a state is never told by colour alone.
LEVELS: dict[Level, tuple[str, str]] = {
    "error": ("错误", "×"),
    "warn": ("提醒", "▲"),
    "info": ("提示", "○"),
}
#: Level → colour, RRGGBB (text, ground).
COLOURS: dict[Level, tuple[str, str]] = {
    "error": ("B3261E", "FBE4E2"),
    "warn": ("7A4B00", "FFF0CC"),
    "info": ("0B4F9E", "E3EEFA"),
}
#: Characters of 22 pt on a line of 156 mm.
_TITLE_ROOM = 20
#: What XML 1.0 forbids, and halves of surrogate pairs.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class CellMark:
    """A cell that was found: the gravest level, the numbers of the findings, their sentences."""

    level: Level
    numbers: tuple[int, ...] = ()
    title: str = ""

    @property
    def text(self) -> str:
        """The sign and the numbers as they are printed beside the figure: ``×1,3``."""
        return LEVELS[self.level][1] + ",".join(str(n) for n in self.numbers)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; its first ``lead`` characters are set as a subheading (（一）楷体).

    ``right``: how many characters a ``sign`` line stands from the right.
    """

    text: str
    style: Style = "body"
    lead: int = 0
    right: float = 0


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell, merged over ``colspan`` × ``rowspan``; ``value`` is what ``text`` prints.

    ``anchor`` is a name by which links in the same document reach it.
    """

    text: str
    role: Role = "text"
    colspan: int = 1
    rowspan: int = 1
    scope: Scope | None = None
    address: str | None = None
    value: Value = None
    mark: CellMark | None = None
    anchor: str | None = None


Row = tuple[TableCell, ...]


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Head rows and the rows they stand over; heads repeat where a page breaks the group."""

    head: tuple[Row, ...]
    body: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return (*self.head, *self.body)


@dataclass(frozen=True, slots=True)
class Table:
    """A table. ``widths`` in mm (they sum to the type area), ``size`` of its letters in pt.

    ``together``: kept on one page (the official tables fit one, and a merged label that is cut
    in two cannot be read); else it breaks between rows and its head repeats.
    """

    key: str
    caption: str
    widths: tuple[float, ...]
    groups: tuple[RowGroup, ...]
    size: float = 9
    together: bool = True

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for group in self.groups for row in group.rows)

    def placed(self) -> Iterator[tuple[int, int, TableCell]]:
        """Every cell with the row and the column (from 0) of its upper left corner."""
        taken: set[tuple[int, int]] = set()
        for r, row in enumerate(self.rows):
            c = 0
            for cell in row:
                while (r, c) in taken:
                    c += 1
                yield r, c, cell
                taken |= {(r + i, c + j) for i in range(cell.rowspan) for j in range(cell.colspan)}
                c += cell.colspan

    def width(self, column: int, cell: TableCell) -> float:
        """The width in mm of a cell that starts in ``column``."""
        return sum(self.widths[column : column + cell.colspan])


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A document out: title, who issued it, its blocks in order."""

    title: str
    blocks: tuple[Block, ...]
    author: str | None = None
    #: What the file says of its own making; None: now. With it the same document gives the
    #: same bytes.
    made_at: datetime | None = None

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(b for b in self.blocks if isinstance(b, Table))


def printed(value: Value, *, decimals: int = 0) -> str:
    """A value as a table prints it: absent is blank, a mark stays, no thousands separator.

    ``decimals`` is the least number of decimals (amounts: 4). Further digits are kept, so that
    the printed form reads back as an equal number.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if not decimals:
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    places = -int(Decimal(value).as_tuple().exponent)
    return f"{Decimal(value):.{max(decimals, places)}f}"


def clean(text: str) -> str:
    """The text without what no document can hold: control characters and broken surrogates."""
    return _UNPRINTABLE.sub("", text)


def ems(text: str) -> float:
    """The width of a text in full-width characters, near enough."""
    return sum(0.55 if ch.isascii() else 1 for ch in text)


def title_lines(title: str) -> tuple[str, ...]:
    """A long title in lines that end where a word ends (GB/T 9704-2012, 7.3.1)."""
    if ems(title) <= _TITLE_ROOM:
        return (title,)
    for word in ("政府信息公开", "年度报告"):
        lines = title[: (at := title.find(word))], title[at:]
        if at > 0 and max(map(ems, lines)) <= _TITLE_ROOM:
            return lines
    return (title,)


def line_of(text: str, width: float, size: float) -> int | None:
    """How many full-width characters a line of a narrow head takes so that words stay whole.

    商业企业 stands as two and two, 社会公益组织 as three times two. None: no need to break it so.
    """
    room = int((width - 1.2) * 72 / 25.4 / size)
    if len(text) <= room or not 3 < len(text) <= 8 or room < 2:
        return None
    even = [n for n in range(room, 1, -1) if len(text) % n == 0 and n % 2 == 0]
    return even[0] if even else -(-len(text) // -(-len(text) // room))


def size_to_fit(text: str, width: float, size: float) -> float:
    """The letter size in pt, at most ``size``, at which a figure fits ``width`` mm on one line."""
    if not text:
        return size
    points = (width - 1.2) * 72 / 25.4
    return round(min(size, points / (0.58 * len(text))), 2)
