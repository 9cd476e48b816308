"""Numbers in the text: what is counted, how many, of which year and scope.

``narrative_numbers(report)`` gives them for a whole report, ``as_published`` beside its tables.
Years, dates, articles, telephone and document numbers are not quantities: a number counts only
with a measure word (件、条、万元 …) behind it. Chinese numerals are read by cn2an.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import cn2an

from gongkai.annual_report.exchange import place_dict, to_dict
from gongkai.annual_report.model import Place, Report

if TYPE_CHECKING:
    from gongkai.annual_report.check.subject import Passage

Approx = Literal["about", "over", "under"]
Number = int | Decimal


@dataclass(slots=True, eq=False)
class Quantity:
    """A number in the text, at ``start``–``end`` of its passage's plain text.

    ``high``: upper end of a range (“3至5件”); ``approx``: 约、近、余 …; ``since``: where the words
    that belong to it begin (the number before, or the sentence); ``head_end``: where they end;
    ``sentence``, ``stop``: where its sentence begins and ends; ``own_year``: the report's year.
    What else is said of it is looked up when it is asked for: most numbers concern no rule.
    """

    passage: Passage
    text: str
    value: Number
    unit: str
    start: int
    end: int
    since: int
    head_end: int
    sentence: int
    stop: int
    own_year: int | None
    high: Number | None = None
    approx: Approx | None = None

    @property
    def section(self) -> int:
        return self.passage.number

    @property
    def clause(self) -> tuple[int, int]:
        """Where its clause begins and ends."""
        return self.clause_start, self.clause_end

    @property
    def clause_start(self) -> int:
        start = self.start
        while start > self.since and self.text[start - 1] not in _CUT:
            start -= 1
        return start

    @property
    def clause_end(self) -> int:
        cut = _CLAUSE.search(self.text, self.end, self.stop)
        return cut.start() if cut else self.stop

    @property
    def time(self) -> tuple[int | None, bool]:
        """The year it is said of (None: the report's own), and whether of a part of that year."""
        said: tuple[int | None, bool] = (None, False)
        text, begin, end = self.text, self.sentence, self.start
        if text.find("年", begin, end) < 0 and text.find("季", begin, end) < 0:
            return said
        for word in _TIME.finditer(text, begin, self.stop):
            if word.start() >= self.start:
                break
            said = _time_said(word, self.own_year) or said
        return said

    @property
    def year(self) -> int | None:
        """The year it is said of, None for the report's own."""
        return self.time[0]

    @property
    def partial(self) -> bool:
        """Whether it is said of a part of the year."""
        return self.time[1]

    @property
    def listed(self) -> bool:
        """Whether it stands behind 其中 in its sentence."""
        return self.text.find("其中", self.sentence, self.start) >= 0

    @property
    def head(self) -> str:
        """The words before the number, from the number before or the sentence's beginning."""
        return self.text[self.since : self.head_end]

    @property
    def after(self) -> str:
        """The words behind the measure word, to the end of the clause."""
        return self.text[self.end : self.clause_end]

    @property
    def phrase(self) -> str:
        """The words around it with ``#`` for the number: what patterns search."""
        return f"{self.head}#{self.unit}{self.after}"

    @property
    def quote(self) -> str:
        start, end = self.clause
        return self.passage.plain[start:end]

    @property
    def what(self) -> str:
        """The words that name what is counted."""
        return _what(self.head, self.after)

    @property
    def scope(self) -> str | None:
        """Words that say of whom it is said: 本级、全区、各部门 …"""
        found = _SCOPE.search(self.text, self.since, self.clause_end)
        return found.group() if found else None

    @property
    def change(self) -> bool:
        """Whether it is a difference to another year (比上年增加 12 件)."""
        text, since, end = self.text, self.since, self.end
        if text.find("比", since, end) < 0 and text.find("较", since, end) < 0:
            return False
        return bool(_CHANGE.search(text, self.clause_start, end))

    @property
    def place(self) -> Place | None:
        return self.passage.locate(self.quote)[1]

    def bounds(self) -> tuple[Number, Number]:
        """The smallest and the largest number that these words can mean."""
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
        if self.high is None and self.approx is None:
            return self.value == number
        low, high = self.bounds()
        return low <= number <= high


def _magnitude(value: Number) -> int:
    """The step of the last digit that is not zero: 1000 → 1000, 1300 → 100, 30 → 10."""
    digits = str(int(value))
    return int(10 ** (len(digits) - len(digits.rstrip("0")))) if int(value) else 1


_UNITS = "万元|亿元|件次|人次|篇次|[元件条项个份次场期宗例起篇批名家部册页人户处栏类种幅张封%]"
_NUMERALS = "零〇一二两三四五六七八九十百千廿壹贰叁肆伍陆柒捌玖拾佰仟"
#: Begins with a plain class of characters: so the search skips quickly to candidates. Behind the
#: digits one look at the next character turns most of them away.
_NUMBER = re.compile(
    rf"([0-9{_NUMERALS}][0-9,，.{_NUMERALS}]*+)"
    rf"(?=[余多几万亿{_UNITS.replace('|', '').replace('[', '').replace(']', '')}])"
    rf"(余|多|几)?([万亿](?!元))?(余|多)?({_UNITS})(左右|上下|以上)?"
)
_ARABIC = re.compile(r"\d{1,3}(?:[,，]\d{3})+|\d+(?:\.\d+)?")
_CHINESE = re.compile(f"[{_NUMERALS}]+")
_RANGE = re.compile(r"(\d+(?:\.\d+)?)(?:-|—|–|~|～|至|到)$")
_BEFORE = re.compile(r"(?:大约|约|将近|近|超过|超|逾|突破|不足|不到|第|每|(?<![目之以])前)$")
#: What such a word, or the sign of a range, ends in.
_MARKED = frozenset("约近过超逾破足到第每前-—–~～至")
_ORDINAL = frozenset(("第", "每", "前"))
#: Directly behind one of these stands the rest of a code or of a broken number.
_NO_START = frozenset(".," + string.ascii_letters + string.digits)
_ONE_OR_TWO = frozenset("一两")
_OVER = frozenset(("超过", "超", "逾", "突破"))
_UNDER = frozenset(("将近", "近", "不足", "不到"))
_ABOUT = frozenset(("约", "大约"))
_CLAUSE = re.compile(r"[，,。；;：:、（(）)！？\n]")
_CUT = frozenset("，,。；;：:、（(）)！？\n")
_TITLED = re.compile(r"《[^》]*》")
#: Words that may say when: a plain class first, so that the search skips; ``_WHEN`` decides.
_TIME = re.compile(r"[2去上前下今本全当年一二三四](?:0\d\d年(?!度?报告)|一年|年|半年|季度|内)")
_WHEN = {
    **dict.fromkeys(("去年", "上年", "上一年", "前年"), "past"),
    **dict.fromkeys(("上半年", "下半年", "一季度", "二季度", "三季度", "四季度"), "part"),
    **dict.fromkeys(("今年", "本年", "全年", "当年", "年内"), "now"),
}
_CHANGE = re.compile(r"[较比][^，。；]{0,14}?(?:增|减|多|少|降|升|提高|下滑)")
_SCOPE = re.compile(
    r"本级|本机关|机关本级|[委局]机关|[委局]本级|全[区县市省州旗镇乡]|全系统"
    r"|各(?:部门|单位|镇|乡|街道)|[下所直]属"
)
_IDLE_UNITS = frozenset("个项次种类批家名部处条场人")
_COUNTED = re.compile(r"(?:共|计|仅|只|收到|受理|接到|(?<!作)为|[共仅只]有)$")
_FILLER = re.compile(r"(?:其中(?:包括)?[：:]?|共计|总计|合计|累计|达到|共|达|为|数量|总数)+$")
_AMONG = re.compile(r"^其中(?:包括)?")
_LAST_CLAUSE = re.compile(r"[，,。；;：:、！？\n]")


def quantities(passage: Passage, year: int | None) -> Iterator[Quantity]:
    """The quantities of a passage in order; ``year`` is the report's own year."""
    text = passage.plain
    if "《" in text:
        text = _TITLED.sub(lambda m: "□" * len(m.group()), text)
    # The same text with one kind of full stop, to look for with find and rfind.
    stops = text.replace("！", "。").replace("？", "。").replace("\n", "。")
    sentence = stop = last = 0
    for found in _NUMBER.finditer(text):
        here, end = found.span()
        if here >= stop:
            sentence = last = stops.rfind("。", last, here) + 1 or last
            stop = stops.find("。", here)
            if stop < 0:
                stop = len(text)
        before_it = text[here - 1] if here else ""
        if before_it in _NO_START:
            continue
        raw, post, scale, post2, unit, tail = found.groups()
        mark, low = "", None
        if before_it in _MARKED and here > last:
            before = text[max(last, here - 8) : here]
            prefix = _BEFORE.search(before)
            mark = prefix.group() if prefix else ""
            low = _RANGE.search(before)
            if mark in _ORDINAL:
                continue
        idle = raw in _ONE_OR_TWO and unit in _IDLE_UNITS
        if idle and not _COUNTED.search(text[max(last, here - 8) : here]):
            continue
        value = int(raw) if scale is None and raw.isdecimal() else _value(raw, scale)
        if value is None:
            continue
        yield Quantity(
            passage,
            text,
            Decimal(low.group(1)) if low else value,
            unit,
            here,
            end,
            last,
            here - len(mark),
            sentence,
            stop,
            year,
            value if low else None,
            _approx(post or post2, tail, mark) if post or post2 or tail or mark else None,
        )
        last = end


def _time_said(word: re.Match[str], own_year: int | None) -> tuple[int | None, bool] | None:
    """What a word of time says: year (None: the report's own), part of it; None: nothing."""
    words = word.group()
    if words[0] == "2" and len(words) > 4:
        year = int(words[:4])
        return None if year == own_year else year, False
    when = _WHEN.get(words)
    if when == "past":
        if word.string[word.end() : word.end() + 3].lstrip("度")[:2] == "结转":
            return None
        return (own_year or 0) - 1, False
    return (None, when == "part") if when else None


def _value(raw: str, scale: str | None) -> Number | None:
    """A printed number, Arabic or Chinese; None where it is no number after all."""
    value: Number
    if _ARABIC.fullmatch(raw):
        plain = raw.replace(",", "").replace("，", "")
        value = Decimal(plain) if "." in plain else int(plain)
    elif _CHINESE.fullmatch(raw):
        try:
            value = int(cn2an.cn2an(raw, "smart"))
        except (ValueError, KeyError):  # the latter is how cn2an refuses 零十一
            return None
    else:
        return None
    if scale:
        value = value * (10_000 if scale == "万" else 100_000_000)
    return value


def _approx(post: str | None, tail: str | None, mark: str) -> Approx | None:
    if post or tail == "以上" or mark in _OVER:
        return "over"
    if mark in _UNDER:
        return "under"
    return "about" if tail or mark in _ABOUT else None


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
    clause = _AMONG.sub("", clause)
    return clause or after or _LAST_CLAUSE.split(head.rstrip("，,。；;：:、（(）)"))[-1]


def as_published(report: Report) -> dict[str, Any]:
    """``gongkai-annual-report/1`` as parse and render hand it out: with the text's numbers."""
    return to_dict(report) | {"narrative_numbers": narrative_numbers(report)}


def narrative_numbers(report: Report) -> list[dict[str, Any]]:
    """The numbers of the text as plain data: what, value, unit, approx …"""
    from gongkai.annual_report.check.subject import Subject

    out = []
    for q in Subject(report).quantities:
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
        item |= {"section": q.section, "quote": q.quote, "place": place_dict(q.place)}
        out.append(item)
    return out
