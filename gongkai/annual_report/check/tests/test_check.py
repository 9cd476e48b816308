"""The check as a whole: a clean report has no findings, levels can be set for one run."""

from dataclasses import replace

from gongkai.annual_report.check import RULES, check
from gongkai.annual_report.check.samples import clean, put
from gongkai.annual_report.model import Report


def test_a_consistent_report_has_no_findings() -> None:
    assert check(clean("2019")) == []
    assert check(clean("2021")) == []


def test_a_rule_can_be_switched_off_or_made_milder_for_one_run() -> None:
    report = put(clean(), {"t4.review_total": 3})
    assert [(f.rule, f.level) for f in check(report)] == [("C04", "error")]
    assert [f.level for f in check(report, levels={"C04": "info"})] == ["info"]
    assert check(report, levels={"C04": "off"}) == []


def test_a_blank_form_gets_one_remark_and_nothing_is_taken_for_zero() -> None:
    report = clean()
    empty = Report(
        format="2021",
        table2=tuple(
            replace(r, cells={k: replace(c, value=None) for k, c in r.cells.items()})
            for r in report.table2 or ()
        ),
    )
    assert [(f.rule, f.level) for f in check(empty)] == [("C06", "info")]


def test_every_rule_says_what_it_guards_and_what_to_do() -> None:
    for rule in RULES.values():
        assert rule.title and rule.about and rule.advice and rule.source, rule.id
