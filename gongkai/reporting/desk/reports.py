"""The list of reports, and one report: its state, what can be done now, what happened."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.core.paginator import Paginator
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from gongkai.annual_report import exchange
from gongkai.base.models import AuditEntry
from gongkai.base.office import number_of
from gongkai.base.permissions import staff
from gongkai.bodies.models import Body
from gongkai.bodies.queries import bodies_for
from gongkai.reporting.actions import conflicts, open_errors
from gongkai.reporting.actions.versions import is_frozen
from gongkai.reporting.cells import differences, label
from gongkai.reporting.desk.access import (
    page,
    report_or_404,
    report_trail,
    reports_for,
    short_title,
    trail,
)
from gongkai.reporting.desk.todo import due_day, why_due
from gongkai.reporting.models import AnnualReport, FoundProblem, ReportVersion
from gongkai.reporting.queries import manual_changes
from gongkai.reporting.roles import FILERS, PUBLISHERS, VIEW

PER_PAGE = 50
STATES = {
    "draft": "尚未公开",
    "newer": "有新版本待公开",
    "published": "已公开",
    "errors": "有错误待确认",
}
_KEPT = "desk-report-filter"


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What the list is narrowed to; "" and None: not at all."""

    body: int | None = None
    year: int | None = None
    state: str = ""
    q: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> ListFilter:
        """From the address; without one, as the person left it; ``clear`` forgets it."""
        if "clear" in request.GET:
            request.session.pop(_KEPT, None)
            return cls()
        if not any(k in request.GET for k in ("body", "year", "state", "q")):
            return cls(**request.session.get(_KEPT, {}))
        state = request.GET.get("state", "")
        found = cls(
            number_of(request.GET.get("body")),
            number_of(request.GET.get("year")),
            state if state in STATES else "",
            request.GET.get("q", "").strip()[:60],
        )
        request.session[_KEPT] = asdict(found)
        return found

    def apply(self, reports: QuerySet[AnnualReport]) -> QuerySet[AnnualReport]:
        if self.body:
            reports = reports.filter(body=self.body)
        if self.year:
            reports = reports.filter(year=self.year)
        for word in self.q.split():
            year = number_of(word.removesuffix("年"))
            named = Q(body__name__icontains=word) | Q(body__short_name__icontains=word)
            reports = reports.filter(named | Q(year=year) if year else named)
        if self.state == "draft":
            return reports.filter(published=None)
        if self.state == "newer":
            return reports.filter(published__isnull=False).exclude(published=F("newest"))
        if self.state == "published":
            return reports.filter(published=F("newest"))
        return reports.filter(unjudged__gt=0) if self.state == "errors" else reports

    @property
    def query(self) -> str:
        return urlencode({k: v for k, v in asdict(self).items() if v})


def with_counts(reports: QuerySet[AnnualReport]) -> QuerySet[AnnualReport]:
    """Each report with its newest version and the findings that still stand."""
    newest = ReportVersion.objects.filter(report=OuterRef("pk")).order_by("-number")
    stands = Q(problems__gone_at=None) & ~Q(problems__state=FoundProblem.State.DISMISSED)
    errors = stands & Q(problems__level="error")
    return reports.annotate(
        newest=Subquery(newest.values("pk")[:1]),
        newest_source=Subquery(newest.values("source")[:1]),
        newest_number=Subquery(newest.values("number")[:1]),
        errors=Count("problems", filter=errors),
        others=Count("problems", filter=stands & ~Q(problems__level="error")),
        unjudged=Count("problems", filter=errors & Q(problems__state="found")),
    ).select_related("body__region", "published")


@staff(VIEW)
def report_list(request: HttpRequest) -> HttpResponse:
    """Reports of the person's bodies, filtered; the filter is remembered."""
    chosen = ListFilter.of(request)
    if "clear" in request.GET:
        return redirect("desk-reports")
    everything = reports_for(request.user)
    found = chosen.apply(with_counts(everything)).order_by("-year", "body__name")
    pages = Paginator(found, PER_PAGE)
    current = pages.get_page(request.GET.get("p"))
    return page(
        request,
        "list.html",
        "年度报告",
        trail(),
        reports=current,
        chosen=chosen,
        states=STATES,
        bodies=bodies_for(request.user).order_by("name"),
        years=everything.order_by("-year").values_list("year", flat=True).distinct(),
        may_file=bodies_for(request.user, *FILERS).exists(),
    )


@staff(VIEW)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report on one screen: its state, what can be done now, versions and what happened."""
    stored = report_or_404(request.user, pk)
    versions = list(
        stored.versions.select_related("source", "made_by")
        .defer("reading", "content")
        .order_by("-number")
    )
    newest = stored.latest
    problems = stored.problems.filter(gone_at=None)
    counts = {
        name: problems.filter(level=level).exclude(state="dismissed").count()
        for level, name in (("error", "错误"), ("warn", "提醒"), ("info", "提示"))
    }
    content = newest.as_report if newest else None
    changes = [
        (label(content, change.correction.address), change)
        for change in (manual_changes(newest) if newest else ())
        if content
    ]
    entries = AuditEntry.objects.filter(
        object_type="reporting.annualreport", object_id=str(stored.pk)
    )
    return page(
        request,
        "report.html",
        short_title(stored),
        report_trail(stored)[:-1],
        report=stored,
        content=content,
        newest=newest,
        versions=versions,
        counts=counts,
        unjudged=open_errors(stored).count(),
        conflicts=conflicts(stored),
        changes=changes,
        publications=stored.publications.select_related("version", "former", "by"),
        entries=entries[:30],
        due_on=due_day(stored.body, stored.year),
        why_due=why_due(stored.body, stored.year),
        may_file=_may(request, stored.body, *FILERS),
        is_frozen=is_frozen(stored),
        may_publish=_may(request, stored.body, *PUBLISHERS),
    )


@staff(VIEW)
def version_differences(request: HttpRequest, pk: int) -> HttpResponse:
    """The cells in which two versions differ (``from``, ``to``; by default the last two)."""
    stored = report_or_404(request.user, pk)
    numbers = list(stored.versions.order_by("-number").values_list("number", flat=True))
    new = number_of(request.GET.get("to")) or (numbers[0] if numbers else 0)
    old = number_of(request.GET.get("from")) or new - 1
    by_number = {v.number: v for v in stored.versions.filter(number__in=(old, new))}
    before, after = by_number.get(old), by_number.get(new)
    found = (
        differences(exchange.from_dict(before.content), exchange.from_dict(after.content))
        if before and after
        else []
    )
    return page(
        request,
        "differences.html",
        f"第{old}版与第{new}版的差异",
        report_trail(stored),
        report=stored,
        before=before,
        after=after,
        differences=found,
        numbers=numbers,
    )


def _may(request: HttpRequest, body: Body, *roles: object) -> bool:
    return bodies_for(request.user, *roles).filter(pk=body.pk).exists()  # type: ignore[arg-type]
