"""The forms in which a value is printed: "1,325", "增10", "－3", "251000元", "/", "无"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from gongkai.annual_report.model import Place, Value

_NUMBER = re.compile(
    r"(?P<sign>[+-]|增加?|减少?|新增|净增|净减|[↑↓])?:?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<point>\.\d+)?"
    r"(?P<unit>亿元|万元|千元|元|万|件次|件|条|项|个|宗|起|次|份|例|人次)?[。;,]?"
)
#: the number of a footnote after a value
_NOTE = re.compile(r"(?<=\d)\[注?\d{1,2}\]$")
_MARK = {"/": "/", "//": "/", "-": "-", "--": "-", "---": "-", "----": "-"}
_ZERO_WORDS = {"零": 0, "〇": 0, "○": 0}
_NOT_NUMBERS = {
    "无",
    "没有",
    "未发生",
    "不涉及",
    "空",
    "O",
    "o",
    "N/A",
    "NA",
    "*",
    "**",
    "持平",
    "不变",
}
#: Units of counts that may stand apart from their number ("7 件").
UNITS = frozenset(
    ["件", "条", "项", "个", "宗", "起", "次", "份", "例", "人次", "件次", "元", "万元"]
)
#: What a value can begin with.
STARTS = frozenset(
    "0123456789+-/增减新净↑↓" + "".join(word[0] for word in (*_ZERO_WORDS, *_NOT_NUMBERS))
)
#: No figure of a report is longer, with its sign, separators and unit.
LONGEST = 30
_DOWN = {"-", "减", "减少", "净减", "↓"}
#: ten-thousandths of a unit that amounts are kept in (万元)
_SCALE = {"元": Decimal("0.0001"), "千元": Decimal("0.1"), "亿元": Decimal(10000)}


@dataclass(slots=True)
class Parsed:
    """A printed value. ``unit`` as printed in the cell; ``doubt`` says why it is not certain."""

    value: Value
    printed: str
    unit: str | None = None
    place: Place | None = None
    confidence: float = 1.0
    doubt: str | None = None


def parse_value(text: str, printed: str | None = None) -> Parsed | None:
    """The value that a token stands for; None if it is a word and no value.

    ``text`` is normalised. A word that stands where a number should ("无") gives a value of
    None with a doubt: it is shown as printed and never read as 0.
    """
    if text[0] not in STARTS or len(text) > LONGEST:
        return None
    shown = text if printed is None else printed
    if text[-1] == "]":
        text = _NOTE.sub("", text)
    if text.isdigit() and text.isascii():
        return Parsed(int(text), shown)
    if text in _MARK:
        return Parsed("/" if _MARK[text] == "/" else "-", shown)
    if text in _ZERO_WORDS:
        return Parsed(0, shown, confidence=0.9)
    if text in _NOT_NUMBERS:
        return Parsed(None, shown, confidence=0.4, doubt=f"印作“{shown}”，不是数字，未读作 0")
    if not (found := _NUMBER.fullmatch(text)):
        return None
    digits = found["digits"].replace(",", "")
    number: int | Decimal = Decimal(digits + found["point"]) if found["point"] else int(digits)
    unit = found["unit"]
    if unit in _SCALE:
        number = (Decimal(number) * _SCALE[unit]).normalize()
        number = number.quantize(Decimal(1)) if number == number.to_integral() else number
        unit = "万元"
    elif unit == "万":
        unit = "万元"
    elif unit != "万元":
        unit = None
    if found["sign"] in _DOWN:
        number = -number
    return Parsed(number, shown, unit)
