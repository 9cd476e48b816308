"""Ruled lines → tables: where the cells are, and which of them are merged.

Used for PDF (points) and for pictures (pixels). y grows downwards.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field

#: More lines than this on a page are a drawing, not tables.
MAX_LINES = 20_000
_MAX_GRID = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """A horizontal line: at y ``at`` from x ``start`` to ``end``; vertical: x and y swapped."""

    at: float
    start: float
    end: float


@dataclass(slots=True)
class RuledCell:
    """A cell of a ruled table: its place in the grid, its spans and its box."""

    row: int
    column: int
    rowspan: int
    colspan: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(slots=True)
class RuledTable:
    """A table drawn by lines; ``cells`` in reading order, ``xs`` and ``ys`` its grid lines."""

    xs: list[float]
    ys: list[float]
    cells: list[RuledCell]
    _at: dict[tuple[int, int], RuledCell] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._at = {
            (r, c): cell
            for cell in self.cells
            for r in range(cell.row, cell.row + cell.rowspan)
            for c in range(cell.column, cell.column + cell.colspan)
        }

    def cell_at(self, x: float, y: float) -> RuledCell | None:
        """The cell that contains this point; None outside the table."""
        column = bisect_left(self.xs, x) - 1
        row = bisect_left(self.ys, y) - 1
        return self._at.get((row, column))


def find_tables(horizontal: list[Line], vertical: list[Line], tolerance: float) -> list[RuledTable]:
    """The tables that these lines draw, from top to bottom.

    ``tolerance`` (same unit as the lines): how far apart lines may be and still meet.
    """
    if len(horizontal) + len(vertical) > MAX_LINES:
        return []
    rows = _joined(horizontal, tolerance)
    columns = _joined(vertical, tolerance)
    tables = []
    for hs, vs in _components(rows, columns, tolerance):
        table = _table(hs, vs, tolerance)
        if table is not None:
            tables.append(table)
    return sorted(tables, key=lambda t: (t.ys[0], t.xs[0]))


def _joined(lines: list[Line], tolerance: float) -> list[Line]:
    """Lines that lie on each other or continue each other become one."""
    out: list[Line] = []
    for group in _clusters(lines, tolerance):
        at = sum(line.at for line in group) / len(group)
        spans = sorted((line.start, line.end) for line in group)
        start, end = spans[0]
        for a, b in spans[1:]:
            if a <= end + tolerance:
                end = max(end, b)
            else:
                out.append(Line(at, start, end))
                start, end = a, b
        out.append(Line(at, start, end))
    return [line for line in out if line.end - line.start > 2 * tolerance]


def _clusters(lines: list[Line], tolerance: float) -> list[list[Line]]:
    groups: list[list[Line]] = []
    for line in sorted(lines, key=lambda item: item.at):
        if groups and line.at - groups[-1][0].at <= tolerance:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _components(
    rows: list[Line], columns: list[Line], tolerance: float
) -> list[tuple[list[Line], list[Line]]]:
    """Lines that touch each other, directly or through others, are one table."""
    parent = list(range(len(rows) + len(columns)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    ordered = sorted(range(len(rows)), key=lambda i: rows[i].at)
    heights = [rows[i].at for i in ordered]
    for j, v in enumerate(columns):
        for k in range(bisect_left(heights, v.start - tolerance), len(ordered)):
            if heights[k] > v.end + tolerance:
                break
            h = rows[ordered[k]]
            if h.start - tolerance <= v.at <= h.end + tolerance:
                parent[find(ordered[k])] = find(len(rows) + j)
    groups: dict[int, tuple[list[Line], list[Line]]] = defaultdict(lambda: ([], []))
    for i, h in enumerate(rows):
        groups[find(i)][0].append(h)
    for j, v in enumerate(columns):
        groups[find(len(rows) + j)][1].append(v)
    return list(groups.values())


def _positions(values: list[float], tolerance: float) -> list[float]:
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > tolerance:
            out.append(value)
    return out


def _table(hs: list[Line], vs: list[Line], tolerance: float) -> RuledTable | None:
    if len(hs) < 2 or not vs:
        return None
    ys = _positions([h.at for h in hs], tolerance)
    xs = _positions([v.at for v in vs], tolerance)
    # Tables are often open at the sides, and where a page ends: there the ends of the lines
    # are the border.
    xs = _closed(xs, min(h.start for h in hs), max(h.end for h in hs), tolerance)
    ys = _closed(ys, min(v.start for v in vs), max(v.end for v in vs), tolerance)
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 1 or rows * columns < 2 or rows * columns > _MAX_GRID:
        return None
    walls_right = _walls(vs, xs, ys, tolerance)
    walls_below = _walls(hs, ys, xs, tolerance)
    cells = _merge(rows, columns, walls_right, walls_below)
    return RuledTable(
        xs,
        ys,
        [RuledCell(r, c, h, w, xs[c], ys[r], xs[c + w], ys[r + h]) for r, c, h, w in cells],
    )


def _closed(positions: list[float], start: float, end: float, tolerance: float) -> list[float]:
    before = [start] if positions[0] - start > 3 * tolerance else []
    after = [end] if end - positions[-1] > 3 * tolerance else []
    return [*before, *positions, *after]


def _walls(
    lines: list[Line], positions: list[float], crossing: list[float], tolerance: float
) -> set[tuple[int, int]]:
    """(k, i): a line at positions[k] covers the interval i of the crossing positions."""
    out: set[tuple[int, int]] = set()
    for line in lines:
        near = min(range(len(positions)), key=lambda k: abs(positions[k] - line.at))
        if abs(positions[near] - line.at) > tolerance * 1.5:
            continue
        for i in range(len(crossing) - 1):
            a, b = crossing[i], crossing[i + 1]
            if min(line.end, b) - max(line.start, a) > (b - a) / 2:
                out.add((near, i))
    return out


def _merge(
    rows: int, columns: int, right: set[tuple[int, int]], below: set[tuple[int, int]]
) -> list[tuple[int, int, int, int]]:
    """Rectangles (row, column, height, width) of elementary cells with no wall between them."""
    taken: set[tuple[int, int]] = set()
    out: list[tuple[int, int, int, int]] = []
    for r in range(rows):
        for c in range(columns):
            if (r, c) in taken:
                continue
            width = 1
            while (
                c + width < columns and (c + width, r) not in right and (r, c + width) not in taken
            ):
                width += 1
            height = 1
            while (
                r + height < rows
                and all((r + height, k) not in below for k in range(c, c + width))
                and all((k, r + height) not in right for k in range(c + 1, c + width))
            ):
                height += 1
            taken.update((i, k) for i in range(r, r + height) for k in range(c, c + width))
            out.append((r, c, height, width))
    return out
