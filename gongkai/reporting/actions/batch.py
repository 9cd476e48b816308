"""Put up files for filing, see what would come of each, then file all of them or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from gongkai.annual_report.model import Report
from gongkai.annual_report.read.document import UnusableInput
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body
from gongkai.bodies.queries import bodies_for
from gongkai.reporting import archive, engine
from gongkai.reporting.actions.file import Filed, Order, file_many
from gongkai.reporting.models import FOLDER, ImportBatch, ImportItem, SourceFile
from gongkai.reporting.roles import FILERS

#: Uploads that nobody confirmed are thrown away after this time.
KEPT = timedelta(days=1)


def stage_files(files: Iterable[tuple[str, bytes]], *, by: AbstractBaseUser) -> ImportBatch:
    """Read the files (name, bytes) and keep them for confirmation; ZIP archives are opened.

    Nothing is filed. Every file gets a line: what was found in it, or why it cannot be filed.
    """
    mine = list(bodies_for(by, *FILERS))
    if not mine:
        raise PermissionDenied("您没有录入年报的权限，请联系管理员。")
    _forget_old()
    opened: list[archive.Unpacked] = []
    for name, data in files:
        if len(data) > settings.GONGKAI_UPLOAD_LIMIT:
            limit = settings.GONGKAI_UPLOAD_LIMIT >> 20
            refusal = f"文件超过 {limit} MB，没有读取。请压缩其中的图片后再上传。"
            opened.append(archive.Unpacked(name, refusal=refusal))
            continue
        try:
            inside = archive.unpack(data) if archive.is_archive(data) else None
            opened.extend(inside or [archive.Unpacked(name, data)])
        except UnusableInput as error:
            opened.append(archive.Unpacked(name, refusal=str(error)))
    if not opened:
        raise Refused("请先选择要录入的文件。")
    # Nobody's writing waits for a reading: an old Word file takes seconds, a scan a minute.
    found = [(item, _read(item, mine)) for item in opened]
    with transaction.atomic():
        batch = ImportBatch.objects.create(by=by)
        for item, entries in found:
            _keep(batch, item, entries)
    return batch


def confirm_batch(
    batch: ImportBatch, choices: Mapping[int, tuple[Body, int | None]], *, by: AbstractBaseUser
) -> list[Filed]:
    """File the chosen items (item id → body and year) of one's own batch, all or none."""
    if batch.by_id != by.pk:
        raise PermissionDenied("这批文件不是您上传的。")
    if not choices:
        raise Refused("请至少勾选一份年报。")
    orders = []
    seen: dict[tuple[int, int | None], ImportItem] = {}
    for item in batch.items.filter(pk__in=choices, refusal=""):
        body, year = choices[item.pk]
        twin = seen.setdefault((body.pk, year), item)
        if twin is not item:
            raise Refused(f"“{twin}”和“{item}”都选了{body.name}{year}年，请只保留一份。")
        try:
            with item.content.open("rb") as stream:
                orders.append(Order(stream.read(), item.name, body, year, item.part))
        except FileNotFoundError:
            raise Refused("这批文件已经录入或者取消，不用再办。") from None
    if not orders:
        raise Refused("这批文件已经录入或者取消，不用再办。")
    filed = file_many(orders, by=by)
    drop_batch(batch, by=by)
    return filed


def drop_batch(batch: ImportBatch, *, by: AbstractBaseUser | None) -> None:
    """Throw away files that were put up and are filed or not wanted."""
    if by is not None and batch.by_id != by.pk:
        raise PermissionDenied("这批文件不是您上传的。")
    names = set(batch.items.exclude(content="").values_list("content", flat=True))
    batch.delete()
    # The rows first: a process that ends in between leaves files for ``sweep_files``, never rows
    # without their files.
    for name in names:
        with suppress(OSError):
            default_storage.delete(name)


def sweep_files() -> int:
    """Delete files that no row knows, left by processes that were ended; how many they were.

    Only files older than ``KEPT``: the row of a younger one may be about to be stored.
    """
    with suppress(FileNotFoundError):
        names = {f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]}
        for model in (SourceFile, ImportItem):
            names -= set(model._default_manager.values_list("content", flat=True))
        before = timezone.now() - KEPT
        old = [n for n in names if default_storage.get_modified_time(n) < before]
        for name in old:
            default_storage.delete(name)
        return len(old)
    return 0


def _forget_old() -> None:
    for batch in ImportBatch.objects.filter(at__lt=timezone.now() - KEPT):
        drop_batch(batch, by=None)
    sweep_files()


def _read(item: archive.Unpacked, mine: list[Body]) -> list[ImportItem]:
    """The lines of a file, not stored yet: one for each report, or one with its refusal."""
    name = item.name[-255:]
    try:
        if item.refusal:
            raise UnusableInput(item.refusal)
        _, reports = engine.read_all(item.data, item.name)
        if not reports:
            raise UnusableInput("文件里没有找到年度报告，请核对文件。")
    except UnusableInput as error:
        return [ImportItem(name=name, refusal=str(error)[:500])]
    return [
        ImportItem(
            name=name,
            part=part,
            title=(report.title or "")[:300],
            agency=(report.agency or "")[:200],
            year=report.year,
            format=report.format,
            facts=_facts(report),
            body=_guess(report, mine),
        )
        for part, report in enumerate(reports)
    ]


def _keep(batch: ImportBatch, item: archive.Unpacked, entries: list[ImportItem]) -> None:
    stored = ""
    for entry in entries:
        entry.batch = batch
        if stored:
            entry.content = stored
        elif not entry.refusal:
            entry.content.save(entry.name, ContentFile(item.data), save=False)
            stored = entry.content.name
        entry.save()


def _facts(report: Report) -> str:
    """What was read and how many findings it would bring, in words."""
    cells = list(report.cells())
    if not cells:
        return "没有读到表格"
    blank = sum(1 for _, c in cells if c.value is None)
    findings = engine.check(report)
    errors = sum(1 for f in findings if f.level == "error")
    text = f"读到{len(cells) - blank}格"
    text += f"，空{blank}格" if blank else ""
    return f"{text}；检查发现错误{errors}个、其他{len(findings) - errors}个"


def _guess(report: Report, mine: list[Body]) -> Body | None:
    """The body whose name the report bears; with one body to choose from, that one."""
    named = f"{report.agency or ''}"
    exact = [b for b in mine if b.name == named]
    if len(exact) == 1:
        return exact[0]
    close = [b for b in mine if named and (b.name.endswith(named) or named.endswith(b.name))]
    if len(close) == 1:
        return close[0]
    return mine[0] if len(mine) == 1 else None
