"""Punctuation (C24j)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.check.registry import finding, rule
from gongkai.annual_report.check.subject import Passage, Subject

_TWICE = re.compile(
    r"[，、；][，、；。]|。[。，；、]|(?<=[一-鿿])、等(?!级)|(?<=[一-鿿])[:：;；][;；:：]|如[;；]"
)
_SIGNED = re.compile(r"\d{1,2}月\d{1,2}日$")
_HALF = re.compile(r"(?<=[一-鿿])[,;](?=[一-鿿])")


@rule(
    "C24j",
    "info",
    "标点",
    source="GB/T 15834 标点符号用法",
    about="不叠用标点，列举用“等”时前面不加顿号，中文里用全角标点，段末有句号。",
    advice="改正标点。",
)
def punctuation(subject: Subject) -> Iterator[Finding]:
    for passage in subject.passages:
        text = passage.plain
        for found in _TWICE.finditer(text):
            quote, place = passage.locate(text[max(0, found.start() - 6) : found.end() + 4].strip())
            yield finding(
                "C24j",
                f"标点“{found.group()}”有误。",
                level="warn" if "等" in found.group() or found.group() in "如;如；" else None,
                section=passage.number or None,
                quote=quote,
                place=place,
            )
        half = _HALF.search(text) if "，" in text else None
        if half:
            quote, place = passage.locate(text[max(0, half.start() - 6) : half.end() + 6].strip())
            yield finding(
                "C24j",
                f"中文句子里混用半角标点“{half.group()}”。",
                section=passage.number or None,
                quote=quote,
                place=place,
            )
        yield from _open_end(passage)


def _open_end(passage: Passage) -> Iterator[Finding]:
    """A paragraph that ends in the middle of nothing: no full stop after a whole sentence."""
    for line in passage.plain.split("\n"):
        if len(line) < 20 or not "一" <= line[-1] <= "鿿" or line.endswith("报告"):
            continue
        if (line[0] in "（(" and "。" not in line) or _SIGNED.search(line):
            continue
        quote, place = passage.locate(line[-16:])
        yield finding(
            "C24j", "段末缺句号。", section=passage.number or None, quote=quote, place=place
        )
