"""What the rules look at: one report, what stands beside it, and views of both made once."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from gongkai.annual_report.characters import simplified
from gongkai.annual_report.model import ABSENT, Cell, Place, Report, Section, Value
from gongkai.law.formats import ReportFormat, report_format

if TYPE_CHECKING:
    from gongkai.annual_report.check.narrative import Quantity

Number = int | Decimal
T = TypeVar("T")
_WHOLE = frozenset({int})
T3_COLUMNS = tuple(c.key for c in report_format("2021").table3_columns)
#: The rows of table 三 that are no results: received, left from last year, all results, left.
T3_ENDS = ("new_received", "carried_over", "total_concluded", "carried_forward")
T4_KEYS = report_format("2021").table4_keys
#: Below this confidence a reading is named as doubtful in the message.
SURE = 0.9

_WIDE = "０１２３４５６７８９％．"
_WIDE_DIGITS = str.maketrans(_WIDE, "0123456789%.")
_END = frozenset("。！？；：;:")
_MARKS = frozenset("（(一二三四五六七八九十0123456789#*")
#: A new paragraph: a heading or list mark at its start.
_MARKED = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[）)、是]|\d+[.、．](?!\d)|[（(]\d|[#*]")
_SUBHEAD = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)][^。]{1,28}$")
_BLANKS = (" ", "\u3000", "\t", "\xa0", "\r")
_GOVERNMENT = re.compile(r"(?<![镇乡])人民政府(?!.*(?:办事处|办公室|局|委员会))")


@dataclass(frozen=True, slots=True)
class Passage:
    """A section's text without blanks and soft line breaks: what the text rules search."""

    section: Section
    plain: str

    @property
    def number(self) -> int:
        return self.section.number

    def locate(self, part: str) -> tuple[str, Place | None]:
        """The words as they stand in the section, and their place in the source."""
        raw = self.section.text
        start = raw.find(part)
        end = start + len(part)
        if start < 0:
            wanted = r"\s*".join(map(re.escape, part))
            found = re.search(wanted, _narrow(simplified(raw)))
            if not found:
                return part, self.section.place
            start, end = found.span()
        line = raw.count("\n", 0, start)
        lines = self.section.lines
        place = self.section.place
        if line < len(lines) and lines[line] is not None:
            place = Place(place.page if place else None, lines[line])
        return raw[start:end], place


def _narrow(text: str) -> str:
    """Wide digits made narrow; most texts have none, and a look is cheaper than a translation."""
    return text.translate(_WIDE_DIGITS) if any(wide in text for wide in _WIDE) else text


def plain_text(text: str) -> str:
    """The text without blanks, wide digits made narrow, wrapped lines joined.

    Traditional characters become simplified ones: a copy in them has no other words.
    """
    text = _narrow(simplified(text))
    for blank in _BLANKS:
        if blank in text:
            text = text.replace(blank, "")
    if "\n" not in text:
        return text
    out: list[str] = []
    open_line = False
    for line in text.split("\n"):
        if not line:
            continue
        if open_line and not (line[0] in _MARKS and _MARKED.match(line)):
            out[-1] += line
        else:
            out.append(line)
        open_line = not (
            line[-1] in _END or (len(line) < 34 and line[0] in "（(" and _SUBHEAD.match(line))
        )
    return "\n".join(out)


@dataclass(frozen=True, slots=True)
class Whole:
    """All passages and headings as one text, for rules that look for words anywhere."""

    text: str
    starts: tuple[int, ...]
    passages: tuple[Passage, ...]

    def passage_at(self, place: int) -> tuple[Passage, int]:
        """The passage that holds this place, and the place in its own text."""
        index = bisect_right(self.starts, place) - 1
        return self.passages[index], place - self.starts[index]

    def around(self, start: int, end: int, margin: int = 6) -> tuple[Passage, str, Place | None]:
        """The passage, the words from ``start`` to ``end`` with a few on both sides, the place."""
        passage, here = self.passage_at(start)
        length = end - start
        text = passage.plain
        left = max(text.rfind("\n", 0, here) + 1, here - margin, 0)
        stop = text.find("\n", here + length)
        right = min(here + length + margin, stop if stop >= 0 else len(text))
        return passage, *passage.locate(text[left:right])


def _whole(passages: tuple[Passage, ...], headings: Iterable[Section]) -> Whole:
    every = [
        *passages,
        *(Passage(replace(h, text=h.title, lines=()), heading_text(h.title)) for h in headings),
    ]
    starts, at = [], 0
    for passage in every:
        starts.append(at)
        at += len(passage.plain) + 1
    return Whole("\n".join(p.plain for p in every), tuple(starts), tuple(every))


