"""Places of a report that a remark may point at: a cell, a paragraph, or the whole."""

from __future__ import annotations

import re

from gongkai.annual_report.model import Report
from gongkai.base.refusal import Refused
from gongkai.reporting.cells import label

_PARAGRAPH = re.compile(r"s([1-6])\.([1-9][0-9]?)")
_NUMERALS = "一二三四五六"


def paragraphs(report: Report, number: int) -> list[str]:
    """The paragraphs of a section as a remark counts them, from 1."""
    section = report.section(number)
    return [line for line in section.text.splitlines() if line.strip()] if section else []


def name_of_place(report: Report, place: str) -> str:
    """The place in words; Refused for one that the report does not have."""
    if not place:
        return "整份年报"
    if found := _PARAGRAPH.fullmatch(place):
        section, number = int(found[1]), int(found[2])
        if number <= len(paragraphs(report, section)):
            return f"第{_NUMERALS[section - 1]}部分第{number}段"
    elif place in dict(report.cells()):
        return label(report, place)
    raise Refused("年报里没有这个位置，请从页面上选择。")
