"""The deeds of compiling: begin, count anew, change a cell, write a part, keep a wording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from gongkai.annual_report.model import shown
from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.bodies.ledger.queries import bodies_with_lines
from gongkai.bodies.models import Body
from gongkai.bodies.queries import require_role
from gongkai.reporting.actions.check import check_with_next
from gongkai.reporting.actions.correct import correct_cell, withdraw_correction
from gongkai.reporting.actions.versions import (
    add_version,
    locked,
    locked_report_of,
    refuse_frozen,
)
from gongkai.reporting.cells import Difference, differences, typed
from gongkai.reporting.compile.compute import Computed, compute, form_of, named
from gongkai.reporting.compile.formulas import formula
from gongkai.reporting.compile.models import (
    Compilation,
    Computation,
    NarrativeTemplate,
    NarrativeText,
)
from gongkai.reporting.compile.narrative import part
from gongkai.reporting.compile.report import build, values_of
from gongkai.reporting.compile.sources.registers import PLACES
from gongkai.reporting.compile.text import outdated, wording_of, words_for
from gongkai.reporting.models import AnnualReport, ReportVersion, Summation
from gongkai.reporting.roles import FILERS

Origin = ReportVersion.Origin
#: More characters than the whole text of a report has (DOMAIN B.1) are not one part of it.
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What counting anew did: the version in force, whether it is new, the cells that changed."""

    version: ReportVersion
    created: bool
    changed: list[Difference]


class NothingKept(Refused):
    """The registers have no record for the report: a counting would be a statement of zeros."""


def start(
    body: Body,
    year: int,
    *,
    by: AbstractBaseUser | None,
    replace: bool = False,
    refuse_empty: bool = False,
) -> Compilation:
    """Begin to compile the report of a body and year: count, draft the text, check.

    Refused where a report was filed from a document, unless ``replace`` says that the compiled
    one is to follow it as a new version; with ``refuse_empty`` (``NothingKept``) where neither
    a register nor the applications have anything for the year.
    """
    require_role(by, body, *FILERS)
    form_of(year)
    if year > timezone.localdate().year:
        raise Refused(f"{year}年还没有开始，不能编制这一年的年报。")
    with transaction.atomic():
        report = locked_report_of(body, year)
        if Compilation.objects.filter(report=report).exists():
            raise Refused(f"{report}已经在编制中，请直接打开。")
        newest = report.latest
        if newest is not None and not replace:
            raise Refused(
                f"{report}已经录入了文件（第{newest.number}版）。"
                "确实要改由台账编制的，请勾选“作为新版本”。"
            )
        counted = _count(body, year)
        if refuse_empty and _is_empty(counted, body, year):
            raise NothingKept(
                f"{body.name}{year}年的台账一行也没有，也没有{year}年的申请，取出来的数全都是0。"
                "请先登记或者导入台账；由纸质材料汇总的，请录入年报文件；"
                "确实没有业务、或者要先编制再汇总所属机关的，请勾选“台账没有记录，也要编制”。"
            )
        compilation = Compilation.objects.create(report=report, started_by=by)
        NarrativeText.objects.bulk_create(
            NarrativeText(compilation=compilation, part=key, text=text, edited_by=by)
            for key, text in wording_of(report).items()
        )
        computation = _keep(report, counted, by)
        version = _add(report, computation, by, "从台账取数，起草正文", Origin.COMPILED)
        audit.record(
            "开始编制年报",
            report,
            by=by,
            scope=body.slug,
            new={"版本": version.number, "取数": computation.pk},
        )
        check_with_next(version, by=by)
    return compilation


def recompute(
    compilation: Compilation, *, by: AbstractBaseUser | None, seen: int | None = None
) -> Recomputed:
    """Count the registers anew; a new version where a number or its records have changed.

    Manual changes stay in force over the new numbers.
    """
    require_role(by, compilation.report.body, *FILERS)
    with transaction.atomic():
        report = _open(compilation, seen)
        newest, former = _newest(report)
        if _is_sum(former):
            raise Refused("这份年报是汇总各机关得来的，请到“汇总”页面重新汇总。")
        counted = _count(report.body, report.year)
        is_same = (counted.cells, counted.quantities) == (former.cells, former.quantities)
        # Last year's report may have changed too: its figures stand in the text.
        if is_same and not outdated(newest, counted.quantities):
            return Recomputed(newest, False, [])
        version = _add(report, _keep(report, counted, by), by, "重新取数", Origin.COMPILED)
        changed = differences(newest.as_report, version.as_report)
        audit.record(
            "重新取数",
            report,
            by=by,
            scope=report.body.slug,
            old={"版本": newest.number},
            new={"版本": version.number, "变化": len(changed)},
        )
        check_with_next(version, by=by)
        return Recomputed(version, True, changed)


def change_cell(
    compilation: Compilation,
    address: str,
    value: str,
    reason: str,
    *,
    by: AbstractBaseUser | None,
    seen: int | None = None,
) -> ReportVersion:
    """Put another number in a cell than the registers say; ``reason`` is required and shown.

    Refused: no number at all, an amount with more places than the registers are counted to.
    """
    if not value.strip():
        raise Refused("请填写改成的数；没有发生的请填 0，要改回台账数请用“恢复台账数”。")
    with transaction.atomic():
        report = _open(compilation, seen)
        newest, _ = _newest(report)
        number = shown(typed(newest.as_report, address, value).value)
        if len(number.partition(".")[2]) > PLACES:
            raise Refused(f"金额以万元为单位，最多 {PLACES} 位小数。请四舍五入后再填。")
        return correct_cell(report, address, value, reason, by=by, seen=seen)


