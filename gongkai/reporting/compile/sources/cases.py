"""Tables 三 and 四 from the register of applications and that of disputes."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from gongkai.applications.models import Application, Dispute
from gongkai.applications.statistics.tables import (
    Period,
    cell_cases,
    cell_disputes,
    groups3,
    groups4,
)
from gongkai.bodies.models import Body
from gongkai.law.formats import ReportFormat
from gongkai.law.taxonomy import decisions
from gongkai.reporting.compile.counting import AGGREGATES, Counted, Record, Records, Trace
from gongkai.reporting.compile.sources.source import Source


def _cases(body: Body) -> QuerySet[Application]:
    return Application.objects.filter(body=body)


def _disputes(body: Body) -> QuerySet[Dispute]:
    return Dispute.objects.filter(body=body)


def _count_cases(body: Body, year: int, form: ReportFormat) -> dict[str, Counted]:
    cells = {a: Counted(0) for a in form.addresses if a.startswith("t3.")}
    for group in groups3(_cases(body), Period.of_year(year), **AGGREGATES):
        trace = (
            Trace.of_group(group.number, group.extra) if group.pk is None else Trace.of([group.pk])
        )
        more = Counted(group.number, trace)
        for row in group.rows:
            # An applicant of no known kind is in the total only; C02 asks for him.
            for column in filter(None, (group.column, "total")):
                cells[f"t3.{row}.{column}"] += more
    return cells


def _case_records(body: Body, year: int, form: ReportFormat, address: str) -> Records:
    _, row, column = address.split(".")
    found = cell_cases(_cases(body), Period.of_year(year), row, column)
    return Records(found.order_by("received_on", "pk"), _describe_case)


def _describe_case(case: Application) -> Record:
    decided = decisions()[case.decision].label if case.decision else "办理中"
    when = f"，{case.closed_on:%Y-%m-%d}办结" if case.closed_on else ""
    return Record(
        f"申请 {case.number}",
        case.received_on,
        reverse("desk-case", args=[case.pk]),
        f"{decided}{when}",
    )


def _count_disputes(body: Body, year: int, form: ReportFormat) -> dict[str, Counted]:
    cells = {a: Counted(0) for a in form.addresses if a.startswith("t4.")}
    for keys, number, extra in groups4(_disputes(body), Period.of_year(year), **AGGREGATES):
        more = Counted(number, Trace.of_group(number, extra))
        for key in keys:
            cells[f"t4.{key}"] += more
    return cells


def _dispute_records(body: Body, year: int, form: ReportFormat, address: str) -> Records:
    found = cell_disputes(_disputes(body), Period.of_year(year), address.removeprefix("t4."))
    return Records(found.order_by("accepted_on", "pk"), _describe_dispute)


def _describe_dispute(dispute: Dispute) -> Record:
    ended = f"，{dispute.ended_on:%Y-%m-%d}审结" if dispute.ended_on else ""
    name = dispute.case_number or f"第{dispute.pk}号"
    url = reverse("desk-dispute", args=[dispute.pk])
    return Record(
        f"{dispute.get_kind_display()} {name}",
        dispute.accepted_on,
        url,
        f"{dispute.get_outcome_display()}{ended}",
    )


def known_refusals(body: Body, year: int) -> int:
    """Applications that were answered with less than was asked, up to the end of a year (C22)."""
    less = [k for k, one in decisions().items() if one.group not in ("open", "other")]
    concluded = Period.of_year(year).last
    return _cases(body).filter(decision__in=less, closed_on__lte=concluded).count()


SOURCES = (
    Source("applications", "依申请公开办件台账", _count_cases, _case_records),
    Source("disputes", "复议诉讼台账", _count_disputes, _dispute_records),
)
