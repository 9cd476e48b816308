"""导入: a sheet is looked at, shown, and then taken in whole or not at all."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from gongkai.base import audit
from gongkai.base.grams import same_number
from gongkai.base.refusal import Refused
from gongkai.base.sealed import KeyMissing, seal, unseal
from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.ledger import sheets
from gongkai.bodies.ledger.actions import in_force, set_due
from gongkai.bodies.ledger.book import FILLED, Book, book, is_number, same, shown
from gongkai.bodies.ledger.models import SheetImport
from gongkai.bodies.ledger.queries import keeps_any, may_keep, sections_of
from gongkai.bodies.models import Body

_CHANGED = "上传以后台账里的内容变了，没有导入。请重新上传，看过提示再改。"
#: A sheet enters what is new: what was registered is changed where its trail is.
_CHANGES = (
    "“{}”已经登记过，登记的是“{}”，和表里不同。导入只登记新的行：要改的，请打开这条登记修改；"
    "不改的，请从表里删去这一行。"
)
_BATCH = 1_000
#: So many lines are shown before they are taken in.
_SHOWN = 5
#: A sheet that nobody confirmed is kept so long, then its words go.
FORGOTTEN_AFTER = timedelta(weeks=1)
#: Keys that are asked for at once whether they are known.
_ASKED = 400


def look_at(
    one: Book, body: Body, name: str, data: bytes, *, by: AbstractBaseUser
) -> tuple[SheetImport, sheets.Look]:
    """Keep the sheet (sealed) and say what is in it; nothing is entered yet.

    A sheet with bad lines is not kept: it is to be mended and sent again.
    """
    if not keeps_any(by, body):
        raise PermissionDenied(f"您没有登记“{body.name}”这本台账的权限，请联系管理员。")
    found = _look(one, body, data, by)
    sent = SheetImport(
        body=body,
        book=one.slug,
        name=name[:200],
        sha256=hashlib.sha256(data).hexdigest(),
        rows=found.lines,
        sent_by=by,
    )
    if not found.wrong:
        sent.sealed = seal(data)
        with transaction.atomic():
            # What he sent before and did not confirm is forgotten; so is everybody's of last week.
            waiting = SheetImport.objects.filter(state=SheetImport.State.LOOKED_AT)
            old = Q(sent_at__lt=timezone.now() - FORGOTTEN_AFTER)
            earlier = waiting.filter(old | Q(body=body, book=one.slug, sent_by=by))
            earlier.update(state=SheetImport.State.GIVEN_UP, sealed=None)
            sent.save()
    return sent, found


def first_lines(sent: SheetImport) -> sheets.Look:
    """The first lines of a sheet that waits, as they were read; none where it cannot be opened."""
    try:
        data = unseal(bytes(sent.sealed or b""))
    except KeyMissing:
        return sheets.Look()
    return sheets.look(book(sent.book), sent.body, data, most=_SHOWN)


def take_in(sent: SheetImport, *, by: AbstractBaseUser) -> int:
    """Enter every line of a sheet that was looked at; the number of lines. Refused: none is."""
    one, body = book(sent.book), sent.body
    with transaction.atomic():
        kept = SheetImport.objects.select_for_update().get(pk=sent.pk)
        if kept.state != SheetImport.State.LOOKED_AT or kept.sealed is None:
            raise Refused("这个表格已经导入或者放弃，不用再办。")
        if kept.sent_by_id != by.pk:
            raise PermissionDenied("这个表格是另一位同事上传的，请由上传的人确认导入。")
        try:
            data = unseal(bytes(kept.sealed))
        except KeyMissing as no:
            raise Refused("上传以后系统换过加密密钥，请重新上传这个表格。") from no
        found = _look(one, body, data, by)
        if found.wrong or found.lines != kept.rows:
            raise Refused(_CHANGED)
        lines = _lines(one, kept, found, by)
        try:
            with transaction.atomic():
                one.model._default_manager.bulk_create(lines, batch_size=_BATCH)
        except IntegrityError as error:
            raise Refused(
                "有的行和已有的登记重复，整张表都没有导入。请重新上传，看提示。"
            ) from error
        kept.state, kept.sealed, kept.rows = SheetImport.State.TAKEN_IN, None, len(lines)
        kept.taken_in_at = timezone.now()
        kept.save()
        audit.record(
            f"导入{one.title}",
            kept,
            by=by,
            scope=body.slug,
            new={"行数": len(lines), "文件校验值": kept.sha256},
        )
    return len(lines)


def give_up(sent: SheetImport, *, by: AbstractBaseUser) -> None:
    """Forget a sheet that was not taken in."""
    with transaction.atomic():
        kept = SheetImport.objects.select_for_update().get(pk=sent.pk)
        if kept.state == SheetImport.State.LOOKED_AT and kept.sent_by_id == by.pk:
            kept.state, kept.sealed = SheetImport.State.GIVEN_UP, None
            kept.save()


def _look(one: Book, body: Body, data: bytes, by: AbstractBaseUser) -> sheets.Look:
    """The sheet's lines; a line that the register has already is a bad one."""
    sections = None if may_keep(by, body, None) else sections_of(by).filter(body=body)
    found = sheets.look(one, body, data, sections=sections)
    known = _known(one, body, found.values) if one.key else {}
    alike = Counter() if one.key else _alike(one, body, found)
    lines = list(zip(found.numbers, found.values, strict=True))
    found.numbers, found.values = [], []
    for number, values in lines:
        line = known.get(same(one, values))
        whole = _whole(found, values)
        if line is None and not alike[whole]:
            found.numbers.append(number)
            found.values.append(values)
        elif line is None:
            alike[whole] -= 1
            found.same += 1
        elif name := _other(one, line, found, values):
            was = shown(one, line, name)[:40] if name not in one.sealed else FILLED
            found.refuse(number, (one.label(name), _CHANGES.format(line, was or "空")))
        else:
            found.same += 1
    if found.same and not found.lines:
        raise Refused(f"表里的 {found.same} 行都已经登记过，内容也相同，不用再导入。")
    return found


