"""Does a text ask for several things? One application is for one matter (国办函〔2020〕109号).

Only a hint: the person decides whether it is one matter with several items or several matters.
"""

from __future__ import annotations

import re
import unicodedata

MOST = 20
_CHINESE = "一二三四五六七八九十"
#: "1." "1、" "（1）" "①" "一、" "第一，" at the beginning or after a break; not 3.5 and not 2022.1
_MARK = re.compile(
    r"(?P<ring>[①-⑳])|(?:^|(?<=[\s。；;：:，,、]))"
    r"(?:[(（]\s*(?P<inner>\d{1,2}|[一二三四五六七八九十]{1,3})\s*[)）]"
    r"|(?P<digit>\d{1,2})\s*(?:[)）、．]|\.(?!\d))"
    r"|第?(?P<chinese>[一二三四五六七八九十]{1,3})[、．.,，:：])"
)
_BULLET = re.compile(r"^\s*[-–—•·*●]\s*", re.MULTILINE)
#: A shorter piece is no matter of its own.
_SHORTEST = 4


def matters(text: str) -> list[str]:
    """The single things that the text seems to ask for, at least two; empty: one thing."""
    text = text.replace("\r\n", "\n").strip()
    for cut in (_numbered, _bullets, _clauses, _questions):
        found = [p for p in map(_tidy, cut(text)) if len(p) >= _SHORTEST]
        if len(found) > 1:
            return found[:MOST]
    return []


def _tidy(part: str) -> str:
    return " ".join(part.split()).strip("；;，,、 ")


def _numbered(text: str) -> list[str]:
    """Numbers count only when they go 1, 2, 3 …: everything else is a date or an amount."""
    marks = []
    for match in _MARK.finditer(text):
        if _value(match) == len(marks) + 1:
            marks.append(match)
    ends = [m.start() for m in marks[1:]] + [len(text)]
    return [text[m.end() : end] for m, end in zip(marks, ends, strict=False)]


def _value(match: re.Match[str]) -> int:
    if match["ring"]:
        return int(unicodedata.numeric(match["ring"]))
    said = match["inner"] or match["digit"] or match["chinese"]
    if said.isdigit():
        return int(said)
    tens, _, ones = said.rpartition("十")
    if "十" not in said:
        return _CHINESE.index(said[0]) + 1 if len(said) == 1 else 0
    return (_CHINESE.index(tens) + 1 if tens else 1) * 10 + (
        _CHINESE.index(ones) + 1 if ones else 0
    )


def _bullets(text: str) -> list[str]:
    return _BULLET.split(text)[1:]


def _clauses(text: str) -> list[str]:
    return re.split(r"[；;]", text)


def _questions(text: str) -> list[str]:
    parts = re.split(r"(?<=[？?])", text)
    return parts if sum(p.rstrip().endswith(("？", "?")) for p in parts) > 1 else []
