"""What every handler of an event may do: refuse, ask what is open, and record a step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from gongkai.law.deadlines.case import Case, Period
from gongkai.law.deadlines.events import Event
from gongkai.law.deadlines.steps import Step
from gongkai.law.parameters import Rule
from gongkai.law.shipped import shipped


@cache
def refusals() -> Mapping[str, Mapping[str, str]]:
    """Every refusal by name: ``rule``, ``article``, the sentence ``text``, maybe ``code``."""
    found: Mapping[str, Mapping[str, str]] = shipped("gongkai.law", "parameters/refusals.yaml")
    return found


class Refused(Exception):
    """The law does not allow this event: an entry of refusals.yaml, ``message`` filled in."""

    def __init__(self, name: str, **fields: Any) -> None:
        entry = refusals()[name]
        self.code = entry.get("code", name)
        self.rule = entry["rule"]
        self.article = entry["article"]
        self.message = entry["text"].format(**fields)
        super().__init__(self.message)


def still_open(case: Case) -> None:
    if case.reply is not None:
        raise Refused("already_replied", closed=case.closed)
    if case.withdrawn is not None:
        raise Refused("closed", closed=case.closed)


def running(case: Case, event: Event) -> Period:
    """The running reply period; Refused when none runs on the day of the event."""
    still_open(case)
    if case.period is None:
        raise Refused("not_received")
    due = case.abandoned_due
    if due is not None and event.on > due:
        raise Refused("abandoned", due=due)
    if case.awaiting_correction:
        raise Refused("awaiting_correction")
    if case.awaiting_payment:
        raise Refused("awaiting_payment")
    return case.period


def count_step(
    case: Case, key: str, day: date | None, rule: str, start: date, counted: int, basis: Rule
) -> None:
    case.steps.append(Step(key, basis.title, day, rule, basis.article, start, counted, basis.unit))
