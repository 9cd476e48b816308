"""Amounts in what nobody said shows money: the finance check would be left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.publishing.scan.model import ASK, Context, Hit, Part, hit_at

_AMOUNT = re.compile(
    r"(?<![\d,.，])\d[\d,.，]{0,20}\s{0,2}(?:万元|亿元|元)|金额\s*[（(]\s*(?:万元|亿元|元)\s*[）)]"
)


def money(parts: list[Part], context: Context) -> Iterator[Hit]:
    """The first amount of the draft or its attachments, once."""
    if context.draft.shows_money:
        return
    for part in parts:
        if match := _AMOUNT.search(part.text):
            yield hit_at(
                part, *match.span(), rule="money", level=ASK,
                message=f"{part.label}里有金额，没有勾选“含财务信息”。是财务信息的，"
                "请在草稿中勾选，由财务核对；不是的，请说明。",
            )  # fmt: skip
            return
