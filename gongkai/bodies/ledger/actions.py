"""Every deed on a line of a register: atomic, audited, refused in one sentence.

A line is entered by one person and let out to the public by another; whoever changes a public
line takes it off the page until it is let out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from gongkai.base import audit
from gongkai.base.refusal import Overtaken, Refused
from gongkai.base.rotation import sealed_fields
from gongkai.bodies.holidays import calendar_for
from gongkai.bodies.ledger.book import Book, shown
from gongkai.bodies.ledger.models import Entry, PublishedEntry
from gongkai.bodies.ledger.queries import may_keep
from gongkai.bodies.models import Body
from gongkai.bodies.queries import require_role
from gongkai.law.calendar import WorkCalendar
from gongkai.law.parameters import NoRuleInForce, statute

Person = AbstractBaseUser | None


def enter(book: Book, body: Body, values: Mapping[str, Any], *, by: Person) -> Any:
    """A new line from its field values.

    PermissionDenied for whoever does not keep this body's (section's) lines; Refused when the
    values do not fit together or the same line is there already.
    """
    line = book.model(body=body, entered_by=by, **values)
    _require_keeper(line, by)
    require_sense(book, values)
    with transaction.atomic():
        require_new(book, line)
        set_due(book, line, calendar_for(body))
        _save(book, line)
        audit.record(
            f"登记{book.title}", line, by=by, scope=body.slug, new=_told(book, line, values)
        )
    return line


def change(
    book: Book, pk: int, values: Mapping[str, Any], *, by: Person, seen: int | None = None
) -> Any:
    """Other values for a line; a public one leaves the page until it is let out again."""
    with _held(book, pk, seen) as line:
        _require_keeper(line, by)
        old = {name: getattr(line, name) for name in values}
        changed = [name for name in values if old[name] != values[name]]
        if not changed:
            return line
        before = _told(book, line, changed)
        for name in changed:
            setattr(line, name, values[name])
        _require_keeper(line, by)  # nor may a 承办人 hand his line to another section
        require_sense(book, {name: getattr(line, name) for name in book.sheet_fields})
        require_new(book, line)
        set_due(book, line, calendar_for(line.body))
        # Who changed it last may not be the one who lets it out.
        line.entered_by = by
        if isinstance(line, PublishedEntry):
            _off_the_page(book, line)
        _save(book, line)
        audit.record(
            f"修改{book.title}",
            line,
            by=by,
            scope=line.body.slug,
            old=before,
            new=_told(book, line, changed),
        )
    return line


def strike(book: Book, pk: int, reason: str, *, by: Person, seen: int | None = None) -> Any:
    """Strike a line off: it stays, counts no more and is on no public page."""
    reason = reason.strip()
    if not reason:
        raise Refused("请写明为什么划销，例如“重复登记”。")
    with _held(book, pk, seen) as line:
        _require_keeper(line, by)
        line.struck_at, line.struck_reason = timezone.now(), reason[:200]
        if isinstance(line, PublishedEntry):
            line.published_at = line.published_by = None
        _save(book, line)
        audit.record(
            f"划销{book.title}", line, by=by, scope=line.body.slug, new={"理由": reason[:200]}
        )
    return line


def publish(book: Book, body: Body, pks: Iterable[int], *, by: Person) -> int:
    """Let lines out to the public, all or none; the number of those that were let out.

    Refused where one of them was entered or last changed by the same person, is struck off, was
    withdrawn, or may not be public.
    """
    if book.publication is None:
        raise Refused(f"“{book.title}”只在内部使用，不公开。")
    require_role(by, body, *book.publication.by)
    wanted = set(pks)
    with transaction.atomic():
        rows = book.model._default_manager.select_for_update(of=("self",))
        lines = list(rows.filter(body=body, pk__in=wanted, struck_at=None).order_by("pk"))
        if len(lines) != len(wanted):
            raise Refused("有的登记已经划销或者不在这本台账里，请刷新页面后重新选择。")
        now = timezone.now()
        for line in lines:
            _require_publishable(book, line, by)
            line.published_at, line.published_by = now, by
            line.withdrawn_at, line.withdrawn_reason = None, ""
            line.version += 1
        book.model._default_manager.bulk_update(
            lines,
            ["published_at", "published_by", "withdrawn_at", "withdrawn_reason", "version"],
            batch_size=200,
        )
        for line in lines:
            audit.record(f"公开{book.title}", line, by=by, scope=body.slug)
    return len(lines)


def withdraw(book: Book, pk: int, reason: str, *, by: Person, seen: int | None = None) -> Any:
    """Take a line off the public page, with the reason."""
    reason = reason.strip()
    if book.publication is None or not reason:
        raise Refused("请写明为什么撤回，例如“决定被复议机关撤销”。")
    with _held(book, pk, seen) as line:
        require_role(by, line.body, *book.publication.by)
        if line.published_at is None:
            raise Refused("这条登记没有公开，不用撤回。")
        line.published_at = line.published_by = None
        line.withdrawn_at, line.withdrawn_reason = timezone.now(), reason[:200]
        _save(book, line)
        audit.record(
            f"撤回{book.title}", line, by=by, scope=line.body.slug, new={"理由": reason[:200]}
        )
    return line


# --- what the deeds share, and the import uses too ----------------------------------------------


def require_sense(book: Book, values: Mapping[str, Any]) -> None:
    """Refused when values do not fit together (``Book.check``)."""
    if book.check and (wrong := book.check(dict(values))):
        raise Refused("；".join(wrong.values()))


def require_new(book: Book, line: Entry) -> None:
    """Refused when the body has the same line already (``Book.key``)."""
    if not book.key or any(getattr(line, name) in ("", None) for name in book.key):
        return
    same = {name: getattr(line, name) for name in book.key}
    rows = book.model._default_manager.filter(body=line.body, struck_at=None, **same)
    if rows.exclude(pk=line.pk).exists():
        said = "、".join(f"{book.label(name)}“{shown(book, line, name)}”" for name in book.key)
        raise Refused(f"{said}已经登记过，请核对；确实重复的不用再登记。")


def set_due(book: Book, line: Entry, calendar: WorkCalendar) -> None:
    """The last day to publish the line, by the rule in force on its day; null where none was.

    Then the days that the line reckons itself.
    """
    if book.publication is not None and isinstance(line, PublishedEntry):
        days = publication_days(book, line.happened_on)
        line.due_on = calendar.add(line.happened_on, days) if days is not None else None
    line.reckon(calendar)


def publication_days(book: Book, on: date) -> int | None:
    """Working days to publish what came to be on a day; before its own rule the general one."""
    assert book.publication is not None
    for key in (book.publication.rule, "publication.days"):
        try:
            return int(statute().rule(key, on=on).value)
        except NoRuleInForce:
            continue
    return None


@contextmanager
def _held(book: Book, pk: int, seen: int | None) -> Iterator[Any]:
    """The line, locked, as the person saw it; its version rises with what is done."""
    with transaction.atomic():
        rows = book.model._default_manager.select_for_update(of=("self",)).select_related("body")
        line = rows.get(pk=pk)
        if seen is not None and seen != line.version:
            raise Overtaken("这条登记刚刚被别人改过。请看过新的内容再办。")
        if line.struck_at is not None:
            raise Refused("这条登记已经划销，不能再改。需要的话请重新登记一条。")
        line.version += 1
        yield line


def _save(book: Book, line: Entry) -> None:
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError as error:
        raise Refused("同样的登记刚刚被别人录入，请刷新页面核对。") from error


def _off_the_page(book: Book, line: PublishedEntry) -> None:
    """After a change: not public until let out again; withdrawn when it may not be public now."""
    was_public = line.published_at is not None
    line.published_at = line.published_by = None
    if was_public and not _fits(book, line):
        line.withdrawn_at, line.withdrawn_reason = timezone.now(), "登记更改后不再符合公开的条件"


def _fits(book: Book, line: Entry) -> bool:
    only = book.publication.only if book.publication else {}
    return all(getattr(line, name) == value for name, value in only.items())


def _require_publishable(book: Book, line: PublishedEntry, by: Person) -> None:
    if line.published_at is not None:
        raise Refused(f"“{line}”已经公开，请刷新页面。")
    if by is not None and line.entered_by_id == by.pk:
        raise Refused(f"“{line}”是您登记或者最后修改的，请由另一位同事核对后公开。")
    if not _fits(book, line):
        raise Refused(f"“{line}”不属于应当公开的情形，没有公开。")


def _require_keeper(line: Entry, by: Person) -> None:
    if by is not None and not may_keep(by, line.body, line.section_id):
        raise PermissionDenied(f"您没有登记“{line.body.name}”这本台账的权限，请联系管理员。")


def _told(book: Book, line: Entry, names: Iterable[str]) -> dict[str, Any]:
    """Values under their labels for the trail; what the public sees masked is masked there too,
    and of what is sealed only whether it is there.
    """
    masks: dict[str, Any] = dict(book.publication.masks) if book.publication else {}
    for column in sealed_fields(type(line)):
        masks[column.name] = lambda line, name=column.name: "已填写" if getattr(line, name) else ""
    return {
        book.label(name): masks[name](line) if name in masks else shown(book, line, name)
        for name in names
    }
