"""导入: a sheet is looked at, shown, and then taken in whole or not at all.

Its new lines are entered. Lines that the register has with other values are corrections: the
person ticks those that are to be made, the others stay as they are.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
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
from gongkai.bodies.ledger.actions import change, in_force, require_sense, set_due
from gongkai.bodies.ledger.book import FILLED, Book, book, is_number, same, shown
from gongkai.bodies.ledger.models import PublishedEntry, SheetImport
from gongkai.bodies.ledger.queries import keeps_any, may_keep, sections_of
from gongkai.bodies.models import Body

_CHANGED = "上传以后台账里的内容变了，没有导入。请重新上传，看过提示再改。"
#: More corrections are a sheet of another kind, or one that nobody reads line by line.
MOST_CHANGED = 500
_TOO_MANY = (
    f"表里有 {MOST_CHANGED} 行以上和已经登记的内容不同，没有导入。请核对是不是选错了文件；"
    f"确实都要更正的，请分成几个表，每次不超过 {MOST_CHANGED} 行。"
)
_NOT_YOURS = "这一行已经由别的科室登记，您不能更改。请从表里删去这一行。"
_BATCH = 1_000
#: So many lines are shown before they are taken in.
_SHOWN = 5
#: A sheet that nobody confirmed is kept so long, then its words go.
FORGOTTEN_AFTER = timedelta(weeks=1)
#: Keys that are asked for at once whether they are known.
_ASKED = 400


class NothingChosen(Refused):
    """The sheet has no new line, and no correction was ticked; it still waits."""


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
        sent.rows = len(found.values)
        sent.sealed, sent.looked = seal(data), seal(json.dumps(_told(one, body, found)).encode())
        with transaction.atomic():
            # What he sent before and did not confirm is forgotten; so is everybody's of last week.
            waiting = SheetImport.objects.filter(state=SheetImport.State.LOOKED_AT)
            old = Q(sent_at__lt=timezone.now() - FORGOTTEN_AFTER)
            earlier = waiting.filter(old | Q(body=body, book=one.slug, sent_by=by))
            earlier.update(state=SheetImport.State.GIVEN_UP, sealed=None, looked=None)
            sent.save()
    return sent, found


def looked_at(sent: SheetImport) -> dict[str, Any]:
    """What is shown of a sheet that waits (see ``_told``); empty where it cannot be opened."""
    try:
        found: dict[str, Any] = json.loads(unseal(bytes(sent.looked or b"")))
    except KeyMissing:
        return {}
    return found


def _told(one: Book, body: Body, found: sheets.Look) -> dict[str, Any]:
    """The first new lines in words, and every correction with its old and its new value."""
    names = [name for name in one.sheet_fields if name in found.columns]
    first = list(zip(found.numbers, found.values, strict=True))[:_SHOWN]
    lines = [(number, one.model(body=body, **values)) for number, values in first]
    return {
        "unused": found.unused,
        "columns": [one.label(name) for name in names],
        "rows": [
            (number, [(one.label(name), _cell(one, line, name)) for name in names])
            for number, line in lines
        ],
        "changes": [
            {
                "number": number,
                "line": line.pk,
                "version": line.version,
                "called": str(line),
                "public": isinstance(line, PublishedEntry) and line.published_at is not None,
                "values": [
                    (one.label(name), _cell(one, line, name), _cell(one, after, name))
                    for name in values
                ],
            }
            for number, line, values in found.changes
            for after in [_after(line, values)]
        ],
    }


def _after(line: Any, values: Mapping[str, Any]) -> Any:
    """The line as it would be; nothing is stored."""
    after = copy.copy(line)
    for name, value in values.items():
        setattr(after, name, value)
    return after


def _cell(one: Book, line: Any, name: str) -> str:
    """A value as it was read; what is sealed stays closed."""
    return FILLED if name in one.sealed and getattr(line, name) else shown(one, line, name)


def take_in(
    sent: SheetImport, *, by: AbstractBaseUser, ticked: Mapping[int, int] | None = None
) -> int:
    """Enter every new line of a sheet that was looked at and make the corrections ticked.

    ``ticked``: line → version that was shown. The number of lines entered. Refused: nothing is
    done; NothingChosen where there would be nothing to do.
    """
    ticked = ticked or {}
    one, body = book(sent.book), sent.body
    with transaction.atomic():
        kept = SheetImport.objects.select_for_update(no_key=True).get(pk=sent.pk)
        if kept.state != SheetImport.State.LOOKED_AT or kept.sealed is None:
            raise Refused("这个表格已经导入或者放弃，不用再办。")
        if kept.sent_by_id != by.pk:
            raise PermissionDenied("这个表格是另一位同事上传的，请由上传的人确认导入。")
        try:
            data = unseal(bytes(kept.sealed))
        except KeyMissing as no:
            raise Refused("上传以后系统换过加密密钥，请重新上传这个表格。") from no
        found = _look(one, body, data, by)
        chosen = [one for one in found.changes if ticked.get(one.line.pk) == one.line.version]
        if found.wrong or len(found.values) != kept.rows or len(chosen) != len(ticked):
            raise Refused(_CHANGED)
        if not found.values and not chosen:
            raise NothingChosen("还没有勾选要更正的行。请勾选以后再确认；都不更正的，请点“放弃”。")
        lines = _lines(one, kept, found, by)
        try:
            with transaction.atomic():
                one.model._default_manager.bulk_create(lines, batch_size=_BATCH)
        except IntegrityError as error:
            raise Refused(
                "有的行和已有的登记重复，整张表都没有导入。请重新上传，看提示。"
            ) from error
        for number, line, values in chosen:
            try:
                change(one, line.pk, values, by=by, seen=line.version)
            except Refused as no:
                raise Refused(f"第 {number} 行没有更正，整张表都没有导入：{no}") from no
        kept.state, kept.sealed, kept.looked = SheetImport.State.TAKEN_IN, None, None
        kept.rows, kept.taken_in_at = len(lines) + len(chosen), timezone.now()
        kept.save()
        audit.record(
            f"导入{one.title}",
            kept,
            by=by,
            scope=body.slug,
            new={"登记": len(lines), "更正": len(chosen), "文件校验值": kept.sha256},
        )
    return len(lines)


def give_up(sent: SheetImport, *, by: AbstractBaseUser) -> None:
    """Forget a sheet that was not taken in."""
    with transaction.atomic():
        kept = SheetImport.objects.select_for_update(no_key=True).get(pk=sent.pk)
        if kept.state == SheetImport.State.LOOKED_AT and kept.sent_by_id == by.pk:
            kept.state, kept.sealed, kept.looked = SheetImport.State.GIVEN_UP, None, None
            kept.save()


def _look(one: Book, body: Body, data: bytes, by: AbstractBaseUser) -> sheets.Look:
    """The sheet's lines: new ones, corrections of known ones, and how many are known already."""
    sections = None if may_keep(by, body, None) else sections_of(by).filter(body=body)
    own = None if sections is None else {section.pk for section in sections}
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
        elif own is not None and line.section_id not in own:
            found.refuse(number, ("整行", _NOT_YOURS))
        elif changed := _differing(one, line, found, values):
            _correct(one, found, sheets.Change(number, line, changed))
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


