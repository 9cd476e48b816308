"""docs/law-changes.md tells what the data say."""

import re
from pathlib import Path

import yaml

from gongkai.law.cli import history
from gongkai.law.deadlines import clock
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


def test_every_key_of_the_clock_is_explained() -> None:
    """A key of the result, or the beginning that it shares with others, is on the page."""
    stories = yaml.safe_load((Path(__file__).parent / "scenarios.yaml").read_text("utf-8"))
    cases = set("ABCD")
    for story in stories:
        for key in clock(story):
            if key in cases or key in ("id", "warnings") or key.startswith("consultation_due_"):
                continue
            shown = key.replace("fee_month_if_all_32", "fee_month_if_all_N")
            shown = re.sub("^reply_due_before_(?!correction)", "_before_", shown)
            shown = re.sub("last_working_day_.*", "last_working_day_…", shown)
            assert f"`{shown}`" in PAGE, key
