"""信息处理费: the notice, relief, payment and refund (条例 Art 42, 国办函〔2020〕109号).

By piece or by page, one way for an application; the sums come from ``law.fees``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum
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
from gongkai.applications.actions.papers import name
from gongkai.applications.files import keep_file
from gongkai.applications.letters.compose import draft_letter
from gongkai.applications.models import (
    Application,
    Approval,
    CaseFile,
    FeeNotice,
    Letter,
    Payment,
)
from gongkai.applications.queries_month import pieces_this_month
from gongkai.applications.roles import CLERKS, HANDLERS, HEADS
from gongkai.base.masking import without_person
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked
from gongkai.law.deadlines import EventType, Outcome
from gongkai.law.fees import Fee, Mode, fee
from gongkai.law.parameters import NoRuleInForce

NOTICE = "L13"


@dataclass(frozen=True, slots=True)
class Quote:
    """What the tariff asks for one application: ``amount`` yuan for ``units`` pieces or pages."""

    fee: Fee
    amount: int

    @property
    def units(self) -> int:
        return self.fee.units


def quote(case: Application, mode: Mode, *, pages: int | None = None) -> Quote:
    """The fee of the application today: its place among the applicant's pieces of the month, or
    its pages. Refused where the tariff was not in force, or the pages are not given.
    """
    if mode == "per_page" and pages is None:
        raise Refused("按量计收的，请填写页数（A4及以下幅面单面为一页）。")
    units = pages if mode == "per_page" else pieces_this_month(case).ordinal
    try:
        found = fee(mode, units or 0, on=clock.today(), rules=clock.law_for(case.body).rules)
    except NoRuleInForce as none:
        raise Refused(str(none)) from None
    except ValueError as wrong:
        raise Refused(str(wrong)) from None
    return Quote(found, found.price)


def draft_fee_notice(
    case: Application,
    mode: Mode,
    *,
    pages: int | None = None,
    by: By,
    seen: int | None = None,
) -> Letter:
    """Draft L13; the application waits for the payment from the day the notice is served.

    Refused where nothing is to be paid, where a notice was given, after the reply period, and by
    page where the way to published information is all that is told.
    """
    with on_case(case, by=by, roles=HANDLERS, seen=seen) as case:
        found = quote(case, mode, pages=pages)
        if not found.amount:
            raise Refused(
                f"没有超过免费的数量，不收费：{found.fee.reckoning}（{found.fee.article}）。"
            )
        if mode == "per_page" and case.items.filter(letter="L15").exists():
            raise Refused(
                f"信息已经主动公开，只告知获取途径的，不按量计收（{found.fee.article}）。"
            )
        data = _law_data(found)
        why_not, article = clock.probe(case, EventType.FEE_NOTICE_SERVED, **data)
        if why_not:
            raise Refused(with_article(why_not, article))
        if case.letters.filter(code=NOTICE).exclude(state=Letter.State.CANCELLED).exists():
            raise Refused("收费通知书正在办理，请继续办理或者先作废。")
        letter = draft_letter(
            case,
            NOTICE,
            by=by,
            values=data | {"units": found.units, "formula": found.fee.reckoning},
        )
        _keep(case, found, letter=letter, waived=False, reason="")
        add_event(case, "fee", by=by, text=f"起草收费通知书，{found.amount}元")
        record(
            case,
            "起草收费通知书",
            by=by,
            new={"文书": name(letter), "方式": mode, "数量": found.units, "金额": found.amount},
        )
        return letter


def _law_data(found: Quote) -> dict[str, str | int]:
    unit = "ordinal" if found.fee.mode == "per_piece" else "pages"
    return {"mode": found.fee.mode, "amount": found.amount, unit: found.units}


def _keep(case: Application, found: Quote, **more: object) -> FeeNotice:
    facts = {
        "mode": found.fee.mode,
        "units": found.units,
        "amount": found.amount,
        "formula": found.fee.reckoning,
    }
    return FeeNotice.objects.update_or_create(application=case, defaults=facts | more)[0]


# --- relief ---------------------------------------------------------------------------------------


def waiting_waiver(case: Application) -> Approval | None:
    """The request for relief that the head has not answered yet."""
    return case.approvals.filter(kind=Approval.Kind.FEE_WAIVER, approved=None).last()


def request_waiver(case: Application, reason: str, *, by: By, seen: int | None = None) -> Approval:
    """Ask the head to let the applicant off the fee."""
    if not reason.strip():
        raise Refused("请写明减免的理由。")
    with on_case(case, by=by, roles=HANDLERS, seen=seen) as case:
        if waiting_waiver(case) is not None:
            raise Refused("已经请示过减免，请等负责人批示。")
        _to_waive(case)
        entry = Approval.objects.create(
            application=case,
            kind=Approval.Kind.FEE_WAIVER,
            asked={"reason": reason.strip()},
            asked_by=by,  # type: ignore[misc]
        )
        add_event(case, "waive-fee", by=by, text="请示减免信息处理费，等待负责人批示")
        record(case, "请示减免信息处理费", by=by, new=entry.asked)
        return entry


def _to_waive(case: Application) -> FeeNotice:
    """The fee that could be waived: the one noticed, or what the tariff would ask by piece."""
    known = FeeNotice.objects.filter(application=case).first()
    if known is not None and known.waived:
        raise Refused("这件申请的信息处理费已经减免。")
    if known is not None:
        if rest(known) <= 0 or settled(known, clock.outcome(case)):
            raise Refused("费用已经缴清；需要退还的，请登记退费。")
        return known
    found = quote(case, "per_piece")
    if not found.amount:
        raise Refused("没有超过免费的数量，不收费，不用减免。")
    return FeeNotice(
        application=case,
        mode=found.fee.mode,
        units=found.units,
        amount=found.amount,
        formula=found.fee.reckoning,
    )


def answer_waiver(
    case: Application,
    *,
    approved: bool,
    answer: str = "",
    by: By,
    seen: int | None = None,
) -> Approval:
    """The head agrees or not. Agreed while the payment is awaited, the reply period runs anew."""
    if not approved and not answer.strip():
        raise Refused("不同意的，请写明理由。")
    with on_case(case, by=by, roles=HEADS, seen=seen) as case:
        entry = waiting_waiver(case)
        if entry is None:
            raise Refused("没有等待批示的减免请示。")
        asked_by_another(entry, by)
        if approved:
            notice = _to_waive(case)
            left = rest(notice)
            notice.waived, notice.reason = True, entry.asked["reason"][:300]
            notice.save()
            if clock.outcome(case).status == "awaiting_payment":
                add_event(
                    case,
                    "waive-fee",
                    by=by,
                    law_type=EventType.FEE_PAID,
                    text=f"减免信息处理费{left}元",
                    public_text="信息处理费已减免，重新计算答复期限",
                    amount=left,
                )
        entry.approved, entry.answer = approved, answer.strip()[:300]
        entry.answered_by, entry.answered_at = by, timezone.now()  # type: ignore[assignment]
        entry.save()
        said = "同意减免" if approved else "不同意减免"
        add_event(case, "waive-fee", by=by, text=f"负责人批示：{said}信息处理费")
        record(case, "批示减免信息处理费", by=by, new={"批示": said, "意见": entry.answer})
        return entry


# --- money ----------------------------------------------------------------------------------------


def paid(notice: FeeNotice) -> int:
    """Yuan received and not given back."""
    if notice.pk is None:
        return 0
    return notice.payments.aggregate(all=Sum("amount"))["all"] or 0


def rest(notice: FeeNotice) -> int:
    """Yuan still to pay."""
    return 0 if notice.waived else notice.amount - paid(notice)


def settled(notice: FeeNotice, found: Outcome) -> bool:
    """Paid when it was due; giving it back later, whole or in part, leaves nothing to waive."""
    return found.status != "awaiting_payment" and notice.payments.filter(amount__gt=0).exists()


def record_payment(
    case: Application,
    amount: int,
    *,
    on: date,
    receipt_number: str = "",
    note: str = "",
    proof: Sequence[Checked] = (),
    by: By,
    seen: int | None = None,
) -> Payment:
    """Money came in. Paid in full, the reply period runs anew from the day after.

    Refused after the payment period (the application is given up) and beyond what is due.
    """
    with on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        notice = FeeNotice.objects.select_for_update(no_key=True).filter(application=case).first()
        if notice is None:
            raise Refused("这件申请没有收费通知。")
        left, note = rest(notice), without_person(case.applicant, note.strip())
        if amount <= 0:
            raise Refused("缴费金额应当大于 0 元。")
        if amount > left:
            raise Refused(f"尚应缴{left}元，多缴的部分请先退还，再按应缴金额登记。")
        whole = amount == left
        add_event(
            case,
            "payment",
            by=by,
            law_type=EventType.FEE_PAID,
            on=on,
            text=f"收到信息处理费{amount}元"
            + ("，已缴清" if whole else f"，尚缺{left - amount}元")
            + _details(receipt_number, note),
            public_text="信息处理费已缴清，重新计算答复期限"
            if whole
            else f"已收到{amount}元，尚缺{left - amount}元",
            amount=max(0, paid(notice) + amount - _told_to_clock(case)),
        )
        return _book(case, notice, amount, on, receipt_number, note, proof, "登记缴费", by)


def _told_to_clock(case: Application) -> int:
    """Yuan that the clock knows of. It hears of no refund: of what was given back before all was
    paid, it is not told a second time when it comes in again."""
    told = (e for e in clock.in_force(case.events.all()) if e.law_type == EventType.FEE_PAID)
    return sum(event.data.get("amount") or 0 for event in told)


def refund(
    case: Application,
    amount: int,
    *,
    on: date,
    receipt_number: str = "",
    note: str,
    by: By,
    seen: int | None = None,
) -> Payment:
    """Money given back by the unit that collected it. It does not move the clock."""
    with on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        notice = FeeNotice.objects.select_for_update(no_key=True).filter(application=case).first()
        if notice is None or amount <= 0 or amount > paid(notice):
            have = paid(notice) if notice is not None else 0
            raise Refused(f"已收{have}元，退费金额不对，请改正。")
        if not (note := without_person(case.applicant, note.strip())):
            raise Refused("请写明退费的原因。")
        add_event(
            case,
            "refund",
            by=by,
            on=on,
            text=f"退还信息处理费{amount}元{_details(receipt_number, note)}",
            public_text=f"已退还信息处理费{amount}元",
        )
        return _book(case, notice, -amount, on, receipt_number, note, (), "登记退费", by)


def _details(receipt_number: str, note: str) -> str:
    """Receipt and reason as the trail shows them; the applicant's own sentence has neither."""
    number = receipt_number.strip()
    return (f"，票据号{number}" if number else "") + (f"：{note}" if note else "")


def _book(
    case: Application,
    notice: FeeNotice,
    amount: int,
    on: date,
    receipt_number: str,
    note: str,
    proof: Sequence[Checked],
    action: str,
    by: By,
) -> Payment:
    kept = [
        keep_file(case, CaseFile.Kind.PAYMENT, f.name, f.data, f.media_type, by=by) for f in proof
    ]
    entry = Payment.objects.create(
        fee=notice,
        amount=amount,
        on=on,
        receipt_number=receipt_number.strip(),
        note=note,
        proof=kept[0] if kept else None,
        recorded_by=by,  # type: ignore[misc]
    )
    record(
        case, action, by=by, new={"金额": amount, "日期": on.isoformat(), "票据": receipt_number}
    )
    return entry
