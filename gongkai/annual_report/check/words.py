"""Wrong words, doubled words, terms, and words that belong to another body (C24a, C24b, C24g)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from gongkai.annual_report.check.data_files import load
from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.check.registry import finding, rule
from gongkai.annual_report.check.scan import Word, dictionary, doubled
from gongkai.annual_report.check.subject import Passage, Subject, Whole

WRITING = "公文处理的文字规范；《政府信息公开条例》第六条（准确公开）"
COPYING = "国办公开办函〔2021〕30号（不得照抄、雷同）；平台约定"


_WORD = re.compile(r"[一-鿿]{2}")
_CHINESE = re.compile(r"[一-鿿]+")


@rule(
    "C24a",
    "warn",
    "错别字、漏字、重复的词",
    source=WRITING,
    about="对照易错字词表（错别字、扫描识别错字、写了一半的词）和重复的词检查正文、标题。",
    advice="对照原件改正。确属专有名称的，可以不改并在复核时写明。",
)
def wrong_words(subject: Subject) -> Iterator[Finding]:
    whole = subject.whole
    for word, start in _hits(subject, "typos"):
        yield _word_finding("C24a", whole, word, start)
    fine = load("structure")["fine_twice"]
    text = whole.text
    for start in doubled(text):
        pair = text[start : start + 2]
        if not _WORD.fullmatch(pair) or pair in fine or _chant(text, start):
            continue
        passage, quote, place = whole.around(start, start + 4)
        yield finding(
            "C24a",
            f"“{pair}{pair}”疑似重复，应为“{pair}”。",
            section=passage.number or None,
            quote=quote,
            place=place,
            wrong=pair * 2,
            right=pair,
        )


def _hits(subject: Subject, book: str) -> list[tuple[Word, int]]:
    """The mistakes of one word list; the text is searched for all of them together."""
    every = subject.once("hits", lambda s: list(dictionary("typos", "terms").hits(s.whole.text)))
    return _longest([(word, start) for word, start in every if word.book == book])


def _longest(hits: list[tuple[Word, int]]) -> list[tuple[Word, int]]:
    """Without those inside another: 公众参予 is one mistake, though 参予 is one by itself too."""
    kept: list[tuple[Word, int]] = []
    for word, start in sorted(hits, key=lambda hit: (hit[1], -len(hit[0].wrong))):
        if not kept or start + len(word.wrong) > kept[-1][1] + len(kept[-1][0].wrong):
            kept.append((word, start))
    return kept


def _chant(text: str, start: int) -> bool:
    """X一X一 and the like: 一村一村, or a slogan's repeat across a mark."""
    return text[start] == "一" or text[start : start + 2] == text[start + 4 : start + 6]


def _word_finding(rule_id: str, whole: Whole, word: Word, start: int) -> Finding:
    passage, quote, place = whole.around(start, start + len(word.wrong))
    advice = f"疑为“{word.right}”" if rule_id == "C24a" else f"：{word.right}"
    return finding(
        rule_id,
        f"“{word.wrong}”{advice}。",
        section=passage.number or None,
        quote=quote,
        place=place,
        wrong=word.wrong,
        right=word.right,
    )


_ACCEPTED = re.compile(
    r"受理[^，。；、\d]{0,14}(?:依申请公开|信息公开申请|公开申请|申请公开)[^，。；、\d]{0,10}\d+(?:件|条|份|宗)"
)
_PLENUM = re.compile(r"届[一二三四五六七、次和]+次?(?:中央)?会议")
_PHRASES = (
    (_ACCEPTED, "政府信息公开申请按“收到”统计，建议把“受理”改为“收到”。"),
    (_PLENUM, "中央委员会的会议称“全会”，请核对届次并改为“全会”。"),
)


