"""File a report: the bytes are kept, the reading becomes a version, the checks run."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import PurePath

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from gongkai.annual_report.model import Report
from gongkai.annual_report.read.document import UnusableInput
from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body
from gongkai.bodies.queries import require_role
from gongkai.reporting import engine
from gongkai.reporting.actions.check import check_with_next
from gongkai.reporting.actions.versions import (
    add_version,
    locked,
    locked_report_of,
    refuse_frozen,
)
from gongkai.reporting.models import AnnualReport, ReportVersion, SourceFile, as_stored
from gongkai.reporting.roles import FILERS


@dataclass(frozen=True, slots=True)
class Filed:
    """What filing did: the version in force, whether it is new, and a sentence that says so."""

    version: ReportVersion
    created: bool
    message: str


@dataclass(frozen=True, slots=True)
class Order:
    """One report to be filed out of several: ``part`` is its place in a file that holds more."""

    data: bytes
    name: str
    body: Body
    year: int | None = None
    part: int | None = None


def file_report(
    data: bytes,
    name: str,
    *,
    body: Body,
    by: AbstractBaseUser | None,
    year: int | None = None,
    chosen: Report | None = None,
) -> Filed:
    """File the report in these bytes for a body.

    ``year`` is what the person confirmed (None: as the text says). A file with several reports
    needs ``year`` or ``chosen`` (one of ``engine.read_all``) to tell which. Filing the bytes
    that the newest reading came from changes nothing.
    """
    require_role(by, body, *FILERS)
    read = engine.read_all(data, name)
    with ExitStack() as undo:
        filed = _file(Order(data, name, body, year), read, chosen, by, undo)
        undo.pop_all()
        return filed


def file_many(orders: Sequence[Order], *, by: AbstractBaseUser | None) -> list[Filed]:
    """File all of them or none; Refused names every file that could not be filed and why."""
    filed: list[Filed] = []
    wrong: list[str] = []
    # Read before anything is locked, and once each: two orders may be of one file.
    readings: dict[bytes, tuple[str, list[Report]]] = {}
    for order in orders:
        require_role(by, order.body, *FILERS)
        try:
            if order.data not in readings:
                readings[order.data] = engine.read_all(order.data, order.name)
        except UnusableInput as error:
            wrong.append(f"{order.name}：{error}")
    with ExitStack() as undo, transaction.atomic():
        for order in orders:
            if order.data not in readings:
                continue
            try:
                with transaction.atomic():
                    filed.append(_file(order, readings[order.data], None, by, undo))
            except (Refused, UnusableInput) as error:
                wrong.append(f"{order.name}：{error}")
        if wrong:
            raise Refused("没有录入任何一份。" + " ".join(wrong))
        undo.pop_all()
    return filed


def _file(
    order: Order,
    read: tuple[str, list[Report]],
    chosen: Report | None,
    by: AbstractBaseUser | None,
    undo: ExitStack,
) -> Filed:
    kind, reports = read
    if order.part is not None and order.part < len(reports):
        chosen = reports[order.part]
    report = chosen or _the_one(reports, order.year)
    year = _year(order.year, report)
    with transaction.atomic():
        stored = locked_report_of(order.body, year)
        refuse_frozen(stored)
        digest = hashlib.sha256(order.data).hexdigest()
        last = stored.versions.exclude(origin=ReportVersion.Origin.CORRECTION).order_by("-number")
        former = last.select_related("source").first()
        if former and former.source and former.source.sha256 == digest:
            newest = stored.latest or former
            return Filed(
                newest, False, f"同一份文件已经录入过（第{former.number}版），没有重复生成版本。"
            )
        source = _keep(order.data, digest, order.name, kind, by, undo)
        version = add_version(stored, ReportVersion.Origin.READING, report, by=by, source=source)
        return _done(version, by, 文件=source.name)


def import_data(
    report: Report,
    *,
    body: Body,
    by: AbstractBaseUser | None,
    year: int | None = None,
    note: str = "",
) -> Filed:
    """File a report that comes as data and has no file. The same data twice changes nothing."""
    require_role(by, body, *FILERS)
    year = _year(year, report)
    with transaction.atomic():
        stored = locked_report_of(body, year)
        refuse_frozen(stored)
        last = stored.versions.exclude(origin=ReportVersion.Origin.CORRECTION).order_by("-number")
        former = last.first()
        if former and former.reading == as_stored(report):
            newest = stored.latest or former
            return Filed(
                newest, False, f"同样的数据已经导入过（第{former.number}版），没有重复生成版本。"
            )
        version = add_version(stored, ReportVersion.Origin.DATA, report, by=by, note=note)
        return _done(version, by)


def reread(report: AnnualReport, *, by: AbstractBaseUser | None, seen: int | None = None) -> Filed:
    """Read the newest source file again, with the engine as it is now.

    The corrections in force stay in force. Nothing changes where the reading is the same.
    """
    require_role(by, report.body, *FILERS)
    former = report.versions.exclude(source=None).order_by("-number").first()
    if former is None or former.source is None:
        raise Refused("这份年报没有源文件，不能重新读取。请先上传文件。")
    with former.source.content.open("rb") as stream:
        data = stream.read()
    _, reports = engine.read_all(data, former.source.name)
    reading = _the_one(reports, report.year)
    with transaction.atomic():
        report = locked(report, seen)
        newest = report.latest
        if newest is None or newest.source_id != former.source_id:
            raise Refused("源文件刚刚更换过，没有重新读取。需要的话请再办一次。")
        if newest.reading == as_stored(reading):
            return Filed(newest, False, "重新读取的结果与现有版本相同，没有生成新版本。")
        version = add_version(
            report,
            ReportVersion.Origin.READING,
            reading,
            by=by,
            source=former.source,
            note="重新读取源文件",
        )
        return _done(version, by, 文件=former.source.name)


def _done(version: ReportVersion, by: AbstractBaseUser | None, **facts: str) -> Filed:
    audit.record(
        "录入年报",
        version.report,
        by=by,
        scope=version.report.body.slug,
        new={"版本": version.number, "来源": version.get_origin_display(), **facts},
    )
    check_with_next(version, by=by)
    return Filed(version, True, f"已录入，生成第{version.number}版。")


def _the_one(reports: list[Report], year: int | None) -> Report:
    if not reports:
        raise Refused("文件里没有找到年度报告，请核对文件。")
    if len(reports) == 1:
        return reports[0]
    fitting = [r for r in reports if year is not None and r.year == year]
    if len(fitting) == 1:
        return fitting[0]
    names = "、".join(r.title or f"{r.agency or ''}{r.year or ''}年年报" for r in reports)
    raise Refused(f"文件里有{len(reports)}份年报（{names}），请选择要录入的一份。")


def _year(year: int | None, report: Report) -> int:
    found = year or report.year
    if found is None:
        raise Refused("没能从文件里认出年度，请填写年度。")
    return found


def _keep(
    data: bytes,
    digest: str,
    name: str,
    kind: str,
    by: AbstractBaseUser | None,
    undo: ExitStack,
) -> SourceFile:
    """The stored file with these bytes. ``undo`` deletes a new one if the filing fails later.

    A known file that has gone from the storage is put back from the bytes at hand.
    """
    known = SourceFile.objects.filter(sha256=digest).first()
    if known:
        return _whole(known, data)
    plain = PurePath(name.replace("\\", "/")).name or "未命名"
    source = SourceFile(sha256=digest, name=plain[-255:], kind=kind, size=len(data), uploaded_by=by)
    source.content.save(plain, ContentFile(data), save=False)
    kept_as = source.content.name
    undo.callback(source.content.storage.delete, kept_as)
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError:  # somebody else filed the same bytes at this moment
        source.content.storage.delete(kept_as)
        return _whole(SourceFile.objects.get(sha256=digest), data)
    return source


def _whole(known: SourceFile, data: bytes) -> SourceFile:
    storage, name = known.content.storage, known.content.name
    if not storage.exists(name):
        storage.save(name, ContentFile(data))
    return known
