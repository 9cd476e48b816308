"""Top-level headings, and what each line is for: title, section text, or one of the tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

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
_CAPTION = re.compile(r"(?:附?表[一二三四1-4]|附件\d?)[:.、]?(.+)")
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


@dataclass(slots=True)
class Outline:
    """What each line of a document is: its headings, and the table (2, 3, 4) it belongs to."""

    headings: list[Heading] = field(default_factory=list)
    table: list[int] = field(default_factory=list)
    titles: list[int] = field(default_factory=list)


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


def _broken_title(lines: list[Line], i: int) -> bool:
    """A title whose last words ("年度报告") stand on the next line."""
    text = lines[i].compact
    if len(text) > 40 or i + 1 >= len(lines) or not text.endswith(_TITLE_HALF):
        return False
    return lines[i + 1].compact in _TITLE_REST


def heading_of(line: Line) -> tuple[int, int, str] | None:
    """(ordinal, section number, title) if the line is a top-level heading."""
    text = line.compact.strip("#*")
    if not text or len(text) > 60 or line.grid is not None:
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


_VALUES_15 = re.compile(r"(?:[-+]?[\d,.]+|/|-)(?:\s+(?:[-+]?[\d,.]+|/|-)){14,}")


def outline(lines: list[Line]) -> Outline:
    """Read the lines once, in order, and say what each is for."""
    out = Outline(table=[0] * len(lines))
    mode = 0
    for i, line in enumerate(lines):
        text = line.compact
        if not text:
            continue
        if is_title(line) or _broken_title(lines, i):
            out.titles.append(i)
            if mode:
                mode = 0
            continue
        anchor = _anchor(line, mode)
        if anchor is None and (found := heading_of(line)):
            ordinal, number, title = found
            out.headings.append(Heading(i, ordinal, number, title))
            mode = 0
            continue
        if anchor is not None:
            mode = anchor
        elif mode in (0, 3) and _maybe_fifteen(line):
            mode = 4
        if mode and not is_narrative(line):
            out.table[i] = mode
        elif mode == 4 and len(text) > 40:
            mode = 0
    return out


def is_narrative(line: Line) -> bool:
    """Whether a line within a table's stretch is a sentence all the same."""
    if line.cells is not None:
        return False
    text = line.compact
    return (
        len(text) > 24
        and ("。" in text[:-1] or text.endswith(("。", ";")) or len(text) > 80)
        and ("勾稽" not in text and not line.text.rstrip()[-1:].isdigit())
    )


_CLAUSE_HEAD = re.compile(r"第二十条第[(]?[一二三四五六七八九十][)]?项(?:信息内容|$)|第二十条$")
_HEAD4 = re.compile(r"行政复议(?:行政诉讼|结果维持|$)|行政诉讼$|结果维持|结果纠正")


def _anchor(line: Line, mode: int) -> int | None:
    """The table that starts at this line, if one does."""
    text = line.compact
    first = text[0]
    if first == "第" and _CLAUSE_HEAD.match(text) and "。" not in text:
        return 2
    if first == "信" and text.startswith("信息内容"):
        return 2
    if first in "(申" and ("申请人情况" in text[:60] or "勾稽关系" in text[:20]):
        return 3
    if "本年新收政府信息公开申请" in text[:16] and "。" not in text and ";" not in text:
        return 3
    if mode != 2 and first in "行结" and _HEAD4.match(text) and "。" not in text:
        return 4
    if (line.heading or first in "表附") and (found := _CAPTION.fullmatch(text)):
        number = section_number(found[1])
        return number if number in (2, 3, 4) else None
    if line.grid is not None:
        if "第二十条第" in text:
            return 2
        if "申请人情况" in text or "本年新收政府信息公开申请" in text:
            return 3
        if text.startswith("行政复议") and mode != 2:
            return 4
    return None


def _maybe_fifteen(line: Line) -> bool:
    if line.cells is not None:
        return sum(1 for c in line.cells if c.text) >= 15 and not any(
            "\u4e00" <= ch <= "\u9fff" for ch in line.compact
        )
    return line.text[:1] in "0123456789/-+" and bool(_VALUES_15.match(line.text))


def parts(lines: list[Line], found: Outline) -> list[tuple[int, int]]:
    """(start, end) of each report in the document: more than one, if a report starts anew."""
    starts = [0]
    advanced = False  # the current report has come as far as section 五 or table 三
    marks = sorted(
        [(h.at, "heading", h.number) for h in found.headings]
        + [(t, "title", 0) for t in found.titles]
    )
    for at, kind, number in marks:
        if any(found.table[k] >= 3 for k in range(starts[-1], at)):
            advanced = True
        if advanced and (kind == "title" or number == 1):
            start = _with_name(lines, at) if kind == "title" else at
            starts.append(max(start, starts[-1] + 1))
            advanced = False
        elif kind == "heading" and number >= 5:
            advanced = True
    ends = [*starts[1:], len(lines)]
    out: list[tuple[int, int]] = []
    for start, end in zip(starts, ends, strict=True):
        if out and not _is_report(found, start, end):
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def _is_report(found: Outline, start: int, end: int) -> bool:
    numbers = {h.number for h in found.headings if start <= h.at < end} - {0}
    return any(found.table[start:end]) or len(numbers) >= 3


_BODY_END = re.compile(
    r".{2,24}(?:人民政府|政府|局|委员会|委|厅|办公室|办|中心|处|院|站|镇|乡|街道|区)"
)


def _with_name(lines: list[Line], at: int) -> int:
    """A title of two lines starts at the body's name above it."""
    if at and len(lines[at - 1].compact) <= 26 and _BODY_END.fullmatch(lines[at - 1].compact):
        return at - 1
    return at
