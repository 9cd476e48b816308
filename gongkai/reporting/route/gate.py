"""Between the way of a report and its publication: only what was accepted becomes public."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from gongkai.base.refusal import Refused
from gongkai.bodies.acting import signature
from gongkai.reporting.models import AnnualReport, ReportVersion, Route
from gongkai.reporting.roles import PUBLISHERS
from gongkai.reporting.route.obstacles import empty_sections
from gongkai.reporting.route.queries import wrote_in
from gongkai.reporting.route.seal import Deed, State, fingerprint, move, step


def refuse_unready(version: ReportVersion, by: Any) -> None:
    """Refused for a compiled report that the supervising office has not accepted in this form.

    A report that was filed as a document and never sent on its way is published as before; so
    is what the system itself puts up (``by`` None) without one.
    """
    route = _locked(version.report)
    if route is None:
        if by is not None and version.computation_id is not None:
            raise Refused("由台账编制的年报，经送审、签发、报送并审核通过以后才能公开。")
        return
    if route.state != State.ACCEPTED:
        raise Refused(f"年报现在是“{route.get_state_display()}”，审核通过以后才能公开。")
    if route.version_id != version.pk or route.sha256 != fingerprint(version):
        raise Refused("年报内容与审核通过时不一致，请重新送审。")
    if words := unwritten(version):
        raise Refused(words)
    if by is not None and wrote_in(version.report, by):
        raise PermissionDenied("您参与过这份年报的编写，不能自己公开，请由其他人办理。")


def unwritten(version: ReportVersion) -> str:
    """Why a version on its way cannot be published although it was accepted, and what to do.

    "" where nothing hinders it. Sections without text are not sent any more; what was accepted
    before that was asked for stands here.
    """
    empty = empty_sections(version.as_report)
    if not empty or not Route.objects.filter(report=version.report_id).exists():
        return ""
    return (
        f"正文没有写完，不能公开：{''.join(empty)}"
        "请负责人在“年报流转”里重新打开，经办人补写以后重新送审，审核通过后再公开。"
    )


def published(version: ReportVersion, by: Any, note: str) -> None:
    """The way of a report just published, if it has one, and the day of its disclosure."""
    route = _locked(version.report)
    if route is None:
        return
    name = signature(by, version.report.body, *PUBLISHERS)
    step(route, Deed.PUBLISH, by=by, name=name, opinion=note)
    move(route, State.PUBLISHED)
    AnnualReport.objects.filter(pk=version.report_id, disclosed_on=None).update(
        disclosed_on=timezone.localdate()
    )


def withdrawn(report: AnnualReport, by: Any, reason: str) -> None:
    """A report taken off the site may be published again, or opened for a correction."""
    route = _locked(report)
    if route is None or route.state not in (State.PUBLISHED, State.ARCHIVED):
        return
    step(route, Deed.WITHDRAW, by=by, name=signature(by, report.body, *PUBLISHERS), opinion=reason)
    move(route, State.ACCEPTED)


def _locked(report: AnnualReport) -> Route | None:
    return Route.objects.select_for_update(no_key=True).filter(report=report.pk).first()
