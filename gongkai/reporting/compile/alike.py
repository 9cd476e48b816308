"""How alike the text of a report is to last year's and to those of other bodies (C23)."""

from __future__ import annotations

from dataclasses import dataclass

from gongkai.annual_report.check.beside import similarity
from gongkai.annual_report.check.thresholds import value
from gongkai.reporting.actions.check import peers
from gongkai.reporting.compile.text import previous_version
from gongkai.reporting.models import AnnualReport, ReportVersion

#: So many of the nearest other bodies are told.
NEAREST = 3


@dataclass(frozen=True, slots=True)
class Alike:
    """Another text and how alike it is, in percent; ``copied``: C23 calls it so."""

    name: str
    percent: int
    copied: bool


def alike(report: AnnualReport, version: ReportVersion) -> list[Alike]:
    """Last year's report first, then the nearest of the bodies under the same one.

    Texts that say too little to be compared are left out.
    """
    mine = version.as_report
    others = []
    if former := previous_version(report):
        others.append((f"{report.year - 1}年年报", similarity(mine, former.as_report)))
    sisters = [(o.agency or "其他机关", similarity(mine, o)) for o in peers(report)]
    others += sorted(sisters, key=lambda pair: -(pair[1] or 0))[:NEAREST]
    limit = float(value("check.c23.similarity", report.year))
    return [
        Alike(name, round(score * 100), score >= limit)
        for name, score in others
        if score is not None
    ]
