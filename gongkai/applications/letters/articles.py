"""The articles that letters cite, by a Chinese name, in force on the day of the letter."""

from __future__ import annotations

from datetime import date
from functools import cache

from gongkai.base.refusal import Refused
from gongkai.law.parameters import NoRuleInForce, statute
from gongkai.law.taxonomy import deed_articles, letters

#: Name in templates → dated value (parameters) whose article it is, else key of a deed.
_RULES = {
    # Of a case once received it is its own: letters/values.py.
    "收到": "receipt.online",
    "补正": "correction.notice_days",
    "答复期限": "reply.days",
    "延期": "extension.max_days",
    "征求第三方": "consultation.third_party_days",
    "征求共同制作机关": "consultation.joint_maker_days",
    "不计期限": "consultation.not_counted",
    "说明理由": "delay.deadline",
}
_DEEDS = {
    "登记": "register",
    "协办": "consult-agency",
    "收费": "fee",
    "收费标准": "payment",
    "答复": "decide",
    "区分处理": "sever",
    "不存在": "search",
    "不属于": "transfer",
    "保密审查": "secrecy-review",
    "送达": "deliver",
}


@cache
def article_names() -> tuple[str, ...]:
    """The names that may stand after “条.”: of deeds, and of every letter (条.L14)."""
    return (*_RULES, *_DEEDS, *letters())


def articles(on: date) -> dict[str, str]:
    """Name → article on the day ``on``; Refused before the law was in force."""
    try:
        found = {n: statute().rule(key, on=on).article for n, key in _RULES.items()}
    except NoRuleInForce:
        raise Refused("落款日期早于现行《政府信息公开条例》施行之日，请改正。") from None
    found |= {n: deed_articles()[key] for n, key in _DEEDS.items()}
    return found | {n: letter.basis for n, letter in letters().items()}
