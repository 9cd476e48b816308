"""Correct a cell by hand, with a reason. A correction is never lost and never overwritten."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from gongkai.annual_report import exchange
from gongkai.annual_report.model import shown
from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.bodies.queries import require_role
from gongkai.reporting.actions.check import check_version
from gongkai.reporting.actions.versions import (
    add_version,
    in_force,
    locked,
    newest_corrections,
    refuse_frozen,
)
from gongkai.reporting.cells import kind_of, label, typed
from gongkai.reporting.models import AnnualReport, Correction, ReportVersion
from gongkai.reporting.roles import FILERS


@dataclass(frozen=True, slots=True)
class Conflict:
    """A correction beside a newer reading that says something else than when it was made."""

    correction: Correction
    message: str


def correct_cell(
    report: AnnualReport,
    address: str,
    new_value: str,
    reason: str,
    *,
    by: AbstractBaseUser | None,
    seen: int | None = None,
) -> ReportVersion:
    """A new version in which the cell has this value ("" for absent, "/" and "-" as marks).

    ``reason`` is required; ``seen`` as in ``versions.locked``.
    """
    require_role(by, report.body, *FILERS)
    reason = _reason(reason)
    with transaction.atomic():
        report = locked(report, seen)
        refuse_frozen(report)
        newest = _newest(report)
        content = newest.as_report
        if kind_of(content, address) is None and address not in dict(content.cells()):
            raise Refused("这份年报的格式里没有这一格，请核对后再更正。")
        cell = typed(content, address, new_value)
        old, new = shown(content.value(address)), shown(cell.value)
        if len(new) > 40:
            raise Refused("数字太长，请核对。")
        if old == new and address in in_force(report):
            raise Refused("这一格已经是这个数，不用再更正。")
        version = _next(report, newest, by, f"更正{label(content, address)}", {address: new})
        Correction.objects.create(
            report=report, version=version, address=address, old=old, new=new, reason=reason, by=by
        )
        audit.record(
            "更正单元格",
            report,
            by=by,
            scope=report.body.slug,
            old={"单元格": label(content, address), "值": old},
            new={"值": new, "理由": reason, "版本": version.number},
        )
        check_version(version, by=by)
        return version


def withdraw_correction(
    report: AnnualReport,
    address: str,
    reason: str,
    *,
    by: AbstractBaseUser | None,
    seen: int | None = None,
) -> ReportVersion:
    """Give a corrected cell back to the reading, in a new version."""
    require_role(by, report.body, *FILERS)
    reason = _reason(reason)
    with transaction.atomic():
        report = locked(report, seen)
        refuse_frozen(report)
        newest = _newest(report)
        if address not in in_force(report):
            raise Refused("这一格没有生效的更正，可能刚刚被撤回，不用再办。")
        old = in_force(report)[address]
        name = label(newest.as_report, address)
        read = shown(exchange.from_dict(newest.reading).value(address))
        version = _next(report, newest, by, f"撤回{name}的更正", {}, without=address)
        Correction.objects.create(
            report=report,
            version=version,
            address=address,
            old=old,
            new=read,
            withdrawn=True,
            reason=reason,
            by=by,
        )
        audit.record(
            "撤回更正",
            report,
            by=by,
            scope=report.body.slug,
            old={"单元格": name, "值": old},
            new={"值": read, "理由": reason, "版本": version.number},
        )
        check_version(version, by=by)
        return version


def corrections_in_force(report: AnnualReport) -> dict[str, Correction]:
    """Address → correction, of those that have not been withdrawn."""
    return {a: c for a, c in newest_corrections(report).items() if not c.withdrawn}


def conflicts(report: AnnualReport) -> list[Conflict]:
    """Corrections in force where the newest reading differs from the one they were made against.

    The correction stays in force; the person is asked to look.
    """
    newest = report.latest
    if newest is None:
        return []
    reading = exchange.from_dict(newest.reading)
    content = newest.as_report
    found = []
    for address, correction in corrections_in_force(report).items():
        then = shown(exchange.from_dict(correction.version.reading).value(address))
        now = shown(reading.value(address))
        name = label(reading, address)
        if shown(content.value(address)) != correction.new:
            message = (
                f"{name}：新版本里没有这一格，更正值“{correction.new or '空'}”保留，暂时用不上。"
            )
        elif then == now:
            continue
        elif now == correction.new:
            message = f"{name}：新读取的值已经与更正值“{now or '空'}”一致，可以撤回更正。"
        else:
            message = (
                f"{name}：更正时读取的是“{then or '空'}”，现在读取的是“{now or '空'}”，"
                f"仍然采用更正值“{correction.new or '空'}”。请核对。"
            )
        found.append(Conflict(correction, message))
    return found


def _next(
    report: AnnualReport,
    newest: ReportVersion,
    by: AbstractBaseUser | None,
    note: str,
    changes: dict[str, str],
    *,
    without: str = "",
) -> ReportVersion:
    return add_version(
        report,
        ReportVersion.Origin.CORRECTION,
        exchange.from_dict(newest.reading),
        by=by,
        source=newest.source,
        note=note,
        changes=changes,
        without=without,
        computation=newest.computation,
    )


def _newest(report: AnnualReport) -> ReportVersion:
    newest = report.latest
    if newest is None:
        raise Refused("这份年报还没有录入内容，请先上传文件。")
    return newest


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Refused("请写明更正的理由，例如“经核对原始台账为 3 件”。")
    if len(reason) > 300:
        raise Refused("理由请控制在300字以内。")
    return reason
