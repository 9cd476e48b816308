"""How a version comes to be: behind its report's lock, the corrections in force laid over."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser

from gongkai.annual_report.model import Report
from gongkai.base import audit
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.models import Body
from gongkai.reporting.cells import lay_over
from gongkai.reporting.compile.text import writer
from gongkai.reporting.models import (
    AnnualReport,
    Compilation,
    Computation,
    Correction,
    ReportVersion,
    SourceFile,
    as_stored,
)

#: Open government reports exist since the first 条例 took effect in 2008.
FIRST_YEAR = 2008


def locked(report: AnnualReport, seen: int | None) -> AnnualReport:
    """The report locked until the end of the transaction.

    ``seen`` is the number of the newest version that the person had on the screen; Overtaken
    when another has come since. None skips the question.
    """
    fresh = (
        AnnualReport.objects.select_for_update(no_key=True).select_related("body").get(pk=report.pk)
    )
    newest = fresh.latest if seen is not None else None
    if newest is not None and newest.number != seen:
        who = audit.name_of(newest.made_by)
        raise Overtaken(
            f"您打开页面之后，{who}已经保存了第{newest.number}版，您这次的修改没有保存。"
            "请核对以后再办一次。"
        )
    return fresh


def locked_report_of(body: Body, year: int) -> AnnualReport:
    """The report of a body and year, made if missing, locked until the end of the transaction."""
    if not FIRST_YEAR <= year <= 9999:
        raise Refused(f"年度应在{FIRST_YEAR}年以后，请核对填写的年度。")
    locking = AnnualReport.objects.select_for_update(no_key=True).select_related("body")
    report, _ = locking.get_or_create(body=body, year=year)
    return report


def is_frozen(report: AnnualReport) -> bool:
    """Whether the compiled report has been handed on and is not to change."""
    return Compilation.objects.filter(report=report, frozen_at__isnull=False).exists()


def refuse_frozen(report: AnnualReport) -> None:
    """Refused while the report ``is_frozen``."""
    if is_frozen(report):
        raise Refused("年报已经定稿，不能再修改。需要修改的，请先退回编制。")


def add_version(
    report: AnnualReport,
    origin: ReportVersion.Origin,
    reading: Report,
    *,
    by: AbstractBaseUser | None,
    source: SourceFile | None = None,
    note: str = "",
    changes: dict[str, str] | None = None,
    without: str = "",
    computation: Computation | None = None,
) -> ReportVersion:
    """The next version of a locked report: the reading with the corrections in force.

    One that rests on a ``computation`` has its text filled from its own cells. ``changes`` are
    corrections that this very version brings (address → value as text) and ``without`` the
    address of one that it withdraws; neither is stored yet.
    """
    newest = report.versions.order_by("-number").values_list("number", flat=True).first() or 0
    laid = in_force(report) | (changes or {}) if newest else {}
    laid.pop(without, None)
    write = writer(report, computation) if computation is not None else None
    content = lay_over(reading, laid)[0] if laid else reading
    if write is not None:
        filled = write(reading)
        content = write(content) if laid else filled
        reading = filled
    return ReportVersion.objects.create(
        report=report,
        number=newest + 1,
        origin=origin,
        source=source,
        reading=as_stored(reading),
        content=as_stored(content),
        computation=computation,
        note=note[:300],
        made_by=by,
    )


def in_force(report: AnnualReport) -> dict[str, str]:
    """Address → corrected value of every correction that has not been withdrawn."""
    said = report.corrections.order_by("id").values_list("address", "new", "withdrawn")
    newest = {address: (new, withdrawn) for address, new, withdrawn in said}
    return {address: new for address, (new, withdrawn) in newest.items() if not withdrawn}


def newest_corrections(report: AnnualReport) -> dict[str, Correction]:
    """Address → the newest word on that cell, in the order in which cells were first corrected."""
    newest: dict[str, Correction] = {}
    for correction in report.corrections.select_related("version", "by").order_by("id"):
        newest[correction.address] = correction
    return newest
