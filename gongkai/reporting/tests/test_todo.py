"""待办: each person's own deeds, by the legal day, and what waits for others."""

from datetime import date

from django.urls import reverse

from gongkai.registers.models import LicenceDecision
from gongkai.reporting.actions import file_report, move_problem, publish_report
from gongkai.reporting.desk.todo import todo
from gongkai.reporting.tests.cast import as_file, faulty_report, sound_report

JANUARY = date(2024, 1, 10)


def deeds(user, today=JANUARY):
    return [(t.deed, t.due_on) for t in todo(user, today).mine]


def test_a_missing_report_is_due_on_the_day_of_the_law(cast):
    assert deeds(cast.clerk) == [("录入年报", date(2024, 1, 31))]
    (task,) = todo(cast.clerk, JANUARY).mine
    assert "第四十九条" in task.why and task.warning.colour != "overdue"
    assert todo(cast.clerk, date(2024, 2, 1)).late == 1


def test_a_body_that_keeps_registers_is_led_to_compiling(cast):
    LicenceDecision.objects.create(
        body=cast.body,
        number="示许1",
        party="示例药房",
        content="准予",
        happened_on=date(2023, 3, 2),
    )
    (task,) = todo(cast.clerk, JANUARY).mine
    assert (task.deed, task.detail) == ("编制年报", "尚未编制")
    assert task.url == f"{reverse('desk-compilations')}?begin={cast.body.pk}&of=2023"


def test_a_government_has_until_the_end_of_march_and_an_inspector_waits_for_all(cast):
    waiting = {t.title: t.due_on for t in todo(cast.inspector, JANUARY).waiting}
    assert waiting["示例县人民政府2023年政府信息公开工作年度报告"] == date(2024, 3, 31)
    assert waiting["示例县教育局2023年政府信息公开工作年度报告"] == date(2024, 1, 31)
    assert not todo(cast.inspector, JANUARY).mine


def test_the_next_deed_goes_from_hand_to_hand(cast):
    report = file_report(
        as_file(faulty_report()), "a.json", body=cast.body, by=cast.clerk
    ).version.report
    assert "确认问题" in dict(deeds(cast.clerk)) and not deeds(cast.head)
    for problem in report.problems.filter(level="error", gone_at=None):
        move_problem(problem, "confirmed", "属实", by=cast.clerk)
    assert "整改" in dict(deeds(cast.clerk)) and dict(deeds(cast.head)).keys() == {"公开"}
    for problem in report.problems.filter(state="confirmed"):
        move_problem(problem, "mended", "已改", by=cast.clerk)
    assert "复核" in dict(deeds(cast.reviewer)) and "复核" not in dict(deeds(cast.clerk))


def test_an_old_report_has_no_legal_day_any_more(cast):
    file_report(as_file(faulty_report(2020)), "a.json", body=cast.body, by=cast.clerk)
    assert ("确认问题", None) in deeds(cast.clerk)


def test_a_stranger_sees_nothing_of_this_body(cast):
    file_report(as_file(faulty_report()), "a.json", body=cast.body, by=cast.clerk)
    everything = todo(cast.stranger, JANUARY)
    assert all("教育局" in t.title for t in (*everything.mine, *everything.waiting))


def test_what_is_left_of_a_public_report_is_not_overdue(cast):
    first = file_report(as_file(faulty_report()), "a.json", body=cast.body, by=cast.clerk)
    report = first.version.report
    for problem in report.problems.filter(level="error", gone_at=None):
        move_problem(problem, "confirmed", "属实", by=cast.clerk)
    second = file_report(as_file(sound_report()), "b.json", body=cast.body, by=cast.clerk)
    for problem in report.problems.filter(state="found", level="error", gone_at=None):
        move_problem(problem, "confirmed", "属实", by=cast.clerk)
    late = date(2024, 2, 1)
    gone = report.problems.filter(state="confirmed").exclude(gone_at=None)
    standing = report.problems.filter(state="confirmed", gone_at=None)
    assert gone.count() and ("整改", date(2024, 1, 31)) in deeds(cast.clerk, late)
    publish_report(second.version, by=cast.head)
    left = [t for t in todo(cast.clerk, late).mine if t.deed == "整改"]
    assert [t.detail for t in left] == [f"{n}个问题待整改" for n in [standing.count()] if n]
    assert all(t.is_public and t.due_on is None for t in left)
    assert not todo(cast.clerk, late).late
    # A later version that is not public yet has its own loop.
    file_report(as_file(faulty_report()), "c.json", body=cast.body, by=cast.clerk)
    assert {"确认问题", "整改"} & {deed for deed, _ in deeds(cast.clerk, late)}
