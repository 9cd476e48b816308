"""From findings to marked cells."""

from __future__ import annotations

from collections.abc import Iterable

from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.render.blocks import LEVELS, CellMark


def marks_of(findings: Iterable[Finding]) -> dict[str, CellMark]:
    """Address → mark for every cell that a finding names; findings are numbered from 1.

    A cell of several findings bears all their numbers and the gravest level.
    """
    gravity = list(LEVELS)
    marks: dict[str, CellMark] = {}
    for number, finding in enumerate(findings, 1):
        for address in dict.fromkeys(finding.addresses):
            mark = marks.get(address)
            if mark is None:
                marks[address] = CellMark(finding.level, (number,), finding.message)
                continue
            level = min(mark.level, finding.level, key=gravity.index)
            title = f"{mark.title}\n{finding.message}"
            marks[address] = CellMark(level, (*mark.numbers, number), title)
    return marks
