"""Findings and rules as plain data and as words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from gongkai.annual_report.check.finding import Finding, Level
from gongkai.annual_report.check.registry import Rule
from gongkai.annual_report.model import Report

#: How a level is said; the sign stands beside the word, so that colour is never alone.
LEVELS: dict[Level, str] = {"error": "错误", "warn": "提醒", "info": "提示"}
SIGNS: dict[Level, str] = {"error": "✖", "warn": "▲", "info": "●"}


def finding_dict(finding: Finding) -> dict[str, Any]:
    """A finding for JSON: absent parts are left out, days are ISO text."""
    place = finding.place
    out: dict[str, Any] = {
        "rule": finding.rule,
        "level": finding.level,
        "message": finding.message,
        "addresses": list(finding.addresses),
        "section": finding.section,
        "quote": finding.quote,
        "place": place
        and {
            k: v
            for k, v in (("page", place.page), ("line", place.line), ("cell", place.cell))
            if v is not None
        },
        "source": finding.source,
        "values": {
            k: v.isoformat() if isinstance(v, date) else v for k, v in finding.values.items()
        },
    }
    return {k: v for k, v in out.items() if v not in (None, [], {})}


def result_dict(report: Report, findings: Iterable[Finding]) -> dict[str, Any]:
    """What ``gongkai report check --json`` prints of one report."""
    found = list(findings)
    return {
        "file": report.file,
        "agency": report.agency,
        "year": report.year,
        "format": report.format,
        "counts": counts(found),
        "findings": [finding_dict(f) for f in found],
    }


def counts(findings: Iterable[Finding]) -> dict[Level, int]:
    """How many findings there are of each level."""
    tally = Counter(f.level for f in findings)
    return {level: tally[level] for level in LEVELS}


def rule_dict(rule: Rule) -> dict[str, Any]:
    """A rule's words for JSON."""
    return {
        "id": rule.id,
        "level": rule.level,
        "title": rule.title,
        "source": rule.source,
        "about": rule.about,
        "advice": rule.advice,
        "needs": rule.needs or None,
    }
