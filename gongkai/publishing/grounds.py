"""The grounds on which information is not published (条例 Arts 14–16), as law.taxonomy has them."""

from __future__ import annotations

import re

from gongkai.law.formats import report_format
from gongkai.law.taxonomy import decisions


def grounds() -> list[tuple[str, str]]:
    """Key and words of each ground, with its articles."""
    return [
        (key, f"{_label(key)}（{'、'.join(one.articles)}）")
        for key, one in decisions().items()
        if one.withheld
    ]


def is_ground(key: str) -> bool:
    """Whether it is one of the grounds that the law knows."""
    return key in dict(grounds())


def ground_label(key: str) -> str:
    """The words of a ground; a text that is no key stays as it was written."""
    return dict(grounds()).get(key, key)


def _label(key: str) -> str:
    row = next((r for r in report_format("2021").table3_rows if r.key == key), None)
    return re.sub(r"^(?:（.）|\d\.)|（.*）$", "", row.label) if row else key
