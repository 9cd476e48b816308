"""Numbers in the text: what is counted, how many, of which year and scope.

``narrative_numbers(report)`` gives them for a whole report. Years, dates, articles, telephone
and document numbers are not quantities: a number counts only with a measure word (件、条、万元 …)
behind it. Chinese numerals are read by cn2an.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import cn2an

from gongkai.annual_report.model import Place, Report

if TYPE_CHECKING:
    from gongkai.annual_report.check.subject import Passage

Approx = Literal["about", "over", "under"]
Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in the text.

    ``what``: the words that say what is counted; ``phrase``: those words with ``#`` for the
    number, for matching; ``high``: upper end of a range (“3至5件”); ``approx``: 约、近 …;
    ``scope``: 本级, 全区 …; ``year``: the year the number is said of, None for the report's own;
    ``change``: it is a difference to another year; ``partial``: it is said of a part of the year;
    ``listed``: it stands behind 其中; ``start``, ``end``: place in the passage's plain text.
    """

    what: str
    value: Number
    unit: str
    section: int
    quote: str
    phrase: str
    start: int
    end: int
    high: Number | None = None
    approx: Approx | None = None
    scope: str | None = None
    year: int | None = None
    change: bool = False
    partial: bool = False
    listed: bool = False
    passage: Passage | None = None

    @property
    def place(self) -> Place | None:
        return self.passage.locate(self.quote)[1] if self.passage else None

    def bounds(self) -> tuple[Number, Number | None]:
        """The smallest and the largest number that these words can mean (None: no limit)."""
        value = self.value
        if self.high is not None:
            return value, self.high
        if self.approx == "over":
            return value, value + max(Decimal(_magnitude(value)), Decimal(value) / 2)
        if self.approx == "under":
            return value * Decimal("0.8"), value
        if self.approx == "about":
            return value * Decimal("0.8"), value * Decimal("1.2")
        return value, value

    def fits(self, number: Number) -> bool:
        """Whether a table's number agrees with what the text says."""
        low, high = self.bounds()
        return low <= number and (high is None or number <= high)


def _magnitude(value: Number) -> int:
    """The step of the last digit that is not zero: 1000 → 1000, 1300 → 100, 30 → 10."""
    digits = str(int(value))
    return int(10 ** (len(digits) - len(digits.rstrip("0")))) if int(value) else 1


_UNITS = (
    "万元|亿元|元|件次|人次|篇次|件|条|项|个|份|次|场|期|宗|例|起|篇|批|名|家|部|册|页|人|户|处"
    "|栏|类|种|幅|张|封|%"
)
_NUMBER = re.compile(
    r"(?<![\d.A-Za-z])"
    r"(?:(?P<low>\d+(?:\.\d+)?)(?:-|—|–|~|～|至|到))?"
    r"(?P<num>\d{1,3}(?:[,，]\d{3})+(?!\d)|\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+)"
    r"(?P<post>余|多|几)?(?P<scale>[万亿](?!元))?(?P<post2>余|多)?"
    r"(?P<unit>" + _UNITS + r")(?P<tail>左右|上下|以上)?"
)
_BEFORE = re.compile(r"(大约|约|将近|近|超过|超|逾|突破|不足|不到|第|每|(?<![目之以])前)$")
_ORDINAL = frozenset(("第", "每", "前"))
_OVER = frozenset(("超过", "超", "逾", "突破"))
_UNDER = frozenset(("将近", "近", "不足", "不到"))
_ABOUT = frozenset(("约", "大约"))
_SENTENCE = re.compile(r"[^。！？\n]+")
_CUT = "，,。；;：:、（(）)！？\n"
_TITLED = re.compile(r"《[^》]*》")
_TIME = re.compile(
    r"(20\d\d)年(?!度?报告)|(去年|上年|上一年|前年)(?!度?结转)|(上半年|下半年|第?[一二三四]季度)"
    r"|(今年|本年|全年|当年|年内)"
)
_CHANGE = re.compile(r"(?:较|比|同比|环比|相比)[^，。；]{0,14}(?:增|减|多|少|降|升|提高|下滑)")
_SCOPE = re.compile(
    r"(本级|本机关|机关本级|委机关|局机关|委本级|局本级|全区|全县|全市|全省|全州|全旗|全镇|全乡|全系统"
    r"|各部门|各单位|各镇|各乡|各街道|下属|所属|直属)"
)
_IDLE_UNITS = frozenset("个项次种类批家名部处条场人")
_COUNTED = re.compile(r"(?:共|计|仅|只|收到|受理|接到|为|有|各)$")
_FILLER = re.compile(r"(?:其中(?:包括)?[：:]?|共计|总计|合计|累计|达到|共|达|为|数量|总数)+$")
_LAST_CLAUSE = re.compile(r"[，,。；;：:、！？\n]")


