"""Reads of stored reports. The public sees a report only through its published version."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404

from gongkai.annual_report import exchange
from gongkai.annual_report.model import shown
from gongkai.bodies.models import Body, Region
from gongkai.bodies.queries import in_region
from gongkai.reporting.models import (
    AnnualReport,
    Correction,
    FoundProblem,
    Publication,
    ReportVersion,
)

_YEAR = re.compile(r"((?:19|20)\d\d)年?度?")


def standing_problems(report: AnnualReport) -> QuerySet[FoundProblem]:
    """What the checks find in the newest version and nobody dismissed."""
    return report.problems.filter(gone_at=None).exclude(state=FoundProblem.State.DISMISSED)


def published() -> QuerySet[AnnualReport]:
    """Every report that the public may see, with its body and region; newest year first."""
    return (
        AnnualReport.objects.filter(published__isnull=False)
        .select_related("body__region")
        .order_by("-year", "body_id")
    )


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of reports is narrowed to; empty strings and None: not at all."""

    q: str = ""
    region: str = ""
    body: str = ""
    year: int | None = None
    format: str = ""

    def apply(self, reports: QuerySet[AnnualReport]) -> QuerySet[AnnualReport]:
        """The reports that fit. A year in the words that are searched for counts as the year."""
        if self.region:
            region = Region.objects.filter(code=self.region).first()
            inside = in_region(region) if region else Body.objects.none()
            reports = reports.filter(body__in=inside.order_by().values("pk"))
        if self.body:
            reports = reports.filter(body__slug=self.body)
        if self.year is not None:
            reports = reports.filter(year=self.year)
        if self.format:
            reports = reports.filter(format=self.format)
        for word in self.q.split():
            reports = reports.filter(_matches(word))
        return reports

    @property
    def given(self) -> bool:
        return self != Filter()

    def query(self, **changes: object) -> str:
        """The filter as a query string, with changes (None or "" takes one off)."""
        wanted = replace(self, **changes) if changes else self  # type: ignore[arg-type]
        pairs = (
            (name, getattr(wanted, name)) for name in ("q", "region", "body", "year", "format")
        )
        return urlencode([(k, v) for k, v in pairs if v not in ("", None)])


def _matches(word: str) -> Q:
    """One word of a search: a year, or a piece of the body's or the region's name."""
    years = Q()
    rest = word
    if found := _YEAR.search(word):
        years = Q(year=int(found[1]))
        rest = (word[: found.start()] + word[found.end() :]).strip()
    for usual in ("政府信息公开工作年度报告", "政府信息公开年度报告", "年度报告", "年报"):
        rest = rest.removesuffix(usual)
    if not rest:
        return years
    # The few bodies first, then their reports: far less to look through than every report.
    named = Body.objects.filter(_named(rest)).order_by().values("pk")
    return years & Q(body__in=named)


def _named(word: str) -> Q:
    names = Q(name__icontains=word) | Q(short_name__icontains=word)
    return names | Q(region__full_name__icontains=word)


def by_ids(ids: Iterable[int]) -> list[AnnualReport]:
    """The reports with these ids in this order, with body and region.

    A page is found by its ids first (from an index alone) and only then joined: the last page
    of a long list costs no more than the first.
    """
    wanted = list(ids)
    found = AnnualReport.objects.select_related("body__region").in_bulk(wanted)
    return [found[pk] for pk in wanted if pk in found]


def bodies_to_choose(region: Region | None, most: int) -> list[tuple[str, str]] | None:
    """Slug and name of the bodies with published reports, by name; None if more than ``most``."""
    shown = AnnualReport.objects.filter(body=OuterRef("pk"), published__isnull=False)
    found = Body.objects.all() if region is None else in_region(region)
    names = found.filter(Exists(shown)).order_by("name").values_list("slug", "name")
    choices = list(names[: most + 1])
    return choices if len(choices) <= most else None


def published_years() -> list[int]:
    """The years for which anything is published, newest first."""
    found = AnnualReport.objects.filter(published__isnull=False).order_by("-year")
    return list(found.values_list("year", flat=True).distinct())


def published_report(slug: str, year: int) -> AnnualReport:
    """One report with its published version; Http404 if the public has nothing to see."""
    try:
        return (
            AnnualReport.objects.select_related("body__region", "published__source")
            .filter(published__isnull=False)
            .get(body__slug=slug, year=year)
        )
    except AnnualReport.DoesNotExist as error:
        raise Http404 from error


def years_of(body: Body) -> list[AnnualReport]:
    """The body's published reports, newest year first (without their content)."""
    found = AnnualReport.objects.filter(body=body, published__isnull=False)
    return list(found.order_by("-year"))


def publications(report: AnnualReport) -> list[Publication]:
    """What the public has seen, newest first; one with a ``former`` version is an erratum.

    A report that was withdrawn and published again begins anew.
    """
    found = []
    for one in report.publications.select_related("version").defer(
        "version__reading", "version__content"
    ):
        if one.version is None:
            break
        found.append(one)
    return found


@dataclass(frozen=True, slots=True)
class ManualChange:
    """A correction in force, and what the file or the registers say of the cell.

    Not its own ``old``: of a cell changed twice that is what a person wrote before.
    """

    correction: Correction
    read: str


def manual_changes(version: ReportVersion) -> list[ManualChange]:
    """What of a version's cells was written by hand, the newest first."""
    newest: dict[str, Correction] = {}
    made = version.report.corrections.filter(version__number__lte=version.number)
    for correction in made.select_related("by").order_by("-id"):
        newest.setdefault(correction.address, correction)
    standing = [c for c in newest.values() if not c.withdrawn]
    reading = exchange.from_dict(version.reading) if standing else None
    return [ManualChange(c, shown(reading.value(c.address))) for c in standing if reading]


def counted_versions(reports: Iterable[int]) -> set[tuple[int, int]]:
    """(report, number) of the versions counted from registers: their records can be opened."""
    counted = ReportVersion.objects.filter(
        report__in=list(reports), report__compilation__isnull=False, computation__isnull=False
    )
    return set(counted.values_list("report", "number"))


def contents(reports: list[AnnualReport]) -> dict[int, ReportVersion]:
    """The published versions of many reports in one query, by the report's id."""
    ids = [r.published_id for r in reports]
    return {v.report_id: v for v in ReportVersion.objects.filter(pk__in=ids).defer("reading")}


def counts() -> dict[str, int]:
    """How many reports, bodies and years the public can see."""
    found = AnnualReport.objects.filter(published__isnull=False).aggregate(
        reports=Count("id"), bodies=Count("body", distinct=True), years=Count("year", distinct=True)
    )
    return dict(found)


def bodies_with_reports(q: str, most: int) -> list[tuple[Body, int]]:
    """Bodies whose name or region has the words, with the number of their published reports.

    At most ``most``, those with the most reports first.
    """
    wanted = Q(reports__published__isnull=False)
    found = Body.objects.filter(wanted)
    for word in q.replace("\0", "").split()[:5]:
        found = found.filter(_named(word))
    counted = found.annotate(n=Count("reports")).order_by("-n", "id").select_related("region")
    return [(body, body.n) for body in counted[:most]]  # type: ignore[attr-defined]
