"""What Word computes instead of storing: heading levels by style, paragraph numbers, what shows."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"^(heading|标题)\s*\d$|^(title|标题)$", re.I)
_DIGITS = "〇一二三四五六七八九"
_LEVEL = re.compile(r"%([1-9])")
_LEVELS = frozenset("012345678")
_MAX_INHERITANCE = 12


def is_hidden(run: Any) -> bool:
    """Whether a run of text is hidden text (w:vanish), which a reader does not see."""
    flag = run.find(f"{_W}rPr/{_W}vanish")
    return flag is not None and flag.get(f"{_W}val", "true") not in ("0", "false", "off")


class Styles:
    """word/styles.xml: which styles are headings, and which carry a numbering."""

    def __init__(self, root: Any) -> None:
        self._by_id: dict[str, Any] = {}
        self._headings: dict[str | None, bool] = {}
        self._numberings: dict[str | None, tuple[str | None, str | None]] = {}
        self.default: str | None = None
        for style in root.iterfind(f"{_W}style") if root is not None else ():
            if style.get(f"{_W}type") in (None, "paragraph"):
                identity = style.get(f"{_W}styleId")
                if identity:
                    self._by_id[identity] = style
                    if style.get(f"{_W}default") in ("1", "true"):
                        self.default = identity

    def of(self, properties: Any) -> str | None:
        """The style of a paragraph with these properties."""
        return _value(properties, "pStyle") or self.default

    def chain(self, style: str | None) -> list[Any]:
        """The style and those it is based on, nearest first."""
        found: list[Any] = []
        while style in self._by_id and len(found) < _MAX_INHERITANCE:
            element = self._by_id[style]
            found.append(element)
            style = _value(element, "basedOn")
        return found

    def is_heading(self, properties: Any, style: str | None) -> bool:
        """Whether the paragraph is a heading by outline level or by the name of its style."""
        level = _value(properties, "outlineLvl")
        if level is not None:
            return level in _LEVELS
        if style not in self._headings:
            self._headings[style] = self._is_heading_style(style)
        return self._headings[style]

    def _is_heading_style(self, style: str | None) -> bool:
        for element in self.chain(style):
            if _HEADING.match(_value(element, "name") or ""):
                return True
            level = _value(element.find(f"{_W}pPr"), "outlineLvl")
            if level is not None:
                return level in _LEVELS
        return False

    def numbering(self, style: str | None) -> tuple[str | None, str | None]:
        """(numId, level) that the style gives its paragraphs."""
        if style not in self._numberings:
            self._numberings[style] = self._numbering_of(style)
        return self._numberings[style]

    def _numbering_of(self, style: str | None) -> tuple[str | None, str | None]:
        level: str | None = None
        for element in self.chain(style):
            numbering = element.find(f"{_W}pPr/{_W}numPr")
            if numbering is not None:
                level = level or _value(numbering, "ilvl")
                number = _value(numbering, "numId")
                if number is not None:
                    return number, level
        return None, None


class Numbering:
    """word/numbering.xml, counting as the paragraphs come by."""

    def __init__(self, root: Any, styles: Styles) -> None:
        self._styles = styles
        self._levels: dict[str, dict[int, Any]] = {}
        self._lists: dict[str, str] = {}
        self._overrides: dict[tuple[str, int], int] = {}
        self._counters: dict[str, dict[int, int]] = defaultdict(dict)
        self._started: set[str] = set()
        if root is None:
            return
        linked: dict[str, str] = {}
        for abstract in root.iterfind(f"{_W}abstractNum"):
            identity = abstract.get(f"{_W}abstractNumId", "")
            self._levels[identity] = {
                _int(level.get(f"{_W}ilvl"), 0): level for level in abstract.iterfind(f"{_W}lvl")
            }
            style = _value(abstract, "styleLink")
            if style:
                linked[style] = identity
        for abstract in root.iterfind(f"{_W}abstractNum"):
            target = linked.get(_value(abstract, "numStyleLink") or "")
            if target:
                self._levels[abstract.get(f"{_W}abstractNumId", "")] = self._levels[target]
        for number in root.iterfind(f"{_W}num"):
            identity = number.get(f"{_W}numId", "")
            self._lists[identity] = _value(number, "abstractNumId") or ""
            for override in number.iterfind(f"{_W}lvlOverride"):
                start = _value(override, "startOverride")
                if start is not None:
                    key = (identity, _int(override.get(f"{_W}ilvl"), 0))
                    self._overrides[key] = _int(start, 1)

    def next(self, properties: Any, style: str | None) -> str:
        """The number printed before the next paragraph, "" if it has none or a bullet."""
        own = None if properties is None else properties.find(f"{_W}numPr")
        number, level_text = self._styles.numbering(style)
        if own is not None:
            number = _value(own, "numId") or number
            level_text = _value(own, "ilvl") or level_text
        abstract = self._lists.get(number or "")
        if number is None or number == "0" or abstract is None:
            return ""
        depth = self._depth(abstract, level_text, style)
        level = self._levels.get(abstract, {}).get(depth)
        if level is None:
            return ""
        counters = self._counters[abstract]
        if number not in self._started:
            self._started.add(number)
            for (identity, at), start in self._overrides.items():
                if identity == number:
                    counters[at] = start - 1
        counters[depth] = counters.get(depth, self._start(abstract, depth) - 1) + 1
        for deeper in [d for d in counters if d > depth]:
            del counters[deeper]
        return self._printed(abstract, depth, level, counters)

    def _depth(self, abstract: str, level: str | None, style: str | None) -> int:
        if level is not None:
            return _int(level, 0)
        # A level can name the style that it numbers.
        for depth, element in self._levels.get(abstract, {}).items():
            if style is not None and _value(element, "pStyle") == style:
                return depth
        return 0

    def _start(self, abstract: str, depth: int) -> int:
        level = self._levels.get(abstract, {}).get(depth)
        return _int(_value(level, "start"), 1) if level is not None else 1

    def _printed(self, abstract: str, depth: int, level: Any, counters: dict[int, int]) -> str:
        if _value(level, "numFmt") in ("bullet", "none"):
            return ""
        legal = level.find(f"{_W}isLgl") is not None

        def one(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            element = self._levels.get(abstract, {}).get(at)
            style = (_value(element, "numFmt") or "decimal") if element is not None else "decimal"
            count = counters.get(at, self._start(abstract, at))
            return format_number(count, "decimal" if legal and at != depth else style)

        text = _LEVEL.sub(one, _value(level, "lvlText") or "")
        if text and text[-1].isalnum() and _value(level, "suff") != "nothing":
            text += " "
        return text


def format_number(number: int, style: str) -> str:
    """A count in one of Word's number formats (w:numFmt); decimal for the rare ones."""
    if style in (
        "chineseCounting",
        "taiwaneseCounting",
        "japaneseCounting",
        "ideographDigital",
        "chineseCountingThousand",
        "taiwaneseCountingThousand",
        "koreanDigital2",
    ):
        return _chinese(number)
    if style in ("upperRoman", "lowerRoman"):
        roman = _roman(number)
        return roman if style == "upperRoman" else roman.lower()
    if style in ("upperLetter", "lowerLetter") and 0 < number <= 780:
        letter = chr(65 + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if style == "upperLetter" else letter.lower()
    if style in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 0 < number <= 20:
        return chr(0x2460 + number - 1)
    if style == "decimalEnclosedParen" and 0 < number <= 20:
        return chr(0x2474 + number - 1)
    if style == "decimalFullWidth":
        return str(number).translate({48 + d: 0xFF10 + d for d in range(10)})
    if style == "decimalZero":
        return f"{number:02d}"
    if style == "chineseLegalSimplified" and 0 < number <= 10:
        return "壹贰叁肆伍陆柒捌玖拾"[number - 1]
    if style == "ideographTraditional" and 0 < number <= 10:
        return "甲乙丙丁戊己庚辛壬癸"[number - 1]
    if style == "ideographZodiac" and 0 < number <= 12:
        return "子丑寅卯辰巳午未申酉戌亥"[number - 1]
    return str(number)


def _chinese(number: int) -> str:
    if not 0 < number < 100:
        return "".join(_DIGITS[int(d)] for d in str(number)) if number >= 0 else str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    out = ""
    for value, sign in (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
        (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        while number >= value:
            out += sign
            number -= value
    return out


def _value(parent: Any, name: str) -> str | None:
    element = None if parent is None else parent.find(f"{_W}{name}")
    value = None if element is None else element.get(f"{_W}val")
    return None if value is None else str(value)


def _int(text: str | None, default: int) -> int:
    try:
        return max(-1_000, min(int(text or default), 100_000))
    except ValueError:
        return default
