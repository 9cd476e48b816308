"""docs/law-changes.md tells what the data say."""

from pathlib import Path

from gongkai.law.cli import history
from gongkai.law.deadlines.refused import refusals
from gongkai.law.parameters import statute

PAGE = (Path(__file__).parents[3] / "docs/law-changes.md").read_text("utf-8")


def test_the_table_of_values_is_up_to_date() -> None:
    assert history() in PAGE, "gongkai law rules --markdown"


def test_every_convention_on_the_page_exists_and_can_be_replaced() -> None:
    open_points = PAGE.partition("## 三、")[2].partition("## 四、")[0]
    keys = [word for word in open_points.split("`") if word in statute().values]
    assert len(keys) >= 8
    for key in keys:
        assert all(r.mark != "V" for r in statute().values[key]), key


def test_every_rule_number_of_a_refusal_is_explained() -> None:
    for entry in refusals().values():
        number = entry["rule"]
        assert number in PAGE or (number[:2] == "R1" and "R1a—R1e" in PAGE) or number[0] == "F"
