"""The text of a report: parts with named numbers, filled when the report is made.

【新收申请数】 is a number, 【新收申请数·上年】 that of last year, 【新收申请数·比上年】 the change
as a clause; 【申请情况】 is a sentence that chooses its wording by the numbers; 【机关】, 【年度】
and 【上年度】 are words. A name whose number is not known stays in the text as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from gongkai.annual_report.model import shown
from gongkai.bodies.models import Body
from gongkai.law.shipped import shipped
from gongkai.reporting.compile.quantities import Known

NAME = re.compile(r"【([^【】\n]{1,60})】")
LAST, CHANGE = "上年", "比上年"
#: A sentence stands in a sentence at most so deep; it is wording, not a language.
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the text: its section (1–6), its heading in the report, the shipped wording."""

    key: str
    section: int
    title: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a named sentence, and when it is written."""

    text: str
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()

    def holds(self, known: Mapping[str, Known]) -> bool:
        """Whether it is true; that there was none of something is said of a known 0 only."""
        values = {n: known[n].value if n in known else None for n in (*self.any_of, *self.none_of)}
        if self.any_of and not any(values[n] for n in self.any_of):
            return False
        return all(values[n] == 0 for n in self.none_of)


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = shipped("gongkai.reporting.compile", "data/narrative.yaml")
    return data


@cache
def parts() -> tuple[Part, ...]:
    """The parts in the order of the report."""
    return tuple(Part(**entry) for entry in _data()["parts"])


def part(key: str) -> Part:
    """The part with this key; KeyError for any other."""
    return {p.key: p for p in parts()}[key]


@cache
def sentences() -> dict[str, tuple[Line, ...]]:
    """The named sentences with their lines."""
    return {
        entry["name"]: tuple(
            Line(line["text"], tuple(line.get("if", ())), tuple(line.get("unless", ())))
            for line in entry["lines"]
        )
        for entry in _data()["sentences"]
    }


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that a text may name: words, numbers, and sentences said when counting."""

    body: Body
    year: int
    known: Mapping[str, Known]
    said: Mapping[str, str]

    def fill(self, text: str) -> str:
        """The text with its names replaced; a name that is not known stays."""
        return self._filled(text, 0)

    def wording(self, name: str) -> str:
        """A named sentence as it would be written now, its numbers still by name."""
        lines = sentences().get(name, ())
        return "".join(line.text for line in lines if line.holds(self.known))

    def unknown(self, text: str) -> list[str]:
        """Names that mean nothing here."""
        return [n for n in names(text) if not self._means(n)]

    def _means(self, name: str) -> bool:
        head, _, tail = name.partition("·")
        if head in self.known:
            return tail in ("", LAST, CHANGE)
        return not tail and (head in self._plain or head in self.said or head in sentences())

    @property
    def _plain(self) -> dict[str, str]:
        return {
            "机关": self.body.name,
            "年度": str(self.year),
            "上年度": str(self.year - 1),
            "下年度": str(self.year + 1),
        }

    def _filled(self, text: str, depth: int) -> str:
        return NAME.sub(lambda found: self._one(found, depth), text)

    def _one(self, found: re.Match[str], depth: int) -> str:
        name = found[1]
        if name in self._plain:
            return self._plain[name]
        if name in self.said:
            return self.said[name]
        if name in sentences() and depth < _DEEPEST:
            return self._filled(self.wording(name), depth + 1)
        head, _, tail = name.partition("·")
        if head not in self.known:
            return found[0]
        number = self.known[head]
        if tail == CHANGE:
            return number.change
        value = number.last if tail == LAST else number.value
        return found[0] if value is None else shown(value)


def names(text: str) -> list[str]:
    """The names in a text, each once; in a filled text those that had no number."""
    return list(dict.fromkeys(NAME.findall(text)))


def changed_names(text: str, then: Words, now: Words) -> list[tuple[str, str, str]]:
    """Names used in a text that say something else now: name, what it said, what it says.

    Of a named sentence those of its numbers; the sentence itself where only its wording differs.
    """
    found: dict[str, tuple[str, str, str]] = {}
    for name in names(text):
        was, is_now = (words.fill(f"【{name}】") for words in (then, now))
        if was == is_now:
            continue
        lines = "".join(line.text for line in sentences().get(name, ()))
        inner = changed_names(lines, then, now) if name not in then.known else []
        for one in inner or [(name, was, is_now)]:
            found.setdefault(one[0], one)
    return list(found.values())


def paragraphs(texts: Mapping[str, str], words: Words) -> dict[int, list[str]]:
    """The filled paragraphs of each section; a part without text has no heading either."""
    found: dict[int, list[str]] = {}
    for one in parts():
        lines = _lines(words.fill(texts.get(one.key, one.text)))
        if lines:
            headed = [one.heading, *lines] if one.heading else lines
            found.setdefault(one.section, []).extend(headed)
    # An empty section six would read as forgotten (C26).
    found.setdefault(6, ["无。"])
    return found


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def joined(lines: Iterable[str]) -> str:
    """Sentences said one after the other, each with its full stop."""
    return "".join(f"{line.rstrip('。；')}。" for line in lines if line.strip())
