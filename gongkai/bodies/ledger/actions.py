"""Every deed on a line of a register: atomic, audited, refused in one sentence.

A line is entered by one person and let out to the public by another; whoever changes a public
line takes it off the page until it is let out again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from gongkai.base import audit
from gongkai.base.grams import same_number
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Overtaken, Refused
from gongkai.base.rotation import sealed_fields
from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.ledger.book import Book, is_number, same, shown
from gongkai.bodies.ledger.models import Entry, PublishedEntry
from gongkai.bodies.ledger.queries import may_keep
from gongkai.bodies.models import Body, Role
from gongkai.bodies.queries import holds, require_role
from gongkai.documents.personal import personal_data
from gongkai.law.calendar import CalendarRangeError, WorkCalendar
from gongkai.law.parameters import NoRuleInForce, statute

Person = AbstractBaseUser | None
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_DIGITS = re.compile(r"[0-9]+")


def enter(
    book: Book,
    body: Body,
    values: Mapping[str, Any],
    *,
    by: Person,
    also: tuple[Role, ...] = (),
) -> Any:
    """A new line from its field values; ``also``: who, besides the keepers, writes it by a deed of
    another room.

    PermissionDenied for whoever does not keep this body's (section's) lines; Refused when the
    values do not fit together or the same line is there already.
    """
    line = book.model(body=body, entered_by=by, **values)
    _require_keeper(line, by, also)
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
    book: Book,
    pk: int,
    values: Mapping[str, Any],
    *,
    by: Person,
    seen: int | None = None,
    also: tuple[Role, ...] = (),
) -> Any:
    """Other values for a line; a public one leaves the page until it is let out again."""
    with _held(book, pk, seen) as line:
        _require_keeper(line, by, also)
        old = {name: getattr(line, name) for name in values}
        changed = [name for name in values if old[name] != values[name]]
        if not changed:
            return line
        before = _told(book, line, changed)
        for name in changed:
            setattr(line, name, values[name])
        _require_keeper(line, by, also)  # nor may a 承办人 hand his line to another section
        require_sense(book, {name: getattr(line, name) for name in book.sheet_fields})
        if {*book.key, "ended_on"} & set(changed):
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


def publish(
    book: Book,
    body: Body,
    pks: Iterable[int],
    *,
    by: Person,
    seen: Mapping[int, int] | None = None,
) -> int:
    """Let lines out to the public, all or none; the number of those that were let out.

    ``seen``: line → version that the person read; Overtaken where one was changed since. Refused
    where one of them was entered or last changed by the same person, is struck off, was
    withdrawn, holds what looks like personal data, or may not be public.
    """
    if book.publication is None:
        raise Refused(f"“{book.title}”只在内部使用，不公开。")
    require_role(by, body, *book.publication.by)
    wanted = set(pks)
    with transaction.atomic():
        rows = book.model._default_manager.select_for_update(of=("self",), no_key=True)
        lines = list(rows.filter(body=body, pk__in=wanted, struck_at=None).order_by("pk"))
        if len(lines) != len(wanted):
            raise Refused("有的登记已经划销或者不在这本台账里，没有公开。请重新选择。")
        now = timezone.now()
        for line in lines:
            if seen is not None and seen.get(line.pk) != line.version:
                raise Overtaken(f"“{line}”刚刚被别人改过，没有公开。请看过新的内容再办。")
            _require_publishable(book, line, by)
            line.published_at, line.published_by = now, by
            line.version += 1
        book.model._default_manager.bulk_update(
            lines,
            ["published_at", "published_by", "version"],
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
    """Refused when values do not fit together (``Book.check``) or point to what is not theirs."""
    for name, point in book.points.items():
        if (pointed := values.get(name)) is not None and not point.fits(pointed):
            raise Refused(point.refusal(pointed))
    if book.check and (wrong := book.check(dict(values))):
        raise Refused("；".join(wrong.values()))


def in_force(book: Book) -> QuerySet[Any]:
    """The lines that a new one may not repeat: what has ended may begin again."""
    rows = book.model._default_manager.filter(struck_at=None)
    return rows.filter(ended_on=None) if book.stands else rows


def require_new(book: Book, line: Entry) -> None:
    """Refused when the body has the same line already (``Book.key``)."""
    if not book.key or any(getattr(line, name) in ("", None) for name in book.key):
        return
    if getattr(line, "ended_on", None):
        return
    values = {name: getattr(line, name) for name in book.key}
    rows = in_force(book).filter(body=line.body).exclude(pk=line.pk)
    for name, value in values.items():
        # The database cannot tell that [2026]80号 is 〔2026〕80号: it looks for the last digits.
        digits = _DIGITS.findall(same_number(value)) if is_number(name) else []
        wanted = models.Q(**{name: value})
        for text in (digits[-1], digits[-1].translate(_WIDE)) if digits else ():
            wanted |= models.Q(**{f"{name}__contains": text})
        rows = rows.filter(wanted)
    mine = same(book, values)
    if any(same(book, known) == mine for known in rows.values(*book.key)):
        said = "、".join(f"{book.label(name)}“{shown(book, line, name)}”" for name in book.key)
        raise Refused(f"{said}已经登记过，请核对；确实重复的不用再登记。")


def set_due(book: Book, line: Entry, calendar: WorkCalendar) -> None:
    """The last day to publish the line, then the days that the line reckons itself.

    Refused: a day so far off that no calendar reaches it.
    """
    try:
        if book.publication is not None and isinstance(line, PublishedEntry):
            line.due_on = publication_due(book, line.happened_on, calendar)
        line.reckon(calendar)
    except CalendarRangeError as no:
        raise Refused(str(no)) from no


def publication_due(book: Book, on: date, calendar: WorkCalendar) -> date | None:
    """Last day to publish what came to be on a day, by the rule in force then.

    Before the book's own rule the general one; null where none was in force.
    """
    assert book.publication is not None
    for key in (book.publication.rule, "publication.days"):
        try:
            rule = statute().rule(key, on=on)
        except NoRuleInForce:
            continue
        if rule.unit == "日":
            return on + timedelta(days=int(rule.value))
        return calendar.add(on, int(rule.value))
    return None


@contextmanager
def _held(book: Book, pk: int, seen: int | None) -> Iterator[Any]:
    """The line, locked, as the person saw it; its version rises with what is done."""
    with transaction.atomic():
        rows = book.model._default_manager.select_for_update(
            of=("self",), no_key=True
        ).select_related("body")
        line = rows.get(pk=pk)
        if seen is not None and seen != line.version:
            raise Overtaken("这条登记刚刚被别人改过，没有保存。请看过新的内容再办。")
        if line.struck_at is not None:
            raise Refused("这条登记已经划销，不能再改。需要的话请重新登记一条。")
        line.version += 1
        yield line


def _save(book: Book, line: Entry) -> None:
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError as error:
        if "unique" in str(error).lower():
            raise Refused("同样的登记刚刚被别人录入，没有重复保存。请在台账里核对。") from error
        raise Refused("有一项填写得不合要求，没有保存。请核对数量和先后日期。") from error


def _off_the_page(book: Book, line: PublishedEntry) -> None:
    """After a change: not public until let out again; withdrawn when it may not be public now.

    What was withdrawn and is mended waits to be let out like any other line.
    """
    was_public = line.published_at is not None
    line.published_at = line.published_by = None
    if book.may_be_public(line):
        line.withdrawn_at, line.withdrawn_reason = None, ""
    elif was_public or (line.withdrawn_at is None and _owes_words(book, line)):
        line.withdrawn_at, line.withdrawn_reason = timezone.now(), "登记更改后不再符合公开的条件"


def _owes_words(book: Book, line: PublishedEntry) -> bool:
    """Whether the public saw the line once, before it was mended, and is to be told why it went."""
    assert book.publication is not None
    if not book.publication.annulled or getattr(line, book.publication.annulled) is None:
        return False
    trail = AuditEntry.objects.filter(object_type=line._meta.label_lower, object_id=str(line.pk))
    return trail.filter(action=f"公开{book.title}").exists()


def _require_publishable(book: Book, line: PublishedEntry, by: Person) -> None:
    if line.published_at is not None:
        raise Refused(f"“{line}”已经公开，不用再办。")
    if by is not None and line.entered_by_id == by.pk:
        raise Refused(f"“{line}”是您登记或者最后修改的，请由另一位同事核对后公开。")
    if book.is_ahead(line, timezone.localdate()):
        raise Refused(f"“{line}”登记的日期是 {line.happened_on}，还没有到，请到时核对以后再公开。")
    if not book.may_be_public(line):
        raise Refused(f"“{line}”不属于应当公开的情形，没有公开。")
    if line.withdrawn_at is not None:
        raise Refused(f"“{line}”已经撤回。需要再次公开的，请先由登记人修改。")
    if told := _personal(book, line):
        raise Refused(f"“{line}”的{told}，没有公开。请先由登记人改写。")


def _personal(book: Book, line: PublishedEntry) -> str:
    """What in the public words of a line looks like personal data, in words; "" for nothing.

    A name that is masked in its own column may not stand in another.
    """
    assert book.publication is not None
    masks = book.publication.masks
    hidden = [
        value
        for name, mask in masks.items()
        if (value := shown(book, line, name)) and mask(line) != value and len(value) > 1
    ]
    for name in book.publication.columns:
        field = line._meta.get_field(name)
        if name in masks or not isinstance(field, models.CharField | models.TextField):
            continue
        text = shown(book, line, name)
        if any(value in text for value in hidden):
            return f"“{book.label(name)}”里写着应当隐去的名称"
        if not field.choices and (found := personal_data(text)):
            return f"“{book.label(name)}”里像是有个人信息（{found[0].kind}）"
    return ""


def _require_keeper(line: Entry, by: Person, also: tuple[Role, ...] = ()) -> None:
    if by is None or may_keep(by, line.body, line.section_id):
        return
    if not holds(by, line.body, *also):
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
