"""The text against itself: one fact said twice, parts and wholes, percentages (C15b, C16)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from gongkai.annual_report.check.finding import Finding, Level
from gongkai.annual_report.check.narrative import Quantity
from gongkai.annual_report.check.numbers import located
from gongkai.annual_report.check.registry import finding, rule
from gongkai.annual_report.check.subject import Subject
from gongkai.annual_report.check.thresholds import NEARLY_ALL

_CHANNEL = re.compile(
    r"(?:通过|在|利用|依托)(?P<site>[^，。；、#]{2,24}?(?:网站|网|平台|公众号|微博|客户端|专栏))"
    r"[^，。；#]{0,6}?(?P<act>主动公开|公开|发布|推送)[^，。；#]{0,12}?信息[^，。；#\d]{0,4}#(?:余|多)?条"
)


@rule(
    "C15b",
    "error",
    "同一件事，正文前后的数要一致",
    source="平台约定（前后一致）",
    about="同一网站、平台本年公开信息的总条数，全文只应有一个数。",
    advice="核对后台统计，统一口径；分别指不同范围的，写明范围。",
)
def text_and_text(subject: Subject) -> Iterator[Finding]:
    said = list(_published(subject))
    if len(said) < 2:
        return
    seen: list[tuple[str, Quantity]] = []
    for quantity, words in said:
        site = _NO_NAME.sub("", words)
        for other, before in seen:
            if (site in other or other in site) and before.value != quantity.value:
                quote, place = located(quantity)
                first, first_place = located(before)
                yield finding(
                    "C15b",
                    f"同样是“{words}”公开的信息，前面写“{first}”"
                    f"（{first_place or '位置不明'}），这里写“{quote}”，"
                    f"{before.value} 与 {quantity.value} 不一致。",
                    section=quantity.section or None,
                    quote=quote,
                    place=place,
                    first=before.value,
                    second=quantity.value,
                )
        seen.append((site, quantity))


def _published(subject: Subject) -> Iterator[tuple[Quantity, str]]:
    """How many pieces of information a site has published in the year, and the site's name."""
    for quantity in subject.quantities:
        if quantity.unit != "条" or quantity.approx:
            continue
        near = max(quantity.since, quantity.head_end - 6)  # what _CHANNEL wants before the number
        if quantity.text.find("信息", near, quantity.head_end) < 0:
            continue
        if quantity.listed or quantity.time != (None, False):
            continue
        found = _CHANNEL.search(quantity.phrase)
        if found and _general(found.group()) and not quantity.change:
            yield quantity, found["site"]


#: What of a site's name does not tell it from others.
_NO_NAME = re.compile(r"^(?:我|本|县|市|区|委|局)+|(?:门户|官方)")
_ACT = re.compile(r"主动公开|公开|发布|推送")
_ANY_INFORMATION = re.compile(
    r"(?:的|了|各类|各项|政府|政务|有关|相关|各种|共|信息)*共?计?#(?:余|多)?条"
)


def _general(words: str) -> bool:
    """Whether the words speak of all information, not of a kind of it."""
    tail = _ACT.split(words)[-1]
    return _ANY_INFORMATION.fullmatch(tail) is not None


@rule(
    "C16",
    "warn",
    "分项之和与总数相符",
    source="平台约定（前后一致）",
    about="“共×条，其中……”所列分项之和不大于总数；列全了的应等于总数。"
    "“其中”可以只列一部分，差得多时只作提示。",
    advice="核对总数和各分项；只列主要几项的，用“等”或者补“其他×条”。",
)
def parts_and_whole(subject: Subject) -> Iterator[Finding]:
    for whole, parts, is_open in _lists(subject):
        total = sum((p.value for p in parts), 0)
        if total == whole.value:
            continue
        shown = "＋".join(str(p.value) for p in parts)
        quote, place = located(whole)
        level: Level | None = None
        if total > whole.value:
            text = f"分项之和 {shown} ＝ {total}，大于总数 {whole.value}"
        elif is_open or len(parts) < 3:
            continue
        elif total >= whole.value * NEARLY_ALL:
            text = f"分项之和 {shown} ＝ {total}，与总数 {whole.value} 不符"
        else:
            text = (
                f"所列分项之和 {shown} ＝ {total}，少于总数 {whole.value}；只列了一部分的可以不改"
            )
            level = "info"
        yield finding(
            "C16",
            f"正文“{quote}”：{text}。",
            level=level,
            section=whole.section or None,
            quote=_span(whole, parts[-1]),
            place=place,
            sum=total,
            total=whole.value,
        )


