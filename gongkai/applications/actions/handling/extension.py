"""Extension: asked for, answered by the head of the work unit, then told (条例 Art 33(2))."""

from __future__ import annotations

from django.utils import timezone

from gongkai.applications import clock
from gongkai.applications.actions.core import (
    By,
    add_event,
    asked_by_another,
    on_case,
    record,
    with_article,
)
from gongkai.applications.actions.handling.asking import in_hand
from gongkai.applications.letters.compose import draft_letter
from gongkai.applications.models import Application, Approval
from gongkai.applications.roles import HANDLERS, HEADS
from gongkai.base.refusal import Refused
from gongkai.law.deadlines import EventType

EXTENDED = EventType.EXTENSION_DECIDED


def waiting_extension(case: Application) -> Approval | None:
    """The request for an extension that the head has not answered yet."""
    return case.approvals.filter(kind=Approval.Kind.EXTENSION, approved=None).last()


def request_extension(
    case: Application, days: int, reason: str, *, by: By, seen: int | None = None
) -> Approval:
    """Ask the head for ``days`` working days more. Refused when the law does not allow them."""
    if not reason.strip():
        raise Refused("请写明延期的理由。")
    with on_case(case, by=by, roles=HANDLERS, seen=seen) as case:
        _allowed(case, days)
        if waiting_extension(case) is not None:
            raise Refused("已经提出过延期，请等负责人批示。")
        in_hand(case, "L06")
        entry = Approval.objects.create(
            application=case,
            kind=Approval.Kind.EXTENSION,
            asked={"days": days, "reason": reason.strip()},
            asked_by=by,
        )
        add_event(case, "extend", by=by, text=f"请求延长答复期限{days}个工作日，等待负责人批示")
        record(case, "请求延长答复期限", by=by, new=entry.asked)
    return entry


def _allowed(case: Application, days: int) -> None:
    why_not, article = clock.probe(case, EXTENDED, days=days)
    if why_not:
        raise Refused(with_article(why_not, article))


def answer_extension(
    case: Application,
    *,
    approved: bool,
    days: int | None = None,
    answer: str = "",
    by: By,
    seen: int | None = None,
) -> Approval:
    """The head agrees (maybe to fewer ``days``) or not; agreed, L06 is drafted.

    The period itself moves on the day the letter is delivered, not before.
    """
    if not approved and not answer.strip():
        raise Refused("不同意的，请写明理由。")
    with on_case(case, by=by, roles=HEADS, seen=seen) as case:
        entry = waiting_extension(case)
        if entry is None:
            raise Refused("没有等待批示的延期请求。")
        asked_by_another(entry, by)
        granted = days or entry.asked["days"]
        if approved and granted > entry.asked["days"]:
            raise Refused(f"请求延长的是{entry.asked['days']}个工作日，同意的天数不能更多。")
        if approved:
            _allowed(case, granted)
            new_due = clock.foresee(case, EXTENDED, days=granted).reply_due
            entry.asked = {**entry.asked, "days": granted}
            draft_letter(
                case,
                "L06",
                by=by,
                values={
                    "days": granted,
                    "reason": entry.asked["reason"],
                    "due": case.due_on.isoformat() if case.due_on else "",
                    "new_due": new_due.isoformat() if new_due else "",
                },
            )
        entry.approved, entry.answer = approved, answer.strip()
        entry.answered_by, entry.answered_at = by, timezone.now()
        entry.save()
        said = f"同意延长{granted}个工作日" if approved else "不同意延期"
        add_event(case, "approve-extension", by=by, text=f"负责人批示：{said}")
        record(case, "批示延期请求", by=by, new={"批示": said, "意见": entry.answer})
    return entry
