"""Boxes on a page: in the PDF's own coordinates, and as the page is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def times(a: Matrix, b: Matrix) -> Matrix:
    """First ``a``, then ``b``."""
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


def point(m: Matrix, x: float, y: float) -> tuple[float, float]:
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points; ``x0 <= x1`` and ``y0 <= y1``."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    def moved(self, m: Matrix) -> Box:
        """The smallest upright box around this one after ``m``."""
        return around(point(m, x, y) for x in (self.x0, self.x1) for y in (self.y0, self.y1))

    def meets(self, other: Box) -> bool:
        """Whether they share more than an edge."""
        return (
            self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1
        )

    def holds(self, other: Box, slack: float = 0.5) -> bool:
        return (
            self.x0 - slack <= other.x0
            and self.y0 - slack <= other.y0
            and other.x1 <= self.x1 + slack
            and other.y1 <= self.y1 + slack
        )

    def covers(self, glyph: Box) -> float:
        """The smaller of the shares of the glyph's width and height that lie in this box."""
        across = min(self.x1, glyph.x1) - max(self.x0, glyph.x0)
        along = min(self.y1, glyph.y1) - max(self.y0, glyph.y0)
        if across <= 0 or along <= 0:
            return 0.0
        return min(across / max(glyph.width, 0.01), along / max(glyph.height, 0.01))


def around(points: Iterable[tuple[float, float]]) -> Box:
    """The smallest box around the points."""
    all_points = list(points)
    xs, ys = [p[0] for p in all_points], [p[1] for p in all_points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around the boxes."""
    return around(p for b in boxes for p in ((b.x0, b.y0), (b.x1, b.y1)))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: what of it is shown (its crop box, in its own coordinates) and how it is turned."""

    crop: Box
    turn: int = 0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as shown, in points."""
        if self.turn in (90, 270):
            return self.crop.height, self.crop.width
        return self.crop.width, self.crop.height

    @property
    def to_shown(self) -> Matrix:
        """From the PDF's coordinates to the shown page, origin at its top left, y downwards."""
        c = self.crop
        if self.turn == 90:
            return (0.0, 1.0, 1.0, 0.0, -c.y0, -c.x0)
        if self.turn == 180:
            return (-1.0, 0.0, 0.0, 1.0, c.x1, -c.y0)
        if self.turn == 270:
            return (0.0, -1.0, -1.0, 0.0, c.y1, c.x1)
        return (1.0, 0.0, 0.0, -1.0, -c.x0, c.y1)

    def shown(self, box: Box) -> Box:
        return box.moved(self.to_shown)

    def own(self, box: Box) -> Box:
        """A box on the shown page in the PDF's own coordinates."""
        a, b, c, d, e, f = self.to_shown
        det = a * d - b * c
        back = (d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det)
        return box.moved(back)
