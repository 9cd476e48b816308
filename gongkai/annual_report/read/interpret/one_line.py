"""A report whose line breaks were lost is cut again before and after its headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from gongkai.annual_report.read.document import Paragraph

_HEADING = re.compile(
    r"(?:(?<=\s)|^)[一二三四五六][、.．]\s?"
    r"(?:总体情况|主动公开政府信息情况|收到和处理政府信息公开申请情况|"
    r"(?:因?政府信息公开(?:工作)?(?:被申请)?)?行政复议、?(?:提起)?行政诉讼情况|"
    r"(?:政府信息公开工作)?存在的主要问题及改进情况|其他需要报告的事项)(?=\s|$)"
)
#: Shorter paragraphs are lines; a document with more of them has kept its breaks.
_LONG = 300
_FEW = 12


def broken_up(paragraphs: Sequence[Paragraph], normalised: Sequence[str]) -> list[Paragraph] | None:
    """The paragraphs with the long ones cut at the headings in them; None: nothing to cut.

    Only a document of few paragraphs is cut, and only one that holds several official headings,
    so that a contents list within a sentence is left alone.
    """
    if len(paragraphs) >= _FEW:
        return None
    out: list[Paragraph] = []
    for paragraph, text in zip(paragraphs, normalised, strict=True):
        found = list(_HEADING.finditer(text)) if len(text) > _LONG else []
        if len(found) < 3 or len(text) != len(paragraph.text):
            out.append(paragraph)
            continue
        cuts = [0, *(at for match in found for at in match.span()), len(text)]
        pieces = [paragraph.text[a:b].strip() for a, b in pairwise(cuts)]
        out += [replace(paragraph, text=piece) for piece in pieces if piece]
    return out if len(out) > len(paragraphs) else None