def _span(whole: Quantity, last: Quantity) -> str:
    if whole.passage is None:
        return whole.quote
    start = whole.passage.plain.rfind(whole.quote, 0, whole.end + len(whole.quote))
    text = whole.passage.plain[max(0, start) : last.end]
    return whole.passage.locate(text)[0]


#: After a list that has come to its total these begin something else.
_NEXT = frozenset("，,。；;\n")
_LISTING = re.compile(r"[，,。；;（(]?(?:其中|包括|分别为|分别是)(?:包括|有)?[：:]?|[：:]")
#: What such words begin with, and the marks that may stand before them.
_MAY_LIST = frozenset("其包分：:")
_MARKS = frozenset("，,。；;（(")
_COMMA = re.compile("[，,；;、]")
_OF_WHICH = re.compile("[，,（(]其中")
_AGAIN = re.compile("共计?$|合计$|其中")


def _begins_anew(plain: str, between: str, end: int) -> bool:
    """Behind a semicolon a figure with parts of its own is another total ("；办结87件，其中…")."""
    return ("；" in between or ";" in between) and bool(_OF_WHICH.match(plain, end))


def _lists(subject: Subject) -> Iterator[tuple[Quantity, list[Quantity], bool]]:
    """Every total with the parts listed behind it, and whether the list is left open."""
    quantities = subject.quantities
    for index, (whole, first) in enumerate(pairwise(quantities)):
        plain, at = whole.text, whole.end
        if plain[at : at + 1] in _MARKS:
            at += 1
        if plain[at : at + 1] not in _MAY_LIST:
            continue
        plain = whole.passage.plain
        if whole.approx or first.passage is not whole.passage or whole.unit == "%":
            continue
        if not _LISTING.match(plain, whole.end, first.start) or whole.change:
            continue
        parts: list[Quantity] = []
        end = whole.end
        is_open = False
        for part in quantities[index + 1 :]:
            if part.passage is not whole.passage:
                break
            between = plain[end : part.start]
            body = between[1:] if not parts else between
            marks = len(_COMMA.findall(body))
            if "。" in body or "\n" in body or (parts and marks > 2):
                break
            if part.unit != whole.unit or part.change or part.approx or part.high is not None:
                is_open = part.unit == whole.unit
                break
            if parts and (_AGAIN.search(between) or _begins_anew(plain, between, part.end)):
                is_open = True
                break
            if marks > 1:
                is_open = True
            parts.append(part)
            end = part.end
            if plain[end : end + 1] in _NEXT and sum(p.value for p in parts) == whole.value:
                break
        tail = plain[end : end + 2]
        if parts and not tail.startswith("等"):
            yield whole, parts, is_open
        elif parts:
            yield whole, parts, True


_SHARE = re.compile(r"占(?:比|[^，。；\d]{0,8}的)?(?:约|达|为)?(\d+(?:\.\d+)?)%")


@rule(
    "C16a",
    "warn",
    "百分比与件数相符",
    source="平台约定（前后一致）",
    about="“共 64 件，公开 24 件，占 37.5%”：百分比按前面的两个数算得出来。",
    advice="重新计算百分比。",
)
def shares(subject: Subject) -> Iterator[Finding]:
    for passage in subject.passages:
        for found in _SHARE.finditer(passage.plain):
            start = max(passage.plain.rfind(c, 0, found.start()) for c in "。\n") + 1
            near = [
                q
                for q in subject.quantities
                if q.passage is passage
                and start <= q.start
                and q.end <= found.start()
                and q.unit != "%"
                and not q.approx
                and not q.change
            ]
            if len(near) < 2 or found.start() - near[-1].end > 6:
                continue
            part = near[-1]
            wholes = [q for q in near[:-1] if q.unit == part.unit and q.value >= part.value]
            if not wholes or not all(q.value for q in wholes):
                continue
            said = Decimal(found.group(1))
            digits = len(found.group(1).partition(".")[2])
            step = Decimal(1).scaleb(-digits)
            if any(abs(Decimal(part.value) * 100 / q.value - said) <= step for q in wholes):
                continue
            right = round(Decimal(part.value) * 100 / wholes[-1].value, max(digits, 1))
            quote, place = passage.locate(passage.plain[part.start : found.end()])
            yield finding(
                "C16a",
                f"正文“{quote}”：{part.value} 占 {wholes[-1].value} 的 {right}%，不是 {said}%。",
                section=passage.number or None,
                quote=quote,
                place=place,
                said=said,
                right=right,
            )
