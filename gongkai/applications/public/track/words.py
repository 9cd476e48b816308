"""How a case is told to its applicant: where it stands, what happened, how a day came about.

Only what is written for him is shown: an event's ``public_text``, or fixed words for the events
of the clock; never the office's own text, nor who in the office did it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gongkai.applications import clock
from gongkai.applications.actions.applicant import GOOD_REASON
from gongkai.applications.actions.core import APPLICANT
from gongkai.applications.models import Application, CaseEvent, Letter
from gongkai.applications.state import REPLIES, proof_waits
from gongkai.documents.blocks import chinese_date, chinese_dates
from gongkai.law.calendar import WorkCalendar
from gongkai.law.deadlines import EventType, Outcome, Step

State = Application.State
Way = Letter.Way
E = EventType

# --- where it stands ----------------------------------------------------------------------------

_WORKING = ("正在办理", "本机关正在查找、审核有关信息，将在期限内书面答复您。", "office")
#: state → what it is called, one sentence, and where on the way: sent, taken, office, done.
STANDS: dict[str, tuple[str, str, str]] = {
    State.AWAITING_CONFIRMATION: (
        "等待确认收到",
        "工作人员将与您联系，双方确认之日为收到申请之日，答复期限从第二天起计算。",
        "sent",
    ),
    State.RECEIVED: ("已经收到", "本机关已经收到申请，正在登记。", "taken"),
    State.AWAITING_CORRECTION: (
        "等待您补正",
        "申请内容还不够明确，请按补正告知书补正。收到补正后，答复期限从第二天起重新计算。",
        "office",
    ),
    State.CONSULTING: (
        "正在征求意见",
        "您申请的信息涉及其他方面，正在征求意见；所需时间不计入答复期限。",
        "office",
    ),
    State.AWAITING_PAYMENT: (
        "等待您缴费",
        "请按收费通知书缴纳信息处理费。缴清后，答复期限重新计算。",
        "office",
    ),
    State.DELIVERED: ("已经答复", "答复已经送出", "done"),
    State.CLOSED: ("已经办结", "答复已经送出", "done"),
    State.ARCHIVED: ("已经办结", "答复已经送出", "done"),
    State.ABANDONED: ("视为放弃申请", "期限内没有收到补正或者缴费，本机关不再处理。", "done"),
    State.WITHDRAWN: ("已经撤回", "您已经撤回申请，本机关不再办理。", "done"),
    State.SPLIT: ("已经拆分办理", "一件申请包含多项内容的，拆分为几件分别办理。", "done"),
    State.MERGED: ("已经合并办理", "与您的另一件申请合并办理，请查询那一件。", "done"),
    State.REANSWERING: ("正在重新答复", "本机关将按复议决定或者判决重新答复您。", "office"),
}
WAY = (("sent", "提交申请"), ("taken", "收到登记"), ("office", "办理"), ("done", "办结"))


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a case stands: its name, one sentence, and the way with what is behind and ahead."""

    name: str
    sentence: str
    way: tuple[tuple[str, str], ...]


def stand(case: Application, sent: Sequence[Letter] = ()) -> Stand:
    """Where the case stands, without the stages inside the office; ``sent``: what went out to
    the applicant."""
    name, sentence, at = STANDS.get(case.state, _WORKING)
    if case.state == State.AWAITING_PAYMENT and case.pk and proof_waits(case):
        sentence = "您提交的缴费凭证已经收到，工作人员核对到账后，答复期限重新计算。"
    if missing := _MISSED.get(case.decision) if case.state == State.ABANDONED else None:
        sentence = f"期限内没有收到{missing}，本机关不再处理。{GOOD_REASON}"
    if not sentence.endswith("。"):
        sentence += _how_told(sent)
    keys = [key for key, _ in WAY]
    place = keys.index(at)
    way = tuple(
        (label, "behind" if n < place or at == "done" else "here" if n == place else "ahead")
        for n, (_, label) in enumerate(WAY)
    )
    return Stand(name, sentence, way)


#: What was not done in time, by the decision that follows.
_MISSED = {"other_uncorrected": "您的补正", "other_unpaid": "您缴纳的费用"}
#: How the answer came, where it cannot be fetched from the page.
_BY_HAND = {
    Way.POST: "，已经邮寄给您；邮件号见下面的“文书和材料”。",
    Way.COUNTER: "，已经当面交给您。",
    Way.FAX: "，已经传真给您。",
    Way.THROUGH: "，由其他机关转交给您。",
}


def _how_told(sent: Sequence[Letter]) -> str:
    """Where the applicant has the answer: on this page only what was sent to it."""
    replies = [x for x in sent if x.code in REPLIES]
    if not replies:
        return "。"
    return _BY_HAND.get(Way(replies[-1].way), "，可以在本页下载。")


# --- what happened ------------------------------------------------------------------------------

