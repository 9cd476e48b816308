"""The sum of a government's bodies as a version of its own report."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from gongkai.annual_report.model import shown
from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body
from gongkai.bodies.queries import require_role
from gongkai.reporting.actions.check import check_version
from gongkai.reporting.actions.correct import corrections_in_force
from gongkai.reporting.actions.versions import add_version, locked, refuse_frozen
from gongkai.reporting.compile.compute import named
from gongkai.reporting.compile.report import build, values_of
from gongkai.reporting.models import (
    AnnualReport,
    Compilation,
    Computation,
    ReportVersion,
    Summation,
)
from gongkai.reporting.roles import FILERS
from gongkai.reporting.route.rollup import RollUp, roll_up


def make_version(
    root: Body,
    year: int,
    *,
    by: AbstractBaseUser | None,
    seen: int | None = None,
    despite: bool = False,
) -> ReportVersion:
    """The sum as the next version of the body's compiled report, its text with the new numbers.

    Refused while parts are missing, unless ``despite`` says that it is known. Manual changes of
    the body's own figures are to be taken back first: they would stand in the place of sums.
    """
    require_role(by, root, *FILERS)
    report = AnnualReport.objects.filter(body=root, year=year).first()
    if report is None or not Compilation.objects.filter(report=report).exists():
        raise Refused(
            f"请先在“年报编制”里开始编制{root.name}{year}年的年报，再把所属各机关的数汇总进去。"
        )
    with transaction.atomic():
        report = locked(report, seen)
        refuse_frozen(report)
        newest = report.latest
        if newest is None or newest.computation is None:
            raise Refused("最新版本来自上传的文件，不是从台账编制的。请先重新开始编制。")
        changed = corrections_in_force(report)
        if changed and not Summation.objects.filter(computation=newest.computation).exists():
            raise Refused(
                f"本机关的数有{len(changed)}处人工改动。请先恢复台账数再汇总；"
                "需要改动的，汇总以后在合计数上写明理由。"
            )
        whole = roll_up(root, year)
        if whole.missing and not despite:
            names = "、".join(p.name for p in whole.missing[:3])
            more = "等" if len(whole.missing) > 3 else ""
            raise Refused(
                f"还有{len(whole.missing)}个机关缺报（{names}{more}）。"
                "确实要先汇总的，请勾选“缺报也汇总”。"
            )
        computation = _keep(report, whole, newest.computation, by)
        if computation is None:
            raise Refused("各机关的数和正文里的数都和上次汇总时一样，不用重新汇总。")
        version = add_version(
            report,
            ReportVersion.Origin.ROLLED_UP,
            build(root, year, whole.form, values_of(computation)),
            by=by,
            note=f"汇总{len(whole.parts) - 1 - len(whole.left_out)}个机关的年报"
            + (f"，缺报{len(whole.missing)}个" if whole.missing else ""),
            computation=computation,
        )
        audit.record(
            "汇总年报",
            report,
            by=by,
            scope=root.slug,
            new={
                "版本": version.number,
                "机关": len(whole.parts) - 1,
                "缺报": len(whole.missing),
            },
        )
        check_version(version, by=by)
    return version


def _keep(
    report: AnnualReport, whole: RollUp, former: Computation, by: AbstractBaseUser | None
) -> Computation | None:
    """The counting that is the sum; None where the last one already is this very sum."""
    cells = {
        address: {
            "value": None if value is None else shown(value),
            "formula": f"rollup:{address}",
            "records": sum(1 for p in whole.parts if p.figures.get(address)),
            "trace": "",
        }
        for address, value in whole.cells.items()
    }
    parts = _told(whole)
    last = Summation.objects.filter(computation=former).first()
    # The text is about the body itself: its named numbers are counted anew with every sum.
    quantities = named(whole.root, whole.year)
    was = (former.cells, former.quantities)
    if last is not None and last.parts == parts and was == (cells, quantities):
        return None
    computation = Computation.objects.create(
        report=report, cells=cells, quantities=quantities, made_by=by
    )
    Summation.objects.create(
        computation=computation,
        parts=parts,
        missing=[{"name": p.name, "why": "；".join(p.why)} for p in whole.missing],
        faulty=[{"name": p.name, "why": "；".join(p.why)} for p in whole.faulty],
    )
    return computation


def _told(whole: RollUp) -> list[dict[str, Any]]:
    return [
        {"body": p.body, "slug": p.slug, "name": p.name, "version": p.version, "number": p.number}
        for p in whole.parts
    ]


def is_current(version: ReportVersion, whole: RollUp) -> bool:
    """Whether a rolled-up version still is the sum of what its bodies now have, text and all."""
    kept = version.computation
    if kept is None or not Summation.objects.filter(computation=kept).exists():
        return False
    is_sum = values_of(kept) == dict(whole.cells)
    return is_sum and kept.quantities == named(whole.root, whole.year)
