"""The events of an application, typed, and how they are read from JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from gongkai.law.calendar import FIRST_YEAR, LAST_YEAR
from gongkai.law.taxonomy import applicant_kind, channels, decisions


class EventError(ValueError):
    """Input that is no event: one Chinese sentence that says what to put right."""


class EventType(StrEnum):
    """Everything that can happen to an application, and two free-standing duties."""

    APPLICATION_SUBMITTED = "application_submitted"
    APPLICATION_POSTED = "application_posted"
    SIGNED_FOR = "signed_for"
    ORDINARY_MAIL_ARRIVED = "ordinary_mail_arrived"
    RECEIPT_CONFIRMED_BY_BOTH = "receipt_confirmed_by_both"
    CONTACT_ATTEMPT_FAILED = "contact_attempt_failed"
    CONTACT_RESTORED = "contact_restored"
    CORRECTION_NOTICE_SERVED = "correction_notice_served"
    CORRECTED_APPLICATION_RECEIVED = "corrected_application_received"
    EXTENSION_DECIDED = "extension_decided"
    CONSULTATION_SENT = "consultation_sent"
    CONSULTATION_DELIVERED = "consultation_delivered"
    CONSULTATION_REPLY = "consultation_reply"
    REASONS_REQUESTED = "reasons_requested"
    DELAYED_PERIOD_SET = "delayed_period_set"
    FEE_NOTICE_SERVED = "fee_notice_served"
    FEE_PAID = "fee_paid"
    APPLICATION_WITHDRAWN = "application_withdrawn"
    REPLY_ISSUED = "reply_issued"
    REPLY_POSTED = "reply_posted"
    REPLY_SIGNED_FOR = "reply_signed_for"
    REPLY_SENT_ONLINE = "reply_sent_online"
    REANSWER_ORDERED = "reanswer_ordered"
    INFORMATION_FORMED = "information_formed"
    ANNUAL_REPORT_DEADLINE = "annual_report_deadline"


#: who is consulted ← how its name may begin in JSON
PARTIES: Mapping[str, tuple[str, ...]] = {
    "third_party": ("third", "第三方"),
    "joint_maker": ("joint", "co_", "co-", "共同制作"),
    "other_agency": ("other", "another", "agency", "assist", "coop", "协办", "其他"),
}
MODES = ("per_piece", "per_page")
BODIES = ("department", "government")


@dataclass(frozen=True, slots=True)
class Event:
    """One event. Fields that do not belong to its type stay None.

    ``days``: working days of a correction period or an extension; ``until``: the last day of a
    delayed period (Art 35) or of the new reply that was ordered; ``amount``: yuan; ``ordinal``:
    which piece of the applicant's month this is; ``pages``: pages charged; ``year``: report year.
    ``case`` marks alternatives that share the other events; ``expect`` what a test expects, never
    used by the clock.
    """

    on: date
    type: EventType
    channel: str | None = None
    days: int | None = None
    until: date | None = None
    id: str | None = None
    party: str | None = None
    position: str | None = None
    mode: str | None = None
    amount: int | None = None
    ordinal: int | None = None
    pages: int | None = None
    decision: str | None = None
    applicant: str | None = None
    carrier: str | None = None
    body: str | None = None
    year: int | None = None
    good_reason: bool = False
    case: str | None = None
    expect: str | None = None


#: our field ← the names it can have in JSON
_ALIASES: Mapping[str, tuple[str, ...]] = {
    "on": ("date",),
    "days": ("days", "correction_days_wd", "days_wd"),
    "ordinal": ("ordinal", "ordinal_in_natural_month", "pieces_in_month"),
    "applicant": ("applicant_class", "applicant"),
    "body": ("body", "level", "kind", "unit"),
    "year": ("report_year", "year"),
}
#: least and greatest number of a field
_NUMBERS = {
    "days": (1, 10_000),
    "amount": (0, 10**9),
    "ordinal": (1, 10**6),
    "pages": (0, 10**6),
    "year": (FIRST_YEAR, LAST_YEAR),
}
_NAMES = {
    "days": "天数",
    "amount": "金额",
    "ordinal": "当月第几件",
    "pages": "页数",
    "year": "报告年度",
    "channel": "渠道",
    "mode": "计费方式",
    "decision": "答复决定",
}
_TEXTS = ("channel", "id", "party", "position", "mode", "decision", "carrier", "case", "expect")


_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def parse_day(raw: Any, where: str) -> date:
    """A day written 2024-03-31, between 2008 and 2030; EventError otherwise."""
    day = None
    if isinstance(raw, str) and _ISO_DAY.fullmatch(raw):
        with suppress(ValueError):
            day = date.fromisoformat(raw)
    if day is None:
        raise EventError(f"{where}的日期“{_short(raw)}”看不懂，请写成 2024-03-31 这样的日期。")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise EventError(
            f"{where}的日期 {raw} 不在工作日历范围内，请用 {FIRST_YEAR} 年至 {LAST_YEAR} 年的日期。"
        )
    return day


def _number(raw: Any, name: str, span: tuple[int, int], where: str) -> int:
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or not span[0] <= raw <= span[1]:
        raise EventError(
            f"{where}的{_NAMES[name]}“{_short(raw)}”不对，"
            f"请填写 {span[0]} 至 {span[1]} 的整数（不加引号）。"
        )
    return raw


def _short(raw: Any) -> str:
    """What the user wrote, on one line and not longer than can be read."""
    text = " ".join(str(raw).split())
    return text if len(text) <= 40 else text[:40] + "…"


def _one_of(raw: str, name: str, allowed: Sequence[str], where: str) -> str:
    if raw not in allowed:
        raise EventError(
            f"{where}的{_NAMES[name]}“{_short(raw)}”不认识，请用 {'、'.join(allowed)} 之一。"
        )
    return raw


def parse_event(raw: Any, number: int = 1) -> Event:
    """Read one event of ``examples/deadlines.json``; ``number`` is its place, for the message.

    Raises EventError with one Chinese sentence for a missing or unreadable field.
    """
    where = f"第 {number} 个事件"
    if not isinstance(raw, Mapping):
        raise EventError(f'{where}不是对象，请写成 {{"date": …, "type": …}}。')
    for needed in ("date", "type"):
        if raw.get(needed) is None:
            raise EventError(f"{where}缺少 {needed}，请补上。")
    if raw["type"] not in list(EventType):
        raise EventError(
            f"{where}的类型“{_short(raw['type'])}”不认识，请用 {'、'.join(EventType)} 之一。"
        )
    kind = EventType(raw["type"])
    values: dict[str, Any] = {"on": parse_day(raw["date"], where), "type": kind}
    for name, span in _NUMBERS.items():
        found = _pick(raw, name)
        if found is not None:
            values[name] = _number(found, name, span, where)
    for name in _TEXTS:
        found = _pick(raw, name)
        if found is not None:
            if isinstance(found, bool) or not isinstance(found, str | int):
                raise EventError(f"{where}的 {name} 应当是文字，请改正。")
            if text := str(found).strip():
                values[name] = text
    if raw.get("until") is not None:
        values["until"] = parse_day(raw["until"], f"{where}（until）")
    values["good_reason"] = raw.get("good_reason") is True
    _check_words(raw, values, kind, where)
    return Event(**values)


def _party(raw: str, where: str) -> str:
    for party, beginnings in PARTIES.items():
        if raw.startswith(beginnings):
            return party
    raise EventError(f"{where}的征求对象“{_short(raw)}”不认识，请用 {'、'.join(PARTIES)} 之一。")


def _pick(raw: Mapping[str, Any], name: str) -> Any:
    for key in _ALIASES.get(name, (name,)):
        if raw.get(key) is not None:
            return raw[key]
    return None


def _check_words(
    raw: Mapping[str, Any], values: dict[str, Any], kind: EventType, where: str
) -> None:
    """Fields with a fixed vocabulary, and fields that an event cannot do without."""
    if "channel" in values:
        _one_of(values["channel"], "channel", list(channels()), where)
    if "decision" in values:
        _one_of(values["decision"], "decision", list(decisions()), where)
    if "mode" in values and kind is EventType.FEE_NOTICE_SERVED:
        _one_of(values["mode"], "mode", MODES, where)
    if "party" in values:
        values["party"] = _party(values["party"], where)
    applicant = _pick(raw, "applicant")
    if applicant is not None:
        try:
            values["applicant"] = applicant_kind(_short(applicant))
        except ValueError as wrong:
            raise EventError(f"{where}：{wrong}") from None
    if kind is EventType.ANNUAL_REPORT_DEADLINE:
        body = _pick(raw, "body")
        values["body"] = next((b for b in BODIES if b in str(body)), None)
    if kind is EventType.EXTENSION_DECIDED and "days" not in values:
        raise EventError(f"{where}（延期）缺少 days，请写明延长几个工作日。")
    if kind is EventType.DELAYED_PERIOD_SET and "until" not in values:
        raise EventError(f"{where}（延迟答复）缺少 until，请写明延迟到哪一天。")
    if kind is EventType.REANSWER_ORDERED and "until" not in values:
        raise EventError(f"{where}（责令重新答复）缺少 until，请写明决定或者判决确定的最后一天。")
    if kind is EventType.APPLICATION_SUBMITTED and "channel" not in values:
        raise EventError(f"{where}（提交申请）缺少 channel，请写明申请渠道。")


def parse_events(raw: Any) -> list[Event]:
    """Read the events of a scenario: a list, or an object with ``events``. EventError."""
    if isinstance(raw, Mapping):
        if "events" not in raw:
            raise EventError('输入中没有 events，请写成 {"id": …, "events": […]}。')
        raw = raw["events"]
    if not isinstance(raw, list):
        raise EventError('events 应当是列表，请写成 [{"date": …, "type": …}, …]。')
    if not raw:
        raise EventError("events 是空的，请至少写一个事件。")
    return [parse_event(item, n) for n, item in enumerate(raw, 1)]
