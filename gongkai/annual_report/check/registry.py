"""The rules by id. A rule is a pure function of a ``Subject``; its words live beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from gongkai.annual_report.check.finding import Finding, Level
from gongkai.annual_report.check.subject import Subject
from gongkai.annual_report.model import Place

_BREAK = re.compile(r"\s*\n\s*")
RuleFunction = Callable[[Subject], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it guards (``about``), what to do (``advice``), what it rests on (``source``).

    ``level`` is the usual level; a single finding can be milder. ``needs`` names what the rule
    wants beside the report itself (上一年年报、下级年报 …); without it the rule is silent.
    """

    id: str
    level: Level
    title: str
    source: str
    about: str
    advice: str
    function: RuleFunction
    needs: str = ""


#: Every rule in the order of its id. Filled by the ``rule`` decorator.
RULES: dict[str, Rule] = {}


def rule(
    rule_id: str, level: Level, title: str, *, source: str, about: str, advice: str, needs: str = ""
) -> Callable[[RuleFunction], RuleFunction]:
    """Register a function as the rule with this id (ValueError if the id is taken)."""

    def register(function: RuleFunction) -> RuleFunction:
        if rule_id in RULES:
            raise ValueError(rule_id)
        RULES[rule_id] = Rule(rule_id, level, title, source, about, advice, function, needs)
        return function

    return register


def finding(
    rule_id: str,
    message: str,
    *,
    level: Level | None = None,
    addresses: tuple[str, ...] = (),
    section: int | None = None,
    quote: str | None = None,
    place: Place | None = None,
    **values: Any,
) -> Finding:
    """A finding of this rule with the rule's level (unless a milder one is given) and source."""
    known = RULES[rule_id]
    return Finding(
        rule_id,
        level or known.level,
        _BREAK.sub("", message),
        addresses,
        section,
        quote,
        place,
        known.source,
        values,
    )
