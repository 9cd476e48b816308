"""The clauses of DOMAIN G.2 that the office's own registers hold: 52, 58, 59, 68."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from gongkai.base.refusal import Refused
from gongkai.bodies.ledger import actions, queries
from gongkai.bodies.ledger.book import book, shown
from gongkai.bodies.ledger.forms import LineForm
from gongkai.bodies.ledger.todo import ledger_todo
from gongkai.registers.books.office import elements

TODAY = timezone.localdate()
CHECKS, COMPLAINTS = book("institution-checks"), book("institution-complaints")


@pytest.fixture
def hospital(cast):
    values = {"happened_on": date(2024, 1, 2), "name": "示例医院", "kind": "医院"}
    return actions.enter(book("institutions"), cast.body, values, by=cast.clerk)


def test_a_check_names_what_is_lacking(cast, hospital):
    values = {"happened_on": TODAY, "institution": hospital, "score": 90}
    keys = [key for key, _ in elements()]
    line = actions.enter(
        CHECKS, cast.body, values | {"in_order": [k for k in keys if k != "prices"]}, by=cast.clerk
    )
    assert shown(CHECKS, line, "lacking") == "医保、价格、收费"
    line = actions.change(CHECKS, line.pk, {"in_order": keys}, by=cast.clerk)
    assert shown(CHECKS, line, "lacking") == "全部符合要求"


def test_a_score_is_out_of_a_hundred(cast, hospital):
    values = {"happened_on": TODAY, "institution": hospital, "score": 101}
    with pytest.raises(Refused, match="得分按 100 分计"):
        actions.enter(CHECKS, cast.body, values, by=cast.clerk)


def test_a_complaint_on_an_institution_waits_until_the_result_is_told(cast, hospital):
    """DOMAIN F.5: investigate, tell the result."""
    values = {"happened_on": TODAY - timedelta(days=3), "institution": hospital}
    values |= {"subject": "没有公布收费标准", "due_on": TODAY + timedelta(days=7)}
    line = actions.enter(COMPLAINTS, cast.body, values, by=cast.clerk)
    assert any(one.book == COMPLAINTS for one in ledger_todo(cast.clerk))
    with pytest.raises(Refused, match="请选择处理结果"):
        actions.change(COMPLAINTS, line.pk, {"told_on": TODAY}, by=cast.clerk)
    early = {"told_on": TODAY - timedelta(days=4), "result": "true"}
    with pytest.raises(Refused, match="告知日期早于收到日期"):
        actions.change(COMPLAINTS, line.pk, early, by=cast.clerk)
    actions.change(COMPLAINTS, line.pk, {"told_on": TODAY, "result": "true"}, by=cast.clerk)
    assert not any(one.book == COMPLAINTS for one in ledger_todo(cast.clerk))
    ((word, counted),) = queries.by_category(queries.entries(COMPLAINTS, cast.body), COMPLAINTS)
    assert word == "属实，已责令改正" and counted["lines"] == 1


@pytest.mark.parametrize(
    ("numbers", "wrong"),
    [
        ({"attended": 9, "tested": 10}, "tested"),
        ({"attended": 9, "tested": 8, "passed": 9}, "passed"),
        ({"attended": 9, "passed": 10}, "passed"),
    ],
)
def test_no_more_are_tested_than_came_nor_passed_than_were_tested(cast, numbers, wrong):
    training = book("training")
    values = {"happened_on": TODAY.isoformat(), "subject": "公开业务", **numbers}
    form = LineForm(training, cast.body, values)
    assert not form.is_valid() and list(form.errors) == [wrong]


def test_a_task_says_what_was_handed_in_how_and_who_took_it(cast):
    tasks = book("handed-tasks")
    values = {"happened_on": TODAY, "source": "省办公厅", "subject": "报送总结", "due_on": TODAY}
    values |= {"done_on": TODAY, "submitted": "工作总结", "way": "电子公文", "receipt": "已签收"}
    line = actions.enter(tasks, cast.body, values, by=cast.clerk)
    assert [shown(tasks, line, name) for name in ("submitted", "way", "receipt")] == [
        *("工作总结", "电子公文", "已签收")
    ]


def test_whether_a_score_counts_in_the_yearly_review_is_said_or_open(cast):
    one = book("assessments")
    values = {"happened_on": TODAY.isoformat(), "scheme": "考核方案", "assessed": "办公室"}
    form = LineForm(one, cast.body, values | {"part": "report"})
    assert form.is_valid(), form.errors
    line = actions.enter(one, cast.body, form.cleaned_data, by=cast.clerk)
    assert shown(one, line, "yearly_review") == ""
    line = actions.change(one, line.pk, {"yearly_review": "yes"}, by=cast.clerk)
    assert shown(one, line, "yearly_review") == "计入年度考核"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"effective_on": "2020-01-01"}, "effective_on"),
        ({"disclosed_on": "2020-01-01"}, "disclosed_on"),
        ({"repealed_on": "2020-01-01", "repealed_by": "令第2号"}, "repealed_on"),
        ({"repealed_on": "2024-01-01"}, "repealed_by"),
        ({"repealed_by": "令第2号"}, "repealed_on"),
    ],
)
def test_nothing_happens_to_a_regulation_before_it_is_made_and_its_end_is_named(cast, given, wrong):
    values = {"happened_on": "2020-03-02", "number": "令第1号", "title": "示例办法"}
    values |= {"effective_on": "2020-05-01"}
    assert LineForm(book("regulations"), cast.body, values).is_valid()
    form = LineForm(book("regulations"), cast.body, values | given)
    assert not form.is_valid() and list(form.errors) == [wrong]