def quantities(passage: Passage, year: int | None) -> Iterator[Quantity]:
    """The quantities of a passage in order; ``year`` is the report's own year."""
    text = passage.plain
    if "《" in text:
        text = _TITLED.sub(lambda m: "□" * len(m.group()), text)
    for sentence in _SENTENCE.finditer(text):
        yield from _in_sentence(passage, text, sentence.start(), sentence.end(), year)


def _in_sentence(
    passage: Passage, text: str, start: int, end: int, year: int | None
) -> Iterator[Quantity]:
    last = start
    times: list[re.Match[str]] | None = None
    listed_from = end
    for found in _NUMBER.finditer(text, start, end):
        here = found.start()
        before = text[last:here]
        prefix = _BEFORE.search(before)
        mark = prefix.group(1) if prefix else ""
        if mark in _ORDINAL or _idle(found, before):
            continue
        value = _value(found["num"], found["scale"])
        if value is None:
            continue
        if times is None:
            times = list(_TIME.finditer(text, start, end))
            listing = text.find("其中", start, end)
            listed_from = listing if listing >= 0 else end
        said, partial = _time_of(times, here, year)
        clause_end = _clause_end(text, found.end(), end)
        clause_start = max(last, _clause_start(text, here, start))
        head = before[: prefix.start()] if prefix else before
        scope = _SCOPE.search(text, last, clause_end)
        yield Quantity(
            what=_what(head, text[found.end() : clause_end]),
            value=value if found["low"] is None else Decimal(found["low"]),
            unit=found["unit"],
            section=passage.number,
            quote=passage.plain[clause_start:clause_end],
            phrase=f"{head}#{found['unit']}{text[found.end() : clause_end]}",
            start=here,
            end=found.end(),
            high=None if found["low"] is None else value,
            approx=_approx(found, mark),
            scope=scope.group() if scope else None,
            year=said,
            change=bool(_CHANGE.search(text, clause_start, found.end())),
            partial=partial,
            listed=here > listed_from,
            passage=passage,
        )
        last = found.end()


def _idle(found: re.Match[str], before: str) -> bool:
    """一个、一项、几次 … are words, not counts, unless something was received or done."""
    return bool(
        found["unit"] in _IDLE_UNITS
        and found["num"] in ("一", "两")
        and not _COUNTED.search(before)
    )


def _value(raw: str, scale: str | None) -> Number | None:
    """A printed number, Arabic or Chinese; None where it is no number after all."""
    value: Number
    if raw[0].isdigit():
        plain = raw.replace(",", "").replace("，", "")
        value = Decimal(plain) if "." in plain else int(plain)
    else:
        try:
            value = int(cn2an.cn2an(raw, "smart"))
        except ValueError:
            return None
    if scale:
        value = value * (10_000 if scale == "万" else 100_000_000)
    return value


def _approx(found: re.Match[str], mark: str) -> Approx | None:
    if found["post"] or found["post2"] or found["tail"] == "以上" or mark in _OVER:
        return "over"
    if mark in _UNDER:
        return "under"
    return "about" if mark in _ABOUT or found["tail"] else None


def _time_of(times: list[re.Match[str]], here: int, year: int | None) -> tuple[int | None, bool]:
    """The year said last before this place (None: the report's own), and if it is a part of one."""
    said: int | None = None
    partial = False
    for time in times:
        if time.start() >= here:
            break
        number, past, part, _this = time.groups()
        partial = bool(part)
        if number:
            said = None if int(number) == year else int(number)
        elif past:
            said = (year or 0) - 1
        else:
            said = None
    return said, partial


def _clause_start(text: str, here: int, start: int) -> int:
    while here > start and text[here - 1] not in _CUT:
        here -= 1
    return here


def _clause_end(text: str, here: int, end: int) -> int:
    while here < end and text[here] not in _CUT:
        here += 1
    return here


def _what(head: str, after: str) -> str:
    """The words nearest to the number that name what is counted."""
    clause = _LAST_CLAUSE.split(_FILLER.sub("", head))[-1]
    opened, closed = clause.rfind("（"), clause.rfind("）")
    if opened > closed:
        clause = clause[opened + 1 :]
    elif closed >= 0 and "（" not in clause:
        clause = clause[closed + 1 :]
    if after and len(after) <= 12 and len(clause) < 2:
        return after
    return clause or after or _LAST_CLAUSE.split(head.rstrip(_CUT))[-1]


def narrative_numbers(report: Report) -> list[dict[str, Any]]:
    """The numbers of the text as plain data, for parse output: what, value, unit, approx …"""
    from gongkai.annual_report.check.subject import Subject

    out = []
    for q in Subject(report).quantities:
        place = q.place
        item: dict[str, Any] = {"what": q.what, "value": q.value, "unit": q.unit}
        if q.high is not None:
            item["high"] = q.high
        if q.approx:
            item["approx"] = True
        if q.scope:
            item["scope"] = q.scope
        if q.year is not None:
            item["year"] = q.year
        if q.change:
            item["change"] = True
        item |= {"section": q.section, "quote": q.quote}
        if place:
            item["place"] = str(place)
        out.append(item)
    return out
