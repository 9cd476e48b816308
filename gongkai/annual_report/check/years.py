"""This year against last year, and the yearly figures of table 二 (C05, C17–C19, C25)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.check.registry import finding, rule
from gongkai.annual_report.check.subject import T3_COLUMNS, Number, Subject
from gongkai.annual_report.check.thresholds import MANY_ITEMS, SMALL_BASE, value
from gongkai.annual_report.model import Report

FORM = "年度报告格式（国办公开办函〔2019〕60号、〔2021〕30号）"
AGREED = "平台约定（年度间衔接）"
LAST_YEAR = "上一年度的年报（--previous）"


def _last(subject: Subject) -> Report | None:
    """Last year's report, if it is that: a report of another year says nothing here."""
    before = subject.previous
    if before is None:
        return None
    if before.year and subject.report.year and before.year != subject.report.year - 1:
        return None
    return before


def _of(report: Report, address: str) -> Number | None:
    return Subject(report).number(address)


@rule(
    "C05",
    "error",
    "上年结转等于上一年度报告的结转下年度",
    source=FORM + "表三第二项、第四项",
    about="表三第二项（上年结转）每一列，等于上一年度报告第四项（结转下年度继续办理）同一列。",
    advice="核对两年的申请台账；上一年度报告有误的，按规定更正并说明。",
    needs=LAST_YEAR,
)
def carried_over(subject: Subject) -> Iterator[Finding]:
    before = _last(subject)
    if before is None:
        return
    for column in T3_COLUMNS:
        address = f"t3.carried_over.{column}"
        now, then = subject.number(address), _of(before, f"t3.carried_forward.{column}")
        if now is None or then is None or now == then:
            continue
        yield finding(
            "C05",
            f"{subject.name(address)}是 {now}，上一年度报告“结转下年度继续办理”同一列是 {then}。"
            f"{subject.doubt([address])}",
            addresses=(address,),
            place=subject.place(address),
            now=now,
            before=then,
        )


@rule(
    "C17",
    "warn",
    "现行有效件数前后衔接",
    source=AGREED,
    about="2021 格式：现行有效件数 ＝ 上年现行有效件数 ＋ 本年制发 − 本年废止。",
    advice="核对规范性文件台账；有文件到期失效、重新认定的，在正文里说明。",
    needs=LAST_YEAR,
)
def in_force(subject: Subject) -> Iterator[Finding]:
    before = _last(subject)
    if before is None:
        return
    for row in ("regulations", "normative_documents"):
        issued, repealed, now = (
            subject.number(f"t2.{row}.{c}") for c in ("issued", "repealed", "in_force")
        )
        if issued is None or repealed is None or now is None:
            continue
        address = f"t2.{row}.in_force"
        then = _of(before, address)
        if then is None:
            continue
        due = then + issued - repealed
        if due != now:
            said = f"应为 {due}" if due >= 0 else "还不够减，废止的件数或者上年的数有误"
            yield finding(
                "C17",
                f"{subject.name(address)}是 {now}，按上年 {then} ＋本年制发 {issued}"
                f" −本年废止 {repealed} {said}。{subject.doubt([address])}",
                addresses=(address, f"t2.{row}.issued", f"t2.{row}.repealed"),
                place=subject.place(address),
                now=now,
                expected=due,
            )


@rule(
    "C17a",
    "warn",
    "现行有效件数不少于本年制发件数",
    source=AGREED,
    about="2021 格式：本年制发、没有废止时，年末现行有效的件数不会少于本年制发的件数。",
    advice="核对规范性文件台账，通常是“现行有效件数”漏填。",
)
def in_force_covers_issued(subject: Subject) -> Iterator[Finding]:
    if subject.report.format != "2021":
        return
    for row in ("regulations", "normative_documents"):
        issued, repealed, now = (
            subject.number(f"t2.{row}.{c}") for c in ("issued", "repealed", "in_force")
        )
        if issued is None or repealed is None or now is None or now + repealed >= issued:
            continue
        address = f"t2.{row}.in_force"
        yield finding(
            "C17a",
            f"{subject.name(address)}是 {now}，而本年制发 {issued} 件、废止 {repealed} 件，"
            f"现行有效不应少于 {issued - repealed} 件。{subject.doubt([address])}",
            addresses=(address, f"t2.{row}.issued", f"t2.{row}.repealed"),
            place=subject.place(address),
            now=now,
        )


_ROWS_2019 = ("licensing", "other_services", "penalty", "coercion", "fees")


@rule(
    "C18",
    "warn",
    "项目数量前后衔接",
    source=AGREED,
    about="2019 格式：上一年项目数量 ＝ 上一年度报告的“上一年项目数量”＋“本年增/减”。",
    advice="核对权责清单的事项数，说明调整原因。",
    needs=LAST_YEAR,
)
def items(subject: Subject) -> Iterator[Finding]:
    before = _last(subject)
    if before is None:
        return
    for row in _ROWS_2019:
        address = f"t2.{row}.prev_items"
        now = subject.number(address)
        items_then, delta = _of(before, address), _of(before, f"t2.{row}.delta")
        if now is None or items_then is None or delta is None or now == items_then + delta:
            continue
        yield finding(
            "C18",
            f"{subject.name(address)}是 {now}，上一年度报告是 {items_then} 项、增减 {delta:+}，"
            f"应为 {items_then + delta}。{subject.doubt([address])}",
            addresses=(address,),
            place=subject.place(address),
            now=now,
            expected=items_then + delta,
        )


