"""Every statutory value as data: ``rule(key, on=day)`` → value, article, days in force.

The YAML files beside this module hold the values. ``mark`` says how sure the value is:
``V`` read in the source, ``M`` from memory (confirm before relying on it), ``C`` a convention
of this product where the law is silent. Values marked M and C, and local limits, can be
replaced for one body with :meth:`Rulebook.with_local`, without touching the files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Literal

from gongkai.law.shipped import shipped

Mark = Literal["V", "M", "C"]
FILES = (
    "deadlines.yaml",
    "fees.yaml",
    "remedies.yaml",
    "annual_report.yaml",
    "conventions.yaml",
    "engagement.yaml",
    "inspection.yaml",
    "assessment.yaml",
)
MARKS = {"V": "已核对原文", "M": "凭记忆，待核", "C": "本产品约定"}


class UnknownRule(KeyError):
    """No value of this name exists at all."""

    def __str__(self) -> str:
        return f"没有名为“{self.args[0]}”的法定参数。"


class NoRuleInForce(LookupError):
    """The value exists, but none is in force on the day asked for.

    ``article`` is what the oldest value known rests on, ``since`` its first day.
    """

    def __init__(self, known: Rule, on: date) -> None:
        super().__init__(f"{on.isoformat()} 当日没有生效的“{known.title}”规定（{known.key}）。")
        self.key, self.on, self.article = known.key, on, known.article
        self.title, self.since = known.title, known.since


@dataclass(frozen=True, slots=True)
class Rule:
    """One dated value.

    ``value`` is a number, text, flag, list or mapping as ``unit`` says; ``since`` is the first
    day in force and ``until`` the last (None: still in force); ``article`` what it rests on;
    ``number`` the line of the domain's table of limits (T1 …), where it has one.
    """

    key: str
    title: str
    value: Any
    unit: str
    article: str
    since: date
    until: date | None
    mark: Mark
    number: str | None = None
    note: str | None = None

    def in_force(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True)
class Rulebook:
    """All values, by key, oldest first."""

    values: Mapping[str, tuple[Rule, ...]]

    def rule(self, key: str, *, on: date) -> Rule:
        """The value in force on the day ``on``.

        Raises UnknownRule for a name that does not exist, NoRuleInForce where none is in force.
        """
        try:
            known = self.values[key]
        except KeyError:
            raise UnknownRule(key) from None
        for found in reversed(known):
            if found.in_force(on):
                return found
        raise NoRuleInForce(known[0], on)

    def find(self, key: str, *, on: date) -> Rule | None:
        """Like :meth:`rule`, None where none is in force."""
        try:
            return self.rule(key, on=on)
        except NoRuleInForce:
            return None

    def in_force(self, on: date) -> Iterator[Rule]:
        """Every value in force on the day ``on``, in the order of the files."""
        for known in self.values.values():
            yield from (r for r in known if r.in_force(on))

    def with_local(self, local: Mapping[str, Any], *, source: str) -> Rulebook:
        """A rulebook in which one body's own values replace those of the same key.

        ``local`` maps keys to values; ``source`` is the local document. Values that are
        verified law (mark V) cannot be replaced: ValueError.
        """
        values = dict(self.values)
        for key, value in local.items():
            if key not in values:
                raise UnknownRule(key)
            if any(r.mark == "V" for r in values[key]):
                raise ValueError(f"“{values[key][0].title}”是法定值，不能由本单位改动（{key}）。")
            values[key] = tuple(
                replace(r, value=value, article=source, note=None) for r in values[key]
            )
        return Rulebook(values)


def _load(name: str) -> Any:
    return shipped("gongkai.law", f"parameters/{name}")


def _rules(raw: Mapping[str, Any]) -> Iterator[Rule]:
    for v in raw["values"]:
        yield Rule(
            key=raw["key"],
            title=raw["title"],
            value=v["value"],
            unit=v.get("unit") or raw["unit"],
            article=v["article"],
            since=v["from"],
            until=v.get("to"),
            mark=v["mark"],
            number=raw.get("number"),
            note=v.get("note") or raw.get("note"),
        )


@cache
def statute() -> Rulebook:
    """The values of the YAML files: national law and the product's conventions."""
    return Rulebook({raw["key"]: tuple(_rules(raw)) for name in FILES for raw in _load(name)})


def rule(key: str, *, on: date) -> Rule:
    """The value ``key`` in force on the day ``on``: see :meth:`Rulebook.rule`."""
    return statute().rule(key, on=on)


@cache
def national_notices() -> tuple[Mapping[str, Any], ...]:
    """Holiday notices entered by data on top of ``holidays`` (calendar.yaml)."""
    return tuple(_load("calendar.yaml")["notices"])
