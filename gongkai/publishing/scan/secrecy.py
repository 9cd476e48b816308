"""Secrecy marks (保守国家秘密法) and words that say that a paper is for inside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.publishing.scan.model import STOP, Context, Hit, Part, hit_at, patterns

_WORTH = re.compile(r"密|内部|仅供|仅限|公开|外传|外泄|泄露|上网|此件|稿|№|No|份号")
#: The rule itself speaks of what must not be published; that is not a mark.
_ABOUT = re.compile(
    r"不予公开的(?:政府)?信息|不得公开的?情形|公开前|不得公开(?:国家秘密|商业秘密|个人隐私|涉及|的)"
    r"|危及|(?:法规|法定|规定)\s*禁止公开|禁止公开(?:的|情形)"
)


def secrecy(part: Part, context: Context) -> Iterator[Hit]:
    """Every mark, with what it is."""
    if not _WORTH.search(part.text):
        return
    taken: list[tuple[int, int]] = []
    for what, level, pattern in patterns("secrecy"):
        for match in pattern.finditer(part.text):
            start, end = match.span()
            if any(start < b and a < end for a, b in taken):
                continue
            if _ABOUT.search(part.text, max(0, start - 8), end + 14):
                continue
            taken.append((start, end))
            does = "不能公开，请核对来源" if level == STOP else "请核对是不是可以公开的最后文本"
            yield hit_at(
                part, start, end, rule="secrecy", level=level,
                message=f"{part.label}里有{what}“{part.text[start:end].strip()[:20]}”，{does}。",
            )  # fmt: skip
