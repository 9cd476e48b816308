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


def test_what_cannot_be_is_not_said_of_the_years() -> None:
    """No share of nothing (C25), and no fewer than no documents in force (C17)."""
    before, now = clean(year=2022), clean(year=2023)
    now = put(now, {"t2.coercion.decisions": 40, "t2.normative_documents.repealed": 7})
    said = {f.rule: f.message for f in check(now, previous=before)}
    assert said["C25"].endswith("由上年的 0 变为 40，正文没有说明原因。")
    assert "本年废止 7 还不够减" in said["C17"] and "应为 -" not in said["C17"]


def test_every_rule_says_what_it_guards_and_what_to_do() -> None:
    for rule in RULES.values():
        assert rule.title and rule.about and rule.advice and rule.source, rule.id
