"""Deeds of the stage 收费: notice, relief, payment, refund, with their forms."""

from __future__ import annotations

from typing import Any

from gongkai.applications.actions import fees as actions
from gongkai.applications.desk.deeds import fields
from gongkai.applications.desk.deeds.conditions import with_letter
from gongkai.applications.desk.deeds.registry import Deed, DeedForm
from gongkai.applications.models import Application, Approval, FeeNotice
from gongkai.applications.queries_month import pieces_this_month
from gongkai.applications.roles import CLERKS, HANDLERS, HEADS
from gongkai.base.refusal import Refused
from gongkai.law.deadlines import EventType, Outcome
from gongkai.law.taxonomy import deed_articles


def _notice(case: Application) -> FeeNotice | None:
    """The fee of the case, read once for all deeds."""
    if not hasattr(case, "known_fee"):
        case.known_fee = FeeNotice.objects.filter(application=case).first()  # type: ignore[attr-defined]
    found: FeeNotice | None = case.known_fee  # type: ignore[attr-defined]
    return found


class FeeForm(DeedForm):
    mode = fields.choice(
        "计收方式",
        [("per_piece", "按件"), ("per_page", "按量（页）")],
        radio=True,
        help_text="一件申请只按一种方式计收。",
    )
    pages = fields.number(
        "页数", required=False, help_text="按量计收的填写；A4及以下幅面单面为一页。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        try:
            found = actions.quote(self.case, "per_piece")
        except Refused as no:
            self.about = str(no)
        else:
            self.about = (
                f"按件计算：{found.fee.reckoning}。收费用于调节明显超过合理范围的申请，可以不收。"
            )
        if others := pieces_this_month(self.case).clients:
            self.about += (
                f"另有{others}个申请人当月留了同一电话或者由同一代理人代办，"
                "件数按各委托人分别计算，请核对是否实为一人。"
            )


class WaiverForm(DeedForm):
    reason = fields.reason("减免的理由")


class AnswerForm(DeedForm):
    approved = fields.yes_no("批示", "同意减免", "不同意减免")
    answer = fields.reason("意见（不同意的必须填写）", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entry = actions.waiting_waiver(self.case)
        self.about = f"请示的理由：{entry.asked['reason']}" if entry else ""

    def clean_approved(self) -> bool:
        return bool(self.cleaned_data["approved"] == "yes")


class PaymentForm(DeedForm):
    amount = fields.number("金额（元）")
    on = fields.day("到账日期")
    receipt_number = fields.line("财政票据号", limit=60, required=False)
    proof = fields.files("缴费凭证")
    note = fields.line("说明", required=False, help_text=fields.NO_NAMES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (notice := _notice(self.case)) is not None:
            left = actions.rest(notice)
            self.fields["amount"].initial = left
            self.fields["amount"].help_text = f"通知{notice.amount}元，尚应缴{left}元。"


class RefundForm(DeedForm):
    amount = fields.number("退还金额（元）")
    on = fields.day("退还日期")
    receipt_number = fields.line("票据号", limit=60, required=False)
    note = fields.reason("退还的原因")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (notice := _notice(self.case)) is not None:
            have = actions.paid(notice)
            self.fields["amount"].help_text = f"已收{have}元，最多可以退还{have}元。"


def why_not_waive(case: Application, found: Outcome) -> tuple[str, str]:
    if found.closed_on is not None:
        return "这件申请已经办结。", ""
    if any(_is_waiver(a) and a.approved is None for a in case.approvals.all()):
        return "已经请示过减免，请等负责人批示。", ""
    notice = _notice(case)
    if notice is None:
        return "没有收费，不用减免。", deed_articles()["fee"]
    if notice.waived:
        return "已经减免。", ""
    if actions.settled(notice, found):
        return "费用已经缴清；需要退还的，请登记退费。", ""
    return "", ""


def why_not_answer(case: Application, found: Outcome) -> tuple[str, str]:
    if any(_is_waiver(a) and a.approved is None for a in case.approvals.all()):
        return "", ""
    return "没有等待批示的减免请示。", ""


def _is_waiver(approval: Approval) -> bool:
    return approval.kind == Approval.Kind.FEE_WAIVER


def why_not_pay(case: Application, found: Outcome) -> tuple[str, str]:
    if found.status != "awaiting_payment":
        return "没有等待缴纳的费用。", deed_articles()["payment"]
    return "", ""


def why_not_refund(case: Application, found: Outcome) -> tuple[str, str]:
    notice = _notice(case)
    if notice is None or actions.paid(notice) <= 0:
        return "没有收到过费用。", deed_articles()["refund"]
    return "", ""


def _draft(case: Application, data: dict[str, Any], **who: Any) -> str:
    letter = actions.draft_fee_notice(case, data["mode"], pages=data["pages"], **who)
    return f"收费通知书（{letter.number}）已起草，{letter.values['amount']}元，请送签发、用印。"


def _pay(case: Application, data: dict[str, Any], **who: Any) -> str:
    entry = actions.record_payment(case, **data, **who)
    left = actions.rest(entry.fee)
    return f"尚缺{left}元，缴清后重新计算答复期限。" if left else "已缴清，答复期限从次日重新计算。"


def _refund(case: Application, data: dict[str, Any], **who: Any) -> str:
    entry = actions.refund(case, **data, **who)
    return f"已登记退还{-entry.amount}元，余下已收{actions.paid(entry.fee)}元；答复期限不变。"


DEEDS: tuple[Deed, ...] = (
    Deed(
        "fee",
        "收取信息处理费",
        "收费",
        HANDLERS,
        FeeForm,
        with_letter(EventType.FEE_NOTICE_SERVED, "L13"),
        _draft,
        hint="收费通知应当在答复期限内送达；通知后等待缴费，缴清后重新计算答复期限。",
    ),
    Deed(
        "waive-fee",
        "请示减免",
        "收费",
        HANDLERS,
        WaiverForm,
        why_not_waive,
        lambda case, data, **who: actions.request_waiver(case, **data, **who),
    ),
    Deed(
        "approve-waiver",
        "批示减免请示",
        "收费",
        HEADS,
        AnswerForm,
        why_not_answer,
        lambda case, data, **who: actions.answer_waiver(case, **data, **who),
    ),
    Deed(
        "payment",
        "登记缴费",
        "收费",
        CLERKS,
        PaymentForm,
        why_not_pay,
        _pay,
        hint="没有缴清的不重新计算期限；逾期不缴的，视为放弃申请。",
    ),
    Deed(
        "refund",
        "登记退费",
        "收费",
        CLERKS,
        RefundForm,
        why_not_refund,
        _refund,
        hint="钱已经退还给申请人的，在这里登记；答复期限不变。",
    ),
)