def _differing(one: Book, line: Any, found: sheets.Look, values: dict[str, Any]) -> dict[str, Any]:
    """The values in which the sheet says something else than the register."""
    changed = {}
    for name in found.columns:
        was = getattr(line, one.model._meta.get_field(name).attname)
        now = getattr(values[name], "pk", values[name])
        if is_number(name):
            was, now = same_number(was), same_number(now)
        if was != now and not (name in one.sealed and was and now == FILLED):
            changed[name] = values[name]
    return changed


def _correct(one: Book, found: sheets.Look, asked: sheets.Change) -> None:
    """A correction, if the line would make sense with it; else a bad line."""
    if len(found.changes) == MOST_CHANGED:
        raise Refused(_TOO_MANY)
    after = _after(asked.line, asked.values)
    try:
        require_sense(one, {name: getattr(after, name) for name in one.sheet_fields})
    except Refused as no:
        found.refuse(asked.number, ("整行", str(no)))
    else:
        found.changes.append(asked)


def _lines(one: Book, sent: SheetImport, found: sheets.Look, by: AbstractBaseUser) -> list[Any]:
    calendar = calendar_for(sent.body)
    lines = []
    for values in found.values:
        line = one.model(body=sent.body, entered_by=by, sheet=sent, **values)
        set_due(one, line, calendar)
        lines.append(line)
    return lines
