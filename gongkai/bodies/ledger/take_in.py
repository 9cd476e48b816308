"""导入: a sheet is looked at, shown, and then taken in whole or not at all."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.base.sealed import KeyMissing, seal, unseal
from gongkai.bodies.holidays import calendar_for
from gongkai.bodies.ledger import sheets
from gongkai.bodies.ledger.actions import in_force, set_due
from gongkai.bodies.ledger.book import Book, book, is_number, same
from gongkai.bodies.ledger.models import SheetImport
from gongkai.bodies.ledger.queries import keeps_any, may_keep, sections_of
from gongkai.bodies.models import Body

_CHANGED = "上传以后台账里的内容变了，有的行现在不能导入。请重新上传，看过提示再改。"
_BATCH = 1_000
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
        if found.wrong:
            raise Refused(
                "上传以后有的行和别人新登记的重复了，没有导入。请重新上传，看过提示再改。"
            )
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
    known = _known(one, body, found.values)
    if known:
        again = [v for v in found.values if same(one, v) in known]
        good = [v for v in found.values if same(one, v) not in known]
        said, repeated = "、".join(str(again[0][name]) for name in one.key), len(again)
        found.values = good
        found.bad_lines += repeated
        found.wrong.append(
            (0, one.label(one.key[-1]), f"有 {repeated} 行已经登记过，例如“{said}”，请从表里删去。")
        )
    return found


def _known(one: Book, body: Body, lines: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """Which keys of the sheet the register has already."""
    keys = [k for v in lines if (k := same(one, v)) and all(p not in ("", None) for p in k)]
    rows = in_force(one).filter(body=body)
    if any(is_number(name) for name in one.key):
        # Numbers written otherwise are the same: the database cannot compare them.
        return set(keys) & {same(one, line) for line in rows.values(*one.key).iterator()}
    found: set[tuple[Any, ...]] = set()
    for start in range(0, len(keys), _ASKED):
        part = keys[start : start + _ASKED]
        if len(one.key) == 1:
            wanted = Q(**{f"{one.key[0]}__in": [k[0] for k in part]})
        else:
            wanted = Q()
            for key in part:
                wanted |= Q(**dict(zip(one.key, key, strict=True)))
        found |= set(rows.filter(wanted).values_list(*one.key))
    return found


def _lines(one: Book, sent: SheetImport, found: sheets.Look, by: AbstractBaseUser) -> list[Any]:
    calendar = calendar_for(sent.body)
    lines = []
    for values in found.values:
        line = one.model(body=sent.body, entered_by=by, sheet=sent, **values)
        set_due(one, line, calendar)
        lines.append(line)
    return lines
