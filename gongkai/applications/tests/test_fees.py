"""信息处理费: by piece or by page, never both; paid, the clock runs anew (国办函〔2020〕109号)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from gongkai.applications import clock
from gongkai.applications.actions import fees
from gongkai.applications.desk.deeds.fees import DEEDS
from gongkai.applications.desk.turns import my_turn, posts_of, turn_of, with_turns
from gongkai.applications.letters.compose import compose
from gongkai.applications.models import Application, FeeNotice
from gongkai.applications.queries_fees import fee_statement
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.applications.tests.paper_way import sent
from gongkai.base.refusal import Refused
from gongkai.documents.blocks import Paragraph

WAIVE, REFUND = (next(d for d in DEEDS if d.key == key) for key in ("waive-fee", "refund"))


def today(cast: Cast) -> date:
    """A working day on which the periods of these stories are not over."""
    return clock.today()


def pages_case(cast: Cast) -> tuple[Application, int]:
    case = an_application(cast.body, on=today(cast)).case
    letter = fees.draft_fee_notice(case, "per_page", pages=150, by=cast.clerk)
    sent(letter, cast, on=today(cast), way="online")
    return Application.objects.get(pk=case.pk), int(letter.values["amount"])


def test_pages_are_charged_by_the_tariff_and_the_clock_waits(cast: Cast) -> None:
    case, amount = pages_case(cast)
    assert amount == 1700
    assert case.state == Application.State.AWAITING_PAYMENT
    assert case.due_on is None
    assert case.waiting_until == clock.law_for(cast.body).calendar.add(today(cast), 20)


def test_the_eleventh_piece_of_a_month_is_charged_for_itself(cast: Cast) -> None:
    on = date(2026, 3, 2)
    cases = [an_application(cast.body, on=on).case for _ in range(11)]
    assert fees.quote(cases[9], "per_piece").amount == 0
    assert fees.quote(cases[10], "per_piece").amount == 100
    with pytest.raises(Refused, match="免费"):
        fees.draft_fee_notice(cases[9], "per_piece", by=cast.clerk)


def test_the_notice_of_one_piece_reckons_no_other_piece(cast: Cast) -> None:
    on = today(cast)
    cases = [an_application(cast.body, on=on).case for _ in range(12)]
    letter = fees.draft_fee_notice(cases[11], "per_piece", by=cast.clerk)
    told = [b.text for b in compose(letter).blocks if isinstance(b, Paragraph)]
    assert "应缴金额：100元。" in told
    assert "计算方法：本件是当月第12件，第11—30件每件100元，本件计100元。" in told


def test_one_application_is_charged_one_way_once(cast: Cast) -> None:
    case, _ = pages_case(cast)
    with pytest.raises(Refused):
        fees.draft_fee_notice(case, "per_page", pages=31, by=cast.clerk)
    assert FeeNotice.objects.get(application=case).mode == "per_page"


def test_part_payment_does_not_start_the_clock_and_full_payment_does(cast: Cast) -> None:
    case, _ = pages_case(cast)
    fees.record_payment(case, 700, on=today(cast), by=cast.clerk)
    assert Application.objects.get(pk=case.pk).state == Application.State.AWAITING_PAYMENT
    fees.record_payment(case, 1000, on=today(cast), receipt_number="A1", by=cast.clerk)
    case = Application.objects.get(pk=case.pk)
    assert case.due_on == clock.law_for(cast.body).calendar.add(today(cast), 20)
    assert fees.rest(case.fee) == 0


def test_more_than_is_due_is_refused(cast: Cast) -> None:
    case, _ = pages_case(cast)
    with pytest.raises(Refused, match="尚应缴1700元"):
        fees.record_payment(case, 1701, on=today(cast), by=cast.clerk)
    assert not case.fee.payments.exists()


def test_a_refund_needs_money_and_a_reason(cast: Cast) -> None:
    case, _ = pages_case(cast)
    with pytest.raises(Refused, match="已收0元"):
        fees.refund(case, 10, on=today(cast), note="误缴", by=cast.clerk)
    fees.record_payment(case, 1700, on=today(cast), by=cast.clerk)
    with pytest.raises(Refused, match="原因"):
        fees.refund(case, 10, on=today(cast), note=" ", by=cast.clerk)
    form = REFUND.form(case=case, user=cast.clerk)
    assert "最多可以退还1700元" in form.fields["amount"].help_text
    data = {"amount": 200, "on": today(cast), "receipt_number": "Q123", "note": "页数计算有误"}
    said = REFUND.act(case, data, by=cast.clerk)
    assert fees.paid(case.fee) == 1500
    assert "余下已收1500元" in said
    # Number and reason are read in the trail; the applicant's sentence has the sum alone.
    told = case.events.get(deed="refund")
    assert told.text == "退还信息处理费200元，票据号Q123：页数计算有误"
    assert told.public_text == "已退还信息处理费200元"
    # What was paid and partly given back is no longer to be waived.
    case = Application.objects.get(pk=case.pk)
    assert "已经缴清" in WAIVE.why_not(case, clock.outcome(case))[0]
    with pytest.raises(Refused, match="已经缴清"):
        fees.request_waiver(case, "申请人生活困难", by=cast.clerk)
    # Nor what was given back wholly; a name in the reason does not stand in the trail.
    rest = fees.refund(
        case, 1500, on=today(cast), note=f"{case.applicant['name']}撤回", by=cast.clerk
    )
    told = case.events.filter(deed="refund").latest("pk").text
    assert case.applicant["name"] not in told + rest.note and "撤回" in told
    with pytest.raises(Refused, match="已经缴清"):
        fees.request_waiver(case, "申请人生活困难", by=cast.clerk)


def test_what_was_given_back_before_all_was_paid_does_not_start_the_clock(cast: Cast) -> None:
    case, _ = pages_case(cast)
    for deed, amount in (
        (fees.record_payment, 900),
        (fees.refund, 900),
        (fees.record_payment, 900),
    ):
        deed(case, amount, on=today(cast), note="登记有误", by=cast.clerk)
        assert clock.outcome(case).status == "awaiting_payment"
    fees.record_payment(case, 800, on=today(cast), by=cast.clerk)
    assert clock.outcome(case).status != "awaiting_payment"


def test_the_head_waives_the_fee_and_the_clock_runs_anew(cast: Cast) -> None:
    case, _ = pages_case(cast)
    fees.request_waiver(case, "申请人生活困难", by=cast.clerk)
    with pytest.raises(PermissionDenied):
        fees.answer_waiver(case, approved=True, by=cast.clerk)
    # It stands on the head's desk.
    mine = with_turns(Application.objects.filter(my_turn(posts_of(cast.head)))).get(pk=case.pk)
    assert turn_of(mine).label == "批示减免请示"  # type: ignore[union-attr]
    fees.answer_waiver(case, approved=True, by=cast.head)
    case = Application.objects.get(pk=case.pk)
    assert case.due_on == clock.law_for(cast.body).calendar.add(today(cast), 20)
    assert case.fee.waived


def test_unpaid_the_application_is_given_up_by_the_clock(cast: Cast) -> None:
    case, _ = pages_case(cast)
    after = case.waiting_until + timedelta(days=1)
    found = clock.outcome(case, as_of=after)
    assert (found.status, found.decision) == ("abandoned", "other_unpaid")


def test_the_year_is_stated_in_counts_and_sums(cast: Cast) -> None:
    case, amount = pages_case(cast)
    fees.record_payment(case, amount, on=today(cast), by=cast.clerk)
    fees.refund(case, 200, on=today(cast), note="页数计算有误", by=cast.clerk)
    said = fee_statement([cast.body], today(cast).year)
    assert (said.notices, said.noticed, said.collected, said.refunded) == (1, 1700, 1500, 200)
    assert "1500元" in said.sentence
    assert "没有收取" in fee_statement([cast.other_body], today(cast).year).sentence


def test_a_stranger_charges_nobody(cast: Cast) -> None:
    case = an_application(cast.body, on=today(cast)).case
    with pytest.raises(PermissionDenied):
        fees.draft_fee_notice(case, "per_page", pages=100, by=cast.stranger)
