"""Remedies on both sides of 2024-01-01 and 2025-06-01, roll-over, and the clause."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.law.calendar import national
from gongkai.law.parameters import NoRuleInForce, statute
from gongkai.law.remedies import (
    add_months,
    answer_due,
    clause,
    defence_due,
    remedies,
    suit_after_review_due,
    suit_untold_due,
    untold_due,
    ways,
)
from gongkai.law.taxonomy import decisions

OLD, NEW = date(2023, 12, 31), date(2024, 1, 1)
FIRST = [k for k, d in decisions().items() if d.group in ("deny", "partial")]
FIRST.remove("deny_admin_query")
UNSETTLED = [
    "deny_admin_query",
    "unable_needs_creation",
    "decline_petition",
    "decline_repeat",
    "decline_publication",
]


@pytest.mark.parametrize("decision", decisions())
def test_reconsideration_comes_first_from_2024_for_articles_14_to_16(decision: Any) -> None:
    before = remedies(decision, decided_on=OLD, known_on=OLD)
    after = remedies(decision, decided_on=NEW, known_on=NEW)
    assert before.reconsideration_first is False
    assert before.litigation_due is not None
    assert after.reconsideration_first is (decision in FIRST)
    assert (after.litigation_due is None) is (decision in FIRST)


def test_reviewing_body_changes_with_the_law_and_can_be_a_parameter() -> None:
    assert remedies("granted", decided_on=OLD, known_on=OLD).reviewing_body == (
        "本级人民政府或者上一级主管部门"
    )
    assert remedies("granted", decided_on=NEW, known_on=NEW).reviewing_body == "本级人民政府"
    own = remedies("granted", decided_on=NEW, known_on=NEW, reviewing_body="示例管委会")
    assert own.reviewing_body == "示例管委会"


def test_the_letter_chooses_the_law_and_the_receipt_starts_the_period() -> None:
    found = remedies("deny_process_info", decided_on=OLD, known_on=date(2024, 1, 3))
    assert found.reconsideration_first is False
    assert found.reconsideration_raw == date(2024, 3, 3)
    assert found.reconsideration_due == date(2024, 3, 4)


def test_the_last_day_rolls_over_a_holiday_and_not_over_a_worked_weekend() -> None:
    # 60 days after 2024-08-02 is 10-01; the holiday lasts until 10-07.
    rolled = remedies("granted", decided_on=NEW, known_on=date(2024, 8, 2))
    assert rolled.reconsideration_raw == date(2024, 10, 1)
    assert rolled.reconsideration_due == date(2024, 10, 8)
    # 60 days after 2024-07-31 is Sunday 09-29, which is worked.
    assert remedies("granted", decided_on=NEW, known_on=date(2024, 7, 31)).reconsideration_due == (
        date(2024, 9, 29)
    )


def test_months_end_on_the_last_day_of_a_shorter_month() -> None:
    assert add_months(date(2023, 8, 31), 6) == date(2024, 2, 29)
    assert add_months(date(2022, 8, 31), 6) == date(2023, 2, 28)
    assert add_months(date(2022, 3, 31), 6) == date(2022, 9, 30)
    assert add_months(date(2022, 7, 1), 6) == date(2023, 1, 1)


def test_three_months_to_sue_until_2015() -> None:
    assert remedies("granted", decided_on=date(2015, 4, 30), known_on=date(2015, 4, 30)
                    ).litigation_raw == date(2015, 7, 30)  # fmt: skip
    assert remedies("granted", decided_on=date(2015, 5, 1), known_on=date(2015, 5, 1)
                    ).litigation_raw == date(2015, 11, 1)  # fmt: skip


@pytest.mark.parametrize("decision", UNSETTLED)
def test_the_unsettled_suits_are_a_switch_from_june_2025(decision: Any) -> None:
    day = date(2025, 6, 1)
    assert not remedies(decision, decided_on=date(2025, 5, 31), known_on=day).litigation_unsettled
    printed = remedies(decision, decided_on=day, known_on=day)
    assert printed.litigation_unsettled and printed.litigation_due is not None
    off = statute().with_local({"litigation.print_unsettled": False}, source="法制机构意见")
    silent = remedies(decision, decided_on=day, known_on=day, rules=off)
    assert silent.litigation_due is None
    assert silent.reconsideration_due == printed.reconsideration_due
    text = clause(
        decision, decided_on=day, government="示例县人民政府", court="示例法院", rules=off
    )
    assert "诉讼" not in text and "行政复议" in text


def test_without_a_decision_nobody_can_say_whether_reconsideration_comes_first() -> None:
    assert remedies(None, decided_on=NEW, known_on=NEW).reconsideration_first is None
    assert remedies(None, decided_on=OLD, known_on=OLD).reconsideration_first is False
    with pytest.raises(KeyError):
        remedies("no_such", decided_on=NEW, known_on=NEW)
    with pytest.raises(NoRuleInForce):
        remedies("granted", decided_on=date(2008, 4, 30), known_on=date(2008, 4, 30))


def test_the_clause_of_each_law() -> None:
    def told(decision: str, on: date) -> str:
        return clause(
            decision,
            decided_on=on,
            government="示例县人民政府",
            court="示例县人民法院",
            upper="示例市卫生健康委员会",
        )

    old = told("deny_security", OLD)
    assert "60日内向示例县人民政府或者示例市卫生健康委员会申请行政复议，也可以" in old
    assert "6个月内向示例县人民法院" in old
    first = told("deny_security", NEW)
    assert first.startswith("应当自收到本告知书之日起60日内先向示例县人民政府申请行政复议")
    assert "15日内向示例县人民法院提起行政诉讼" in first
    either = told("unable_not_held", NEW)
    assert either.startswith("可以自收到") and "或者示例市" not in either


def test_after_reconsideration_fifteen_days() -> None:
    assert suit_after_review_due(date(2024, 3, 1)) == date(2024, 3, 18)


def test_remedies_not_told_run_from_the_day_they_are_told_for_at_most_a_year() -> None:
    known = date(2024, 1, 10)
    assert untold_due(known, date(2024, 3, 1), decided_on=NEW) == date(2024, 4, 30)
    assert untold_due(known, date(2025, 1, 2), decided_on=NEW) == date(2025, 1, 10)
    assert untold_due(known, decided_on=NEW) == date(2025, 1, 10)


def test_a_suit_whose_period_was_not_told_has_a_year_that_rolls() -> None:
    """2025-03-01 is a Saturday."""
    assert suit_untold_due(date(2024, 3, 1)) == date(2025, 3, 3)
    with pytest.raises(NoRuleInForce):
        suit_untold_due(date(2018, 2, 7))


def test_the_answer_counts_calendar_days_until_2023_and_working_days_after() -> None:
    assert answer_due(date(2023, 12, 21)) == date(2024, 1, 2)  # 12-31, a Sunday, and 01-01 roll
    assert answer_due(date(2024, 1, 2)) == date(2024, 1, 16)
    assert answer_due(date(2024, 1, 2), summary=True) == date(2024, 1, 9)
    with pytest.raises(NoRuleInForce):
        answer_due(date(2023, 12, 21), summary=True)


def test_the_defence_in_court_on_both_sides_of_may_2015() -> None:
    assert defence_due(date(2015, 4, 30)) == date(2015, 5, 11)
    assert defence_due(date(2015, 5, 4)) == date(2015, 5, 19)


def test_a_letter_not_yet_received_has_remedies_without_days() -> None:
    found = remedies("granted", decided_on=NEW)
    assert found.litigation_open and found.reviewing_body == "本级人民政府"
    assert found.reconsideration_due is None and found.litigation_due is None


@given(st.dates(date(2008, 5, 1), date(2029, 12, 31)), st.sampled_from(list(decisions())))
def test_due_days_are_working_days_and_never_before_the_raw_day(day: Any, decision: Any) -> None:
    found = remedies(decision, decided_on=day, known_on=day)
    for raw, due in (
        (found.reconsideration_raw, found.reconsideration_due),
        (found.litigation_raw, found.litigation_due),
    ):
        assert (raw is None) is (due is None)
        if raw is not None and due is not None:
            assert national().is_working(due)
            assert raw <= due and (due - raw).days <= 10


def test_the_ways_told_before_a_reply_are_those_of_the_law_on_the_day() -> None:
    """A citizen is told the same periods and bodies as in the clause of a letter."""
    old, new = (
        {
            way.title: way
            for way in ways(
                day, government="示例县人民政府", upper="示例市卫健委", court="示例县人民法院"
            )
        }
        for day in (OLD, NEW)
    )
    assert old["向谁申请行政复议"].text == "示例县人民政府或者示例市卫健委"
    assert new["向谁申请行政复议"].text == "示例县人民政府"
    assert "哪些要先申请行政复议" not in old
    assert "第二十三条" in new["哪些要先申请行政复议"].article
    assert "（2017）" in old["怎样申请行政复议"].article
    assert "示例县人民法院" in new["对复议决定不服"].text
    # Who got no answer at all has no day on which he learned of it.
    assert new["没有按期收到答复的"].text == "从答复期限届满之日起60日内申请行政复议"
    assert "《行政复议法实施条例》第十六条" in new["没有按期收到答复的"].article
    assert "本级人民政府" in [way.text for way in ways(NEW)]
