"""Lists in the text: how many things one names, and how they are numbered (C24f, C24h)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.check.form import NUMERALS
from gongkai.annual_report.check.registry import finding, rule
from gongkai.annual_report.check.scan import led_by
from gongkai.annual_report.check.subject import Passage, Subject

FORM = "年度报告格式（国办公开办函〔2019〕60号、〔2021〕30号）"
_SUBHEADING = re.compile(
    r"[（(]([一二三四五六七八九十]{1,2})[）)]([^。：:\n]{2,40})(?=[。：:\n]|$)"
)


def _subheadings(passage: Passage) -> list[tuple[int, str, int]]:
    """（一）… of a section at the beginning of a line: number, words, place in the plain text."""
    text = passage.plain
    out: list[tuple[int, str, int]] = []
    start = 0
    for line in text.split("\n"):
        if line[:1] in ("（", "(") and (m := _SUBHEADING.match(text, start)):
            out.append((_cardinal(m.group(1)), m.group(2), start))
        start += len(line) + 1
    return out


def all_subheadings(subject: Subject) -> list[tuple[Passage, list[tuple[int, str, int]]]]:
    return subject.once(
        "subheadings", lambda s: [(p, _subheadings(p)) for p in s.passages if p.plain]
    )


def _cardinal(numeral: str) -> int:
    if numeral.startswith("十"):
        return 10 + (NUMERALS.index(numeral[1]) + 1 if len(numeral) > 1 else 0)
    return NUMERALS.index(numeral[0]) + 1


_GROUP = re.compile(
    r"([二两三四五六七八九十0-9][0-9]?)[个大](平台|渠道|网站|新媒体|账号|栏目|专栏)"
)
#: What the group is of: far rarer than a numeral, so that a text without it is passed over.
_MEMBERS = led_by("个大", "[平渠网新账栏专]")
_UNSURE = frozenset("第每近约余多数各几一十百千0123456789.")
_NAMED = re.compile(
    r"(?:通过|利用|依托|借助|在)([^。；：]{4,80}?)(?:等)?"
    r"(?:及时|全面|主动|同步|广泛|统一|实时)*(?:发布|公开|公布|推送|公示)"
)
_JOINER = re.compile(r"、|和|及|以及|与")


@rule(
    "C24f",
    "info",
    "说的个数与列举的不一致",
    source="平台约定（前后一致）",
    about="写“四个平台”就应列出四个；列举用“等”收尾的不算。",
    advice="补全列举，或者改正个数。",
)
def counted_lists(subject: Subject) -> Iterator[Finding]:
    for passage in subject.passages:
        text = passage.plain
        if not any(members.search(text) for members in _MEMBERS):
            continue
        for found in _GROUP.finditer(text):
            if found.start() and text[found.start() - 1] in _UNSURE:
                continue
            start = max(text.rfind("。", 0, found.start()), text.rfind("\n", 0, found.start())) + 1
            lists = list(_NAMED.finditer(text, start, found.start()))
            named = lists[-1] if lists else None
            if named is None or "等" in named.group():
                continue
            count = len([n for n in _JOINER.split(named.group(1)) if n])
            raw = found.group(1)
            wanted = int(raw) if raw.isdigit() else _cardinal("二" if raw == "两" else raw)
            if count < 2 or count == wanted:
                continue
            quote, place = passage.locate(text[named.start() : found.end()])
            yield finding(
                "C24f",
                f"写了“{found.group()}”，但只列出 {count} 个（{named.group(1)}）。"
                if count < wanted
                else f"写了“{found.group()}”，却列出 {count} 个（{named.group(1)}）。",
                section=passage.number or None,
                quote=quote,
                place=place,
                said=wanted,
                listed=count,
            )


_STEP = re.compile(r"([一二三四五六七八九])是")
#: A list that does not come to its third step leaves none out. (Begins with a plain character.)
_THIRD = re.compile("是(?<=[三四五六七八九]是)")


@rule(
    "C24h",
    "warn",
    "小节编号跳号、重号",
    source=FORM,
    about="（一）（二）（三）、一是二是三是依次编号，不跳号、不重号。",
    advice="按顺序重新编号，并核对有没有漏掉的内容。",
)
def numbering(subject: Subject) -> Iterator[Finding]:
    for passage, heads in all_subheadings(subject):
        expected = 1
        for number, words, start in heads:
            if number not in (expected, 1):
                quote, place = passage.locate(passage.plain[start : start + 4 + len(words)])
                yield finding(
                    "C24h",
                    f"小节编号不连续：“{NUMERALS[expected - 1]}”的位置上是"
                    f"“（{NUMERALS[number - 1]}）{words}”。",
                    section=passage.number or None,
                    quote=quote.split("\n")[0],
                    place=place,
                )
            expected = number + 1
        yield from _steps(passage)


def _steps(passage: Passage) -> Iterator[Finding]:
    """一是…三是…: a step left out. A new 一是 starts a new list."""
    text = passage.plain
    if not _THIRD.search(text):
        return
    last = 0
    for found in _STEP.finditer(text):
        if found.start() and text[found.start() - 1] not in "。；：，;:,、\n）)":
            continue
        number = NUMERALS.index(found.group(1)) + 1
        if last and number > last + 1:
            quote, place = passage.locate(text[found.start() : found.start() + 16].split("\n")[0])
            yield finding(
                "C24h",
                f"“{NUMERALS[last - 1]}是”之后直接到“{found.group()}”，缺了“{NUMERALS[last]}是”。",
                section=passage.number or None,
                quote=quote,
                place=place,
            )
        last = number
