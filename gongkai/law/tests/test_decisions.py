"""The seven questions, legal combinations, the statistical row, and the lists of keys."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.law.decisions import (
    Conclusion,
    Question,
    check_items,
    choose,
    missing_steps,
    questions,
    report_row,
    statistical_decision,
)
from gongkai.law.formats import report_format
from gongkai.law.taxonomy import (
    applicant_kind,
    applicant_kinds,
    art20,
    channels,
    decisions,
    letters,
    roles,
)

KEYS = list(decisions())


def test_decisions_are_the_result_rows_of_table_3_in_its_order() -> None:
    assert list(report_format("2021").table3_leaves) == KEYS


def test_every_decision_has_a_row_in_both_formats() -> None:
    for key in KEYS:
        assert report_row(key, report_format("2021")).key == key
        old = report_row(key, report_format("2019")).key
        assert old == ("other" if key.startswith("other_") else key)


def test_applicant_kinds_are_the_columns_of_table_3() -> None:
    columns = [(c.key, c.label) for c in report_format("2021").table3_columns]
    assert [(k.key, k.label) for k in applicant_kinds().values()] == columns[:-1]


def test_letters_run_from_l01_to_l40_and_every_decision_names_known_ones() -> None:
    assert list(letters()) == [f"L{n:02}" for n in range(1, 41)]
    for one in decisions().values():
        assert one.letters and one.articles
        assert all(number in letters() for number in one.letters)


def test_a_part_is_withheld_on_articles_14_to_16_only() -> None:
    """Art 36(7) answers an application: what has its own way of inquiry is no part of a file."""
    grounds = [k for k, d in decisions().items() if d.withheld]
    assert grounds == [k for k, d in decisions().items() if "第十" in d.articles[0]]
    assert {d.group for d in decisions().values() if d.withheld} == {"deny"}


def test_procedural_letters_carry_no_remedies_and_decisions_do() -> None:
    for number in ("L04", "L05", "L06", "L07", "L09", "L10", "L13"):
        assert not letters()[number].remedies
    for n in range(14, 36):
        assert letters()[f"L{n}"].remedies


def test_article_20_has_fifteen_items_and_table_2_clauses_are_real() -> None:
    assert [i.item for i in art20()] == list(range(1, 16))
    clauses = {c.clause for f in ("2019", "2021") for c in report_format(f).table2}
    assert {i.table2 for i in art20() if i.table2} == clauses


def test_channels_and_roles_have_unique_labels() -> None:
    assert len({c.label for c in channels().values()}) == len(channels())
    assert len({r.label for r in roles().values()}) == len(roles())
    assert {k for k, c in channels().items() if c.basic} == {
        "in_person", "oral", "ems", "registered", "ordinary",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["natural", "natural_person", "自然人"])
def test_an_applicant_kind_is_known_by_key_alias_and_name(text: Any) -> None:
    assert applicant_kind(text) == "natural"


def test_an_unknown_applicant_kind_says_which_are_known() -> None:
    with pytest.raises(ValueError, match="natural、commercial"):
        applicant_kind("火星人")


def _walk(answers: dict[str, str]) -> Iterator[Conclusion]:
    found = choose(answers)
    if isinstance(found, Conclusion):
        yield found
        return
    for option in found.options:
        yield from _walk({**answers, found.id: option.key})


def test_every_path_ends_and_every_decision_can_be_reached() -> None:
    ends = list(_walk({}))
    reached = {e.decision.key for e in ends if e.decision}
    assert reached == set(KEYS)
    assert {e.letter for e in ends if e.waiting} == {"L04", "L05", "L07", "L10", "L13"}


def test_every_end_has_a_letter_of_its_decision_and_an_article() -> None:
    for end in _walk({}):
        assert end.letter in letters() and end.articles
        if end.decision is not None:
            assert end.letter in end.decision.letters


def test_questions_follow_the_order_of_the_seven() -> None:
    steps = list(dict.fromkeys(q.step for q in questions().values()))
    assert steps == ["补不补", "是不是", "谁负责", "有没有", "给不给", "怎么给"]


def test_publishing_over_an_objection_also_tells_the_third_party() -> None:
    answers = {
        "complete": "clear",
        "kind": "information",
        "responsible": "ours",
        "held": "found",
        "give": "third_party",
        "third_party": "public_interest",
        "form": "as_requested",
    }
    end = choose(answers)
    assert isinstance(end, Conclusion)
    assert end.decision is not None
    assert (end.decision.key, end.letter, end.also) == ("granted", "L14", ("L12",))


def test_an_unanswered_question_is_asked_and_a_wrong_answer_is_named() -> None:
    asked = choose({"complete": "clear"})
    assert isinstance(asked, Question) and asked.id == "kind"
    with pytest.raises(ValueError, match="没有“maybe”这个选项"):
        choose({"complete": "maybe"})


@pytest.mark.parametrize(
    ("items", "row"),
    [
        (["granted"], "granted"),
        (["granted", "deny_process_info"], "partial"),
        (["partial", "unable_not_held"], "partial"),
        (["granted", "unable_not_held"], "granted"),
        (["granted", "decline_petition", "unable_needs_creation"], "granted"),
        (["deny_process_info", "deny_state_secret"], "deny_state_secret"),
        (["decline_repeat", "unable_not_held"], "unable_not_held"),
        (["unable_not_held", "deny_admin_query"], "deny_admin_query"),
        (["granted", "granted"], "granted"),
        (["other_uncorrected"], "other_uncorrected"),
    ],
)
def test_one_application_is_counted_in_one_row(items: Any, row: Any) -> None:
    assert statistical_decision(items) == row


def test_giving_up_cannot_stand_beside_another_decision() -> None:
    assert "不能与其他决定并用" in check_items(["granted", "other_unpaid"])[0]
    with pytest.raises(ValueError, match="第三十条"):
        statistical_decision(["granted", "other_uncorrected"])
    assert check_items([]) != []
    assert check_items(["granted", "no_such"]) == ["没有名为“no_such”的答复决定。"]


@given(st.lists(st.sampled_from(KEYS), min_size=1, max_size=4))
def test_the_row_does_not_depend_on_the_order_of_items(items: Any) -> None:
    if check_items(items):
        return
    rows = {statistical_decision(list(p)) for p in itertools.permutations(items)}
    assert len(rows) == 1


def test_what_must_have_happened_before_a_decision() -> None:
    assert missing_steps("deny_third_party", ()) == ("third_party_consulted",)
    assert missing_steps("deny_third_party", {"third_party_consulted"}) == ()
    assert missing_steps("decline_excessive", ()) == ("reasons_requested",)
    assert missing_steps("granted", ()) == ()
    with pytest.raises(KeyError):
        missing_steps("no_such", ())
