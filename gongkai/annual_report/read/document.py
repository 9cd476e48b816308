"""What every kind of file is turned into before it is understood: paragraphs and grids in order."""

from __future__ import annotations

from dataclasses import dataclass

from gongkai.annual_report.model import Notice, Place
from gongkai.documents.safety import UnusableInput

__all__ = ["Block", "Document", "Grid", "GridCell", "NotAReport", "Paragraph", "UnusableInput"]


class NotAReport(UnusableInput):
    """A file that was read well and is plainly something else: a note, a program's README."""


@dataclass(slots=True)
class Paragraph:
    """A line of text. ``heading`` is True where the source marks it as one (h2, 标题 1, ##).

    Never changed once made; not frozen, as a frozen one takes twice the time to make.
    """

    text: str
    place: Place | None = None
    heading: bool = False


@dataclass(frozen=True, slots=True)
class GridCell:
    """A table cell; a merged cell is one object that appears once, with its spans."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    place: Place | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as drawn: rows of cells, merged cells only where they start."""

    rows: tuple[tuple[GridCell, ...], ...]
    place: Place | None = None


Block = Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Document:
    """A file as blocks in reading order; ``meta`` is what it says of itself (title, PubDate)."""

    name: str
    kind: str
    blocks: tuple[Block, ...]
    meta: tuple[tuple[str, str], ...] = ()
    notices: tuple[Notice, ...] = ()