@lru_cache(maxsize=4096)
def heading_text(title: str) -> str:
    """``plain_text`` of a heading: the same few come in every report."""
    return plain_text(title)


@dataclass(slots=True)
class Labels:
    """Official words for rows, columns and tables, for the messages."""

    rows2: dict[str, str] = field(default_factory=dict)
    columns2: dict[str, str] = field(default_factory=dict)
    rows3: dict[str, str] = field(default_factory=dict)
    columns3: dict[str, str] = field(default_factory=dict)
    columns4: dict[str, str] = field(default_factory=dict)


def _short(label: str) -> str:
    return re.sub(r"（区分处理.*）|（单位.*）", "", label)


@cache
def labels(format_id: str) -> Labels:
    """The words of a format; ``older`` has none of its own and takes those of 2019."""
    both = [report_format(f) for f in ("2021", "2019")]
    if format_id == "2021":
        both.reverse()
    out = Labels()
    for form in both:
        for clause in form.table2:
            out.rows2.update((r.key, r.label) for r in clause.rows)
            for row in clause.rows:
                out.columns2.update((f"{row.key}.{c.key}", _short(c.label)) for c in clause.columns)
        for row in form.table3_rows:
            group = row.group if row.group and row.group[0] == "（" else ""
            out.rows3[row.key] = f"{group}{_short(row.label)}"
        out.columns3.update((c.key, c.label) for c in form.table3_columns)
        out.columns4.update(
            (f"{b.key}_{c.key}", f"{b.label}—{c.label}")
            for b in form.table4_blocks
            for c in form.table4_columns
        )
    for key, label in list(out.columns3.items()):
        if key == "other":
            out.columns3[key] = f"法人或其他组织—{label}"
    return out


def name_cell(address: str, format_id: str) -> str:
    """An address in words: 表三“（一）予以公开”行“自然人”列."""
    words = labels(format_id)
    table, _, rest = address.partition(".")
    row, _, column = rest.partition(".")
    if table == "t2":
        head = words.columns2.get(rest, column)
        return f"表二“{words.rows2.get(row, row)}”行“{head}”列"
    if table == "t3":
        return f"表三“{words.rows3.get(row, row)}”行“{words.columns3.get(column, column)}”列"
    return f"表四“{words.columns4.get(row, row)}”列"


@lru_cache(maxsize=1024)
def _split(address: str) -> tuple[str, str, str]:
    """Table, row and column of an address; table 四 has no column."""
    table, _, rest = address.partition(".")
    row, _, column = rest.partition(".")
    return table, row, column


