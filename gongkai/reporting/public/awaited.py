"""Reports that a body does not show yet: in the making or not begun, each with its legal day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from gongkai.bodies.models import Body, Membership
from gongkai.law.deadlines.duties import report_due
from gongkai.law.parameters import rule
from gongkai.reporting.models import AnnualReport


@dataclass(frozen=True, slots=True)
class Awaited:
    """One year without a public report; ``article``: where its last day stands."""

    year: int
    state: str
    due_on: date
    article: str
    late: bool


def awaited(body: Body, today: date | None = None) -> list[Awaited]:
    """What the public is to be told, newest year first.

    A report that is compiled here and not public yet; that of last year where the body works
    here. Nothing of older ones that were only read in, or of those made public elsewhere.
    """
    today = today or timezone.localdate()
    reports = list(AnnualReport.objects.filter(body=body).select_related("compilation", "route"))
    shown = {one.year for one in reports if one.published_id or one.disclosed_on}
    found = {
        one.year: "正在编制，尚未公布"
        for one in reports
        if one.year not in shown and (hasattr(one, "compilation") or hasattr(one, "route"))
    }
    last = today.year - 1
    if last not in shown and last not in found and Membership.objects.filter(body=body).exists():
        found[last] = "尚未公布"
    return [_told(body, year, found[year], today) for year in sorted(found, reverse=True)]


def _told(body: Body, year: int, state: str, today: date) -> Awaited:
    government = body.kind == Body.Kind.GOVERNMENT
    due = report_due(year, government=government)
    key = "report.government_due" if government else "report.department_due"
    article = rule(key, on=date(year + 1, 1, 1)).article
    return Awaited(year, state, due, article, late=due < today)
