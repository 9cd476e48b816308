"""Tables 三 and 四 for any period, counted by the database (DOMAIN B.4–B.7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When

from gongkai.applications import clock
from gongkai.applications.models import Application, Dispute
from gongkai.law.counting import Counted, Table3, format_of
from gongkai.law.decisions import report_row
from gongkai.law.formats import ReportFormat
from gongkai.law.taxonomy import decisions


@dataclass(frozen=True, slots=True)
class Period:
    """From ``first`` to ``last``, both counted in."""

    first: date
    last: date

    @classmethod
    def of_year(cls, year: int) -> Period:
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def of_month(cls, year: int, month: int) -> Period:
        first = date(year, month, 1)
        then = date(year + month // 12, month % 12 + 1, 1)
        return cls(first, then - timedelta(days=1))

    @property
    def before(self) -> Period:
        """The period of the same kind before: a year, a month, else as many days."""
        if self == Period.of_year(self.first.year):
            return Period.of_year(self.first.year - 1)
        if self == Period.of_month(self.first.year, self.first.month):
            day = self.first - timedelta(days=1)
            return Period.of_month(day.year, day.month)
        span = self.last - self.first
        return Period(self.first - span - timedelta(days=1), self.first - timedelta(days=1))

    @property
    def form(self) -> ReportFormat:
        """The report format of the year in which the period ends."""
        return format_of(self.last.year)


def _lapsed() -> Q:
    """Open by its stored copies, but a period it waited for has run out since they were made."""
    return Q(closed_on=None, waiting_until__lt=clock.today())


def counted(cases: QuerySet[Application], period: Period) -> QuerySet[Application]:
    """What the period has to do with: received by its end and not concluded before it."""
    return cases.filter(
        Q(closed_on=None) | Q(closed_on__gte=period.first),
        counted=True,
        received_on__lte=period.last,
    ).order_by()


@dataclass(frozen=True, slots=True)
class Group:
    """Cases counted alike: the rows of table 三 that they stand in, their column, their number.

    ``extra``: the further aggregates asked for; of one case alone (``pk``) there are none.
    """

    rows: tuple[str, ...]
    column: str
    number: int
    extra: tuple[Any, ...] = ()
    pk: int | None = None


def table3(cases: QuerySet[Application], period: Period) -> Table3:
    """Counts by row key and column key, every cell present.

    ``cases``: of one body, or of all that are summed.
    """
    form = period.form
    cells: Table3 = {r.key: {c.key: 0 for c in form.table3_columns} for r in form.table3_rows}
    for group in groups3(cases, period):
        for row in group.rows:
            cells[row][group.column] += group.number
            cells[row]["total"] += group.number
    return cells


def groups3(cases: QuerySet[Application], period: Period, **aggregates: Any) -> Iterator[Group]:
    """What table 三 adds up, with further ``aggregates`` over each group.

    One GROUP BY; the few whose waiting has ended since their copies were written are asked from
    the clock itself, each a group of its own.
    """
    form = period.form
    groups = (
        counted(cases, period)
        .exclude(_lapsed())
        .annotate(
            new=Case(When(received_on__gte=period.first, then=Value(1)), default=Value(0)),
            open=Case(
                When(Q(closed_on=None) | Q(closed_on__gt=period.last), then=Value(1)),
                default=Value(0),
            ),
        )
        .values_list("applicant_kind", "decision", "new", "open")
        .annotate(n=Count("pk"), **aggregates)
    )
    for kind, decision, new, is_open, n, *extra in groups:
        yield Group(_rows(form, decision, bool(new), bool(is_open)), kind, n, tuple(extra))
    for pk, one in _lapsed_of(cases, period):
        closed = one.concluded_on
        is_open = closed is None or closed > period.last
        if closed is None or closed >= period.first:
            new = one.received_on >= period.first
            rows = _rows(form, one.decision or "", new, is_open)
            yield Group(rows, one.applicant or "", 1, pk=pk)


def _rows(form: ReportFormat, decision: str, new: bool, is_open: bool) -> tuple[str, ...]:
    first = "new_received" if new else "carried_over"
    if is_open:
        return (first, "carried_forward")
    return (first, report_row(decision, form).key, "total_concluded") if decision else (first,)


def _lapsed_of(cases: QuerySet[Application], period: Period) -> Iterator[tuple[int, Counted]]:
    found = counted(cases, period).filter(_lapsed()).select_related("body")
    for case in found.prefetch_related("events"):
        said = clock.outcome(case)
        if said.counted is not None:
            yield case.pk, said.counted


def each_counted(cases: QuerySet[Application], period: Period) -> Iterator[Counted]:
    """Every case that table 三 of the period counts, alone, as ``law.counting`` needs it."""
    found = counted(cases, period).exclude(_lapsed())
    for kind, decision, received, closed in found.values_list(
        "applicant_kind", "decision", "received_on", "closed_on"
    ).iterator(chunk_size=5000):
        yield Counted(received, closed, decision or None, kind or None)
    for _, one in _lapsed_of(cases, period):
        if one.concluded_on is None or one.concluded_on >= period.first:
            yield one


def cell_cases(
    cases: QuerySet[Application], period: Period, row: str, column: str
) -> QuerySet[Application]:
    """The cases behind one cell of table 三; KeyError for a cell that the format does not have."""
    form = period.form
    if row not in {r.key for r in form.table3_rows} or column not in {
        c.key for c in form.table3_columns
    }:
        raise KeyError(row, column)
    found = counted(cases, period)
    lapsed = {c.pk: clock.outcome(c) for c in found.filter(_lapsed()).select_related("body")}
    if column != "total":
        found = found.filter(applicant_kind=column)
    concluded = Q(closed_on__range=(period.first, period.last)) & ~Q(decision="")
    ended_late = [
        pk
        for pk, said in lapsed.items()
        if said.closed_on and period.first <= said.closed_on <= period.last
    ]
    gone_before = [
        pk for pk, said in lapsed.items() if said.closed_on and said.closed_on < period.first
    ]
    found = found.exclude(pk__in=gone_before)
    if row == "new_received":
        return found.filter(received_on__gte=period.first)
    if row == "carried_over":
        return found.filter(received_on__lt=period.first)
    if row == "carried_forward":
        still_open = Q(closed_on=None) | Q(closed_on__gt=period.last)
        return found.filter(still_open).exclude(pk__in=ended_late)
    if row == "total_concluded":
        return found.filter(concluded | Q(pk__in=ended_late))
    keys = [k for k in decisions() if report_row(k, form).key == row]
    late = [pk for pk in ended_late if lapsed[pk].decision in keys]
    return found.filter(Q(decision__in=keys) & concluded | Q(pk__in=late))


# --- table 四 ---------------------------------------------------------------------------------

BLOCKS = {
    Dispute.Kind.RECONSIDERATION: "review",
    Dispute.Kind.DIRECT_SUIT: "direct",
    Dispute.Kind.SUIT_AFTER_REVIEW: "after_review",
}


def disputes_counted(disputes: QuerySet[Dispute], period: Period) -> QuerySet[Dispute]:
    """Accepted by the end of the period and not ended before it; each case once, latest result."""
    return disputes.filter(
        Q(ended_on=None) | Q(ended_on__gte=period.first), accepted_on__lte=period.last
    ).order_by()


def table4(disputes: QuerySet[Dispute], period: Period) -> dict[str, int]:
    """The 15 cells by key (``review_upheld`` …): new in the period, and pending ones that ended."""
    cells = dict.fromkeys(period.form.table4_keys, 0)
    for keys, number, _ in groups4(disputes, period):
        for key in keys:
            cells[key] += number
    return cells


def groups4(
    disputes: QuerySet[Dispute], period: Period, **aggregates: Any
) -> Iterator[tuple[tuple[str, str], int, tuple[Any, ...]]]:
    """What table 四 adds up: the two cells of each group, its number, further ``aggregates``."""
    groups = (
        disputes_counted(disputes, period)
        .annotate(pending=_pending(period))
        .values_list("kind", "outcome", "pending")
        .annotate(n=Count("pk"), **aggregates)
    )
    for kind, outcome, pending, n, *extra in groups:
        block = BLOCKS[Dispute.Kind(kind)]
        yield (f"{block}_{'pending' if pending else outcome}", f"{block}_total"), n, tuple(extra)


def _pending(period: Period) -> Case:
    still = Q(ended_on=None) | Q(ended_on__gt=period.last)
    return Case(When(still, then=Value(1)), default=Value(0))


def cell_disputes(disputes: QuerySet[Dispute], period: Period, key: str) -> QuerySet[Dispute]:
    """The cases behind one cell of table 四; KeyError for a key that it does not have."""
    if key not in period.form.table4_keys:
        raise KeyError(key)
    block, _, column = key.rpartition("_")
    kind = next(k for k, b in BLOCKS.items() if b == block)
    found = disputes_counted(disputes, period).filter(kind=kind)
    still = Q(ended_on=None) | Q(ended_on__gt=period.last)
    if column == "total":
        return found
    if column == "pending":
        return found.filter(still)
    return found.exclude(still).filter(outcome=column)
