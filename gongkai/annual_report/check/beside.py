"""The report beside other things: fees and registers, other reports, its parts (C21–C23, C28)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz.distance import Indel

from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.check.registry import finding, rule
from gongkai.annual_report.check.subject import Number, Subject, plain_text
from gongkai.annual_report.check.thresholds import value
from gongkai.annual_report.model import Report

_FEE = re.compile(r"信息处理费|处理费|收费")
_NOTICES = re.compile(
    r"(?:收费通知|通知书?|开具|发出|作出)[^。]{0,20}\d+\s*(?:件|份|次)|\d+件[^。]{0,12}收费"
)
_COLLECTED = re.compile(
    r"(?:信息处理费|处理费)[^。；\d]{0,14}?(?P<n>\d+(?:[,，]\d{3})*(?:\.\d+)?)(?P<u>万?元)"
)


@rule(
    "C21",
    "warn",
    "信息处理费要交代清楚",
    source="《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）；2021 年年报格式第六部分",
    about="表三“（六）其他处理2”（逾期未缴费）大于 0 的，第六部分应说明收费情况；"
    "收取了处理费的，应写明发出收费通知的件数。",
    advice="在第六部分写明发出收费通知的件数、总金额和实际收取的总金额。",
)
def fees(subject: Subject) -> Iterator[Finding]:
    address = "t3.other_unpaid.total"
    unpaid = subject.number(address)
    words = subject.words_of(6)
    if unpaid and not _FEE.search(words):
        yield finding(
            "C21",
            f"{subject.name(address)}是 {unpaid}，但第六部分没有说明信息处理费的收取情况。",
            addresses=(address,),
            section=6,
            place=subject.place(address),
            value=unpaid,
        )
    passage = subject.passage(6)
    found = _COLLECTED.search(passage.plain) if passage else None
    if passage and found and re.search(r"[1-9]", found["n"]) and not _NOTICES.search(words):
        quote, place = passage.locate(found.group())
        yield finding(
            "C21",
            f"收取了信息处理费（{found['n']}{found['u']}），但没有写发出收费通知的件数。",
            section=6,
            quote=quote,
            place=place,
        )


@rule(
    "C22",
    "warn",
    "诉讼中的不予公开案件不多于台账",
    source="《最高人民法院关于审理政府信息公开行政案件适用法律若干问题的解释》；复议前置；平台约定",
    about="表四“未经复议直接起诉”的案件数，不应多于案件台账中可以直接起诉的案件数。"
    "需要台账数字，单看年报无法判断。",
    advice="核对复议、诉讼台账；属于不予公开的，2024 年起应先复议。",
    needs="案件台账中的件数（known_refusals）",
)
def refusals(subject: Subject) -> Iterator[Finding]:
    known = subject.known_refusals
    address = "t4.direct_total"
    stated = subject.number(address)
    if known is None or stated is None or stated <= known:
        return
    yield finding(
        "C22",
        f"{subject.name(address)}是 {stated}，案件台账里只有 {known} 件。",
        addresses=(address,),
        place=subject.place(address),
        table=stated,
        register=known,
    )


_SAME_FOR_ALL = re.compile(
    r"《[^》]*》|\d+|[一二三四五六]、[^。\n]{4,30}情况|其他需要报告的事项|统计期限[^。\n]*"
    r"|[省市县区镇乡]|[\s，。、；：“”（）()]"
)


@lru_cache(maxsize=4096)
def _essence(text: str) -> str:
    """The narrative without figures, marks and the words that every report shares."""
    return _SAME_FOR_ALL.sub("", plain_text(text))


def _narrative(report: Report) -> str:
    return _essence("\n".join(s.text for s in report.sections if s.text))


#: Narratives shorter than this (in characters) say too little to be compared.
_ENOUGH = 200


def similarity(report: Report, other: Report) -> float | None:
    """How alike two narratives are (0–1), as C23 judges it; None where one says too little."""
    mine, theirs = _narrative(report), _narrative(other)
    if min(len(mine), len(theirs)) < _ENOUGH:
        return None
    return Indel.normalized_similarity(mine, theirs)


@rule(
    "C23",
    "warn",
    "与上年或者其他单位的报告雷同",
    source="国办公开办函〔2021〕30号（年度报告照抄照搬、雷同的，追究责任）",
    about="去掉数字、标点和各家相同的文字后，与上年报告或者其他报告的相似度达到 80%。",
    advice="按本年度、本机关的实际工作重写，问题和措施尤其不能沿用上年。",
    needs="上一年度的年报或者其他单位的年报（--previous、--others）",
)
def copied(subject: Subject) -> Iterator[Finding]:
    against = [(subject.previous, "上一年度的报告")] if subject.previous else []
    against += [(o, _who(o)) for o in subject.others if o is not subject.report]
    if not against:
        return
    mine = _narrative(subject.report)
    if len(mine) < _ENOUGH:
        return
    limit = value("check.c23.similarity", subject.report.year)
    for other, who in against:
        theirs = _narrative(other)
        if len(theirs) < _ENOUGH:
            continue
        score = Indel.normalized_similarity(mine, theirs, score_cutoff=limit)
        if score < limit:
            continue
        common = _common(subject.report, other)
        passage = next((p for p in subject.passages if common and common in p.plain), None)
        quote, place = passage.locate(common) if passage and common else (None, None)
        tail = f"，例如“{quote}”" if quote else ""
        yield finding(
            "C23",
            f"正文与{who}的相似度为 {score:.0%}，疑似照抄{tail}。",
            section=passage.number or None if passage else None,
            quote=quote,
            place=place,
            similarity=round(score, 3),
        )


def _who(report: Report) -> str:
    name = report.title or report.agency or report.file or "另一份报告"
    return f"《{name.strip()}》"


def _common(report: Report, other: Report) -> str | None:
    """The longest sentence that both have word for word."""
    sentences = {
        s for section in other.sections for s in re.split(r"[。\n]", plain_text(section.text))
    }
    mine = [s for section in report.sections for s in re.split(r"[。\n]", plain_text(section.text))]
    shared = [s for s in mine if len(s) >= 15 and s in sentences]
    return max(shared, key=len, default=None)


@rule(
    "C28",
    "error",
    "汇总数等于各单位之和",
    source="《政府信息公开条例》第四十九条（汇总编制本级政府年度报告）；平台约定",
    about="政府的年报等于各部门、各乡镇（含政府办公室）年报之和，逐格相加。"
    "有单位缺这一格的不算错，但会提示无法核对。",
    advice="逐个单位核对该格；缺的单位先补报。",
    needs="各下级单位的年报（--parts）",
)
def roll_up(subject: Subject) -> Iterator[Finding]:
    if not subject.parts:
        return
    tables = [dict(p.cells()) for p in subject.parts]
    unknown: list[str] = []
    for address, cell in subject.report.cells():
        whole = cell.value
        if whole is None or isinstance(whole, str):
            continue
        total: Number = 0
        missing = 0
        for table in tables:
            part = table[address].value if address in table else None
            if part is None:
                missing += 1
            elif not isinstance(part, str):
                total += part
        if missing and total <= whole:
            unknown.append(address)
            continue
        if total != whole:
            yield finding(
                "C28",
                f"{subject.name(address)}是 {whole}，{len(tables)} 个单位合计 {total}，"
                f"相差 {whole - total:+}。{subject.doubt([address])}",
                addresses=(address,),
                place=cell.place,
                whole=whole,
                sum=total,
                parts=len(tables),
            )
    if unknown:
        yield finding(
            "C28",
            f"有 {len(unknown)} 格因为部分单位缺数，无法核对汇总。"
            f"第一处：{subject.name(unknown[0])}。",
            level="info",
            addresses=tuple(unknown),
            place=subject.place(*unknown),
        )
