"""Titles and top-level headings: which lines are, and of which section."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gongkai.annual_report.read.interpret.lines import Line

_ORDINALS = "一二三四五六七八九十"
_HEADING = re.compile(rf"[#*\s]*([{_ORDINALS}])(?:[、.,:·．]|是)(.+)")
_TABLE_ROW = re.compile(r"[、.,]?(?:本年新收|上年结转|本年度办理|结转下年|办理结果|本年度$)")
_TABLE_ROWS = (
    "本年新收政府信息公开申请数量",
    "上年结转政府信息公开申请数量",
    "本年度办理结果",
    "结转下年度继续办理",
)
#: Words that a heading of each section has, the telling ones first.
_WORDS = (
    (
        3,
        re.compile(
            r"收到和处理|处理政府信息公开申请|申请(?:办理)?情况|依申请公开(?:工作|办理|政府信息)?(?:的?情况)?$"
        ),
    ),
    (4, re.compile(r"行政复议|行政诉讼|复议.{0,3}诉讼")),
    (2, re.compile(r"主动公开")),
    (5, re.compile(r"问题.{0,8}(?:改进|整改|措施|打算)|主要问题|存在.{0,4}问题|改进(?:情况|措施)")),
    (6, re.compile(r"其他.{0,4}(?:需要|应当|要)?.{0,2}(?:报告|说明|事项)|其它.{0,4}(?:报告|事项)")),
    (1, re.compile(r"总体情况|总体概况|基本情况|概述")),
)
_OFFICIAL = {
    "总体情况": 1,
    "主动公开政府信息情况": 2,
    "收到和处理政府信息公开申请情况": 3,
    "政府信息公开行政复议、行政诉讼情况": 4,
    "政府信息公开行政复议行政诉讼情况": 4,
    "存在的主要问题及改进情况": 5,
    "其他需要报告的事项": 6,
}
_ARABIC = re.compile(rf"([1-6])[、.,]({'|'.join(_OFFICIAL)})$")
#: What a heading begins with.
HEADING_STARTS = frozenset([*_ORDINALS, *(title[0] for title in _OFFICIAL), *"#*123456"])
_TITLE = re.compile(
    r"(?:政[府务])?信?息?公开.{0,8}(?:年度)?(?:工作)?(?:年度)?报告|信息公开.{0,4}年报"
)


_TITLE_HALF = (
    "信息公开",
    "信息公开工作",
    "政务公开",
    "政务公开工作",
    "信息公开年度",
    "信息公开工作年度",
)
_TITLE_REST = ("年度报告", "工作年度报告", "年度工作报告", "工作报告", "报告", "年报")


@dataclass(slots=True)
class Heading:
    """A top-level heading at a line; ``number`` 1–6 by its words, 0 if they fit no section."""

    at: int
    ordinal: int
    number: int
    title: str


def is_title(line: Line) -> bool:
    """Whether this line reads as the title of an annual report."""
    text = line.compact
    if len(text) > 60 or "报" not in text or line.grid is not None:
        return False
    found = _TITLE.search(text)
    if not found or any(mark in text for mark in "。;"):
        return False
    return text.endswith(("报告", "年报", "报告)", "版)", "报告全文")) or (
        bool(re.search(r"\d{4}年", text)) and found.end() >= len(text) - 12
    )


def is_broken_title(lines: list[Line], i: int) -> bool:
    """A title whose last words ("年度报告") stand on the next line."""
    text = lines[i].compact
    if len(text) > 40 or i + 1 >= len(lines) or not text.endswith(_TITLE_HALF):
        return False
    return lines[i + 1].compact in _TITLE_REST


def heading_of(line: Line) -> tuple[int, int, str] | None:
    """(ordinal, section number, title) if the line is a top-level heading."""
    text = line.compact
    if text[0] not in HEADING_STARTS or len(text) > 60 or line.grid is not None:
        return None
    text = text.strip("#*")
    if not text:
        return None
    first = text[0]
    if first in _ORDINALS and (found := _HEADING.match(text)):
        title = found[2]
        if _TABLE_ROW.match(title) or _begins_table_row(title):
            return None
        is_sentence = len(title) > 34 or title[-1] in ";,、" or "。" in title[:-1]
        number = section_number(title)
        if text[1] == "是" and (number == 0 or section_number(title, strict=True) == 0):
            return None
        if is_sentence or (line.cells is not None and len([c for c in line.cells if c.text]) > 2):
            return None
        return _ORDINALS.index(first) + 1, number, line.raw.strip().strip("#* \t")
    bare = text.strip("。:")
    if first.isdigit() and (found := _ARABIC.match(bare)):
        return int(found[1]), _OFFICIAL[found[2]], line.raw.strip()
    if bare in _OFFICIAL:
        return 0, _OFFICIAL[bare], line.raw.strip().strip("#* \t")
    return None


def _begins_table_row(title: str) -> bool:
    """A label of table 三 that the page width has cut ("三、本")."""
    return any(row.startswith(title) for row in _TABLE_ROWS)


def section_number(title: str, *, strict: bool = False) -> int:
    """1–6 by the words of a heading, 0 if they fit none (``strict``: the official title only)."""
    bare = title.strip("。:")
    if bare in _OFFICIAL:
        return _OFFICIAL[bare]
    if strict:
        return 0
    return next((number for number, words in _WORDS if words.search(title)), 0)
