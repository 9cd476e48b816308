"""What is kept when a report is sent on its way: its hash, and the rows under its numbers."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile

from gongkai.base.refusal import Refused
from gongkai.reporting.compile.compute import named
from gongkai.reporting.compile.text import outdated
from gongkai.reporting.models import ReportVersion, Snapshot, Summation
from gongkai.reporting.route import ledger
from gongkai.reporting.route.rollup import roll_up
from gongkai.reporting.route.summed import is_current


def keep(version: ReportVersion, sha256: str) -> Snapshot:
    """The snapshot of a version; the same version sent again keeps the first one.

    Refused where the registers, or the reports that were summed, have changed since.
    """
    known = Snapshot.objects.filter(version=version).first()
    snapshot = known or Snapshot(version=version, sha256=sha256)
    if Summation.objects.filter(computation=version.computation_id).exists():
        _refuse_other_sums(version)
    elif version.computation_id is not None:
        data, rows = ledger.pack(version)
        _refuse_other_text(version)
        if known is not None:
            return known
        snapshot.ledger_sha256 = hashlib.sha256(data).hexdigest()
        snapshot.ledger_rows = rows
        snapshot.ledger.save("ledger.zip", ContentFile(data), save=False)
    if known is None:
        snapshot.save()
    return snapshot


def _refuse_other_text(version: ReportVersion) -> None:
    """The numbers of the text are held against the registers as the cells are."""
    report = version.report
    if told := outdated(version, named(report.body, report.year)):
        more = f"等{len(told)}处" if len(told) > 1 else ""
        raise Refused(f"正文里的数在取数以后有变化（{told[0]}{more}）。请重新取数，核对后再送审。")


def _refuse_other_sums(version: ReportVersion) -> None:
    report = version.report
    if not is_current(version, roll_up(report.body, report.year)):
        raise Refused("所属机关的年报或者本机关的台账在汇总以后有变化，请重新汇总，核对后再送审。")