def give_back_cell(
    compilation: Compilation,
    address: str,
    reason: str,
    *,
    by: AbstractBaseUser | None,
    seen: int | None = None,
) -> ReportVersion:
    """Give a changed cell back to the registers."""
    with transaction.atomic():
        report = _open(compilation, seen)
        return withdraw_correction(report, address, reason, by=by, seen=seen)


def write_text(
    compilation: Compilation,
    texts: Mapping[str, str],
    *,
    by: AbstractBaseUser | None,
    seen: int | None = None,
) -> ReportVersion:
    """Write parts of the text (part → wording with names); a new version unless nothing changed.

    Refused where a name in 【】 means nothing, so that no number is lost in a misprint.
    """
    require_role(by, compilation.report.body, *FILERS)
    with transaction.atomic():
        report = _open(compilation, seen)
        newest, computation = _newest(report)
        words = words_for(report, newest.as_report, computation)
        had = {t.part: t for t in report.compilation.texts.select_for_update(no_key=True)}
        changed = []
        for key, text in texts.items():
            plain = _plain(text)
            if unknown := words.unknown(plain):
                names = "、".join(f"【{name}】" for name in unknown[:5])
                raise Refused(f"“{part(key).title}”里没有{names}这样的数，请从右边的清单里选用。")
            own = had.get(key) or NarrativeText(compilation=report.compilation, part=key)
            if own.text != plain or own.pk is None:
                own.text, own.edited_by = plain, by
                own.save()
                changed.append(part(key).title)
        if not changed:
            return newest
        origin = Origin.ROLLED_UP if _is_sum(computation) else Origin.COMPILED
        version = _add(report, computation, by, f"修改正文：{'、'.join(changed)}", origin)
        audit.record(
            "修改年报正文",
            report,
            by=by,
            scope=report.body.slug,
            new={"版本": version.number, "部分": changed},
        )
        check_with_next(version, by=by)
        return version


def keep_wording(
    body: Body, key: str, text: str, *, by: AbstractBaseUser | None
) -> NarrativeTemplate | None:
    """The body's own wording of a part for the reports to come; the empty one is the shipped."""
    require_role(by, body, *FILERS)
    part(key)
    plain = _plain(text)
    with transaction.atomic():
        # A double click is one template.
        Body.objects.select_for_update(no_key=True).get(pk=body.pk)
        own = NarrativeTemplate.objects.filter(body=body, part=key).first()
        if not plain:
            if own:
                audit.record("恢复平台自带的正文模板", own, by=by, scope=body.slug)
                own.delete()
            return None
        own = own or NarrativeTemplate(body=body, part=key)
        own.text, own.edited_by = plain, by
        own.save()
        audit.record("修改正文模板", own, by=by, scope=body.slug, new={"部分": part(key).title})
        return own


# --- how a version comes to be --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Counting:
    cells: dict[str, Any]
    quantities: dict[str, Any]
    milliseconds: int


def _count(body: Body, year: int) -> _Counting:
    """Everything a report needs from the registers, as it is stored."""
    began = perf_counter()
    computed = compute(body, year)
    quantities = named(body, year)
    return _Counting(_stored(computed), quantities, round((perf_counter() - began) * 1000))


def _is_empty(counting: _Counting, body: Body, year: int) -> bool:
    """Whether no record of any room is behind the numbers, and no line of the year is kept."""
    if any(entry["records"] for entry in counting.cells.values()):
        return False
    values = (entry.get("value") for entry in counting.quantities.values())
    if any(str(value).strip("0.") for value in values if value is not None):
        return False
    return not bodies_with_lines(year).filter(pk=body.pk).exists()


def _stored(computed: Computed) -> dict[str, Any]:
    return {
        address: {
            "value": None if counted.value is None else shown(counted.value),
            "formula": formula(computed.form.id, address).key,
            "records": counted.trace.records,
            "trace": str(counted.trace),
        }
        for address, counted in computed.cells.items()
    }


def _keep(report: AnnualReport, counting: _Counting, by: AbstractBaseUser | None) -> Computation:
    return Computation.objects.create(
        report=report,
        cells=counting.cells,
        quantities=counting.quantities,
        milliseconds=counting.milliseconds,
        made_by=by,
    )


def _add(
    report: AnnualReport,
    computation: Computation,
    by: AbstractBaseUser | None,
    note: str,
    origin: Origin,
) -> ReportVersion:
    reading = build(report.body, report.year, form_of(report.year), values_of(computation))
    return add_version(report, origin, reading, by=by, note=note, computation=computation)


def _is_sum(computation: Computation) -> bool:
    """Whether these numbers were summed from other bodies' reports (``route.rollup``)."""
    return Summation.objects.filter(computation=computation).exists()


def _open(compilation: Compilation, seen: int | None) -> AnnualReport:
    """The report locked, its task not frozen."""
    report = locked(compilation.report, seen)
    refuse_frozen(report)
    return report


def _newest(report: AnnualReport) -> tuple[ReportVersion, Computation]:
    """The newest version and the counting under it."""
    newest = report.latest
    assert newest is not None  # a task begins with a version
    if newest.computation is None:
        raise Refused("最新版本来自上传的文件，不是从台账编制的。请先重新开始编制。")
    return newest, newest.computation


def _plain(text: str) -> str:
    """The text as it is kept: no blanks at line ends, one kind of line end, not too long."""
    lines = [line.strip() for line in text.replace("\0", "").splitlines()]
    plain = "\n".join(line for line in lines if line)
    if len(plain) > LONGEST:
        raise Refused(f"这一部分有{len(plain)}字，请控制在{LONGEST}字以内。")
    return plain
