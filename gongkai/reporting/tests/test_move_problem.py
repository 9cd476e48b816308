"""The loop of a finding: every step by the right person, in order, with words where they matter."""

import pytest
from django.core.exceptions import PermissionDenied

from gongkai.annual_report.model import Cell
from gongkai.base.refusal import Overtaken, Refused
from gongkai.reporting.actions import correct_cell, file_report, move_problem, moves_for
from gongkai.reporting.models import FoundProblem
from gongkai.reporting.tests.cast import as_file, faulty_report, make_filed, sound_report


@pytest.fixture(scope="module")
def make_people():
    return make_filed


@pytest.fixture
def problem(cast) -> FoundProblem:
    return cast.report.problems.filter(level="error").first()


def test_a_finding_goes_the_whole_way_and_every_step_is_kept(cast, problem):
    correct_cell(problem.report, "t3.granted.total", "3", "核对台账", by=cast.clerk)
    for state, who in (
        ("confirmed", cast.clerk),
        ("mended", cast.clerk),
        ("reviewed", cast.reviewer),
        ("archived", cast.head),
    ):
        problem = move_problem(problem, state, "办理说明", by=who)
    assert problem.state == "archived"
    assert [s.by for s in problem.steps.all()] == [
        cast.clerk,
        cast.clerk,
        cast.reviewer,
        cast.head,
    ]


@pytest.mark.parametrize("state", ["mended", "reviewed", "archived", "found", "nonsense"])
def test_a_step_out_of_order_is_refused_in_words(cast, problem, state):
    with pytest.raises(Refused, match="次序"):
        move_problem(problem, state, "说明", by=cast.clerk)


def test_the_one_who_mended_does_not_review_his_own_work(cast, problem):
    from gongkai.bodies.actions import grant_role
    from gongkai.bodies.models import Role

    grant_role(cast.clerk, cast.body, Role.REVIEWER, by=None)
    move_problem(problem, "confirmed", "属实", by=cast.reviewer)
    move_problem(problem, "mended", "已更正", by=cast.clerk)
    with pytest.raises(Refused, match="您整改的"):
        move_problem(problem, "reviewed", "通过", by=cast.clerk)
    with pytest.raises(Refused, match="您确认的"):
        move_problem(problem, "reviewed", "通过", by=cast.reviewer)
    assert move_problem(problem, "reviewed", "通过", by=cast.head).state == "reviewed"


def test_work_sent_back_starts_a_round_of_its_own(cast, problem):
    move_problem(problem, "confirmed", "属实", by=cast.clerk)
    move_problem(problem, "mended", "已更正", by=cast.clerk)
    with pytest.raises(Refused, match="还差什么"):
        move_problem(problem, "confirmed", "", by=cast.reviewer)
    assert move_problem(problem, "confirmed", "合计仍不对", by=cast.reviewer).state == "confirmed"


def test_an_error_is_not_confirmed_without_words(cast, problem):
    with pytest.raises(Refused, match="说明"):
        move_problem(problem, "confirmed", "  ", by=cast.clerk)


def test_a_dismissal_needs_its_reason_and_can_be_reopened(cast, problem):
    with pytest.raises(Refused, match="为什么不是问题"):
        move_problem(problem, "dismissed", "", by=cast.clerk)
    move_problem(problem, "dismissed", "源文件如此", by=cast.clerk)
    assert move_problem(problem, "found", "再看一次", by=cast.reviewer).state == "found"


@pytest.mark.parametrize("who", ["stranger", "inspector", "head"])
def test_only_those_of_the_body_with_the_role_confirm(cast, problem, who):
    with pytest.raises(PermissionDenied):
        move_problem(problem, "confirmed", "属实", by=getattr(cast, who))


def test_of_two_at_once_the_second_is_told(cast, problem):
    move_problem(problem, "confirmed", "属实", by=cast.clerk, seen="found")
    with pytest.raises(Overtaken, match="刚刚由他人办理"):
        move_problem(problem, "dismissed", "不是", by=cast.reviewer, seen="found")


def test_the_buttons_say_who_may_and_why_not(cast, problem):
    assert [o.why_not for o in moves_for(problem, cast.clerk)] == ["", ""]
    assert all("由经办人" in o.why_not for o in moves_for(problem, cast.inspector))
    assert [o.move.to_state for o in moves_for(problem, cast.clerk)] == ["confirmed", "dismissed"]


def test_what_was_put_right_and_comes_back_starts_anew(cast, problem):
    report = problem.report
    correct_cell(report, "t3.granted.total", "3", "核对台账", by=cast.clerk)
    for state, who in (
        ("confirmed", cast.clerk),
        ("mended", cast.clerk),
        ("reviewed", cast.reviewer),
        ("archived", cast.head),
    ):
        problem = move_problem(problem, state, "说明", by=who)
    correct_cell(report, "t3.granted.total", "5", "又改回去", by=cast.clerk)
    problem.refresh_from_db()
    assert problem.state == "found" and problem.gone_at is None
    assert problem.steps.last().note == "第3版中再次出现"


def test_a_finding_that_is_dismissed_stays_dismissed_in_a_new_version(cast, problem):
    move_problem(problem, "dismissed", "源文件如此", by=cast.clerk)
    again = faulty_report().with_cells({"t2.licensing.decisions": Cell(9, "9")})
    file_report(as_file(again), "b.json", body=cast.body, by=cast.clerk)
    problem.refresh_from_db()
    assert problem.state == "dismissed" and problem.gone_at is None
    file_report(as_file(sound_report()), "c.json", body=cast.body, by=cast.clerk)
    problem.refresh_from_db()
    assert problem.gone_at is not None
