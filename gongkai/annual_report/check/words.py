"""Wrong words, doubled words, terms, and words that belong to another body (C24a, C24b, C24g)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from gongkai.annual_report.check.data_files import load
from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.check.registry import finding, rule
from gongkai.annual_report.check.subject import Passage, Subject, plain_text

WRITING = "公文处理的文字规范；《政府信息公开条例》第六条（准确公开）"
COPYING = "国办公开办函〔2021〕30号（不得照抄、雷同）；平台约定"


@dataclass(frozen=True, slots=True)
class Word:
    """A dictionary entry: what stands there, what it should be, and where it is no mistake."""

    wrong: str
    right: str
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()

    def holds(self, text: str, start: int) -> bool:
        """Whether the word at this place is the mistake and not part of something right."""
        end = start + len(self.wrong)
        return not (text.startswith(self.not_after, end) or text[:start].endswith(self.not_before))


@dataclass(frozen=True, slots=True)
class Dictionary:
    words: dict[str, Word]
    pattern: re.Pattern[str]

    def hits(self, text: str) -> Iterator[tuple[Word, int]]:
        for found in self.pattern.finditer(text):
            word = self.words[found.group()]
            if word.holds(text, found.start()):
                yield word, found.start()


def _word(wrong: str, raw: str | dict[str, str]) -> Word:
    if isinstance(raw, str):
        return Word(wrong, raw)
    sides = [tuple(raw[k].split("|")) if k in raw else () for k in ("not_before", "not_after")]
    return Word(wrong, raw["right"], sides[0], sides[1])


def _trie(words: Iterable[str]) -> str:
    """One pattern for many words that shares their beginnings: the scan stays fast."""
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}

    def write(node: dict[str, Any]) -> str:
        ends = "" in node
        branches = [re.escape(k) + write(v) for k, v in sorted(node.items()) if k]
        if not branches:
            return ""
        joined = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
        return f"(?:{joined})?" if ends else joined

    return write(tree)


@cache
def dictionary(name: str) -> Dictionary:
    """A word list of data/ ready to search with."""
    words = {w: _word(w, raw) for w, raw in load(name).items()}
    return Dictionary(words, re.compile(_trie(words)))


def doubled(text: str) -> Iterator[int]:
    """Places where two characters come twice in a row (资金资金).

    The text as UTF-16 is one big number; it equals itself shifted by two characters exactly
    there. Ten times faster than a pattern with a back reference.
    """
    data = text.encode("utf-16-le", "surrogatepass")
    number = int.from_bytes(data, "little")
    difference = (number ^ (number >> 32)).to_bytes(len(data), "little")
    last = len(data) - 8
    at = difference.find(b"\0\0\0\0")
    while 0 <= at <= last:
        if at % 2 == 0:
            yield at // 2
            at = difference.find(b"\0\0\0\0", at + 4)
        else:
            at = difference.find(b"\0\0\0\0", at + 1)


_WORD = re.compile(r"[一-鿿]{2}")


@rule(
    "C24a",
    "warn",
    "错别字、漏字、重复的词",
    source=WRITING,
    about="对照易错字词表（错别字、扫描识别错字、写了一半的词）和重复的词检查正文、标题。",
    advice="对照原件改正。确属专有名称的，可以不改并在复核时写明。",
)
def wrong_words(subject: Subject) -> Iterator[Finding]:
    book = dictionary("typos")
    fine = load("structure")["fine_twice"]
    for passage in _everything(subject):
        text = passage.plain
        for word, start in book.hits(text):
            yield _word_finding("C24a", passage, word, start)
        for start in doubled(text):
            pair = text[start : start + 2]
            if _WORD.fullmatch(pair) and pair not in fine and not _chant(text, start):
                around = text[max(0, start - 6) : start + 10]
                quote, place = passage.locate(around.strip("\n"))
                yield finding(
                    "C24a",
                    f"“{pair}{pair}”疑似重复，应为“{pair}”。",
                    section=passage.number or None,
                    quote=quote,
                    place=place,
                    wrong=pair * 2,
                    right=pair,
                )


def _chant(text: str, start: int) -> bool:
    """X一X一 and the like: 一村一村, or a slogan's repeat across a mark."""
    return text[start] == "一" or text[start : start + 2] == text[start + 4 : start + 6]