def _known(one: Book, body: Body, sent: list[dict[str, Any]]) -> dict[tuple[Any, ...], Any]:
    """The lines of the register that the sheet repeats, by their key."""
    keys = {same(one, values) for values in sent}
    keys = {key for key in keys if all(part not in ("", None) for part in key)}
    rows = in_force(one).filter(body=body)
    pks: list[int] = []
    if any(is_number(name) for name in one.key):
        # Numbers written otherwise are the same: the database cannot compare them.
        for line in rows.values("pk", *one.key).iterator():
            if same(one, line) in keys:
                pks.append(line["pk"])
    else:
        asked = sorted(keys, key=str)
        for start in range(0, len(asked), _ASKED):
            part = asked[start : start + _ASKED]
            wanted = Q(**{f"{one.key[0]}__in": [key[0] for key in part]})
            if len(one.key) > 1:
                wanted = Q()
                for key in part:
                    wanted |= Q(**dict(zip(one.key, key, strict=True)))
            pks += rows.filter(wanted).values_list("pk", flat=True)
    lines: dict[tuple[Any, ...], Any] = {}
    for start in range(0, len(pks), _ASKED):
        for line in rows.filter(pk__in=pks[start : start + _ASKED]):
            lines[same(one, {name: getattr(line, name) for name in one.key})] = line
    return lines


def _alike(one: Book, body: Body, found: sheets.Look) -> Counter[tuple[Any, ...]]:
    """Of a register without a key: its lines of the sheet's days, each as the sheet has it."""
    days = {values["happened_on"] for values in found.values}
    if not days or one.sealed:
        return Counter()
    rows = in_force(one).filter(body=body, happened_on__range=(min(days), max(days)))
    columns = [one.model._meta.get_field(name).attname for name in found.columns]
    return Counter(_kept(v) for v in rows.values_list(*columns).iterator())


def _kept(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple("；".join(map(str, v)) if isinstance(v, list) else v for v in values)


def _whole(found: sheets.Look, values: dict[str, Any]) -> tuple[Any, ...]:
    return _kept(getattr(values[name], "pk", values[name]) for name in found.columns)


def _other(one: Book, line: Any, found: sheets.Look, values: dict[str, Any]) -> str:
    """The first column in which the sheet says something else than the register."""
    for name in found.columns:
        was = getattr(line, one.model._meta.get_field(name).attname)
        now = getattr(values[name], "pk", values[name])
        if is_number(name):
            was, now = same_number(was), same_number(now)
        if was != now and not (name in one.sealed and was and now == FILLED):
            return name
    return ""


def _lines(one: Book, sent: SheetImport, found: sheets.Look, by: AbstractBaseUser) -> list[Any]:
    calendar = calendar_for(sent.body)
    lines = []
    for values in found.values:
        line = one.model(body=sent.body, entered_by=by, sheet=sent, **values)
        set_due(one, line, calendar)
        lines.append(line)
    return lines
