"""Working days (工作日) with 调休, 2008–2030: precomputed, dated, correctable by data.

The days off come from the package ``holidays``, which follows the yearly notice of the
General Office of the State Council (国务院办公厅关于××年部分节假日安排的通知). A notice that
it does not know yet, or a rule of one body, is entered as a :class:`Notice`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

FIRST_YEAR = 2008
LAST_YEAR = 2030
#: The tables reach further on both sides, so that a period that starts in the last days of
#: 2030, or is counted back from January 2008, still ends inside them.
_MARGIN = 2
#: 元旦 may swap the last days of December (2018-12-29 worked, 12-31 off), so they are only
#: certain when the next year's notice is known. [C]
_NOTICE_REACHES_BACK = 3


class CalendarRangeError(ValueError):
    """A day outside 2008–2030 (message in Chinese, shown to the user)."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Days off and swapped working days that override the built-in calendar.

    ``year`` is the year whose complete arrangement this is: the built-in guess for that year
    is dropped and its dates are no longer provisional. ``year`` None only changes the days
    named (a local holiday, a day closed by emergency). ``source`` is the document.
    """

    source: str
    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    year: int | None = None

    @classmethod
    def from_data(cls, raw: Mapping[str, Any]) -> Notice:
        """Read ``{source, year?, off: [...], work: [...]}``; a day may be "起/止" as a range.

        Raises ValueError with a Chinese sentence when a day cannot be read or is in both lists.
        """
        source = str(raw.get("source") or "").strip()
        if not source:
            raise ValueError("放假安排缺少来源（source），请写明文件名称或文号。")
        off, work = frozenset(_days(raw.get("off"))), frozenset(_days(raw.get("work")))
        both = off & work
        if both:
            raise ValueError(f"{min(both)} 既写成放假又写成上班，请改正后再导入。")
        year = raw.get("year")
        return cls(source, off, work, int(year) if year is not None else None)


def _days(raw: Any) -> Iterator[date]:
    for item in raw or ():
        if isinstance(item, date):
            yield item
            continue
        first, _, last = str(item).partition("/")
        try:
            day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError:
            raise ValueError(
                f"看不懂日期“{item}”，请写成 2027-02-05 或 2027-02-05/2027-02-11。"
            ) from None
        while day <= end:
            yield day
            day += timedelta(days=1)


@cache
def _published() -> tuple[dict[date, str], frozenset[date], frozenset[int]]:
    """Days off by name, swapped working days, and years whose notice ``holidays`` knows."""
    import holidays

    years = range(FIRST_YEAR - _MARGIN, LAST_YEAR + _MARGIN + 1)
    found = holidays.country_holidays("CN", years=years, language="zh_CN")
    swapped = frozenset(found.weekend_workdays)
    # Every notice since 2008 has 调休; a year without one is a forecast of the festivals only.
    known = {d.year for d in swapped if d.month > 1}
    return dict(found.items()), swapped, frozenset(known)


@dataclass(frozen=True)
class WorkCalendar:
    """The working days of one body. ``notices`` later in the tuple win over earlier ones."""

    notices: tuple[Notice, ...] = ()
    _first: int = field(init=False, repr=False, compare=False)
    _working: list[date] = field(init=False, repr=False, compare=False)
    _rank: list[int] = field(init=False, repr=False, compare=False)
    _names: dict[date, str] = field(init=False, repr=False, compare=False)
    _known_years: frozenset[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names, swapped, known = _published()
        complete = {n.year for n in self.notices if n.year is not None}
        off = {d: name for d, name in names.items() if d.year not in complete}
        work = {d for d in swapped if d.year not in complete}
        for notice in self.notices:
            for day in notice.work:
                off.pop(day, None)
                work.add(day)
            for day in notice.off:
                work.discard(day)
                off[day] = notice.source
        start = date(FIRST_YEAR - _MARGIN, 1, 1)
        end = date(LAST_YEAR + _MARGIN, 12, 31)
        working: list[date] = []
        rank: list[int] = []
        day, one = start, timedelta(days=1)
        while day <= end:
            if day in work or (day.weekday() < 5 and day not in off):
                working.append(day)
            rank.append(len(working))
            day += one
        put = object.__setattr__
        put(self, "_first", start.toordinal())
        put(self, "_working", working)
        put(self, "_rank", rank)
        put(self, "_names", off)
        put(self, "_known_years", known | complete)

    def _check(self, day: date, margin: int = _MARGIN - 1) -> None:
        """Results may lie a year outside 2008–2030; a period may only start inside."""
        if not FIRST_YEAR - margin <= day.year <= LAST_YEAR + margin:
            raise CalendarRangeError(
                f"{day.isoformat()} 不在工作日历范围内，"
                f"请用 {FIRST_YEAR} 年至 {LAST_YEAR} 年的日期。"
            )

    def is_working(self, day: date) -> bool:
        """True on a working day, 调休 weekends included. CalendarRangeError outside the range."""
        self._check(day)
        at = day.toordinal() - self._first
        return self._rank[at] != self._rank[at - 1]

    def add(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``, which itself is not counted (R0).

        ``count`` 0 gives ``day`` back; negative counts backwards.
        """
        year = day.year
        if year < FIRST_YEAR or year > LAST_YEAR:
            self._check(day, margin=0)
        if count > 0:
            at = self._rank[day.toordinal() - self._first] + count - 1
        elif count == 0:
            return day
        else:
            at = self._rank[day.toordinal() - self._first - 1] + count
            if at < 0:
                at = len(self._working)
        try:
            return self._working[at]
        except IndexError:
            raise CalendarRangeError(
                f"从 {day.isoformat()} 起数 {count} 个工作日，"
                f"超出了工作日历范围（至 {LAST_YEAR} 年）。"
            ) from None

    def count(self, start: date, end: date) -> int:
        """Working days in (``start``, ``end``]: the first day not counted, the last counted."""
        self._check(start)
        self._check(end)
        first = self._first
        return self._rank[end.toordinal() - first] - self._rank[start.toordinal() - first]

    def days(self, start: date, end: date) -> list[date]:
        """The working days in (``start``, ``end``], in order."""
        self._check(start)
        self._check(end)
        first = self._first
        return self._working[
            self._rank[start.toordinal() - first] : self._rank[end.toordinal() - first]
        ]

    def roll(self, day: date) -> date:
        """``day`` itself, or the next working day when it is a day off (民诉法第八十五条)."""
        return day if self.is_working(day) else self.add(day, 1)

    def on_or_before(self, day: date) -> date:
        """``day`` itself, or the last working day before it."""
        return day if self.is_working(day) else self.add(day, -1)

    def add_excluding(self, day: date, count: int, excluded: Iterable[date]) -> date:
        """Like :meth:`add` with the days ``excluded`` not counted (Art 33(3)): each once."""
        due = self.add(day, count)
        stops = sorted(d for d in set(excluded) if d > day and self.is_working(d))
        used = 0
        while True:
            inside = bisect_left(stops, due + timedelta(days=1))
            if inside == used:
                return due
            due, used = self.add(day, count + inside), inside

    def why_off(self, day: date) -> str | None:
        """Why ``day`` is not a working day, in Chinese; None on a working day."""
        if self.is_working(day):
            return None
        return self._names.get(day, "周末")

    def is_swapped(self, day: date) -> bool:
        """True on a Saturday or Sunday that is worked (调休)."""
        return day.weekday() >= 5 and self.is_working(day)

    def is_provisional(self, day: date) -> bool:
        """True when the notice that fixes ``day`` is not in the data: the date is 预计."""
        if day.year not in self._known_years:
            return True
        late = day.month == 12 and day.day > 31 - _NOTICE_REACHES_BACK
        return late and day.year + 1 not in self._known_years

    @property
    def known_years(self) -> tuple[int, ...]:
        """Years between 2008 and 2030 whose notice is in the data, in order."""
        return tuple(y for y in range(FIRST_YEAR, LAST_YEAR + 1) if y in self._known_years)

    def with_notices(self, notices: Iterable[Notice]) -> WorkCalendar:
        """A calendar with these notices on top of the present ones."""
        more = tuple(notices)
        return _calendar((*self.notices, *more)) if more else self


@lru_cache(maxsize=256)
def _calendar(notices: tuple[Notice, ...]) -> WorkCalendar:
    # The tables of twenty-three years take a tenth of a second: once for the same notices.
    return WorkCalendar(notices)


@cache
def national() -> WorkCalendar:
    """The national calendar, with the notices of ``parameters/calendar.yaml`` on top."""
    from gongkai.law.parameters import national_notices

    return WorkCalendar(tuple(Notice.from_data(raw) for raw in national_notices()))
