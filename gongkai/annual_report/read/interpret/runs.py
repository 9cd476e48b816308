"""Table lines → runs: numbers that stand together, with the text on their line and before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gongkai.annual_report.model import Place
from gongkai.annual_report.read.interpret.lines import Line, Piece
from gongkai.annual_report.read.interpret.values import LONGEST, STARTS, UNITS, Parsed, parse_value

#: What a number ends with, its units among them.
_VALUE_ENDS = frozenset("0123456789元")
_UNIT_ENDS = frozenset(unit[-1] for unit in UNITS)
_GLUED = re.compile(r"(.*[\u4e00-\u9fff)”\"])(\d[\d,]*(?:\.\d+)?(?:万元|元)?)")


@dataclass(slots=True)
class Run:
    """Values that stand together.

    ``own`` is the text before them on their line, ``gap`` the text since the run before.
    ``cells`` (rows with cells only) are all cells after the label: (column, value or None for
    a blank one). ``extent`` is (cells in the whole row, column of the first value).
    """

    own: str = ""
    gap: str = ""
    values: list[Parsed] = field(default_factory=list)
    cells: list[tuple[int, Parsed | None]] | None = None
    width: int = 0
    place: Place | None = None
    grid: int | None = None
    stacked: bool = False
    #: of stacked values: with the empty cells between them
    pile: list[Parsed | None] = field(default_factory=list)

    @property
    def before(self) -> str:
        """All text between the run before and this one."""
        return self.gap + self.own

    def printed_as(self, text: str) -> bool:
        """Whether the run is one value, printed so."""
        return len(self.values) == 1 and self.values[0].printed == text


@dataclass(slots=True)
class Strip:
    """The runs of a stretch of lines and the text after the last one."""

    runs: list[Run]
    tail: str = ""

    @property
    def text(self) -> str:
        return "".join([run.gap + run.own for run in self.runs]) + self.tail


def runs_of(lines: list[Line], width: int) -> Strip:
    """The runs in these lines; values printed one a line are gathered up.

    ``width`` is the number of values in a full row, used to put together a row whose values
    were broken over two lines and to part two rows that stand together without a label.
    """
    gatherer = _Gatherer(width)
    for line in lines:
        if line.cells is None:
            gatherer.text_line(line)
        else:
            gatherer.cell_line(line, line.cells)
    for run in gatherer.runs:
        if len(run.pile) > len(run.values):
            run.cells, run.width = list(enumerate(run.pile)), len(run.pile)
    return Strip(_parted(gatherer.runs, width), gatherer.gap)


def _with_units(tokens: list[str], raw: list[str]) -> tuple[list[str], list[str]]:
    """The tokens with the units that stand apart ("7 件") put to their numbers."""
    out: list[str] = []
    printed: list[str] = []
    for token, shown in zip(tokens, raw, strict=True):
        if token in UNITS and out and out[-1][-1].isdigit() and parse_value(out[-1]):
            out[-1] += token
            printed[-1] += shown
        else:
            out.append(token)
            printed.append(shown)
    return out, printed


def _figures(tokens: list[str], place: Place | None) -> list[Parsed] | None:
    """The values of an ordinary row: nothing but digits; None: some token is something else."""
    digits = "".join(tokens)
    if not (digits.isdecimal() and digits.isascii()) or max(map(len, tokens)) > LONGEST:
        return None
    alike = {token: Parsed(int(token), token, place=place) for token in set(tokens)}
    return [alike[token] for token in tokens]


class _Gatherer:
    def __init__(self, width: int) -> None:
        self.width = width
        self.runs: list[Run] = []
        self.gap = ""
        self.open = False  # no text since the last run
        self.leading = 0  # empty cells since the last text

    def text(self, text: str) -> None:
        if not text:
            return
        last = self.runs[-1] if self.runs and self.open else None
        if last and last.printed_as("/") and last.before[-1:] == "增" and text[0] == "减":
            self.runs.pop()  # the stroke of a head "增/减" that stands on three lines
            self.gap = last.before
        self.gap += text
        self.open = False
        self.leading = 0

    def blanks(self, count: int) -> None:
        """Empty cells of a table that is printed one cell a line."""
        last = self.runs[-1] if self.runs and self.open else None
        if last is None:
            self.leading += count
        elif last.stacked:
            last.pile += [None] * count

    def run(self, run: Run) -> None:
        if run.stacked:
            run.pile = [None] * self.leading + list(run.values)
        self.leading = 0
        last = self.runs[-1] if self.runs and self.open and not run.own else None
        if last and last.cells is None and run.cells is None and self._continues(last, run):
            last.values += run.values
            last.pile += run.pile
            return
        run.gap, self.gap = self.gap, ""
        self.runs.append(run)
        self.open = True

    def _continues(self, last: Run, run: Run) -> bool:
        if last.stacked and run.stacked:
            return True
        return len(last.values) + len(run.values) == self.width and len(last.values) > 1

    def value(self, value: Parsed) -> None:
        """One value alone on its line: the next of a pile, or the first of another one."""
        last = self.runs[-1] if self.runs and self.open else None
        if last is None or not last.stacked:
            self.run(Run(values=[value], place=value.place, stacked=True))
            return
        last.values.append(value)
        last.pile += [*[None] * self.leading, value]
        self.leading = 0

    def text_line(self, line: Line) -> None:
        text = line.text
        if text.isdecimal() and len(text) <= LONGEST and text.isascii():
            source = line.raw.split()
            shown = source[0] if len(source) == 1 else text
            self.value(Parsed(int(text), shown, place=line.place))
            return
        tokens = line.text.split()
        raw = tokens if line.raw == line.text else line.raw.split()
        if len(raw) != len(tokens):
            raw = tokens
        if line.compact[-1] in _UNIT_ENDS and len(tokens) > 1:
            tokens, raw = _with_units(tokens, raw)
        if tokens[0][0] not in STARTS and tokens[0][-1] not in _VALUE_ENDS:
            if len(tokens) == 1:
                self.text(tokens[0])
                return
            same = raw is tokens or raw[1:] == tokens[1:]
            if same and (figures := _figures(tokens[1:], line.place)):
                self._flush(tokens[0], figures, line)
                return
        values: list[Parsed] = []
        words = ""
        found_any = False
        alike: dict[str, Parsed] = {}  # one object for what is printed alike on the line
        for i, (token, printed) in enumerate(zip(tokens, raw, strict=True)):
            parsed = alike.get(printed)
            if parsed is not None and not parsed.doubt:
                values.append(parsed)
                continue
            if parsed is None and (parsed := parse_value(token, printed)) is not None:
                parsed.place = line.place
                alike[printed] = parsed
            if parsed is not None and parsed.doubt and i + 1 < len(tokens) and not values:
                follows = parse_value(tokens[i + 1])
                parsed = parsed if follows is not None else None  # a word within a sentence
            if parsed is None and not values and token[-1] in _VALUE_ENDS:
                before, parsed = self._glued(token)
                words += before
                if parsed is not None:
                    parsed.place = line.place
            if parsed is not None:
                values.append(parsed)
                continue
            if values:
                found_any = True
                self._flush(words, values, line)
                words, values = "", []
            words += token
        if values:
            self._flush(words, values, line, alone=not found_any and not words)
        else:
            self.text(words)

    def _glued(self, token: str) -> tuple[str, Parsed | None]:
        """ "行政许可97": a number printed without a space after its label."""
        found = _GLUED.fullmatch(token)
        return (found[1], parse_value(found[2])) if found else ("", None)

    def _flush(self, words: str, values: list[Parsed], line: Line, *, alone: bool = False) -> None:
        stacked = alone and len(values) == 1
        self.run(Run(words, "", values, None, 0, line.place, None, stacked))

    def cell_line(self, line: Line, cells: list[Piece]) -> None:
        label = ""
        after: list[tuple[int, Parsed | None]] = []
        width = cells[-1].col + 1 if cells else 0
        if line.compact == "|":
            self.blanks(len(cells))
            return
        last_filled = None
        has_value = False  # among the cells in ``after``
        alike: dict[str, Parsed] = {}  # one object for what is printed alike on a line of text
        for cell in cells:
            if not cell.text:
                if label or after:
                    after.append((cell.col, None))
                continue
            if cell.text in alike and cell.raw == cell.text:
                after.append((cell.col, alike[cell.text]))
                has_value = True
                continue
            parsed = parse_value(cell.text, cell.raw)
            if parsed is None and has_value and len(cell.text) <= 8:
                doubt = f"印作“{cell.raw}”，不是数字，未读入"
                parsed = Parsed(None, cell.raw, confidence=0.4, doubt=doubt)
            if parsed is None:
                if has_value:
                    self._cell_run(label, after, width, line)
                    label = ""
                label += cell.text
                after, has_value = [], False
                last_filled = cell
                continue
            parsed.place = cell.place
            if cell.confidence < parsed.confidence:
                parsed.confidence = cell.confidence
            if line.grid is None and cell.raw == cell.text and not parsed.doubt:
                alike[cell.text] = parsed
            after.append((cell.col, parsed))
            has_value = True
        if has_value:
            alone = len([c for c in cells if c.text]) == 1 and line.grid is None
            self._cell_run(label, after, width, line, stacked=alone and cells[0].text != "")
        elif last_filled is not None:
            self.text(label)

    def _cell_run(
        self,
        label: str,
        after: list[tuple[int, Parsed | None]],
        width: int,
        line: Line,
        *,
        stacked: bool = False,
    ) -> None:
        values = [v for _, v in after if v is not None]
        if stacked:
            self.run(Run(label, "", values, None, 0, line.place, None, True))
            return
        self.run(Run(label, "", values, after, width, line.place, line.grid, False))


def _parted(runs: list[Run], width: int) -> list[Run]:
    """Stacks of two or more whole rows, taken apart; the later ones have lost their label."""
    out: list[Run] = []
    for run in runs:
        rows = _rows_in(run, width) if width > 1 and len(run.values) > width else []
        if len(rows) < 2:
            out.append(run)
            continue
        for i, row in enumerate(rows):
            first = i == 0
            own, gap = (run.own, run.gap) if first else ("", "")
            out.append(Run(own, gap, row, place=row[0].place, stacked=run.stacked))
    return out


def _rows_in(run: Run, width: int) -> list[list[Parsed]]:
    """The whole rows that a stack is made of; empty cells stand between them, if any."""
    if run.cells is None:
        count = len(run.values)
        if count % width:
            return []
        return [run.values[at : at + width] for at in range(0, count, width)]
    if not run.stacked:
        return []
    rows: list[list[Parsed]] = [[]]
    for value in run.pile:
        if value is not None:
            rows[-1].append(value)
        elif rows[-1]:
            rows.append([])
    rows = [row for row in rows if row]
    return rows if all(len(row) == width for row in rows) else []