@dataclass
class Subject:
    """A report under check, with the neighbours that some rules need.

    ``known_refusals``: how many refusals the case register knows (C22), None where there is
    no register. ``government``: whether the report is a government's (its own date in Art 49);
    None: taken from the agency's name.
    """

    report: Report
    previous: Report | None = None
    parts: Sequence[Report] = ()
    others: Iterable[Report] = ()
    published_on: date | None = None
    submitted_on: date | None = None
    government: bool | None = None
    known_refusals: int | None = None
    #: The official tables of the report's format.
    layout: ReportFormat | None = field(init=False, repr=False)
    #: False for an excerpt: what is cut off cannot be missed.
    complete: bool = field(init=False, repr=False)
    table2: dict[str, dict[str, Cell]] = field(init=False, repr=False)
    _kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self.layout = self.report.layout
        self.complete = self.report.scope == "full"
        self.table2 = {row.key: row.cells for row in self.report.table2 or ()}

    def once(self, name: str, make: Callable[[Subject], T]) -> T:
        """``make(self)``, made at the first call and kept under this name."""
        if name not in self._kept:
            self._kept[name] = make(self)
        kept: T = self._kept[name]
        return kept

    @cached_property
    def values3(self) -> list[Value]:
        """The bare values of table 三, row after row."""
        return [cell.value for row in (self.report.table3 or {}).values() for cell in row]

    @cached_property
    def values4(self) -> list[Value]:
        """The bare values of table 四."""
        return [cell.value for cell in self.report.table4 or ()]

    @cached_property
    def whole3(self) -> bool:
        """Whether table 三 is there and has nothing but whole numbers."""
        values = self.values3
        return bool(values) and _WHOLE.issuperset(map(type, values))

    @cached_property
    def sound3(self) -> bool:
        """Whether all of table 三 is whole numbers not below 0 whose sums hold (C01–C03).

        Nearly every table is; so it is looked at once, as columns, before any cell is looked at.
        """
        table = self.report.table3
        values: list[Any] = self.values3
        width = len(T3_COLUMNS)
        if not table or not self.whole3 or len(values) != width * len(table):
            return False
        if not all(row in table for row in T3_ENDS):
            return False
        columns = [values[i::width] for i in range(width)]
        *kinds, totals = columns
        if list(map(sum, zip(*kinds, strict=True))) != totals or min(values) < 0:
            return False
        rows = list(table)
        new, over, done, left = map(rows.index, T3_ENDS)
        for column in columns:
            came, gone = column[new] + column[over], column[done] + column[left]
            if came != gone or sum(column) - came - gone != column[done]:
                return False
        return True

    @cached_property
    def sound4(self) -> bool:
        """Whether all of table 四 is whole numbers not below 0 whose sums hold (C04)."""
        values: list[Any] = self.values4
        if len(values) != len(T4_KEYS) or not _WHOLE.issuperset(map(type, values)):
            return False
        totals = [sum(values[at : at + 4]) for at in range(0, len(values), 5)]
        return totals == values[4::5] and min(values) >= 0

    @cached_property
    def rows3(self) -> dict[str, tuple[tuple[Value, ...], bool]]:
        """Table 三 as bare values, and whether a row has nothing but whole numbers."""
        table = self.report.table3 or {}
        rows = {}
        for row, cells in table.items():
            part = tuple([cell.value for cell in cells])
            rows[row] = (part, self.whole3 or _WHOLE.issuperset(map(type, part)))
        return rows

    @cached_property
    def blank(self) -> bool:
        """True for an empty form: no agency, no year, not one filled cell."""
        report = self.report
        return (
            report.agency is None
            and report.year is None
            and bool(report.table2 or report.table3 or report.table4)
            and all(cell.value is None for _, cell in report.cells())
        )

    @cached_property
    def is_government(self) -> bool:
        """A government at county level or above (its report is due later than a department's)."""
        if self.government is not None:
            return self.government
        return bool(self.report.agency and _GOVERNMENT.search(self.report.agency))

    def cell(self, address: str) -> Cell:
        """The cell at an address, ABSENT where the report lacks it."""
        table, row, column = _split(address)
        if table == "t2":
            return self.table2.get(row, {}).get(column, ABSENT)
        if table == "t3":
            cells = (self.report.table3 or {}).get(row)
            return cells[T3_COLUMNS.index(column)] if cells else ABSENT
        return self.report.table4[T4_KEYS.index(row)] if self.report.table4 else ABSENT

    def number(self, address: str) -> Number | None:
        value = self.cell(address).value
        return None if value is None or isinstance(value, str) else value

    def name(self, address: str) -> str:
        return name_cell(address, self.report.format)

    def place(self, *addresses: str) -> Place | None:
        """The place of the first of these cells that has one."""
        return next((p for a in addresses if (p := self.cell(a).place)), None)

    def doubt(self, addresses: Iterable[str]) -> str:
        """A clause for the message where a cell among these was read with low confidence."""
        weak = [a for a in addresses if self.cell(a).confidence < SURE]
        if not weak:
            return ""
        names = "、".join(self.name(a) for a in weak[:3])
        return f"（{names}识别把握不高，请先对照原件核对数字）"

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The sections that have text, in order."""
        return tuple(Passage(s, plain_text(s.text)) for s in self.report.sections if s.text)

    @cached_property
    def whole(self) -> Whole:
        """Text and headings in one piece."""
        layout = self.layout
        titles = layout.sections if layout else ()
        headings = self.report.headings or self.report.sections
        return _whole(self.passages, [h for h in headings if h.title and h.title not in titles])

    def plain(self, section: Section) -> str:
        """The text of a section of this report as the rules search it."""
        return next((p.plain for p in self.passages if p.section is section), "")

    def passage(self, number: int) -> Passage | None:
        """The first section with this number that has text."""
        for passage in self.passages:
            if passage.section.number == number:
                return passage
        return None

    def words_of(self, number: int) -> str:
        """The text of a section, also where its heading is printed twice."""
        return "\n".join(p.plain for p in self.passages if p.number == number)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Every number of the text that counts something (narrative.quantities)."""
        from gongkai.annual_report.check.narrative import quantities

        out: list[Quantity] = []
        for passage in self.passages:
            out += quantities(passage, self.report.year)
        return tuple(out)