@rule(
    "C18a",
    "info",
    "疑似把处理决定数当成项目数",
    source=AGREED,
    about="2019 格式：项目数量是事项的个数，处理决定数量是办件数。"
    "“上一年项目数量＋增减”正好等于“处理决定数量”且数额很大时，多半是填错了口径。",
    advice="项目数量按权责清单的事项数填写。",
)
def items_mistaken(subject: Subject) -> Iterator[Finding]:
    if subject.report.format != "2019":
        return
    for row in _ROWS_2019[:4]:
        prev, delta, decisions = (
            subject.number(f"t2.{row}.{c}") for c in ("prev_items", "delta", "decisions")
        )
        if prev is None or not delta or decisions is None:
            continue
        if prev < MANY_ITEMS or prev + delta != decisions:
            continue
        addresses = tuple(f"t2.{row}.{c}" for c in ("prev_items", "delta", "decisions"))
        yield finding(
            "C18a",
            f"{subject.name(addresses[0])} {prev} ＋增减 {delta:+} 正好等于处理决定数量"
            f" {decisions}，可能把办件数当成了项目数。",
            addresses=addresses,
            place=subject.place(*addresses),
        )


@rule(
    "C19",
    "warn",
    "对外公开总数不少于本年新公开数",
    source=AGREED,
    about="2019 格式：对外公开总数量 ≥ 本年新公开数量 ≥ 0；"
    "新公开多于新制作的部分来自往年积存，总数应当容得下。",
    advice="核对规范性文件台账的公开情况。",
)
def disclosed(subject: Subject) -> Iterator[Finding]:
    if subject.report.format != "2019":
        return
    for row in ("regulations", "normative_documents"):
        new = subject.number(f"t2.{row}.new_disclosed")
        total = subject.number(f"t2.{row}.total_disclosed")
        if new is None or total is None or total >= new:
            continue
        addresses = (f"t2.{row}.total_disclosed", f"t2.{row}.new_disclosed")
        yield finding(
            "C19",
            f"{subject.name(addresses[0])}是 {total}，少于本年新公开数量 {new}。"
            f"{subject.doubt(addresses)}",
            addresses=addresses,
            place=subject.place(*addresses),
            total=total,
            new=new,
        )


_COMPARED = (
    "t2.licensing.decisions",
    "t2.penalty.decisions",
    "t2.coercion.decisions",
    "t2.normative_documents.in_force",
    "t2.procurement.projects",
    "t2.procurement.amount",
    "t2.fees.fee_amount_wan",
    "t3.new_received.total",
    "t4.review_total",
    "t4.direct_total",
    "t4.after_review_total",
)
_EXPLAINED = re.compile(
    r"(?:同比|较(?:上年|去年|上一年|\d{4}年)|比(?:上年|去年|上一年|\d{4}年)|与(?:上年|去年|上一年))"
    r"|(?:增长|增加|减少|下降|上升)的?(?:主要)?原因|主要(?:是)?(?:由于|因为)"
)
_SUBJECTS = {
    "licensing": "许可",
    "penalty": "处罚",
    "coercion": "强制",
    "normative_documents": "规范性文件",
    "procurement": "采购",
    "fees": "收费",
    "new_received": "申请",
    "review_total": "复议",
    "direct_total": "诉讼",
    "after_review_total": "诉讼",
}


@rule(
    "C25",
    "warn",
    "与上年相差一半以上的，说明原因",
    source=AGREED,
    about="主要数字比上年增减超过 50%（基数不小于 10），正文应有一句说明。",
    advice="核对数字；属实的，在正文里写明比上年增减多少、什么原因。",
    needs=LAST_YEAR,
)
def big_changes(subject: Subject) -> Iterator[Finding]:
    before = _last(subject)
    if before is None:
        return
    text = "。".join(p.plain for p in subject.passages)
    limit = Decimal(str(value("check.c25.change", subject.report.year)))
    for address in _COMPARED:
        now, then = subject.number(address), _of(before, address)
        if now is None or then is None or max(now, then) < SMALL_BASE:
            continue
        base = Decimal(max(then, 1))
        change = (Decimal(now) - Decimal(then)) / base
        if abs(change) <= limit or _explained(text, address):
            continue
        more = f"{'增加' if change > 0 else '减少'} {abs(change) * 100:.0f}%，" if then else ""
        yield finding(
            "C25",
            f"{subject.name(address)}由上年的 {then} 变为 {now}，{more}正文没有说明原因。",
            addresses=(address,),
            place=subject.place(address),
            now=now,
            before=then,
        )


def _explained(text: str, address: str) -> bool:
    word = _SUBJECTS[address.split(".")[1]]
    return any(word in s and _EXPLAINED.search(s) for s in re.split(r"[。\n]", text))
