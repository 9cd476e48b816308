"""What the three tables share: cells, notices, and where the values of a row stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from gongkai.annual_report.model import Cell, Notice, Place, Value
from gongkai.annual_report.read.interpret.align import core
from gongkai.annual_report.read.interpret.runs import Run, Strip
from gongkai.annual_report.read.interpret.values import Parsed
from gongkai.law.formats import Column

#: Confidence of a cell in whose place something is printed that could not be read.
UNSURE = 0.4


#: (table, row label, what its cells' addresses start with)
_BlankRow = tuple[str, str, str]


#: Notices of one kind that are told one by one.
MAX_ALIKE = 40


@dataclass
class Notices:
    """The notices of one reading, gathered; blank cells are told together at the end."""

    items: list[Notice] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    blanks: dict[_BlankRow, list[tuple[str, str, Place | None]]] = field(default_factory=dict)

    def add(
        self, code: str, message: str, place: Place | None = None, address: str | None = None
    ) -> None:
        self.counts[code] += 1
        if self.counts[code] > MAX_ALIKE:
            return
        where = f"（{place}）" if place else ""
        self.items.append(Notice(code, message + where, place, address))

    def blank(self, row: _BlankRow, column: str, address: str, place: Place | None) -> None:
        """A cell that the source leaves empty."""
        self.blanks.setdefault(row, []).append((column, address, place))

    def tell_blanks(self) -> None:
        """One notice a row; one for all, where many rows lack the same columns."""
        alike: dict[tuple[str, tuple[str, ...]], list[_BlankRow]] = {}
        for row, cells in self.blanks.items():
            alike.setdefault((row[0], tuple(c for c, _, _ in cells)), []).append(row)
        for (table, columns), rows in alike.items():
            listed = "、".join(columns)
            if len(rows) > 3:
                place = self.blanks[rows[0]][0][2]
                message = f"{table}有 {len(rows)} 行的“{listed}”为空，未作 0 处理，首处"
                self.add("CELL_BLANK", message, place, rows[0][2].split(".")[0])
                continue
            for row in rows:
                cells = self.blanks[row]
                address = cells[0][1] if len(cells) == 1 else row[2].rstrip("._")
                message = f"{table}“{row[1]}”的“{listed}”为空，未作 0 处理"
                self.add("CELL_BLANK", message, cells[0][2], address)
        self.blanks = {}
        for code, count in self.counts.items():
            if count > MAX_ALIKE:
                message = f"同类的提示还有 {count - MAX_ALIKE} 条，没有列出"
                self.items.append(Notice(code, message))


def cell_of(parsed: Parsed | None, column: Column, confidence: float = 1.0) -> Cell:
    """The typed cell: counts as int, amounts as Decimal in 万元."""
    if parsed is None:
        return Cell(None, None, None, 1.0)
    value: Value = parsed.value
    sure = parsed.confidence if parsed.confidence < confidence else confidence
    if type(value) is int and column.kind != "amount":
        return Cell(value, parsed.printed, parsed.place, sure)
    if column.kind == "amount" and isinstance(value, int):
        value = Decimal(value)
    elif isinstance(value, Decimal) and column.kind != "amount" and value == value.to_integral():
        value = int(value)
    return Cell(value, parsed.printed, parsed.place, sure)


def cells_of(
    values: Sequence[Parsed | None], columns: Sequence[Column], confidence: float = 1.0
) -> tuple[Cell, ...]:
    """A row of cells; what is printed alike in one place is one cell object."""
    made: dict[int, Cell] = {}
    out = []
    for value, column in zip(values, columns, strict=True):
        key = id(value)
        if key not in made:
            made[key] = cell_of(value, column, confidence)
        out.append(made[key])
    return tuple(out)


def shown(values: list[Parsed]) -> str:
    return " ".join(v.printed for v in values)


def start_columns(runs: list[Run], width: int) -> dict[tuple[int | None, int], int]:
    """(grid, cells in the row) → column of the first value, learnt from rows without blanks."""
    seen: dict[tuple[int | None, int], Counter[int]] = {}
    for run in runs:
        if run.cells is None or len(run.values) != width:
            continue
        if run.stacked and run.cells[0][1] is None:
            continue
        filled = [c for c, v in run.cells if v is not None]
        if run.grid is not None or filled[-1] - filled[0] == width - 1:
            seen.setdefault((run.grid, run.width), Counter())[filled[0]] += 1
    starts = {key: found.most_common(1)[0][0] for key, found in seen.items() if len(found) == 1}
    piles = Counter(run.width for run in runs if run.stacked and run.cells is not None)
    if piles and not any(run.stacked and len(run.values) == width for run in runs):
        # No row without blanks: that several have as many cells must do.
        count, rows = piles.most_common(1)[0]
        if rows > 1 and count >= width:
            starts[None, count] = 0
    return starts


def blanks_kept(runs: list[Run]) -> bool:
    """Whether empty cells stand where they belong: somewhere one stands before a value.

    Copies of web pages drop the empty cells and fill the row up at its end: "3 | 3 | | | | | |"
    was 3 of the first column and 3 of the last.
    """
    for run in runs:
        if run.grid is None and run.cells is not None:
            filled = [i for i, (_, v) in enumerate(run.cells) if v is not None]
            if filled and filled[-1] >= len(filled):
                return True
    return False


def shifted(run: Run, width: int) -> bool:
    """Whether the row may have been filled up at its end, all of its empty cells standing there.

    One cell alone may be empty at the end, unless the value before it is the sum of the others.
    """
    if run.grid is not None or run.cells is None:
        return False
    count = len(run.values)
    if any(v is None for _, v in run.cells[:count]):
        return False
    numbers = [v.value for v in run.values if isinstance(v.value, int)]
    return count < width - 1 or (0 < sum(numbers[:-1]) == numbers[-1] and count == len(numbers))


def spread(
    run: Run,
    width: int,
    heads: list[int] | None,
    starts: dict[tuple[int | None, int], int],
    *,
    kept: bool,
) -> list[Parsed | None] | None:
    """The run's values over the columns of its table; None where their places are not certain.

    ``kept``: the empty cells of text tables stand where they belong (``blanks_kept``).
    """
    if len(run.values) == width:
        return list(run.values)
    if run.cells is None or (not kept and shifted(run, width)):
        return None
    at = dict(run.cells)
    if run.stacked and (None, run.width) not in starts and (starts or run.width != width):
        return None  # not as many cells as a full row of this table has
    if heads is not None:
        rest = [c for c, v in run.cells if v is not None and c not in heads]
        return None if rest else [at.get(c) for c in sorted(heads)]
    filled = [c for c, v in run.cells if v is not None]
    start = starts.get((run.grid, run.width))
    if start is not None and start <= filled[0] and filled[-1] < start + width:
        return [at.get(c) for c in range(start, start + width)]
    if run.grid is not None and run.width == width:
        return [at.get(c) for c in range(width)]  # a row of nothing but values, blank ones first
    if len(run.cells) == width:
        return [v for _, v in run.cells]
    if filled[-1] - filled[0] == width - 1:
        return [at.get(c) for c in range(filled[0], filled[0] + width)]
    return None


def unread(run: Run) -> Cell:
    return Cell(None, None, run.place, UNSURE)


def leftover(run: Run, table: str, notices: Notices) -> None:
    name = core(run.own)
    if name:
        message = f"{table}中的“{run.own}”不是规定的行，其数“{shown(run.values)}”未读入"
        notices.add("ROW_NOT_STANDARD", message, run.place)
    else:
        message = f"{table}中的数“{shown(run.values)}”不知属于哪一格，未读入"
        notices.add("VALUE_ORPHAN", message, run.place)


def value_notice(
    value: Parsed | None, row: _BlankRow, column: Column, place: Place | None, notices: Notices
) -> None:
    """What there is to say of one cell: blank, or printed as something that is no number."""
    address = f"{row[2]}{column.key}"
    if value is None:
        notices.blank(row, column.label, address, place)
    elif value.doubt:
        message = f"{row[0]}“{row[1]}·{column.label}”{value.doubt}"
        notices.add("CELL_NOT_NUMBER", message, value.place, address)


def without_strays(strip: Strip, width: int) -> Strip:
    """Without the page numbers that stand alone before a whole row of values."""
    out: list[Run] = []
    carried = ""
    followers: list[Run | None] = [*strip.runs[1:], None]
    for run, following in zip(strip.runs, followers, strict=False):
        run.gap, carried = carried + run.gap, ""
        if (
            following is not None
            and run.stacked
            and len(run.values) == 1
            and not following.before
            and len(following.values) == width > 1
        ):
            carried = run.before
            continue
        out.append(run)
    return Strip(out, carried + strip.tail)


def texts_after(strip: Strip) -> list[str]:
    return [*(run.before for run in strip.runs[1:]), strip.tail]