@rule(
    "C24g",
    "info",
    "用语与《条例》、法定格式不一致",
    source="《政府信息公开条例》第二十九条、第三十一条；法定格式第三部分标题",
    about="申请称“收到”，不称“受理”；“国家秘密”“商业秘密”“不予公开”等按现行《条例》的说法写。",
    advice="改用《条例》和规定格式的说法，如“共收到政府信息公开申请×件”。",
)
def terms(subject: Subject) -> Iterator[Finding]:
    whole = subject.whole
    for word, start in _hits(subject, "terms"):
        yield _word_finding("C24g", whole, word, start)
    for pattern, message in _PHRASES:
        for found in pattern.finditer(whole.text):
            passage, quote, place = whole.around(*found.span(), margin=0)
            yield finding("C24g", message, section=passage.number or None, quote=quote, place=place)


_FIELD = re.compile(r"领域(?:的)?(?:基层)?(?:政务|政府信息)公开(?:标准|事项|目录|规范|工作)")
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
#: A body of another county, district or banner, by the last character of its place.
_ELSEWHERE = {
    level: re.compile(level + "(?:人民政府|政府|卫健|卫生|教育|公安|民政|财政)")
    for level in "县区旗"
}
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
    own = _fields_of(agency)
    for passage in subject.passages:
        if own and "领域" in passage.plain:
            yield from _foreign_field(subject, passage, own)
    yield from _foreign_self(subject, agency)
    yield from _foreign_place(subject, agency)


def _foreign_field(subject: Subject, passage: Passage, own: frozenset[str]) -> Iterator[Finding]:
    for found in _FIELD.finditer(passage.plain):
        said = passage.plain[max(0, found.start() - 10) : found.start()]
        named = [
            name
            for e in load("sectors")
            for name in (e["field"], *e["also"])
            if said.endswith(name)
        ]
        if not named or any(said.endswith(o) for o in own):
            continue
        field = max(named, key=len)
        quote, place = passage.locate(field + found.group())
        yield finding(
            "C24b",
            f"“{field}领域”不属于{subject.report.agency}主管的领域，疑似套用其他单位的文字。",
            section=passage.number or None,
            quote=quote,
            place=place,
            field=field,
        )


@lru_cache(maxsize=1024)
def _kind_of(agency: str) -> str | None:
    """How a body speaks of itself after 我: 局, 委, 镇 …; None where its name does not tell."""
    return next((word for word, pattern in _BODY if pattern.search(agency)), None)


@lru_cache(maxsize=1024)
def _fields_of(agency: str) -> frozenset[str]:
    """The fields of open government that a body of this name is in charge of."""
    return frozenset(
        name
        for entry in load("sectors")
        if any(a in agency for a in entry["agencies"])
        for name in (entry["field"], *entry["also"])
    )


def _foreign_self(subject: Subject, agency: str) -> Iterator[Finding]:
    """我局 in the report of a commission that never says 我委."""
    own = _kind_of(agency)
    if own is None:
        return
    said: dict[str, tuple[Passage, int]] = {}
    for passage in subject.passages:
        if "我" in passage.plain:
            for found in _SELF.finditer(passage.plain):
                said.setdefault(found.group(1), (passage, found.start()))
    if not said:
        return
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
    elsewhere = _ELSEWHERE[level.group(1)]
    seen: set[str] = set()
    for passage in subject.passages:
        for found in elsewhere.finditer(passage.plain):
            at = found.start()
            short = passage.plain[max(0, at - 2) : at + 1]
            if (
                len(short) < 3
                or short in seen
                or short[-2:] == core[-2:]
                or short in home
                or _NO_NAME.search(short[:-1])
                or not _CHINESE.fullmatch(short)
            ):
                continue
            seen.add(short)
            quote, place = passage.locate(passage.plain[at - 2 : found.end() + 6].split("\n")[0])
            yield finding(
                "C24b",
                f"出现了别处的地名“{short}”，本报告是{agency}的，请核对是否套用。",
                level="info",
                section=passage.number or None,
                quote=quote,
                place=place,
                name=short,
            )
