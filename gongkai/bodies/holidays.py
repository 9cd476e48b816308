"""放假安排: reading what was pasted, what it changes, and the deeds on the entries.

An entry is never changed in place: a correction is a new entry in its stead, and the trail keeps
both. The built-in calendar stays; entries lie on top of it, later ones above earlier ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.dispatch import Signal

from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.bodies.calendars import as_notice, calendar_for, calendar_without, forget
from gongkai.bodies.models import Body, HolidayNotice, Role
from gongkai.bodies.queries import Someone, bodies_for, may_manage
from gongkai.law.calendar import FIRST_YEAR, LAST_YEAR, Notice, WorkCalendar

#: The working days of a body (``body`` None: of all) are others than before. Sent after the
#: change is saved, with ``body``, ``by`` and ``cause``; a receiver may answer with a sentence.
calendar_changed = Signal()

_DAY = r"(?:(?P<y{0}>\d{{4}})[-.年])?(?P<m{0}>\d{{1,2}})[-.月](?P<d{0}>\d{{1,2}})日?"
_TO = r"(?:/|至|到|-|—+|–|~|～)"
_PIECE = re.compile(f"{_DAY.format(1)}(?:{_TO}(?:{_DAY.format(2)}|(?P<only>\\d{{1,2}})日))?")
#: What may stand between days: separators, notes in brackets, and words of the notices.
_BETWEEN = re.compile(r"[\s,，、;；。]|放假(?:调休)?|上班|共\d+天|[（(][^（）()]*[）)]")


def read_days(text: str, year: int | None) -> list[str]:
    """The days of a pasted text as ISO days and ranges "起/止", in order.

    ``2027-02-05``, ``2027-02-05/2027-02-11``, ``2月5日至11日``, ``2027年2月5日（周五）至2月11日``.
    ``year``: that of days which do not name one. ValueError with a Chinese sentence.
    """
    text = re.sub(r"[（(][^（）()]*[）)]", "", text)
    spans, at = [], 0
    for found in _PIECE.finditer(text):
        _only_separators(text[at : found.start()])
        spans.append(_span(found, year))
        at = found.end()
    _only_separators(text[at:])
    return [
        a.isoformat() if a == b else f"{a.isoformat()}/{b.isoformat()}" for a, b in sorted(spans)
    ]


def _only_separators(text: str) -> None:
    if rest := _BETWEEN.sub("", text):
        raise ValueError(
            f"看不懂“{rest[:20]}”，请一行写一个日期，如 2027-02-05 或者 2月5日至11日。"
        )


def _span(found: re.Match[str], year: int | None) -> tuple[date, date]:
    part = found.groupdict()
    said = found.group()
    first_year = int(part["y1"]) if part["y1"] else year
    if first_year is None:
        raise ValueError(f"“{said}”没有写年份，请写成 2027年2月5日，或者先填写年度。")
    start = _day(first_year, part["m1"], part["d1"], said)
    if part["only"]:
        end = _day(start.year, part["m1"], part["only"], said)
    elif part["m2"]:
        end = _day(int(part["y2"] or start.year), part["m2"], part["d2"], said)
        if end < start and not part["y2"]:  # 12月30日至1月1日
            end = _day(start.year + 1, part["m2"], part["d2"], said)
    else:
        end = start
    if end < start:
        raise ValueError(f"“{said}”的结束早于开始，请改正。")
    if end - start > timedelta(days=_LONGEST):
        raise ValueError(f"“{said}”太长，请核对年份和月份。")
    return start, end


#: No arrangement of days off reaches further than so many days; a slip of the pen does.
_LONGEST = 45


def _day(year: int, month: str, day: str, said: str) -> date:
    try:
        found = date(year, int(month), int(day))
    except ValueError:
        raise ValueError(f"“{said}”不是日历上的日期，请改正。") from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"“{said}”不在 {FIRST_YEAR} 年至 {LAST_YEAR} 年之间，请改正。")
    return found


def as_law(entry: HolidayNotice) -> Notice:
    """The entry as the calendar reads it, looked over. ValueError with a Chinese sentence."""
    notice = as_notice(entry)
    if not notice.off and not notice.work:
        raise ValueError("还没有填写日期，请填写放假或者上班的日期。")
    if notice.year is not None:
        if not notice.off:
            raise ValueError("全年安排至少要有放假的日期；只调整个别日期的，年度请留空。")
        strange = [d for d in notice.off | notice.work if not _belongs(d, notice.year)]
        if strange:
            raise ValueError(
                f"{min(strange)} 不属于 {notice.year} 年的安排，请核对年度；"
                "只调整个别日期的，年度请留空。"
            )
    return notice


def _belongs(day: date, year: int) -> bool:
    """元旦 may take the last days of December with it."""
    return day.year == year or (day.year == year - 1 and day.month == 12)


@dataclass(frozen=True, slots=True)
class Change:
    """A day that is worked now and was not, or the other way round."""

    day: date
    works: bool

    @property
    def words(self) -> str:
        return "由放假改为上班" if self.works else "由上班改为放假"


def changes(before: WorkCalendar, after: WorkCalendar) -> list[Change]:
    """The days on which two calendars differ."""
    return [
        Change(day, after.is_working(day))
        for day in _all_days()
        if before.is_working(day) != after.is_working(day)
    ]


def _all_days() -> Iterator[date]:
    day, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    while day <= last:
        yield day
        day += timedelta(days=1)


def preview(entry: HolidayNotice, *, instead_of: HolidayNotice | None = None) -> list[Change]:
    """The working days that change when the entry is saved. ValueError when it cannot be read."""
    before = calendar_for(entry.body)
    after = calendar_without(instead_of, entry.body).with_notices([as_law(entry)])
    return changes(before, after)


def preview_removal(entry: HolidayNotice) -> list[Change]:
    """The working days that change when the entry is taken away."""
    return changes(calendar_for(entry.body), calendar_without(entry, entry.body))


# --- who, and the deeds ----------------------------------------------------------------------


def entries_for(user: Someone) -> QuerySet[HolidayNotice]:
    """The entries that a person sees: those of the whole country, and of his own bodies."""
    found = HolidayNotice.objects.select_related("body").order_by("-year", "-id")
    if may_manage(user):
        return found
    return found.filter(Q(body=None) | Q(body__in=bodies_for(user, Role.HEAD)))


def may_change(user: Someone, body: Body | None) -> bool:
    """Administrators everything; a head the days of his own body."""
    if may_manage(user):
        return True
    return body is not None and bodies_for(user, Role.HEAD).filter(pk=body.pk).exists()


def _require(by: AbstractBaseUser | None, body: Body | None) -> None:
    if by is not None and not may_change(by, body):
        raise PermissionDenied("您没有修改放假安排的权限，请联系管理员。")


def save_notice(
    entry: HolidayNotice, *, by: AbstractBaseUser | None, instead_of: HolidayNotice | None = None
) -> list[str]:
    """Store a new entry; ``instead_of``: the one that it corrects, which goes.

    What the rooms that reckon with the calendar say to it, in sentences. Refused when the days
    cannot be read or contradict each other.
    """
    _require(by, entry.body)
    try:
        as_law(entry)
    except ValueError as wrong:
        raise Refused(str(wrong)) from None
    with transaction.atomic():
        former = None
        if instead_of is not None:
            _require(by, instead_of.body)
            former = _locked(instead_of)
            former.delete()
        entry.pk = None
        entry.save(force_insert=True)
        audit.record(
            "更正放假安排" if former else "录入放假安排",
            entry,
            by=by,
            scope=entry.body.slug if entry.body else "",
            old=_facts(former) if former else None,
            new=_facts(entry),
        )
    bodies = {entry.body, former.body if former else entry.body}
    return _announce(None if None in bodies else entry.body, by, entry.source)


def remove_notice(entry: HolidayNotice, *, by: AbstractBaseUser | None) -> list[str]:
    """Take an entry away; the days are again those of the built-in calendar."""
    _require(by, entry.body)
    with transaction.atomic():
        entry = _locked(entry)
        body = entry.body
        audit.record(
            "删除放假安排", entry, by=by, scope=body.slug if body else "", old=_facts(entry)
        )
        source = entry.source
        entry.delete()
    return _announce(body, by, f"删除：{source}")


def _locked(entry: HolidayNotice) -> HolidayNotice:
    found = HolidayNotice.objects.select_for_update(no_key=True).filter(pk=entry.pk).first()
    if found is None:
        raise Refused("这条放假安排刚刚被他人更正或者删除，请返回列表查看。")
    return found


def _facts(entry: HolidayNotice) -> dict[str, object]:
    return {
        "机关": entry.body.name if entry.body else "全国",
        "年度": entry.year,
        "来源": entry.source,
        "放假": "、".join(entry.days_off),
        "上班": "、".join(entry.working_days),
    }


def _announce(body: Body | None, by: AbstractBaseUser | None, cause: str) -> list[str]:
    forget()
    answers = calendar_changed.send(HolidayNotice, body=body, by=by, cause=cause)
    return [str(said) for _, said in answers if said]
