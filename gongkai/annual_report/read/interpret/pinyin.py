"""Pinyin that a conversion left in brackets after the characters, taken out again: "動(dòng)".

Copies of public pages turned into traditional characters have such syllables all over. Only a
single syllable with its tone, in brackets, after a Chinese character is taken for one, and only
where the text has several: "螅(xī)镇", explained once, stays as it is printed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from gongkai.annual_report.model import Notice
from gongkai.annual_report.read.document import Document, Grid, Paragraph

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
# The bracket first: a pattern that begins with looking back is tried at every character.
_SYLLABLE = re.compile(
    rf"[(（](?<=[\u3400-\u9fff].)(?=[a-zü]*[{_TONED}])[a-zü{_TONED}]{{1,6}}[)）]"
)
#: From so many on they are a trace of the conversion and no remark of the writer's.
_SEVERAL = 3


def without_pinyin(document: Document) -> Document:
    """The document without them, and a notice that says so; the same object if it has none."""
    shown: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            shown.append(block.text)
        else:
            shown += [cell.text for row in block.rows for cell in row]
    found = _SYLLABLE.findall(_composed("\n".join(shown)))
    if len(found) < _SEVERAL:
        return document
    notice = Notice(
        "PINYIN_REMOVED",
        f"原文的字后面夹着拼音（如“{found[0]}”），共 {len(found)} 处，是网页转换留下的，已略去",
    )
    return replace(
        document,
        blocks=tuple(_cleaned(block) for block in document.blocks),
        notices=(*document.notices, notice),
    )


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _cleaned(block: Paragraph | Grid) -> Paragraph | Grid:
    if isinstance(block, Paragraph):
        return replace(block, text=_bare(block.text))
    rows = tuple(tuple(replace(cell, text=_bare(cell.text)) for cell in row) for row in block.rows)
    return replace(block, rows=rows)


def _bare(text: str) -> str:
    return _SYLLABLE.sub("", _composed(text))
