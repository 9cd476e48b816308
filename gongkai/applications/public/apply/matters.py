"""Does a text ask for several things? One application is for one matter (国办函〔2020〕109号).

Only a hint: the person decides whether it is one matter with several items or several matters.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, NamedTuple

MOST = 20
#: Characters of a name made of a piece, and of any name, as ``MatterForm`` takes it.
SHORT, LONGEST_NAME = 60, 200
_CHINESE = "一二三四五六七八九十"
#: "1." "1、" "（1）" "①" "一、" "第一，" at the beginning or after a break; not 3.5 and not 2022.1
_MARK = re.compile(
    r"(?P<ring>[①-⑳])|(?:^|(?<=[\s。；;：:，,、]))"
    r"(?:[(（]\s*(?P<inner>\d{1,2}|[一二三四五六七八九十]{1,3})\s*[)）]"
    r"|(?P<digit>\d{1,2})\s*(?:[)）、．]|\.(?!\d))"
    r"|第?(?P<chinese>[一二三四五六七八九十]{1,3})[、．.,，:：])"
)
_BULLET = re.compile(r"^\s*[-–—•·*●]\s*", re.MULTILINE)
#: "关于某项目：" before the first of several clauses is said of all of them.
_LEAD = re.compile(r"^[^：:]+[：:]")


class Matters(NamedTuple):
    """The single things of a text, at least two or none, and the words before them.

    Together they hold every word of the text: only the marks of the list are left out.
    """

    before: str = ""
    parts: tuple[str, ...] = ()


def matters(text: str) -> Matters:
    """The single things that the text seems to ask for; no parts: one thing."""
    text = text.replace("\r\n", "\n").strip()
    for cut in (_numbered, _bullets, _clauses, _questions):
        before, *rest = cut(text)
        parts = tuple(p for p in map(_tidy, rest) if p)
        if len(parts) > 1:
            return Matters(_tidy(before), parts)
    return Matters()


class Several(NamedTuple):
    """What a draft's words seem to hold: the matters, and what is said of all of them.

    ``name`` goes before each one's name, ``details`` into each one's description. ``apart``: the
    name stood in a field of its own, it need not be true of every matter: each one's description
    has it, its own words are its name.
    """

    found: Matters
    name: str
    details: str
    apart: bool = False

    @property
    def common(self) -> list[str]:
        """What is said of all, in the person's words."""
        return [words for words in (self.name, self.details) if words]


def several(content: dict[str, Any]) -> Several:
    """The list in the description, or else the one in the name of what is wanted."""
    words = content.get("matter") or {}
    name, details = words.get("subject", "").strip(), words.get("details", "").strip()
    if (found := matters(details)).parts:
        return Several(found, name, found.before, apart=True)
    found = matters(name)
    return Several(found, found.before, details)


def alone(part: str, listed: Several) -> dict[str, str]:
    """A piece of text as an application of its own, with everything that was said of all.

    Its name is the piece, after the words that lead the list; of a long piece the beginning,
    whole below.
    """
    lead = listed.name.rstrip("：:")
    short = part[:SHORT]
    lead = "" if lead in part else lead
    name = short if not lead or listed.apart else f"{lead}：{short}"
    whole = name.endswith(part) and len(name) <= LONGEST_NAME
    details = [lead if listed.apart else "", listed.details, "" if whole else part]
    return {"subject": name[:LONGEST_NAME], "details": "\n".join(filter(None, details))}


def _tidy(part: str) -> str:
    return " ".join(part.split()).strip("；;，,、 ")


def _numbered(text: str) -> list[str]:
    """What stands before the list, then its items.

    Numbers count only when they go 1, 2, 3 … in one style: everything else is a date, an amount
    or a list within an item. The last item takes what is left.
    """
    marks: list[re.Match[str]] = []
    for match in _MARK.finditer(text):
        one_style = not marks or match.lastgroup == marks[0].lastgroup
        if one_style and len(marks) < MOST and _value(match) == len(marks) + 1:
            marks.append(match)
    if not marks:
        return [text]
    ends = [m.start() for m in marks[1:]] + [len(text)]
    return [text[: marks[0].start()]] + [
        text[m.end() : end] for m, end in zip(marks, ends, strict=True)
    ]


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
    return _BULLET.split(text, maxsplit=MOST)


def _clauses(text: str) -> list[str]:
    return _led(re.split(r"[；;]", text, maxsplit=MOST - 1))


def _questions(text: str) -> list[str]:
    parts = re.split(r"(?<=[？?])", text, maxsplit=MOST - 1)
    return _led(parts) if sum(p.rstrip().endswith(("？", "?")) for p in parts) > 1 else [text]


def _led(parts: list[str]) -> list[str]:
    """The words that lead in the first piece, then the pieces."""
    lead = _LEAD.match(parts[0])
    if lead is None or any(_LEAD.match(p) for p in parts[1:]):
        return ["", *parts]
    return [lead.group(), parts[0][lead.end() :], *parts[1:]]
