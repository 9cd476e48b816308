"""Which years may be chosen: those with reports first, then the others that have a format."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count

from gongkai.law.formats import format_for_year
from gongkai.reporting.models import AnnualReport

#: The first year of the duty to report; older ones are no year of a report.
FIRST = 2008


@dataclass(frozen=True, slots=True)
class Years:
    """``filled``: year → number of reports, the newest first; ``empty``: the other years."""

    filled: dict[int, int]
    empty: list[int]

    @property
    def newest(self) -> int | None:
        """The newest year that has reports."""
        return next(iter(self.filled), None)


def years_of(bodies: Collection[int], today_year: int, *, formatted: bool = False) -> Years:
    """The years for these bodies up to now; ``formatted``: those alone that have a format."""
    rows = (
        AnnualReport.objects.filter(body__in=bodies, year__lte=today_year, year__gte=FIRST)
        .filter(versions__isnull=False)
        .order_by("-year")
        .values("year")
        .annotate(number=Count("pk", distinct=True))
    )
    counts = {row["year"]: row["number"] for row in rows}
    offered = [y for y in range(today_year, FIRST - 1, -1) if not formatted or format_for_year(y)]
    filled = {y: counts[y] for y in offered if y in counts}
    return Years(filled, [y for y in offered if y not in counts])
