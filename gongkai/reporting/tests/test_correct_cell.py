"""A correction needs a reason, makes a version, and no later reading takes it away."""

from dataclasses import replace
from itertools import count

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.annual_report.model import Cell, shown
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.models import Body
from gongkai.reporting.actions import (
    conflicts,
    correct_cell,
    corrections_in_force,
    file_report,
    withdraw_correction,
)
from gongkai.reporting.actions.versions import in_force
from gongkai.reporting.cells import lay_over
from gongkai.reporting.models import AnnualReport
from gongkai.reporting.tests.cast import as_file, make_filed, sound_report

CELL = "t3.granted.total"


@pytest.fixture(scope="module")
def make_people():
    return make_filed


@pytest.fixture
def report(cast) -> AnnualReport:
    return cast.report


def newest(report: AnnualReport, address: str = CELL) -> str:
    return shown(report.latest.as_report.value(address))


def test_a_correction_makes_a_version_and_leaves_the_former_as_it_was(cast, report):
    version = correct_cell(report, CELL, "3", "经核对台账为3件", by=cast.clerk)
    assert version.number == 2 and newest(report) == "3"
    first = report.versions.get(number=1)
    assert shown(first.as_report.value(CELL)) == "5"
    assert version.reading == first.reading
    correction = report.corrections.get()
    assert (correction.old, correction.new, correction.by) == ("5", "3", cast.clerk)


def test_the_finding_goes_when_the_cell_is_put_right(cast, report):
    assert report.problems.filter(level="error", gone_at=None).exists()
    correct_cell(report, CELL, "3", "经核对台账为3件", by=cast.clerk)
    assert not report.problems.filter(level="error", gone_at=None).exists()
    assert report.problems.filter(level="error").exclude(gone_at=None).exists()


def test_a_new_file_does_not_overwrite_a_correction_and_the_conflict_is_shown(cast, report):
    correct_cell(report, CELL, "3", "经核对台账为3件", by=cast.clerk)
    other = sound_report().with_cells({CELL: Cell(7, "7")})
    file_report(as_file(other), "b.json", body=cast.body, by=cast.clerk)
    assert newest(report) == "3"
    (conflict,) = conflicts(report)
    assert "读取的是“5”，现在读取的是“7”，仍然采用更正值“3”" in conflict.message


def test_a_new_file_that_agrees_with_the_correction_says_so(cast, report):
    correct_cell(report, CELL, "3", "经核对台账为3件", by=cast.clerk)
    file_report(as_file(sound_report()), "b.json", body=cast.body, by=cast.clerk)
    assert "已经与更正值" in conflicts(report)[0].message


def test_a_correction_withdrawn_gives_the_cell_back_to_the_reading(cast, report):
    correct_cell(report, CELL, "3", "经核对台账为3件", by=cast.clerk)
    withdraw_correction(report, CELL, "更正有误", by=cast.clerk)
    assert newest(report) == "5" and not corrections_in_force(report)
    assert report.corrections.count() == 2
    with pytest.raises(Refused, match="没有生效的更正"):
        withdraw_correction(report, CELL, "再撤一次", by=cast.clerk)


def test_a_cell_that_the_reading_lacks_can_be_filled_in(cast):
    bare = replace(sound_report(), table2=None, table3=None, table4=None)
    filed = file_report(as_file(bare), "a.json", body=cast.body, by=cast.clerk)
    report = filed.version.report
    for address, value in (
        ("t2.fees.fee_amount_wan", "６０．1733"),
        ("t3.granted.natural", "4"),
        ("t4.review_total", "0"),
    ):
        correct_cell(report, address, value, "按纸质件补录", by=cast.clerk)
    content = report.latest.as_report
    assert shown(content.value("t2.fees.fee_amount_wan")) == "60.1733"
    assert content.value("t3.granted.natural") == 4
    assert content.value("t3.granted.total") is None, "a neighbour stays absent, never 0"


@pytest.mark.parametrize(
    ("address", "value", "word"),
    [
        (CELL, "三件", "不是数字"),
        (CELL, "9" * 20, "太长"),
        (CELL, "3.5", "整数"),
        (CELL, "-1", "负数"),
        ("t3.granted.moon", "1", "没有这一格"),
        ("t9.x", "1", "没有这一格"),
    ],
)
def test_what_is_not_a_value_of_the_cell_is_refused_in_words(cast, report, address, value, word):
    with pytest.raises(Refused, match=word):
        correct_cell(report, address, value, "理由", by=cast.clerk)
    assert report.versions.count() == 1


def test_a_correction_without_a_reason_is_refused(cast, report):
    with pytest.raises(Refused, match="理由"):
        correct_cell(report, CELL, "3", "  ", by=cast.clerk)


def test_two_clerks_at_once_one_wins_and_the_other_is_told(cast, report):
    correct_cell(report, CELL, "3", "经核对台账为3件", by=cast.clerk, seen=1)
    with pytest.raises(Overtaken, match=r"王经办.*第2版.*没有保存"):
        correct_cell(report, CELL, "4", "另一个数", by=cast.clerk, seen=1)
    assert newest(report) == "3"


@pytest.mark.parametrize("who", ["reviewer", "head", "inspector", "stranger"])
def test_only_a_clerk_of_the_body_corrects(cast, report, who):
    with pytest.raises(PermissionDenied):
        correct_cell(report, CELL, "3", "理由", by=getattr(cast, who))


ADDRESSES = ["t3.granted.total", "t3.granted.natural", "t4.review_total", "t2.licensing.decisions"]
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.integers(0, 9), st.sampled_from(["2021", "bare"])),
        st.tuples(st.just("correct"), st.integers(0, 9), st.sampled_from(ADDRESSES)),
        st.tuples(st.just("withdraw"), st.just(0), st.sampled_from(ADDRESSES)),
    ),
    min_size=1,
    max_size=8,
)


@settings(
    max_examples=settings.default.max_examples // 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # `rooms` gives each its own body
)
@given(deeds=DEEDS)
def test_no_sequence_of_readings_and_corrections_loses_a_correction(rooms, deeds):
    body = rooms()
    filed = file_report(as_file(sound_report()), "a.json", body=body, by=None)
    report = filed.version.report
    wanted: dict[str, str] = {}
    for deed, number, where in deeds:
        try:
            if deed == "read":
                reading = sound_report(received=number)
                if where == "bare":
                    reading = replace(reading, table2=None, table4=None)
                file_report(as_file(reading), "b.json", body=body, by=None)
            elif deed == "correct":
                correct_cell(report, where, str(number), "核对", by=None)
                wanted[where] = str(number)
            else:
                withdraw_correction(report, where, "撤回", by=None)
                del wanted[where]
        except Refused:
            pass
        content = report.latest.as_report
        assert in_force(report) == wanted
        assert {a: shown(content.value(a)) for a in wanted} == wanted


@pytest.fixture
def rooms(cast):
    """A new body for every example, since the database keeps what it was given."""
    numbers = count()

    def make():
        number = next(numbers)
        return Body.objects.create(
            name=f"示例县第{number}局",
            short_name=f"第{number}局",
            slug=f"ju-{number}",
            region=cast.body.region,
            kind=Body.Kind.DEPARTMENT,
            is_made_up=True,
        )

    return make


def test_a_correction_that_the_new_format_has_no_cell_for_is_kept(cast, report):
    changed, unknown = lay_over(sound_report(), {"t2.procurement.projects": "3", CELL: "9"})
    assert unknown == ["t2.procurement.projects"]
    assert changed.value(CELL) == 9