def _everything(subject: Subject) -> Iterator[Passage]:
    """The sections, then titles and headings (as passages of their own)."""
    yield from subject.passages
    for heading in subject.report.headings or subject.report.sections:
        if heading.title:
            yield Passage(_as_text(heading), plain_text(heading.title))


def _as_text(heading: Any) -> Any:
    from dataclasses import replace

    return replace(heading, text=heading.title, lines=())


def _word_finding(rule_id: str, passage: Passage, word: Word, start: int) -> Finding:
    text = passage.plain
    end = start + len(word.wrong)
    around = text[max(0, start - 6) : end + 6].strip("\n")
    quote, place = passage.locate(around)
    advice = f"疑为“{word.right}”" if rule_id == "C24a" else word.right
    return finding(
        rule_id,
        f"“{word.wrong}”{'' if rule_id == 'C24a' else '：'}{advice}。",
        section=passage.number or None,
        quote=quote,
        place=place,
        wrong=word.wrong,
        right=word.right,
    )


_ACCEPTED = re.compile(
    r"受理[^，。；、\d]{0,14}(?:依申请公开|信息公开申请|公开申请|申请公开)[^，。；、\d]{0,10}\d+(?:件|条|份|宗)"
)
_PLENUM = re.compile(r"(?:十[七八九]|二十)届[一二三四五六七、次和]+次?(?:中央)?会议")


@rule(
    "C24g",
    "info",
    "用语与《条例》、法定格式不一致",
    source="《政府信息公开条例》第二十九条、第三十一条；法定格式第三部分标题",
    about="申请称“收到”，不称“受理”；“国家秘密”“商业秘密”“不予公开”等按现行《条例》的说法写。",
    advice="改用《条例》和规定格式的说法，如“共收到政府信息公开申请×件”。",
)
def terms(subject: Subject) -> Iterator[Finding]:
    book = dictionary("terms")
    for passage in subject.passages:
        text = passage.plain
        for word, start in book.hits(text):
            yield _word_finding("C24g", passage, word, start)
        for found in _ACCEPTED.finditer(text):
            quote, place = passage.locate(found.group())
            yield finding(
                "C24g",
                "政府信息公开申请按“收到”统计，建议把“受理”改为“收到”。",
                section=passage.number or None,
                quote=quote,
                place=place,
            )
        for found in _PLENUM.finditer(text):
            quote, place = passage.locate(found.group())
            yield finding(
                "C24g",
                "中央委员会的会议称“全会”，请核对届次并改为“全会”。",
                section=passage.number or None,
                quote=quote,
                place=place,
            )


_FIELD = re.compile(
    r"([一-鿿]{2,10}?)领域(?:的)?(?:基层)?(?:政务|政府信息)公开(?:标准|事项|目录|规范|工作)"
)
_SELF = re.compile(r"我(局|委|厅|镇|乡|街道|区|县|旗)(?!们|国|省)")
_BODY = (
    ("委", re.compile(r"委员会$|委$")),
    ("局", re.compile(r"局$")),
    ("厅", re.compile(r"厅$")),
    ("镇", re.compile(r"镇(?:人民)?政府$")),
    ("乡", re.compile(r"乡(?:人民)?政府$")),
    ("街道", re.compile(r"街道(?:办事处)?$")),
)
_LEVEL = re.compile(r"[一-鿿]{2,}?(县|区|旗)")
_ELSEWHERE = re.compile(r"([一-鿿]{2,6}?[县区旗])(?=人民政府|政府|卫健|卫生|教育|公安|民政|财政)")
#: Characters that a place name of two characters hardly has: words around it were caught.
_NO_NAME = re.compile(
    "[各全我本市省该关社辖地城校园景库过在由经向与和对为是到从及按将把被让给受于以照据当属级乡镇村、"
    "加强推进围绕落实提升做好抓结合利用针切积极认真格持续充分发挥完善优化规范深细组织协调配督促导县区委府政党"
    "年月日条件个新老旧大小多少上下前后内外了的之其此这那等每某同有无不]"
)


