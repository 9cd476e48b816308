"""What a score is taken off for: each measure counts records, and says of whom it knows nothing.

A measure finds (key, record) pairs for all assessed at once; the key is the id of a body or, in a
scheme for sections, of a section. ``known`` are those of whom the records can say something at
all: where nothing is known nothing is found, and nothing is proposed either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from gongkai.applications.due import awaited_within
from gongkai.applications.models import Application, Dispute
from gongkai.applications.statistics.tables import Period, counted
from gongkai.bodies.ledger.book import book
from gongkai.bodies.ledger.queries import entries
from gongkai.bodies.models import Body
from gongkai.publishing.actions.remind import WORKING
from gongkai.publishing.counts import late, released
from gongkai.publishing.models import Document, Release
from gongkai.registers.models import AccountabilityCase, Assessment
from gongkai.reporting.compile.counting import Record
from gongkai.reporting.models import AnnualReport, FoundProblem, Route, RouteStep
from gongkai.reporting.route.countdown import FILED, Standing, standings

Part = Assessment.Part
Found = Iterator[tuple[int | None, Record]]
#: Findings that say: not by the elements (表格、六个部分、格式); and alike (雷同).
ELEMENTS = ("C06", "C10", "C10a", "C13", "C13a")
ALIKE = ("C23",)
#: Words by which a case of 责任追究 is one of secrecy.
_LEAKS = ("泄密", "失密", "泄露", "保密")


@dataclass(frozen=True)
class Scope:
    """Who is assessed in which year: bodies, or (``sections``) the sections of the one body."""

    year: int
    bodies: tuple[int, ...]
    owner: int
    sections: bool = False

    @property
    def period(self) -> Period:
        return Period.of_year(self.year)

    @property
    def until(self) -> date:
        """What was due before this day and is not done is late in the year."""
        return min(timezone.localdate(), date(self.year + 1, 1, 1))

    def key(self, body: str, *sections: str) -> F | Coalesce:
        """The column that says whose a row is."""
        if not self.sections:
            return F(body)
        return Coalesce(*sections) if len(sections) > 1 else F(sections[0])

    @cached_property
    def reports(self) -> dict[int, Standing]:
        """The report published within the year, which tells of the year before; by body."""
        if self.sections:
            return {}
        found = standings(self.bodies, self.year - 1, timezone.localdate())
        return {one.body.pk: one for one in found if one.report is not None}

    @cached_property
    def unpublished(self) -> QuerySet[Document]:
        """Documents whose day came in the year and passed without their being published."""
        first = self.period.first
        rows = Document.objects.filter(body__in=self.bodies, live=False, state__in=WORKING)
        rows = rows.filter(attribute=Document.Attribute.PUBLIC, releases=None)
        return rows.filter(due_on__gte=first, due_on__lt=self.until).order_by("due_on", "pk")


@dataclass(frozen=True, slots=True)
class Measure:
    """``once``: however many records there are, it is taken off once."""

    key: str
    part: str
    label: str
    unit: str
    find: Callable[[Scope], Found]
    known: Callable[[Scope], set[int]]
    once: bool = False
    #: Said of one of whom nothing is known.
    unknown: str = ""


# --- 主动公开 ---------------------------------------------------------------------------------


def _released(scope: Scope) -> QuerySet[Release]:
    of = scope.key("document__body", "document__section", "document__column__section")
    return released(scope.bodies, scope.year).annotate(of=of).order_by("at", "pk")


def _document(pk: int, title: str, on: date | None, note: str) -> Record:
    return Record(title, on, reverse("desk-document", args=[pk]), note)


def _late(scope: Scope) -> Found:
    columns = ("of", "document", "document__title", "day", "document__due_on")
    for of, pk, title, day, due in late(_released(scope)).values_list(*columns):
        yield of, _document(pk, title, day, f"公开期限 {due}")
    waiting = scope.unpublished.annotate(of=scope.key("body", "section", "column__section"))
    for of, pk, title, due in waiting.values_list("of", "pk", "title", "due_on"):
        yield of, _document(pk, title, due, f"公开期限 {due}，至今没有公开")


def _early(scope: Scope) -> Found:
    rows = _released(scope).filter(at__date__lt=F("document__formed_on"))
    columns = ("of", "document", "document__title", "at__date", "document__formed_on")
    for of, pk, title, day, formed in rows.values_list(*columns):
        yield of, _document(pk, title, day, f"成文日期是 {formed}")


def _metadata(scope: Scope) -> Found:
    """What stands on the portal without what it is found by: 主题词, of a numbered document the
    主题分类 too."""
    unthemed = Q(document__theme="") & ~Q(document__doc_number="")
    rows = _released(scope).filter(Q(document__keywords="") | unthemed, document__live=True)
    columns = ("of", "document", "document__title", "at__date", "document__keywords")
    for of, pk, title, day, keywords in rows.values_list(*columns):
        yield of, _document(pk, title, day, "没有主题分类" if keywords else "没有主题词")


def _publishing(scope: Scope) -> set[int]:
    waiting = scope.unpublished.annotate(of=scope.key("body", "section", "column__section"))
    found = {*_released(scope).order_by().values_list("of", flat=True).distinct()}
    return {*found, *waiting.order_by().values_list("of", flat=True)} - {None}


# --- 年度报告 ---------------------------------------------------------------------------------


def _report(report: AnnualReport, note: str, on: date | None) -> Record:
    return Record(f"{report.year}年年报", on, reverse("desk-report", args=[report.pk]), note)


def _report_late(scope: Scope) -> Found:
    for body, one in scope.reports.items():
        overdue = one.group == "late" or (one.warning and one.warning.colour == "overdue")
        if one.report and overdue and one.group != FILED:
            public = f"{one.since} 公开" if one.group == "late" else "至今没有公开"
            yield body, _report(one.report, f"公开期限 {one.due_on}，{public}", one.since)


def _findings(scope: Scope, rules: tuple[str, ...]) -> Found:
    ids = [one.report.pk for one in scope.reports.values() if one.report]
    rows = FoundProblem.objects.filter(report__in=ids, rule__in=rules, gone_at=None)
    rows = rows.exclude(state=FoundProblem.State.DISMISSED).order_by("rule", "pk")
    for body, pk, rule, said, at in rows.values_list(
        "report__body", "pk", "rule", "message", "found_at__date"
    ):
        yield body, Record(said, at, reverse("desk-problem", args=[pk]), rule)


def _returned(scope: Scope) -> Found:
    """Returned by the office above: the step before it was the handing in."""
    ids = [one.report.pk for one in scope.reports.values() if one.report]
    Deed = RouteStep.Deed
    rows = RouteStep.objects.filter(route__report__in=ids).order_by("route", "pk")
    before: tuple[int, str] | None = None
    for body, report, route, deed, day, said in rows.values_list(
        "route__report__body", "route__report", "route", "deed", "at__date", "opinion"
    ):
        if deed == Deed.RETURN and before == (route, Deed.SUBMIT):
            url = reverse("desk-route", args=[report])
            yield body, Record("主管部门退回", day, url, said or "意见见年报流转")
        before = (route, deed)


def _filed(scope: Scope) -> set[int]:
    return set(scope.reports)


def _dated(scope: Scope) -> set[int]:
    return {body for body, one in scope.reports.items() if one.group != FILED}


def _handed_in(scope: Scope) -> set[int]:
    steps = RouteStep.objects.filter(deed=RouteStep.Deed.SUBMIT).values("route")
    ids = [one.report.pk for one in scope.reports.values() if one.report]
    routes = Route.objects.filter(report__in=ids, pk__in=steps)
    return set(routes.values_list("report__body", flat=True))


# --- 依申请公开 -------------------------------------------------------------------------------


def _cases(scope: Scope) -> QuerySet[Application]:
    rows = Application.objects.filter(body__in=scope.bodies, counted=True)
    return rows.annotate(of=scope.key("body", "section"))


def _answered_late(scope: Scope) -> Found:
    inside = Q(closed_on__range=(scope.period.first, scope.period.last), on_time=False)
    still = Q(due_on__gte=scope.period.first) & awaited_within(lt=scope.until)
    rows = _cases(scope).filter(inside | still).order_by("received_on", "pk")
    for of, pk, number, due, closed in rows.values_list(
        "of", "pk", "number", "due_on", "closed_on"
    ):
        ended = f"{closed} 办结" if closed else "还没有答复"
        note = f"答复期限 {due}，{ended}" if due else ended
        yield of, Record(f"申请 {number}", closed or due, reverse("desk-case", args=[pk]), note)


def _corrected(scope: Scope, *kinds: Dispute.Kind) -> Found:
    days = (scope.period.first, scope.period.last)
    rows = Dispute.objects.filter(
        body__in=scope.bodies,
        kind__in=kinds,
        outcome=Dispute.Outcome.CORRECTED,
        ended_on__range=days,
    ).annotate(of=scope.key("body", "application__section"))
    for one in rows.order_by("ended_on", "pk"):
        url = reverse("desk-dispute", args=[one.pk])
        yield one.of, Record(str(one), one.ended_on, url, one.get_outcome_display())


def _applications(scope: Scope) -> set[int]:
    """Bodies that ever had an application here by the end of the year; sections with one of it."""
    rows = _cases(scope).filter(received_on__lte=scope.period.last).order_by()
    if scope.sections:
        rows = counted(rows, scope.period)
    return {*rows.values_list("of", flat=True).distinct()} - {None}


# --- 保密审查 ---------------------------------------------------------------------------------


def _leaks(scope: Scope) -> QuerySet[AccountabilityCase]:
    wanted = Q()
    for word in _LEAKS:
        wanted |= Q(cause__contains=word)
    rows: QuerySet[AccountabilityCase] = entries(book("accountability"), year=scope.year)
    return rows.filter(wanted, body__in={*scope.bodies, scope.owner}).order_by("happened_on", "pk")


def _leak(scope: Scope) -> Found:
    """Cases of the body's own register, and of the office's own those that name it."""
    names = (
        {}
        if scope.sections
        else dict(Body.objects.filter(pk__in=scope.bodies).values_list("pk", "name"))
    )
    for one in _leaks(scope):
        url = reverse("desk-ledger-line", args=["accountability", one.pk])
        told = Record(one.cause, one.happened_on, url, one.outcome)
        if scope.sections:
            yield one.section_id, told
        elif one.body_id in names:
            yield one.body_id, told
        else:
            yield from ((pk, told) for pk, name in names.items() if name in one.unit)


def _accountability(scope: Scope) -> set[int]:
    """Who keeps the register of 责任追究; a section, where no such case is without its section."""
    kept = entries(book("accountability")).filter(
        body__in=scope.bodies, happened_on__lte=scope.period.last
    )
    if not scope.sections:
        return {*kept.values_list("body", flat=True), *(of for of, _ in _leak(scope) if of)}
    if not kept.exists() or any(of is None for of, _ in _leak(scope)):
        return {of for of, _ in _leak(scope) if of}
    return set(Body.objects.filter(pk__in=scope.bodies).values_list("sections", flat=True))


_NO_RELEASE = "本年度没有发布记录"
_NO_REPORT = "没有上一年度的年报记录"
_NO_CASE = "没有申请办理记录"
_REVIEW, _SUIT = (
    Dispute.Kind.RECONSIDERATION,
    (
        Dispute.Kind.DIRECT_SUIT,
        Dispute.Kind.SUIT_AFTER_REVIEW,
    ),
)
MEASURES = {
    one.key: one
    for one in (
        Measure("late", Part.PROACTIVE, "逾期公开", "条", _late, _publishing, False, _NO_RELEASE),
        Measure(
            "early",
            Part.PROACTIVE,
            "早于成文日期公开",
            "条",
            _early,
            _publishing,
            False,
            _NO_RELEASE,
        ),
        Measure(
            "metadata",
            Part.PROACTIVE,
            "元数据不全",
            "条",
            _metadata,
            _publishing,
            False,
            _NO_RELEASE,
        ),
        Measure(
            "report_late",
            Part.REPORT,
            "年报逾期公开",
            "份",
            _report_late,
            _dated,
            True,
            "没有年报公布日期的记录",
        ),
        Measure(
            "report_elements",
            Part.REPORT,
            "年报要素不全",
            "处",
            lambda scope: _findings(scope, ELEMENTS),
            _filed,
            True,
            _NO_REPORT,
        ),
        Measure(
            "report_copied",
            Part.REPORT,
            "年报与上年或者其他单位雷同",
            "处",
            lambda scope: _findings(scope, ALIKE),
            _filed,
            True,
            _NO_REPORT,
        ),
        Measure(
            "report_returned",
            Part.REPORT,
            "年报被退回",
            "次",
            _returned,
            _handed_in,
            False,
            "没有在系统里报送的记录",
        ),
        Measure(
            "answered_late",
            Part.APPLICATIONS,
            "逾期答复",
            "件",
            _answered_late,
            _applications,
            False,
            _NO_CASE,
        ),
        Measure(
            "corrected_review",
            Part.APPLICATIONS,
            "复议纠正",
            "件",
            lambda scope: _corrected(scope, _REVIEW),
            _applications,
            False,
            _NO_CASE,
        ),
        Measure(
            "corrected_suit",
            Part.APPLICATIONS,
            "诉讼纠正",
            "件",
            lambda scope: _corrected(scope, *_SUIT),
            _applications,
            False,
            _NO_CASE,
        ),
        Measure(
            "leak",
            Part.SECRECY,
            "失密泄密被追究责任",
            "件",
            _leak,
            _accountability,
            False,
            "没有登记责任追究台账",
        ),
    )
}
