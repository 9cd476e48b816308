"""Personal data (条例 Art 15, 个人信息保护法): numbers, addresses, names in context, health."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.documents.personal import personal_data, whose_address
from gongkai.publishing.scan.model import ASK, STOP, Context, Hit, Part, hit_at, patterns

#: Of an office as often as of a person: a question, not a stop.
_PERHAPS = {"银行账号", "固定电话", "电子邮箱", "姓名"}
_ADDRESS = "住址"
#: Enough that a text could hold one of them: most passages are skipped by this.
_WORTH = re.compile(r"[\d@]|[:：]|患|感染|死者|孕妇|[事助诉报罚请]人|阳性|姓\s*名")
_DIGITS = re.compile(r"[\s\-—–－（）()]")


def personal(part: Part, context: Context) -> Iterator[Hit]:
    """Every passage that looks like personal data and is not the body's own published address."""
    if not _WORTH.search(part.text):
        return
    for found in personal_data(part.text):
        words = part.text[found.start : found.end]
        if _is_own(words, context):
            continue
        kind, level = found.kind, ASK if found.kind in _PERHAPS else STOP
        if kind == _ADDRESS and (whose := whose_address(part.text, found)) != "home":
            if whose == "office":
                continue
            kind, level = "地址（机构的可以公开，个人的不可以）", ASK
        yield _hit(part, found.start, found.end, kind, level)
    for kind, level, pattern in patterns("personal"):
        for match in pattern.finditer(part.text):
            yield _hit(part, match.start(1), match.end(1), kind, level)


def _hit(part: Part, start: int, end: int, kind: str, level: str) -> Hit:
    does = "请删去、遮盖，或者说明为什么可以公开" if level == STOP else "请核对能不能公开"
    return hit_at(
        part, start, end, rule="personal", level=level, secret=True,
        message=f"{part.label}里有{kind}，{does}。",
    )  # fmt: skip


def _is_own(words: str, context: Context) -> bool:
    plain = _DIGITS.sub("", words)
    return any(plain in own for own in context.own) if len(plain) >= 5 else False


def own_of(values: list[str]) -> frozenset[str]:
    """The published addresses and telephones in the form in which they are compared."""
    return frozenset(_DIGITS.sub("", value) for value in values if value)