@rule(
    "C24b",
    "warn",
    "领域、机关、地名不是本单位的",
    source=COPYING,
    about="写到的领域应归本机关主管；“我局”“我委”“我县”应与本机关相符；不出现别的县区的名称。"
    "这些多半是套用他人文稿留下的。",
    advice="改成本机关的领域、名称，并通读全文看有没有其他照搬的句子。",
)
def foreign_words(subject: Subject) -> Iterator[Finding]:
    agency = subject.report.agency or ""
    own = {
        name
        for entry in load("sectors")
        if any(a in agency for a in entry["agencies"])
        for name in (entry["field"], *entry["also"])
    }
    for passage in subject.passages:
        if own and "领域" in passage.plain:
            yield from _foreign_field(subject, passage, own)
    yield from _foreign_self(subject, agency)
    yield from _foreign_place(subject, agency)


def _foreign_field(subject: Subject, passage: Passage, own: set[str]) -> Iterator[Finding]:
    for found in _FIELD.finditer(passage.plain):
        said = found.group(1)
        named = [
            name
            for e in load("sectors")
            for name in (e["field"], *e["also"])
            if said.endswith(name)
        ]
        if not named or any(said.endswith(o) for o in own):
            continue
        field = max(named, key=len)
        quote, place = passage.locate(found.group())
        yield finding(
            "C24b",
            f"“{field}领域”不属于{subject.report.agency}主管的领域，疑似套用其他单位的文字。",
            section=passage.number or None,
            quote=quote,
            place=place,
            field=field,
        )


def _foreign_self(subject: Subject, agency: str) -> Iterator[Finding]:
    """我局 in the report of a commission that never says 我委."""
    own = next((word for word, pattern in _BODY if pattern.search(agency)), None)
    if own is None:
        return
    said: dict[str, tuple[Passage, int]] = {}
    for passage in subject.passages:
        for found in _SELF.finditer(passage.plain):
            said.setdefault(found.group(1), (passage, found.start()))
    bodies = {word for word, _ in _BODY}
    wrong = [w for w in said if w in bodies and w != own]
    if own in said or not wrong:
        return
    passage, start = said[wrong[0]]
    quote, place = passage.locate(passage.plain[start : start + 12].split("\n")[0])
    yield finding(
        "C24b",
        f"{agency}自称“我{wrong[0]}”，疑似套用其他单位的文字。",
        section=passage.number or None,
        quote=quote,
        place=place,
    )


def _foreign_place(subject: Subject, agency: str) -> Iterator[Finding]:
    level = _LEVEL.search(agency)
    if level is None:
        return
    home = f"{agency}{subject.report.region or ''}{subject.report.title or ''}"
    core = level.group()[-3:]
    seen: set[str] = set()
    for passage in subject.passages:
        if level.group(1) not in passage.plain:
            continue
        for found in _ELSEWHERE.finditer(passage.plain):
            name = found.group(1)
            short = name[-3:]
            if (
                name[-1] != level.group(1)
                or short in seen
                or short[-2:] == core[-2:]
                or short in home
                or len(short) < 3
                or _NO_NAME.search(short[:-1])
            ):
                continue
            seen.add(short)
            quote, place = passage.locate(passage.plain[found.start() : found.end() + 6])
            yield finding(
                "C24b",
                f"出现了别处的地名“{short}”，本报告是{agency}的，请核对是否套用。",
                level="info",
                section=passage.number or None,
                quote=quote,
                place=place,
                name=short,
            )
