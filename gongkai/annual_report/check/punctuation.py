"""Punctuation (C24j)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.check.registry import finding, rule
from gongkai.annual_report.check.scan import find_led, led_by
from gongkai.annual_report.check.subject import Passage, Subject

#: A mark and what follows it; which pairs are wrong is told by ``_bad``.
_PAIR = led_by("，、；。:：;", "(?=[，、；。:：;等])")
_SUCH_AS = re.compile(r"如[;；]")
_SIGNED = re.compile(r"\d{1,2}月\d{1,2}日$")
_HALF = re.compile(r"[,;](?=[一-鿿])")


@rule(
    "C24j",
    "info",
    "标点",
    source="GB/T 15834 标点符号用法",
    about="不叠用标点，列举用“等”时前面不加顿号，中文里用全角标点，段末有句号。",
    advice="改正标点。",
)
def punctuation(subject: Subject) -> Iterator[Finding]:
    whole = subject.whole
    text = whole.text
    found: list[tuple[int, int]] = [m.span() for m in _SUCH_AS.finditer(text)]
    if _may_have_pairs(text):
        found += [(at, at + 2) for at in _pairs(text) if _bad(text, at, text[at : at + 2])]
    for start, end in found:
        passage, quote, place = whole.around(start, end)
        yield finding(
            "C24j",
            f"标点“{text[start:end]}”有误。",
            level="warn" if text[start] == "如" or text[end - 1] == "等" else None,
            section=passage.number or None,
            quote=quote,
            place=place,
        )
    for passage in subject.passages:
        yield from _mixed(passage)
        yield from _open_end(passage)


def _may_have_pairs(text: str) -> bool:
    """Whether two marks of ``_PAIR`` stand side by side: quick, as nearly no text has any."""
    if "、等" in text:
        return True
    for mark in "、；。:：;":
        if mark in text:
            text = text.replace(mark, "，")
    return "，，" in text


def _pairs(text: str) -> list[int]:
    """Where two marks follow each other; a mark belongs to one pair only."""
    out: list[int] = []
    for found in find_led(_PAIR, text):
        if not out or found.start() >= out[-1] + 2:
            out.append(found.start())
    return out


def _bad(text: str, start: int, pair: str) -> bool:
    first, second = pair[0], pair[1]
    if second == "等":
        return first == "、" and text[start + 2 : start + 3] != "级"
    if first in ":：;" or second in ":：;":
        return first in ":：；;" and second in ":：；;" and start > 0 and _chinese(text[start - 1])
    return first != "。" or second != "。"


def _chinese(letter: str) -> bool:
    return "一" <= letter <= "鿿"


def _mixed(passage: Passage) -> Iterator[Finding]:
    """Half-width marks among full-width ones: told once a section."""
    text = passage.plain
    if ("," not in text and ";" not in text) or "，" not in text:
        return
    for half in _HALF.finditer(text):
        if half.start() and _chinese(text[half.start() - 1]):
            quote, place = passage.locate(text[max(0, half.start() - 6) : half.end() + 6].strip())
            yield finding(
                "C24j",
                f"中文句子里混用半角标点“{half.group()}”。",
                section=passage.number or None,
                quote=quote,
                place=place,
            )
            return


def _open_end(passage: Passage) -> Iterator[Finding]:
    """A paragraph that ends in the middle of nothing: no full stop after a whole sentence."""
    for line in passage.plain.split("\n"):
        if len(line) < 20 or not _chinese(line[-1]) or line.endswith("报告"):
            continue
        if (line[0] in "（(" and "。" not in line) or _SIGNED.search(line):
            continue
        quote, place = passage.locate(line[-16:])
        yield finding(
            "C24j", "段末缺句号。", section=passage.number or None, quote=quote, place=place
        )
