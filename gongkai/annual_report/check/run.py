"""``check``: every rule over one report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from gongkai.annual_report.check import (
    beside,
    cells,
    form,
    lists,
    numbers,
    punctuation,
    source,
    structure,
    sums,
    text_sums,
    words,
    years,
)
from gongkai.annual_report.check.finding import Finding, Level
from gongkai.annual_report.check.registry import RULES, Rule
from gongkai.annual_report.check.subject import Subject
from gongkai.annual_report.model import Report

__all__ = ["check"]
_MODULES = (
    sums,
    cells,
    form,
    lists,
    numbers,
    text_sums,
    words,
    structure,
    punctuation,
    source,
    years,
    beside,
)

#: A year outside of these is a misprint: the report's year is then unknown.
YEARS = range(1949, 2200)
#: The rules in the order of their ids.
ORDERED = tuple(RULES[i] for i in sorted(RULES))
_FUNCTIONS = tuple(rule.function for rule in ORDERED)


def level_of(rule: Rule, levels: Mapping[str, Level | Literal["off"]]) -> Level | Literal["off"]:
    """The level asked for this rule: by its own id, else by its family (C24 for C24a)."""
    return levels.get(rule.id, levels.get(rule.id.rstrip("abcdefghijklmnop"), rule.level))


def check(
    report: Report,
    *,
    previous: Report | None = None,
    parts: Sequence[Report] = (),
    others: Iterable[Report] = (),
    levels: Mapping[str, Level | Literal["off"]] | None = None,
    published_on: date | None = None,
    submitted_on: date | None = None,
    government: bool | None = None,
    known_refusals: int | None = None,
) -> list[Finding]:
    """All findings of all rules on this report, in the order of the rule ids.

    ``previous``: last year's report of the same body (C05, C17, C18, C23, C25). ``parts``: the
    reports that this one sums up (C28). ``others``: reports of other bodies (C23). ``levels``:
    a level, or "off", for a rule id or a family (C24). ``published_on``, ``submitted_on``: for
    C14; ``government``: whether the later date of Art 49 holds (None: from the agency's name).
    ``known_refusals``: refusals that the register knows (C22).
    """
    if report.year is not None and report.year not in YEARS:
        report = replace(report, year=None)
    subject = Subject(
        report,
        previous,
        parts,
        others,
        published_on,
        submitted_on,
        government,
        known_refusals,
    )
    out: list[Finding] = []
    if not levels:
        for function in _FUNCTIONS:
            out += function(subject)
        return out
    for rule in ORDERED:
        level = level_of(rule, levels)
        if level == "off":
            continue
        found = rule.function(subject)
        chosen = rule.id in levels or level != rule.level
        out.extend(replace(f, level=level) if chosen else f for f in found)
    return out
