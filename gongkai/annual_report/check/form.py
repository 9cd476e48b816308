"""The form of the report: sections, title, period, format, dates (C10–C14, C26)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from rapidfuzz import fuzz

from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.check.registry import finding, rule
from gongkai.annual_report.check.subject import Subject, heading_text, plain_text
from gongkai.annual_report.check.thresholds import decree_number, due_on, period_of
from gongkai.annual_report.model import Place, Section
from gongkai.documents.blocks import chinese_date
from gongkai.law.formats import format_for_year

FORM = "年度报告格式（国办公开办函〔2019〕60号、〔2021〕30号）"
NUMERALS = "一二三四五六七八九十"
_NUMERAL = re.compile(r"^[#*\s]*([一二三四五六七八九十])\s*[、.．是,，]\s*")
#: Likeness of two titles (0–100) from which on one is a variant of the other.
_ALIKE = 70


@lru_cache(maxsize=4096)
def bare(title: str) -> str:
    """A heading without its numeral, blanks and marks."""
    return _NUMERAL.sub("", plain_text(title).strip("*#")).rstrip("。：:;；")


@lru_cache(maxsize=4096)
def _numeral(title: str) -> int | None:
    found = _NUMERAL.match(plain_text(title))
    return NUMERALS.index(found.group(1)) + 1 if found else None


def _matches(printed: list[Section], wanted: list[str]) -> dict[int, tuple[Section, bool]]:
    """Official section (from 1) → the heading that stands for it, and if it is word for word.

    A heading in the right words comes before one that is only like it.
    """
    out: dict[int, tuple[Section, bool]] = {}
    for heading in printed:
        text = bare(heading.title)
        if text in wanted:
            out.setdefault(wanted.index(text) + 1, (heading, True))
    for heading in printed:
        if any(heading is h for h, _ in out.values()) or bare(heading.title) in wanted:
            continue
        scored = [
            (fuzz.ratio(bare(heading.title), w), i + 1)
            for i, w in enumerate(wanted)
            if i + 1 not in out
        ]
        score, number = max(scored, default=(0, 0))
        if score >= _ALIKE:
            out[number] = (heading, False)
    return out


def headings(subject: Subject) -> list[Section]:
    """Every top-level heading in order; where the reader lists none, those of the sections."""
    report = subject.report
    return [h for h in (report.headings or report.sections) if h.title.strip()]


@rule(
    "C10",
    "error",
    "六个部分齐全、有序，标题用规定文字",
    source=FORM,
    about="依次为：一、总体情况；二、主动公开政府信息情况；三、收到和处理政府信息公开申请情况；"
    "四、政府信息公开行政复议、行政诉讼情况；五、存在的主要问题及改进情况；六、其他需要报告的事项。"
    "一级标题只有这六个。",
    advice="按规定的六个标题调整，正文小节用（一）（二）编号，不另起一级标题。",
)
def sections(subject: Subject) -> Iterator[Finding]:
    layout = subject.layout
    if layout is None or subject.blank:
        return
    printed = headings(subject)
    if not printed and subject.complete:
        yield finding("C10", "只有表格，没有找到六个部分的标题和正文。", level="warn")
        return
    if [heading_text(h.title) for h in printed] == list(layout.sections):
        return
    matches = _matches(printed, [bare(t) for t in layout.sections])
    yield from _inexact(subject, layout.sections, matches)
    known = {bare(h.title) for h, _ in matches.values()}
    extra = [h for h in printed if bare(h.title) not in known and _numeral(h.title)]
    if not subject.complete:
        return
    if extra:
        names = "、".join(f"“{h.title.strip()}”" for h in extra)
        yield finding(
            "C10",
            f"规定的六个部分之外另有一级标题：{names}，编号因此重复、跳号。",
            quote=extra[0].title,
            place=extra[0].place,
            section=extra[0].number or None,
        )
    for number, official in enumerate(layout.sections, 1):
        if number not in matches:
            yield finding("C10", f"缺少“{official}”这一部分的标题。", section=number)
    place = {id(h): i for i, h in enumerate(printed)}
    order = sorted(matches, key=lambda n: place[id(matches[n][0])])
    if order != sorted(order):
        names = "、".join(NUMERALS[n - 1] for n in order)
        yield finding("C10", f"六个部分的先后次序不对，现在是：{names}。")


def _inexact(
    subject: Subject, official: tuple[str, ...], matches: dict[int, tuple[Section, bool]]
) -> Iterator[Finding]:
    """Headings in other words, and numerals that are not those of their section."""
    wrong: list[Section] = []
    for number, (heading, exact) in matches.items():
        numeral = _numeral(heading.title)
        if exact and numeral == number and "、" in heading.title:
            continue
        if exact and numeral not in (None, number):
            wrong.append(heading)
            continue
        if exact and numeral is None and not subject.complete:
            continue
        yield finding(
            "C10",
            f"标题“{heading.title.strip()}”与规定的“{official[number - 1]}”不一致。",
            level="warn",
            section=number,
            quote=heading.title,
            place=heading.place,
        )
    if wrong:
        names = "、".join(f"“{h.title.strip()}”" for h in wrong)
        yield finding(
            "C10",
            f"标题的序号与规定的不同：{names}。",
            section=wrong[0].number or None,
            quote=wrong[0].title,
            place=wrong[0].place,
        )


@rule(
    "C11",
    "error",
    "统计期限为报告年度全年",
    source="《政府信息公开条例》第四十九条、第五十条；" + FORM,
    about="正文写明所列数据的统计期限，从报告年度的第一天到最后一天。",
    advice="改正起止日期；没有写的，在“总体情况”开头补一句。",
)
def period(subject: Subject) -> Iterator[Finding]:
    report = subject.report
    if subject.blank:
        return
    stated = report.period
    if stated is None:
        if report.layout and subject.passage(1) and _has_section(subject, 2):
            yield finding(
                "C11",
                "正文没有写明统计期限，请补上“统计期限自当年1月1日起至12月31日止”。",
                level="warn",
                section=1,
                place=next((x.place for x in report.sections if x.number == 1), None),
            )
        return
    year = report.year or stated.start.year
    first, last = period_of(year)
    if (stated.start, stated.end) == (first, last):
        return
    quote, place, number = _period_words(subject)
    yield finding(
        "C11",
        f"统计期限写的是 {chinese_date(stated.start)}至{chinese_date(stated.end)}，"
        f"应为 {chinese_date(first)}至{chinese_date(last)}。",
        section=number,
        quote=quote,
        place=place,
        start=stated.start,
        end=stated.end,
    )


def _has_section(subject: Subject, number: int) -> bool:
    return any(s.number == number for s in subject.report.sections)


_PERIOD = re.compile(
    r"[^。\n]*\d{4}年?\d{1,2}月\d{1,2}日[^。\n]*?[至到－—\-][^。\n]*\d{1,2}月\d{1,2}日[^。\n]*"
)


def _period_words(subject: Subject) -> tuple[str | None, Place | None, int | None]:
    for passage in subject.passages:
        found = _PERIOD.search(passage.plain)
        if found:
            quote, place = passage.locate(found.group())
            return quote, place, passage.number
    return None, None, None


_DECREE = re.compile(
    r"信息公开条例[》〉]?[（(]?[^，。；）)]{0,12}?(?:国务院令|国令|国务院第|令)第?(\d{3})号"
)


@rule(
    "C12",
    "error",
    "引用现行《条例》的令号",
    source="《政府信息公开条例》（2019年修订）及其公布令",
    about=f"引用《政府信息公开条例》时写国令第{decree_number(None)}号，不写修订前的旧令号。",
    advice="改为现行的令号，并核对引用的条文是不是修订后的条文。",
)
def decree(subject: Subject) -> Iterator[Finding]:
    right = decree_number(subject.report.year)
    for passage in subject.passages:
        for found in _DECREE.finditer(passage.plain):
            if found.group(1) == right:
                continue
            quote, place = passage.locate(found.group())
            yield finding(
                "C12",
                f"《政府信息公开条例》的令号写成第{found.group(1)}号，应为国令第{right}号。",
                section=passage.number,
                quote=quote,
                place=place,
                number=int(found.group(1)),
            )


@rule(
    "C13",
    "error",
    "按报告年度采用规定的格式",
    source=FORM,
    about="2019、2020 年度用 2019 年试行格式；2021 年度起用 2021 年格式。",
    advice="换用当年的格式重填表格。上级另有统一模板的，以国务院办公厅格式为准核对。",
)
def right_format(subject: Subject) -> Iterator[Finding]:
    report = subject.report
    if report.year is None:
        return
    wanted = format_for_year(report.year)
    if wanted is None:
        yield finding(
            "C13",
            f"这是 {report.year} 年的报告，早于统一格式，没有法定表格，只检查文字。",
            level="info",
        )
        return
    if report.format == wanted.id:
        return
    names = {"2019": "2019 年试行格式", "2021": "2021 年格式", "older": "没有法定表格的旧格式"}
    yield finding(
        "C13",
        f"{report.year} 年度的报告应采用{names[wanted.id]}（{wanted.source}），"
        f"现在是{names[report.format]}。",
    )


@rule(
    "C14",
    "error",
    "按时报送和公布",
    source="《政府信息公开条例》第四十九条",
    about="县级以上人民政府部门、县级以上地方人民政府各在《条例》规定的日期前报送、公布。报送日期要有记录。没有给出日期时，只看落款日期。",
    advice="尽快报送、公布并记录日期；已经逾期的，说明原因，避免改写日期。",
    needs="公布日期、报送日期",
)
def on_time(subject: Subject) -> Iterator[Finding]:
    report = subject.report
    if report.year is None:
        return
    due = due_on(report.year, subject.is_government)
    given = [("公布", subject.published_on), ("报送", subject.submitted_on)]
    for what, day in given:
        if day and day > due:
            yield finding(
                "C14",
                f"{what}日期 {chinese_date(day)} {_late(subject, due)}。",
                day=day,
                due=due,
            )
    if subject.published_on and not subject.submitted_on and not subject.is_government:
        yield finding("C14", "没有报送日期的记录，请补记报送给主管部门的日期。", level="warn")
    yield from _signature(subject, due)


_SIGNED = re.compile(r"(?:^|\n|[^\d。，至])(20\d\d)年(\d{1,2})月(\d{1,2})日\s*$")


def _late(subject: Subject, due: date) -> str:
    whose = "政府公布" if subject.is_government else "部门报送、公布"
    return f"晚于{whose}年报的期限 {chinese_date(due)}"


def _signature(subject: Subject, due: date) -> Iterator[Finding]:
    last = subject.passages[-1] if subject.passages else None
    found = _SIGNED.search(last.plain) if last else None
    if not last or not found or subject.published_on or not subject.report.year:
        return
    try:
        day = date(*map(int, found.groups()))
    except ValueError:
        return
    quote, place = last.locate(found.group().strip())
    if day <= period_of(subject.report.year)[1]:
        yield finding(
            "C14",
            f"落款日期 {chinese_date(day)} 在统计期限之内，当年的数据此时还没有截止。",
            level="info",
            section=last.number or None,
            quote=quote,
            place=place,
        )
    elif day > due:
        yield finding(
            "C14",
            f"落款日期 {chinese_date(day)} {_late(subject, due)}。",
            level="warn",
            section=last.number or None,
            quote=quote,
            place=place,
        )


@rule(
    "C26",
    "error",
    "文字部分不能空白",
    source="《政府信息公开条例》第五十条；" + FORM + "；信息处理费情况在第六部分报告",
    about="第一、第五、第六部分要有文字，只有标题不算。第六部分没有其他事项也要写“无”；"
    "2021 格式在第六部分报告信息处理费的收取情况。",
    advice="补写这一部分。第六部分没有其他事项的写“无其他需要报告的事项”，"
    "并说明本年收取信息处理费的情况。",
)
def empty_sections(subject: Subject) -> Iterator[Finding]:
    if not subject.complete or subject.blank or subject.layout is None:
        return
    filled = {s.number for s in subject.report.sections if len(s.text) > _NOT_EMPTY}
    for number, words in _EMPTY.items():
        if number in filled and number != 6:
            continue
        found = [s for s in subject.report.sections if s.number == number]
        # Of a doubled last heading the last one counts; elsewhere any of them may have the text.
        looked = found[-1:] if number == 6 else found
        if found and not any(_has_text(subject, s) for s in looked):
            yield finding("C26", words, section=number, place=found[-1].place)


#: The sections that consist of words (二 to 四 are tables) and what is said where they are empty.
_EMPTY = {
    1: "“一、总体情况”只有标题，没有文字，请概括本年度政府信息公开工作的情况。",
    5: "“五、存在的主要问题及改进情况”只有标题，没有文字，请写明存在的主要问题和改进情况。",
    6: "“六、其他需要报告的事项”是空白，没有事项请写“无”，并说明信息处理费收取情况。",
}
_DATE = re.compile(r"20\d\d年\d{1,2}月\d{1,2}日")
#: A text longer than this (in characters) is more than a signature and a date.
_NOT_EMPTY = 80


def _has_text(subject: Subject, section: Section) -> bool:
    if len(section.text) > _NOT_EMPTY:
        return True
    return bool(_without_signature(subject.plain(section), subject.report.agency))


def _without_signature(text: str, agency: str | None) -> str:
    kept = [
        line for line in text.splitlines() if not _DATE.fullmatch(line) and line != (agency or "")
    ]
    return "".join(kept).strip("。 ")
