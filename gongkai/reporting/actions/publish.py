"""What the public sees: publish a version, put another in its place as an erratum, withdraw it."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from gongkai.base import audit
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.queries import require_role
from gongkai.reporting.actions.check import check_version
from gongkai.reporting.actions.versions import locked
from gongkai.reporting.cells import differences
from gongkai.reporting.models import AnnualReport, FoundProblem, Publication, ReportVersion
from gongkai.reporting.roles import FILERS, PUBLISHERS
from gongkai.reporting.route import gate
from gongkai.reporting.search import keep_in_step

State = FoundProblem.State


def open_errors(report: AnnualReport) -> QuerySet[FoundProblem]:
    """Findings of level error in the newest version on which nobody has yet given his word."""
    return report.problems.filter(level="error", gone_at=None, state=State.FOUND)


def publish_report(
    version: ReportVersion, *, by: AbstractBaseUser | None, note: str = ""
) -> Publication:
    """Show this version to the public.

    It must be the newest, and every error in it confirmed or dismissed with a reason (ADR 0010).
    Where another version was public before, this is an erratum: ``note`` says why and the
    differences are kept.
    """
    require_role(by, version.report.body, *PUBLISHERS)
    note = note.strip()
    with transaction.atomic():
        report = locked(version.report, None)
        newest = report.latest
        if newest is None or newest.pk != version.pk:
            raise Overtaken("已经有更新的版本，请核对最新版本后再公开。")
        former = report.published
        if former is not None and former.pk == version.pk:
            raise Refused(f"第{version.number}版已经公开，不用重复办理。")
        if number := open_errors(report).count():
            raise Refused(
                f"还有{number}个错误级问题没有处理，暂时不能公开。"
                "请先逐个确认（写明原因）或者认定不成立。"
            )
        gate.refuse_unready(version, by)
        content = version.as_report
        changed = differences(former.as_report, content) if former else []
        if former is not None and not note:
            raise Refused("这是对已公开年报的更正，请写明更正说明，说明会随年报公开。")
        publication = Publication.objects.create(
            report=report,
            version=version,
            former=former,
            differences=[d._asdict() for d in changed],
            note=note[:300],
            by=by,
        )
        report.published, report.published_at = version, report.published_at or timezone.now()
        report.format = content.format
        report.received = _count(content.value("t3.new_received.total"))
        report.granted = _count(content.value("t3.granted.total"))
        report.save()
        keep_in_step(report)
        audit.record(
            "更正公开年报" if former else "公开年报",
            report,
            by=by,
            scope=report.body.slug,
            old={"版本": former.number} if former else None,
            new={"版本": version.number, "差异": len(changed), "说明": note},
        )
        gate.published(version, by, note)
        return publication


def withdraw_publication(
    report: AnnualReport, reason: str, *, by: AbstractBaseUser | None
) -> Publication:
    """Take the report off the public pages; its versions and the record stay."""
    require_role(by, report.body, *PUBLISHERS)
    reason = reason.strip()
    if not reason:
        raise Refused("请写明撤下的理由。")
    with transaction.atomic():
        report = locked(report, None)
        former = report.published
        if former is None:
            raise Refused("这份年报没有公开，不用撤下。")
        publication = Publication.objects.create(
            report=report, version=None, former=former, note=reason[:300], by=by
        )
        report.published = report.published_at = None
        report.save()
        keep_in_step(report)
        audit.record(
            "撤下公开年报",
            report,
            by=by,
            scope=report.body.slug,
            old={"版本": former.number},
            new={"理由": reason},
        )
        gate.withdrawn(report, by, reason)
        return publication


def note_dates(
    report: AnnualReport,
    *,
    disclosed_on: date | None,
    submitted_on: date | None,
    by: AbstractBaseUser | None,
) -> AnnualReport:
    """Note when the body handed the report in and made it public (条例 Art 49); None: not known."""
    require_role(by, report.body, *FILERS)
    new = {"公布日期": disclosed_on, "报送日期": submitted_on}
    for name, day in new.items():
        if day is not None and day > timezone.localdate():
            raise Refused(f"{name}不能晚于今天。")
        if day is not None and day.year <= report.year:
            raise Refused(f"{report.year}年的年报应在次年报送和公布，请核对{name}。")
    with transaction.atomic():
        report = locked(report, None)
        old = {"公布日期": report.disclosed_on, "报送日期": report.submitted_on}
        if old == new:
            return report
        report.disclosed_on, report.submitted_on = disclosed_on, submitted_on
        report.save(update_fields=["disclosed_on", "submitted_on"])
        audit.record(
            "登记报送和公布日期",
            report,
            by=by,
            scope=report.body.slug,
            old={k: v and v.isoformat() for k, v in old.items()},
            new={k: v and v.isoformat() for k, v in new.items()},
        )
        if newest := report.latest:
            check_version(newest, by=by)
        return report


#: What the column of the copied figure holds; a list does without a misread billion.
_MOST = 2**31 - 1


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and abs(value) <= _MOST else None
