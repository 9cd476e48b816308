"""The data files themselves, and both sides of every legal date."""

import itertools
from datetime import date, timedelta
from typing import Any

import pytest

from gongkai.law.deadlines.refused import refusals
from gongkai.law.parameters import (
    FILES,
    MARKS,
    NoRuleInForce,
    UnknownRule,
    _load,
    rule,
    statute,
)

ALL = [r for known in statute().values.values() for r in known]


@pytest.mark.parametrize("name", FILES)
def test_no_key_is_written_twice(name: Any) -> None:
    keys = [raw["key"] for raw in _load(name)]
    assert len(keys) == len(set(keys))


def test_no_key_is_in_two_files() -> None:
    keys = [raw["key"] for name in FILES for raw in _load(name)]
    assert len(keys) == len(set(keys)) == len(statute().values)


@pytest.mark.parametrize("one", ALL, ids=lambda r: f"{r.key}@{r.since}")
def test_every_value_has_article_dates_unit_and_mark(one: Any) -> None:
    assert one.article.strip() and one.title.strip() and one.unit.strip()
    assert isinstance(one.since, date)
    assert one.until is None or one.until >= one.since
    assert one.mark in MARKS


@pytest.mark.parametrize("key", statute().values)
def test_values_of_one_key_do_not_overlap_and_leave_no_gap(key: Any) -> None:
    known = statute().values[key]
    for earlier, later in itertools.pairwise(known):
        assert earlier.until is not None
        assert later.since == earlier.until + timedelta(days=1)


def test_every_line_of_the_table_of_limits_is_there() -> None:
    numbers = {r.number for r in ALL if r.number}
    assert numbers == {f"T{n}" for n in range(1, 24)}


def test_every_refusal_has_rule_article_and_sentence() -> None:
    for code, entry in refusals().items():
        assert set(entry) - {"code"} == {"rule", "article", "text"}, code
        assert (entry["article"] and entry["text"].endswith("。")) or "{" in entry["text"]


#: key, last day of the old law, value then, first day of the new law, value then
BOTH_SIDES = [
    ("regulation", None, date(2008, 5, 1), "国令第492号"),
    ("regulation", "国令第492号", date(2019, 5, 15), "国令第711号"),
    ("reply.days", None, date(2008, 5, 1), 15),
    ("reply.days", 15, date(2019, 5, 15), 20),
    ("extension.max_days", 15, date(2019, 5, 15), 20),
    ("correction.notice_days", None, date(2019, 5, 15), 7),
    ("consultation.third_party_days", None, date(2019, 5, 15), 15),
    ("consultation.joint_maker_days", None, date(2019, 5, 15), 15),
    ("consultation.other_agency_days", None, date(2019, 5, 15), 15),
    ("publication.days", 20, date(2019, 5, 15), 20),
    ("report.department_due", {"month": 3, "day": 31}, date(2019, 5, 15), {"month": 1, "day": 31}),
    ("report.citation", "国令第492号", date(2019, 5, 15), "国令第711号"),
    ("report.format", None, date(2019, 1, 1), "2019"),
    ("report.format", "2019", date(2021, 1, 1), "2021"),
    ("fee.payment_days", None, date(2021, 1, 1), 20),
    ("reconsideration.body", "本级人民政府或者上一级主管部门", date(2024, 1, 1), "本级人民政府"),
    (
        "reconsideration.form",
        "可以书面申请，也可以口头申请；申请不收费",
        date(2024, 1, 1),
        "可以邮寄、通过复议机关指定的互联网渠道或者当面提交申请书；书面申请有困难的，"
        "可以口头申请；申请不收费",
    ),
    ("reconsideration.summary_decision_days", None, date(2024, 1, 1), 30),
    ("reconsideration.answer_days", 10, date(2024, 1, 1), 10),
    ("reconsideration.untold_max_years", None, date(2024, 1, 1), 1),
    ("litigation.untold_max_years", None, date(2018, 2, 8), 1),
    ("litigation.months", 3, date(2015, 5, 1), 6),
    ("litigation.interpretation", "2011年规定", date(2025, 6, 1), "2025年解释"),
    ("litigation.print_unsettled", None, date(2025, 6, 1), True),
    ("publication.institution_days", None, date(2022, 2, 1), 20),
    ("publication.penalty_withdrawal_days", None, date(2021, 7, 15), 3),
]


@pytest.mark.parametrize(("key", "before", "first", "value"), BOTH_SIDES)
def test_both_sides_of_the_legal_date(key: Any, before: Any, first: Any, value: Any) -> None:
    eve = first - timedelta(days=1)
    if before is None:
        with pytest.raises(NoRuleInForce, match=eve.isoformat()):
            rule(key, on=eve)
    else:
        assert rule(key, on=eve).value == before
    assert rule(key, on=first).value == value
    assert rule(key, on=first).since == first


def test_every_value_that_changed_has_an_example_on_both_sides() -> None:
    changes = {(r.key, r.since) for r in ALL if r != statute().values[r.key][0]}
    same_value = {
        (r.key, r.since)
        for r in ALL
        for e in statute().values[r.key]
        if e.until == r.since - timedelta(days=1) and e.value == r.value and e.unit == r.unit
    }
    shown = {(key, first) for key, _, first, _ in BOTH_SIDES}
    assert changes - same_value - shown == {
        ("reconsideration.first_decisions", date(2024, 1, 1)),  # test_remedies
        ("litigation.defence_days", date(2015, 5, 1)),  # test_remedies
    }


def test_the_answer_in_reconsideration_counted_calendar_days_before_2024() -> None:
    assert rule("reconsideration.answer_days", on=date(2023, 12, 31)).unit == "日"
    assert rule("reconsideration.answer_days", on=date(2024, 1, 1)).unit == "工作日"


def test_an_unknown_name_is_not_the_same_as_a_value_not_in_force() -> None:
    with pytest.raises(UnknownRule, match=r"reply\.dayz"):
        rule("reply.dayz", on=date(2024, 1, 1))
    with pytest.raises(NoRuleInForce, match="答复"):
        rule("reply.days", on=date(2008, 4, 30))
    assert statute().find("reply.days", on=date(2008, 4, 30)) is None


def test_a_body_may_replace_a_convention_but_not_the_law() -> None:
    local = statute().with_local({"correction.default_days": 15}, source="本县通知")
    found = local.rule("correction.default_days", on=date(2024, 1, 1))
    assert (found.value, found.article) == (15, "本县通知")
    assert rule("correction.default_days", on=date(2024, 1, 1)).value == 10
    with pytest.raises(ValueError, match="法定值"):
        statute().with_local({"reply.days": 30}, source="本县通知")
    with pytest.raises(UnknownRule):
        statute().with_local({"no.such": 1}, source="本县通知")


def test_in_force_lists_each_key_at_most_once() -> None:
    for day in (date(2010, 1, 1), date(2020, 1, 1), date(2026, 1, 1)):
        keys = [r.key for r in statute().in_force(day)]
        assert len(keys) == len(set(keys))
    assert "fee.per_piece" not in {r.key for r in statute().in_force(date(2020, 12, 31))}


def test_the_yaml_files_hold_no_key_that_nobody_reads() -> None:
    known = {"key", "title", "unit", "number", "note", "values"}
    inner = {"value", "from", "to", "mark", "article", "note", "unit"}
    for name in FILES:
        for raw in _load(name):
            assert set(raw) <= known, raw["key"]
            for value in raw["values"]:
                assert set(value) <= inner, raw["key"]
