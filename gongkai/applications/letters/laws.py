"""The name of a law in full where a letter first uses it (DOMAIN D.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gongkai.documents.blocks import Block, Cell, Paragraph, Table
from gongkai.law.taxonomy import LawName, law_names


def with_full_names(blocks: list[Block]) -> list[Block]:
    """The blocks with every law named in full at its first use."""
    texts = [t for block in blocks for t in _texts(block)]
    for law in law_names():
        count = sum(t.count(law.short) for t in texts)
        if count and not any(law.full in t for t in texts):
            texts = _replace_first(texts, law, _in_full(law, count > 1))
    left = iter(texts)
    return [_with_texts(block, left) for block in blocks]


def _in_full(law: LawName, again: bool) -> str:
    return f"{law.full}（以下简称{law.short}）" if again and law.again else law.full


def _replace_first(texts: list[str], law: LawName, full: str) -> list[str]:
    at = next(i for i, t in enumerate(texts) if law.short in t)
    return [*texts[:at], texts[at].replace(law.short, full, 1), *texts[at + 1 :]]


def _texts(block: Block) -> list[str]:
    if isinstance(block, Paragraph):
        return [block.text]
    if isinstance(block, Table):
        return [cell.text for row in block.rows for cell in row]
    return []


def _with_texts(block: Block, texts: Iterator[str]) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, text=next(texts))
    if isinstance(block, Table):
        rows = tuple(tuple(_cell(cell, next(texts)) for cell in row) for row in block.rows)
        return replace(block, rows=rows)
    return block


def _cell(cell: Cell, text: str) -> Cell:
    return replace(cell, text=text)
