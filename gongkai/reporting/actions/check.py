"""Check the newest version of a report and keep its findings in step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.model import Report
from gongkai.base import audit
from gongkai.bodies.models import Body
from gongkai.reporting import engine
from gongkai.reporting.compile.compute import form_of
from gongkai.reporting.compile.report import build, values_of
from gongkai.reporting.compile.sources.cases import known_refusals
from gongkai.reporting.compile.text import previous_version
from gongkai.reporting.models import (
    AnnualReport,
    FoundProblem,
    ProblemStep,
    ReportVersion,
    Summation,
)

State = FoundProblem.State
#: How many reports of sister bodies a report is compared with (similarity, 雷同).
PEERS = 30
#: So much of what a finding says is kept.
LONGEST = 1000


def check_version(version: ReportVersion, *, by: AbstractBaseUser | None) -> list[FoundProblem]:
    """Run every rule over the newest version and keep the findings; returns those still open.

    Part of a deed that holds its report's lock. A finding met before keeps its place in the loop;
    one that no longer appears is marked gone; one that had been archived or had gone and appears
    again starts anew.
    """
    report = version.report
    summation = Summation.objects.filter(computation__report=report.pk).order_by("-pk").first()
    findings = engine.check(
        version.as_report,
        previous=former.as_report if (former := previous_version(report)) else None,
        others=peers(report),
        parts=_summed(report, summation),
        disclosed_on=report.disclosed_on,
        submitted_on=report.submitted_on,
        is_government=report.body.kind == Body.Kind.GOVERNMENT,
        known_refusals=_known_refusals(version, summation),
    )
    return _keep(version, findings, by)


def check_with_next(version: ReportVersion, *, by: AbstractBaseUser | None) -> None:
    """Check the report, and the next year's, whose carry-over stands against this one."""
    check_version(version, by=by)
    report = version.report
    locking = AnnualReport.objects.select_for_update(of=("self",), no_key=True).select_related(
        "body"
    )
    following = locking.filter(body=report.body_id, year=report.year + 1).order_by("pk").first()
    if following is not None and (next_one := following.latest) is not None:
        check_version(next_one, by=None)


def fingerprints(findings: list[Finding], said: Mapping[str, str] | None = None) -> list[str]:
    """What recognises each finding in another version: rule, cells, sentence; and its rank
    where a rule says several things about the same place.

    ``said``: what known ones say, by fingerprint. Of several about one place each keeps the rank
    under which it was said before: what is known and kept is that one, not its neighbour.
    """
    said = said or {}
    alike: dict[str, list[int]] = {}
    for place, finding in enumerate(findings):
        key = json.dumps(
            [finding.rule, list(finding.addresses), finding.section, finding.quote],
            ensure_ascii=False,
        )
        alike.setdefault(key, []).append(place)
    prints = [""] * len(findings)
    for key, places in alike.items():
        free = {
            _print(key, rank): said.get(_print(key, rank)) for rank in _ranks(key, places, said)
        }
        for place in places:
            words = findings[place].message[:LONGEST]
            if known := next((one for one, told in free.items() if told == words), None):
                prints[place] = known
                del free[known]
        unsaid = iter(free)
        for place in places:
            prints[place] = prints[place] or next(unsaid)
    return prints


def _print(key: str, rank: int) -> str:
    return hashlib.sha256(f"{key}{rank}".encode()).hexdigest()


def _ranks(key: str, places: list[int], said: Mapping[str, str]) -> range:
    """Ranks to give to so many findings about one place; those that were given before as well."""
    last = len(places)
    while _print(key, last + 1) in said:
        last += 1
    return range(1, last + 1)


def as_data(finding: Finding) -> dict[str, Any]:
    """A finding as JSON: what the page needs to mark the cell and the place in the source."""
    data = asdict(finding)
    data["addresses"] = list(finding.addresses)
    data["values"] = {k: _plain(v) for k, v in finding.values.items()}
    return data


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    return str(value)


def _keep(
    version: ReportVersion, findings: list[Finding], by: AbstractBaseUser | None
) -> list[FoundProblem]:
    report = version.report
    known = {p.fingerprint: p for p in report.problems.all()}
    now = timezone.now()
    present: list[FoundProblem] = []
    new: list[FoundProblem] = []
    back = 0
    said = {p.fingerprint: p.message for p in known.values()}
    for finding, fingerprint in zip(findings, fingerprints(findings, said), strict=True):
        problem = known.pop(fingerprint, None)
        if problem is None:
            problem = FoundProblem(report=report, version=version, fingerprint=fingerprint)
            new.append(problem)
        former = _as_kept(problem)
        if problem.gone_at or problem.state == State.ARCHIVED:
            back += _comes_back(problem, version)
        problem.rule, problem.level = finding.rule, finding.level
        problem.message = finding.message[:LONGEST]
        problem.finding = as_data(finding)
        problem.gone_at = None
        if problem.pk is not None and _as_kept(problem) != former:
            problem.save()
        present.append(problem)
    FoundProblem.objects.bulk_create(new)
    gone = [p.pk for p in known.values() if p.gone_at is None]
    report.problems.filter(pk__in=gone).update(gone_at=now)
    if new or back or gone:
        audit.record(
            "检查年报",
            report,
            by=by,
            scope=report.body.slug,
            new={
                "版本": version.number,
                "新发现": len(new),
                "再次出现": back,
                "不再出现": len(gone),
            },
        )
    return present


def _as_kept(problem: FoundProblem) -> tuple[Any, ...]:
    """What a checking may change of a finding."""
    p = problem
    return p.state, p.rule, p.level, p.message, p.finding, p.gone_at


def _comes_back(problem: FoundProblem, version: ReportVersion) -> int:
    """Start a finding anew that had been dealt with; a dismissal stays what it was."""
    if problem.state not in (State.MENDED, State.REVIEWED, State.ARCHIVED):
        return 0
    ProblemStep.objects.create(
        problem=problem,
        from_state=problem.state,
        to_state=State.FOUND,
        note=f"第{version.number}版中再次出现",
        by=None,
    )
    problem.state = State.FOUND
    return 1


def _summed(report: AnnualReport, last: Summation | None) -> list[Report]:
    """What the bodies below add up to by the latest roll-up, as one report (C28); none, none."""
    if last is None:
        return []
    kept = last.computation
    return [build(report.body, report.year, form_of(report.year), values_of(kept))]


def _known_refusals(version: ReportVersion, last: Summation | None) -> int | None:
    """For C22; only a body that compiles its report from registers has them complete."""
    counting = version.computation_id
    if counting is None or (last and Summation.objects.filter(computation=counting).exists()):
        return None
    return known_refusals(version.report.body, version.report.year)


def peers(report: AnnualReport) -> list[Report]:
    """The same year's reports of the bodies under the same supervising body."""
    above = report.body.supervised_by_id
    if above is None:
        return []
    newest = ReportVersion.objects.filter(report=OuterRef("report")).order_by("-number")
    theirs = ReportVersion.objects.filter(
        report__body__supervised_by=above,
        report__year=report.year,
        pk=Subquery(newest.values("pk")[:1]),
    )
    found = theirs.exclude(report=report.pk).order_by("report_id").defer("reading")[:PEERS]
    return [version.as_report for version in found]