#: Events of the clock whose author wrote nothing for the applicant.
_SAID: dict[str, str] = {
    E.APPLICATION_SUBMITTED: "提交申请",
    E.APPLICATION_POSTED: "寄出申请",
    E.SIGNED_FOR: "本机关签收申请",
    E.ORDINARY_MAIL_ARRIVED: "本机关收到平常信函",
    E.RECEIPT_CONFIRMED_BY_BOTH: "双方确认收到申请",
    E.CONTACT_ATTEMPT_FAILED: "本机关未能与您取得联系",
    E.CONTACT_RESTORED: "本机关与您取得联系，确认收到申请",
    E.CORRECTION_NOTICE_SERVED: "本机关告知您补正",
    E.CORRECTED_APPLICATION_RECEIVED: "本机关收到您补正的申请，答复期限重新起算",
    E.EXTENSION_DECIDED: "本机关延长答复期限",
    E.CONSULTATION_SENT: "本机关就您申请的信息征求意见",
    E.CONSULTATION_REPLY: "本机关收到征求意见的回复",
    E.REASONS_REQUESTED: "本机关请您说明理由",
    E.DELAYED_PERIOD_SET: "本机关确定延迟答复的期限",
    E.FEE_NOTICE_SERVED: "本机关通知缴纳信息处理费",
    E.FEE_PAID: "本机关确认收到费用",
    E.APPLICATION_WITHDRAWN: "撤回申请",
    E.REPLY_ISSUED: "本机关作出答复",
    E.REPLY_POSTED: "本机关寄出答复",
    E.REPLY_SIGNED_FOR: "您签收答复",
    E.REPLY_SENT_ONLINE: "本机关网上送达答复",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline; ``own``: done by the applicant."""

    on: date
    words: str
    own: bool


def timeline(case: Application) -> list[Line]:
    """What happened, the latest first; struck-out and internal entries are left out."""
    told = [(e, words_for(e)) for e in clock.in_force(case.events.all())]
    return [Line(e.on, words, e.by_name == APPLICANT) for e, words in told if words][::-1]


def words_for(event: CaseEvent) -> str:
    """What the applicant reads of one event; "" when it is none of his business."""
    if event.public_text:
        return event.public_text
    said = _SAID.get(event.law_type, "")
    days = event.data.get("days")
    if said and isinstance(days, int):
        said += f"（{days} 个工作日）"
    return said


# --- how a day came about -----------------------------------------------------------------------

_TITLES = {
    "received_date": "收到申请之日",
    "correction_notice_due": "本机关要求补正的，最迟告知日",
    "applicant_correction_due": "您补正的最后一天",
    "clock_start": "答复期限重新起算",
    "reply_due": "答复期限",
    "consultation_due": "被征求意见方答复的最后一天",
    "fee_payment_due": "您缴费的最后一天",
    "effective_date": "答复送达",
    "reconsideration_due": "申请行政复议的最后一天",
    "litigation_due": "提起行政诉讼的最后一天",
}
_PAUSE = "征求意见"


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One step of the calculation in plain words. ``now``: this is the day that counts."""

    title: str
    day: date | None
    how: str
    left_out: tuple[str, ...]
    counted_in: str
    article: str
    provisional: bool
    now: bool


def reckoning(found: Outcome, calendar: WorkCalendar) -> list[Reckoned]:
    """Every step of the clock: from which day, how many, what was not counted, by what article."""
    last = max((n for n, s in enumerate(found.steps) if s.key == "reply_due"), default=-1)
    return [
        Reckoned(
            title=_TITLES.get(step.key, step.title),
            day=step.day,
            how=_how(step),
            left_out=tuple(_left_out(step, calendar)),
            counted_in="、".join(f"{d.month}月{d.day}日" for d in step.swapped(calendar)),
            article=step.article,
            provisional=step.is_provisional(calendar),
            now=n == last and step.day == found.reply_due and found.closed_on is None,
        )
        for n, step in enumerate(found.steps)
    ]


#: Steps that count nothing themselves.
_STARTS = {
    "received_date": "这一天不算在内，期限从第二天起计算",
    "clock_start": "收到补正或者缴清费用的这一天不算在内，期限从第二天起重新计算",
}


def _how(step: Step) -> str:
    note = chinese_dates(step.note or "")
    if step.start is None or step.counted is None:
        return note or _STARTS.get(step.key, "")
    unit = {"工作日": "个工作日", "月": "个月"}.get(step.unit or "", step.unit or "")
    said = f"从{chinese_date(step.start)}的第二天起，数 {step.counted} {unit}"
    return (
        f"{said}（其中{note}）"
        if step.key == "reply_due" and note
        else "；".join(part for part in (said, note) if part)
    )


def _left_out(step: Step, calendar: WorkCalendar) -> list[str]:
    """What was not counted: weekends as a number, holidays and consultations by their days."""
    weekends, paused, holidays = 0, [], []  # type: int, list[Span], list[list[Span]]
    for span in step.not_counted(calendar):
        if span.why.startswith(_PAUSE):
            paused.append(span)
        elif holidays and (span.first - holidays[-1][-1].last).days == 1:
            holidays[-1].append(span)
        else:
            holidays.append([span])
    said = []
    for run in holidays:
        names = {s.why.partition("（")[0] for s in run if s.why != "周末"}
        days = sum(s.days for s in run)
        if not names:
            weekends += days
            continue
        named = "、".join(sorted(names - {"休息日"}) or ["休息日"])
        said.append(f"{named} {days} 天（{_span(run[0].first, run[-1].last)}）")
    if weekends:
        said.insert(0, f"周末 {weekends} 天")
    if paused:
        days = sum(s.days for s in paused)
        said.append(f"{_PAUSE} {days} 个工作日（{_span(paused[0].first, paused[-1].last)}）")
    return said


def _span(first: date, last: date) -> str:
    if first == last:
        return f"{first.month}月{first.day}日"
    return f"{first.month}月{first.day}日至{last.month}月{last.day}日"
