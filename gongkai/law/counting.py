"""Table 三 from applications, by year: rows 一, 二, results, （七） and 四 (DOMAIN B.4, B.7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gongkai.law.decisions import report_row
from gongkai.law.formats import ReportFormat, format_for_year, report_format


@dataclass(frozen=True, slots=True)
class Counted:
    """What table 三 needs of one application (after splitting: one application, one piece).

    ``received_on``: receipt under Art 31, the first one even after a correction;
    ``concluded_on``: effective day of the final reply, or the closing day of （六）;
    ``decision``: its statistical code; both None while it is open.
    ``applicant``: column key, None when not known (then only the total counts it).
    """

    received_on: date
    concluded_on: date | None = None
    decision: str | None = None
    applicant: str | None = None


Table3 = dict[str, dict[str, int]]


def format_of(year: int) -> ReportFormat:
    """The format that governs ``year``; years before 2019 are shown in the first one."""
    return format_for_year(year) or report_format("2019")


def table3(applications: Iterable[Counted], year: int) -> Table3:
    """Counts by row key and column key for the report year, every cell present.

    Row 二 is by construction last year's row 四; received and not concluded by 31 December,
    waiting for correction, consultation or payment included, is row 四. Raises ValueError for
    an application that was concluded in the year without a decision.
    """
    form = format_of(year)
    cells: Table3 = {r.key: {c.key: 0 for c in form.table3_columns} for r in form.table3_rows}
    for one in applications:
        done = one.concluded_on
        if one.received_on.year > year or (done is not None and done.year < year):
            continue
        rows = ["new_received" if one.received_on.year == year else "carried_over"]
        if done is None or done.year > year:
            rows.append("carried_forward")
        elif one.decision is None:
            raise ValueError(f"{done} 办结的申请没有答复决定，无法计入表三，请先补录。")
        else:
            rows += [report_row(one.decision, form).key, "total_concluded"]
        for row in rows:
            cells[row]["total"] += 1
            if one.applicant is not None:
                cells[row][one.applicant] += 1
    return cells


def by_path(cells: Table3, year: int) -> dict[str, int]:
    """The total column by official path (``三-(四)-1``), without results that are 0."""
    always = {"new_received", "carried_over", "total_concluded", "carried_forward"}
    return {
        row.path: cells[row.key]["total"]
        for row in format_of(year).table3_rows
        if row.key in always or cells[row.key]["total"]
    }
