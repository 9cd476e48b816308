"""Whole stories: the examples beside the project where they are, and our own always."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongkai.law.deadlines import clock
from gongkai.law.fees import fee
from gongkai.law.tests.oracle import Oracle
from tests.shared import SHARED

OWN = yaml.safe_load((Path(__file__).parent / "scenarios.yaml").read_text("utf-8"))
EXAMPLES: dict[str, Any] = (
    json.loads((SHARED / "examples" / "deadlines.json").read_text("utf-8"))
    if SHARED is not None
    else {"scenarios": [], "fees": {"per_piece": [], "per_page": []}}
)
STORIES = [*OWN, *EXAMPLES["scenarios"]]


def _differences(expected: dict[str, Any], found: dict[str, Any], path: str = "") -> list[str]:
    wrong = []
    for key, value in expected.items():
        got = found.get(key, "<absent>")
        if isinstance(value, dict) and isinstance(got, dict):
            wrong += _differences(value, got, f"{path}{key}.")
        elif got != value:
            wrong.append(f"{path}{key}: {got}, expected {value}")
    return wrong


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s["id"])
def test_story_ends_as_told(story: dict[str, Any]) -> None:
    found = clock(story)
    assert _differences(story["expected"], found) == []


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s["id"])
def test_events_are_accepted_and_refused_as_told(story: dict[str, Any]) -> None:
    events = clock(story)["events"]
    told = story.get("verdicts") or [e.get("expect", "accept") for e in story["events"]]
    assert [e["result"] for e in events] == told
    assert all(e["as_expected"] for e in events if "expect" in e)


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s["id"])
def test_every_step_names_its_article(story: dict[str, Any]) -> None:
    for step in clock(story)["steps"]:
        assert step["article"]
        assert step["rule"].startswith("R")


LIVES = [
    s
    for s in STORIES
    if s["events"][0]["date"] >= "2021"
    and s["events"][0]["date"] < "2026"
    and not any("case" in e or "good_reason" in e for e in s["events"])
    and not any(
        e["type"] in ("information_formed", "annual_report_deadline", "reply_sent_online")
        for e in s["events"]
    )
    and not s["id"].startswith(("fee_notice_on", "part_payment"))
]


@pytest.mark.parametrize("story", LIVES, ids=lambda s: s["id"])
def test_the_oracle_tells_the_same_story(story: dict[str, Any]) -> None:
    oracle = Oracle()
    for event in story["events"]:
        oracle.happen(event)
    due = oracle.result()["reply_due"]
    assert clock(story)["reply_due"] == (due.isoformat() if due else None)


@pytest.mark.parametrize("case", EXAMPLES["fees"]["per_piece"], ids=lambda c: c["pieces_in_month"])
def test_example_fee_by_piece(case: dict[str, int]) -> None:
    found = fee("per_piece", case["pieces_in_month"], on=date(2021, 1, 1))
    assert (found.total, found.rate) == (case["total"], case["rate_of_last_piece"])


@pytest.mark.parametrize("case", EXAMPLES["fees"]["per_page"], ids=lambda c: c["pages"])
def test_example_fee_by_page(case: dict[str, int]) -> None:
    found = fee("per_page", case["pages"], on=date(2021, 1, 1))
    assert (found.total, found.rate) == (case["total"], case["rate_of_last_page"])
