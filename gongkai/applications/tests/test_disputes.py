"""Reconsideration and suits: deadlines T13–T18, outcomes, evidence in order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from gongkai.applications.actions import disputes
from gongkai.applications.actions.closing import (
    change_order,
    close_case,
    reopen,
    standing_order,
)
from gongkai.applications.actions.papers import move_letter
from gongkai.applications.models import Application, Dispute
from gongkai.applications.public.track.words import timeline
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.applications.tests.paper_way import a_letter, sent
from gongkai.applications.tests.test_close_and_archive import answered
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Overtaken, Refused


def reconsideration(cast: Cast, **more: object) -> Dispute:
    facts = {
        "kind": "reconsideration",
        "institution": "示例县人民政府",
        "accepted_on": date(2026, 4, 1),
        "served_on": date(2026, 4, 3),
        "by": cast.legal,
    }
    return disputes.register_dispute(cast.body, **(facts | more))


def test_the_answer_is_due_in_10_working_days_and_in_5_in_the_summary_procedure(
    cast: Cast,
) -> None:
    """行政复议法 Arts 48, 54; 4–6 April 2026 are days off (清明)."""
    assert reconsideration(cast).answer_due_on == date(2026, 4, 20)
    assert reconsideration(cast, summary=True).answer_due_on == date(2026, 4, 13)


def test_the_decision_is_due_in_60_days_and_in_30_in_the_summary_procedure(cast: Cast) -> None:
    """31 May 2026 is a Sunday; a last day off rolls to the next working day."""
    assert reconsideration(cast).decision_due_on == date(2026, 6, 1)
    assert reconsideration(cast, summary=True).decision_due_on == date(2026, 5, 6)


def test_a_review_takes_longer_by_what_its_notice_says_and_by_30_days_at_most(cast: Cast) -> None:
    """行政复议法 Art 62(1); 30 June 2026, a Tuesday, is the ninetieth day."""
    review = reconsideration(cast)
    longer = disputes.correct_dispute(review, extended_days=30, by=cast.legal)
    assert longer.decision_due_on == date(2026, 6, 30)
    assert "30日" in str(AuditEntry.objects.get(action="更正复议诉讼登记").new)
    for days in (0, 31):
        with pytest.raises(Refused, match=r"最多延长30日（.*第六十二条"):
            disputes.correct_dispute(review, extended_days=days, by=cast.legal)
    with pytest.raises(Refused, match="普通程序"):
        disputes.correct_dispute(review, summary=True, by=cast.legal)
    same = disputes.correct_dispute(review, extended_days=None, by=cast.legal)
    assert same.decision_due_on == date(2026, 6, 1)


def test_the_defence_in_court_is_due_in_15_days(cast: Cast) -> None:
    suit = reconsideration(cast, kind="direct_suit", institution="示例县人民法院")
    assert suit.answer_due_on == date(2026, 4, 20)
    assert suit.decision_due_on is None


def test_a_suit_after_review_names_the_review(cast: Cast) -> None:
    review = reconsideration(cast)
    with pytest.raises(Refused, match="先行的复议案件"):
        reconsideration(cast, kind="suit_after_review")
    with pytest.raises(Refused, match="只有复议后起诉"):
        reconsideration(cast, follows=review)
    suit = reconsideration(cast, kind="suit_after_review", follows=review)
    assert suit.follows == review


def test_a_direct_suit_over_a_refusal_that_needs_reconsideration_first_is_pointed_out(
    cast: Cast,
) -> None:
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    Application.objects.filter(pk=case.pk).update(
        decision="deny_process_info", closed_on=date(2026, 3, 20)
    )
    case.refresh_from_db()
    suit = reconsideration(cast, kind="direct_suit", application=case)
    assert "先申请行政复议" in disputes.doubts(suit)[0]
    Application.objects.filter(pk=case.pk).update(decision="unable_not_held")
    suit.refresh_from_db()
    assert disputes.doubts(suit) == []


def test_what_was_accepted_before_the_answer_or_entered_twice_is_pointed_out(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    early = reconsideration(cast, application=case)
    assert "还没有送出答复时就已受理" in disputes.doubts(early)[0]
    Application.objects.filter(pk=case.pk).update(closed_on=early.accepted_on + timedelta(days=1))
    early.refresh_from_db()
    assert "以前就已受理，请核对日期" in disputes.doubts(early)[0]
    silence = reconsideration(cast, application=case, over_silence=True)
    assert ["重复登记" in said for said in disputes.doubts(silence)] == [True]
    Application.objects.filter(pk=case.pk).update(closed_on=early.accepted_on)
    disputes.end_dispute(silence, outcome="upheld", on=date(2026, 5, 20), by=cast.legal)
    early.refresh_from_db()
    assert disputes.doubts(early) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"accepted_on": date(2100, 1, 1)}, "不能晚于今天"),
        ({"served_on": date(2026, 3, 1)}, "不能早于受理"),
        ({"kind": "direct_suit", "summary": True}, "只适用于行政复议"),
    ],
)
def test_impossible_days_are_refused(cast: Cast, change: dict, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        reconsideration(cast, **change)
    assert not Dispute.objects.exists()


def test_the_outcome_is_noted_and_the_old_value_kept_in_the_trail(cast: Cast) -> None:
    found = disputes.end_dispute(
        reconsideration(cast), outcome="upheld", on=date(2026, 5, 20), by=cast.head
    )
    assert (found.outcome, found.ended_on) == ("upheld", date(2026, 5, 20))
    entry = AuditEntry.objects.filter(action="登记审理结果").get()
    assert (entry.old["结果"], entry.new["结果"]) == ("尚未审结", "结果维持")
    with pytest.raises(Refused, match="已经审结"):
        disputes.correct_dispute(found, institution="另一机关", by=cast.legal)


def test_only_a_corrected_act_is_answered_anew(cast: Cast) -> None:
    with pytest.raises(Refused, match="结果纠正"):
        disputes.end_dispute(
            reconsideration(cast),
            outcome="upheld",
            on=date(2026, 5, 20),
            reanswer_due_on=date(2026, 6, 20),
            by=cast.head,
        )


def test_evidence_stays_numbered_without_gaps(cast: Cast) -> None:
    review = reconsideration(cast)
    entries = [
        disputes.add_evidence(review, title=f"证据{n}", proves="程序合法", file=None, by=cast.legal)
        for n in (1, 2, 3)
    ]
    disputes.remove_evidence(entries[1], by=cast.legal)
    assert list(review.evidence.values_list("order", "title")) == [(1, "证据1"), (2, "证据3")]


def test_two_people_at_once_one_is_told(cast: Cast) -> None:
    review = reconsideration(cast)
    disputes.record_answer(review, on=date(2026, 4, 10), by=cast.legal, seen=0)
    with pytest.raises(Overtaken):
        disputes.record_answer(review, on=date(2026, 4, 11), by=cast.head, seen=0)


def test_a_stranger_and_a_handler_keep_no_register(cast: Cast) -> None:
    for person in (cast.stranger, cast.handler):
        with pytest.raises(PermissionDenied):
            reconsideration(cast, by=person)


def test_a_higher_court_changes_the_order_of_a_new_answer_or_sets_it_aside(cast: Cast) -> None:
    """行政诉讼法 Art 89: what is set aside no longer runs; the first answer is the answer again."""
    case = answered(cast, "deny_process_info", "L22")
    case.items.update(discretion="尚在讨论", answers={"q": "a"})
    close_case(case, by=cast.clerk)
    review = reconsideration(cast, application=case)
    result = {"outcome": "corrected", "on": date(2026, 5, 20), "by": cast.legal}
    disputes.end_dispute(review, reanswer_due_on=date(2026, 6, 30), **result)
    suit = reconsideration(cast, kind="suit_after_review", follows=review, application=case)
    for one, day in ((review, date(2026, 7, 31)), (suit, date(2026, 8, 31))):
        disputes.end_dispute(one, reanswer_due_on=day, **result)
        case.refresh_from_db()
        assert (case.state, case.waiting_until) == ("reanswering", day)
        assert case.events.filter(deed="reopen", voided_by=None).count() == 1
    # The same once more, as when a slip in its words is corrected: nothing happens to the case.
    before = case.version
    disputes.end_dispute(suit, reanswer_due_on=date(2026, 8, 31), detail="撤销", **result)
    case.refresh_from_db()
    assert case.version == before
    letter = a_letter(case, "L22", cast)
    lifted = result | {"outcome": "upheld", "on": date(2026, 6, 20)}
    with pytest.raises(Refused, match="请先作废"):
        disputes.end_dispute(suit, **lifted)
    move_letter(letter, "cancel", note="判决已改", by=cast.clerk)
    assert disputes.end_dispute(suit, **lifted).reanswer_due_on is None
    case.refresh_from_db()
    item = case.items.get()
    assert (case.state, case.decision) == ("closed", "deny_process_info")
    assert (item.decision, item.letter, item.answers) == ("deny_process_info", "L22", {"q": "a"})
    assert item.discretion and timeline(case)[0].words.endswith("原来的答复继续有效")
    assert AuditEntry.objects.get(action="撤销重新答复").old == {"期限": "2026-08-31"}
    # An order that was entered on the page of the case is taken for that of the result.
    reopen(case, on=date(2026, 6, 22), until=date(2026, 9, 1), reason="判决", by=cast.clerk)
    for day in (date(2026, 9, 1), date(2026, 9, 2)):
        disputes.end_dispute(suit, reanswer_due_on=day, **result)
        case.refresh_from_db()
        assert case.waiting_until == day
    disputes.end_dispute(suit, **lifted)
    # Carried out, an order is a fact: only the result changes, and a new one opens the case anew.
    disputes.end_dispute(suit, reanswer_due_on=date(2026, 9, 30), **result)
    case.items.update(decision="granted", letter="L14")
    sent(a_letter(case, "L14", cast), cast, on=date(2026, 7, 10))
    disputes.end_dispute(suit, **lifted)
    case.refresh_from_db()
    assert (case.state, case.items.get().decision) == ("delivered", "granted")


def test_an_order_that_falls_gives_every_item_its_decision_back(cast: Cast) -> None:
    """Also where what was decided anew in the meantime may not stand beside it (DOMAIN A.6)."""
    case = answered(cast)
    other = case.items.create(order=2, text="电话", decision="partial", letter="L16", particulars={
        "withheld": [{"序号": 1, "ground": "deny_third_party", "内容": "电话", "理由": "个人隐私"}]
    })  # fmt: skip
    order = {"on": date(2026, 6, 1), "reason": "示政复〔2026〕3号", "by": cast.clerk}
    reopen(case, until=date(2026, 6, 30), **order)
    case.items.update(decision="decline_petition", letter="L29")
    standing = standing_order(case)
    assert standing is not None
    change_order(case, standing, until=None, **order)
    assert list(case.items.values_list("decision", flat=True)) == ["granted", "partial"]
    other.refresh_from_db()
    # Its ground is counted again; what it named stands in the letter alone.
    assert other.particulars == {"withheld": [{"序号": 1, "ground": "deny_third_party"}]}
