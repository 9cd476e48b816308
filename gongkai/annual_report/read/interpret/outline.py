"""What each line of a document is for: title, heading, section text, or one of the tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gongkai.annual_report.read.interpret.headings import (
    HEADING_STARTS,
    Heading,
    heading_of,
    is_broken_title,
    is_title,
    section_number,
)
from gongkai.annual_report.read.interpret.lines import Line, normalise
from gongkai.law.formats import FORMAT_IDS, report_format


@dataclass(slots=True)
class Outline:
    """What each line of a document is: its headings, and the table (2, 3, 4) it belongs to."""

    headings: list[Heading] = field(default_factory=list)
    table: list[int] = field(default_factory=list)
    titles: list[int] = field(default_factory=list)


_VALUES_15 = re.compile(r"(?:[-+]?[\d,.]+|/|-)(?:\s+(?:[-+]?[\d,.]+|/|-)){14,}")


#: Sections in whose midst no other report begins.
_WITHIN = (1, 2, 3, 4)
#: More lines than this are no official table; what follows is left out, and told.
MAX_TABLE_LINES = 3000
#: From so many digits on a line of them is no figure of a table.
_LONG_FIGURE = 80


def outline(lines: list[Line]) -> Outline:
    """Read the lines once, in order, and say what each is for."""
    out = Outline(table=[0] * len(lines))
    mode = section = 0
    drawn = False  # the table is a drawn one: text between its parts is not in it
    for i, line in enumerate(lines):
        text = line.compact
        if text.isdecimal() and _bare_figure(line) and not drawn:
            out.table[i] = mode
            continue
        if ("报" in text and is_title(line)) or (
            text[-1] in "作开度" and is_broken_title(lines, i)
        ):
            if out.titles and section in _WITHIN and text == lines[out.titles[0]].compact:
                continue  # the title again, at the head of a page
            out.titles.append(i)
            mode = section = 0
            continue
        anchor = _anchor(line, mode, section) if _may_begin(line, mode, section) else None
        if anchor is None and text[0] in HEADING_STARTS and (found := heading_of(line)):
            ordinal, number, title = found
            if not ordinal and number == section:
                out.table[i] = number if number in (2, 3, 4) else 0
                continue  # the caption of the section's table, not its heading again
            section = number
            out.headings.append(Heading(i, ordinal, section, title))
            mode, drawn = 0, False
            continue
        if anchor is not None:
            mode = anchor
        elif mode in (0, 3) and _maybe_fifteen(line):
            mode = 4
        if not mode:
            continue
        drawn = drawn or line.grid is not None
        if not (drawn and line.grid is None) and belongs(line, mode):
            out.table[i] = mode
        elif mode == 4:
            mode = 0
    return out


def _bare_figure(line: Line) -> bool:
    """Whether a line of digits is one figure: that begins nothing, and belongs where it stands."""
    return line.grid is None and line.text == line.compact and len(line.text) < _LONG_FIGURE


def _characters(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(ch for text in texts for ch in normalise(text))


def _wording(table: int) -> Iterable[str]:
    """The official words of a table, in every format, and the signs that go with them."""
    yield "主动公开政府信息情况收到和处理政府信息公开申请情况行政复议、行政诉讼情况"
    yield '一二三四五六七八九十0123456789()、.,:;“”"/|-第条项续表单位件年度'
    for fmt in map(report_format, FORMAT_IDS):
        if table == 2:
            for block in fmt.table2:
                yield block.clause + block.head
                yield from (column.label for column in block.columns)
                yield from (row.label for row in block.rows)
        elif table == 3:
            yield fmt.table3_note + "申请人情况法人或其他组织"
            yield from (column.label for column in fmt.table3_columns)
            yield from (row.label + (row.group or "") for row in fmt.table3_rows)
        else:
            yield "合计类型事项"
            yield from (c.label for c in (*fmt.table4_blocks, *fmt.table4_columns))


_VALUE = re.compile(r"[-+]?\d[\d,.]*(?:[件条项个宗起次份例]|人次|件次)|[\d,.]+\[\d\d?\]|[Oo]")
_ASIDE = re.compile(r"\([^()]{4,}\)?")
_WORDS_OF = {table: _characters(_wording(table)) for table in (2, 3, 4)}


def belongs(line: Line, table: int) -> bool:
    """Whether a line within a table's stretch is of the table, and not a sentence.

    A line of cells, and one that ends in a number, is; a longer line of words is if nearly
    all its characters are those of the table's official wording.
    """
    if line.cells is not None:
        return True
    text = line.compact
    if "。" in text and "勾稽" not in text and len(text) > 8:
        return False
    last = text[-1]
    if last.isdigit() or last in "/-元零〇○":
        return len(text) < _LONG_FIGURE or " " in line.text
    if _VALUE.fullmatch(text):
        return True
    if table != 4 and len(text) <= 20:
        return True
    text = _ASIDE.sub("", text) if "(" in text else text
    words = _WORDS_OF[table]
    strange = len([ch for ch in text if ch not in words])
    return strange <= len(text) * (0.4 if table != 4 else 0.15)


_CAPTION = re.compile(r"(?:附?表[一二三四1-4]|附件\d?)[:.、]?(.+)")
_CLAUSE_HEAD = re.compile(r"第二十条第?[(]?[一二三四五六七八九十][)]?项(?:信息内容|$)|第二十条$")
_HEAD4 = re.compile(r"行政复议(?:行政诉讼|结果维持|$)|行政诉讼$|结果维持|结果纠正")
_ROW2 = re.compile(r"(?:规章|(?:行政)?规范性文件|行政许可|行政处罚)(?:\(.*\))?[-\d./,元万]*")
_ROW4 = re.compile(r"[行未复经直结类][^。,]{0,30}")


#: What the words begin with that a table begins with.
_STARTS = frozenset("第信规行(申结表附")


def _may_begin(line: Line, mode: int, section: int) -> bool:
    """Whether a table can begin at this line: quick, as nearly every line is within one."""
    return (
        line.compact[0] in _STARTS
        or line.grid is not None
        or line.heading
        or (section == 4 and mode == 0)
        or "本年新收" in line.compact
    )


def _anchor(line: Line, mode: int, section: int) -> int | None:
    """The table that starts at this line, if one does."""
    text = line.compact
    first = text[0]
    if first == "第" and _CLAUSE_HEAD.match(text) and "。" not in text:
        return 2
    if first == "信" and text.startswith("信息内容"):
        return 2
    if first in "规行" and section == 2 and mode == 0 and _ROW2.fullmatch(text):
        return 2
    if first in "(申" and ("申请人情况" in text[:60] or "勾稽关系" in text[:20]):
        return 3
    if "本年新收政府信息公开申请" in text[:16] and "。" not in text and ";" not in text:
        return 3
    if mode != 2 and first in "行结" and _HEAD4.match(text) and "。" not in text:
        return 4
    if section == 4 and mode == 0 and _ROW4.fullmatch(text) and belongs(line, 4):
        return 4
    if (line.heading or first in "表附") and (found := _CAPTION.fullmatch(text)):
        number = section_number(found[1])
        return number if number in (2, 3, 4) else None
    if line.grid is not None:
        if "第二十条第" in text:
            return 2
        if "申请人情况" in text or "本年新收政府信息公开申请" in text:
            return 3
        if "自然人" in text and "总计" in text:
            return 3
        if (text.startswith("行政复议") and mode != 2) or (section == 4 and mode == 0):
            return 4
    return None


def _maybe_fifteen(line: Line) -> bool:
    if line.cells is not None:
        return sum([c.text != "" for c in line.cells]) >= 15 and not any(
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
    seen = 0
    for k, (at, kind, number) in enumerate(marks):
        if kind == "title" and _at_page_head(lines, found, marks, k):
            continue
        advanced = advanced or any(table >= 3 for table in found.table[seen:at])
        seen = max(seen, at)
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


def _at_page_head(
    lines: list[Line], found: Outline, marks: list[tuple[int, str, int]], k: int
) -> bool:
    """Whether a title is the first one again, and no report starts with it."""
    if lines[marks[k][0]].compact != lines[found.titles[0]].compact:
        return False
    after = next((number for _, kind, number in marks[k + 1 :] if kind == "heading"), 6)
    return k > 0 and after not in (1, 2)


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
