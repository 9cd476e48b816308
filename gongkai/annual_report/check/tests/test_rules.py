"""Every rule has an example that trips it, and the rules page is current."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gongkai.annual_report.check import RULES, check
from gongkai.annual_report.check.examples import EXAMPLES
from gongkai.annual_report.check.page import page
from gongkai.annual_report.check.samples import clean
from gongkai.annual_report.model import FormatId

#: Rules that an example of another cannot help tripping too.
ALSO = {
    "C15": {"C28"},
    "C20": {"C15", "C01", "C03"},
    "C10b": {"C15"},
}


def test_every_rule_of_the_domain_is_there() -> None:
    families = {rule_id[:3] for rule_id in RULES}
    assert {f"C{n:02}" for n in range(1, 29)} <= families
    assert set(EXAMPLES) == set(RULES)


@pytest.mark.parametrize("rule_id", sorted(EXAMPLES))
def test_the_example_of_a_rule_trips_it_and_says_where(rule_id: str) -> None:
    example = EXAMPLES[rule_id]()
    found = [f for f in check(example.report, **example.options) if f.rule == rule_id]
    assert found, rule_id
    for finding in found:
        assert finding.message.endswith(("。", "）"))
        assert finding.source


def test_the_rules_page_is_current() -> None:
    stored = Path(__file__).resolve().parents[4] / "docs" / "rules.md"
    assert stored.read_text("utf-8") == page(), "gongkai report rules --markdown > docs/rules.md"


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("number", [1, 5, 6])
def test_a_section_of_words_must_have_some(number: int, form: FormatId) -> None:
    without: dict[str, Any] = {f"s{number}": " \n"}
    found = [f for f in check(clean(form, **without)) if f.rule == "C26"]
    assert [(f.level, f.section) for f in found] == [("error", number)]
    assert not [f for f in check(clean(form)) if f.rule == "C26"]
    part = replace(clean(form, **without), scope="excerpt")
    assert not [f for f in check(part) if f.rule == "C26"]
