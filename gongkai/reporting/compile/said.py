"""Sentences that a counting says in words: fees, problems, what became of last year's."""

from __future__ import annotations

from typing import Any

from gongkai.applications.queries_fees import fee_statement
from gongkai.bodies.ledger.book import book
from gongkai.bodies.ledger.queries import entries
from gongkai.bodies.models import Body
from gongkai.reporting.compile.narrative import joined

_ORDINALS = "一二三四五六七八九十"
#: Where a body has not yet written down its problems, the text says so to the one who edits it.
NO_PROBLEMS = "【请在“问题和改进措施”台账登记本年度的问题，或者直接写在这里】"


def said(body: Body, year: int) -> dict[str, str]:
    """Name → sentence, of a body and year: its problems, and what became of last year's."""
    named = entries(book("improvements"), body).filter(report_year__in=(year - 1, year))
    told = list(named.order_by("pk"))
    return {
        "信息处理费情况": fee_statement([body], year).sentence,
        "问题情况": _problems([one for one in told if one.report_year == year]),
        "上年整改情况": joined(o.result for o in told if o.report_year < year and o.result),
    }


def _problems(found: list[Any]) -> str:
    if not found:
        return NO_PROBLEMS
    problems = [f"{_nth(i)}{one.problem}" for i, one in enumerate(found)]
    measures = [f"{_nth(i)}{one.measure}" for i, one in enumerate(found)]
    return f"存在的主要问题：{joined_list(problems)}下一步改进措施：{joined_list(measures)}"


def joined_list(items: list[str]) -> str:
    return "；".join(item.rstrip("。；") for item in items) + "。"


def _nth(i: int) -> str:
    return f"{_ORDINALS[i]}是" if i < len(_ORDINALS) else ""
