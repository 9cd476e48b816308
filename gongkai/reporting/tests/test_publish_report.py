"""Publishing: by the head, the newest version, no error without a word, corrections as errata."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from gongkai.base.refusal import Overtaken, Refused
from gongkai.reporting.actions import (
    correct_cell,
    file_report,
    move_problem,
    note_dates,
    publish_report,
    withdraw_publication,
)
from gongkai.reporting.cells import differences
from gongkai.reporting.tests.cast import as_file, faulty_report, sound_report


def filed(cast, report):
    return file_report(as_file(report), "a.json", body=cast.body, by=cast.clerk).version


def settle(cast, report, note="源文件如此，已要求整改"):
    for problem in report.problems.filter(level="error", state="found", gone_at=None):
        move_problem(problem, "confirmed", note, by=cast.reviewer)


def test_a_sound_report_is_published_with_its_facts(cast):
    version = filed(cast, sound_report())
    settle(cast, version.report)
    publish_report(version, by=cast.head)
    report = version.report
    report.refresh_from_db()
    assert report.published == version and report.published_at
    assert (report.format, report.received, report.granted) == ("2021", 3, 3)


@pytest.mark.parametrize("who", ["clerk", "reviewer", "inspector", "stranger"])
def test_only_the_head_publishes(cast, who):
    version = filed(cast, sound_report())
    with pytest.raises(PermissionDenied):
        publish_report(version, by=getattr(cast, who))


def test_an_error_that_nobody_judged_stops_publication(cast):
    version = filed(cast, faulty_report())
    with pytest.raises(Refused, match="错误级问题"):
        publish_report(version, by=cast.head)
    settle(cast, version.report)
    assert publish_report(version, by=cast.head).version == version


def test_only_the_newest_version_is_published(cast):
    version = filed(cast, faulty_report())
    correct_cell(version.report, "t3.granted.total", "3", "核对", by=cast.clerk)
    with pytest.raises(Overtaken, match="更新的版本"):
        publish_report(version, by=cast.head)


def test_a_new_version_of_a_published_report_is_an_erratum_with_its_differences(cast):
    version = filed(cast, faulty_report())
    settle(cast, version.report)
    publish_report(version, by=cast.head)
    better = correct_cell(version.report, "t3.granted.total", "3", "核对", by=cast.clerk)
    settle(cast, version.report)
    with pytest.raises(Refused, match="更正说明"):
        publish_report(better, by=cast.head)
    erratum = publish_report(better, by=cast.head, note="合计数有误，予以更正")
    (difference,) = erratum.differences
    assert (difference["old"], difference["new"]) == ("5", "3")
    assert "予以公开" in difference["label"]
    assert erratum.former == version
    version.report.refresh_from_db()
    assert version.report.granted == 3


def test_an_erratum_says_which_paragraphs_of_the_text_changed(cast):
    """The public is told what was corrected in words too, not of the numbers alone."""
    report = sound_report()
    first = report.sections[0]
    worded = replace(first, text="没有变。\n全年公开3条。\n又一段。")
    reworded = replace(first, text="没有变。\n全年公开4条。\n又一段。\n新的一段。")
    old, new = (replace(report, sections=(one, *report.sections[1:])) for one in (worded, reworded))
    found = differences(old, new)
    assert [(d.address, d.old, d.new) for d in found] == [
        (f"s{first.number}", "全年公开3条。", "全年公开4条。"),
        (f"s{first.number}", "", "新的一段。"),
    ]
    assert {d.label for d in found} == {f"“{first.title}”正文"}
    assert differences(old, old) == []


def test_what_was_owned_to_stays_so_beside_a_new_finding_of_the_same_rule(cast):
    """Published late as it was handed in late: the second is new, the first was answered."""
    report = filed(cast, sound_report()).report
    note_dates(report, disclosed_on=None, submitted_on=date(2024, 2, 2), by=cast.clerk)
    late = report.problems.get(rule="C14", gone_at=None, level="error")
    move_problem(late, "confirmed", "补报", by=cast.clerk)
    note_dates(report, disclosed_on=date(2024, 2, 3), submitted_on=date(2024, 2, 2), by=cast.clerk)
    states = {p.message[:4]: p.state for p in report.problems.filter(rule="C14", gone_at=None)}
    assert states == {"报送日期": "confirmed", "公布日期": "found"}
    late.refresh_from_db()
    assert late.message.startswith("报送日期")


def test_the_same_version_is_not_published_twice(cast):
    version = filed(cast, sound_report())
    settle(cast, version.report)
    publish_report(version, by=cast.head)
    with pytest.raises(Refused, match="已经公开"):
        publish_report(version, by=cast.head)


def test_a_withdrawn_report_is_gone_from_the_public_and_kept_in_the_record(cast):
    version = filed(cast, sound_report())
    settle(cast, version.report)
    publish_report(version, by=cast.head)
    with pytest.raises(Refused, match="理由"):
        withdraw_publication(version.report, " ", by=cast.head)
    withdraw_publication(version.report, "数据有误", by=cast.head)
    report = version.report
    report.refresh_from_db()
    assert report.published is None and report.published_at is None
    assert report.publications.count() == 2
    with pytest.raises(Refused, match="没有公开"):
        withdraw_publication(report, "再撤", by=cast.head)


def test_the_day_of_disclosure_is_of_the_year_after_and_not_in_the_future(cast):
    report = filed(cast, sound_report()).report
    for day in (date(2023, 12, 31), date(2999, 1, 1)):
        with pytest.raises(Refused, match="公布日期"):
            note_dates(report, disclosed_on=day, submitted_on=None, by=cast.clerk)
    handed_in = date(2024, 1, 25)
    note_dates(report, disclosed_on=date(2024, 1, 30), submitted_on=handed_in, by=cast.clerk)
    assert not report.problems.filter(rule="C14", gone_at=None).exists()
    note_dates(report, disclosed_on=date(2024, 2, 1), submitted_on=handed_in, by=cast.clerk)
    assert report.problems.filter(rule="C14", gone_at=None).exists()
