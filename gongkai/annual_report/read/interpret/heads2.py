"""The printed heads of table 二: do they say what the official ones say?"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from gongkai.annual_report.read.interpret.common import Notices
from gongkai.law.formats import FORMAT_IDS, Clause, report_format

CLAUSE = re.compile(r"第二十条第?[(]?([一二三四五六七八九十])[)]?项")
CLAUSE_ITEM = {"一": "20.1", "五": "20.5", "六": "20.6", "八": "20.8", "九": "20.9"}
_BRACKETS = re.compile(r"[(（].*")


def _words(clause: Clause) -> list[str]:
    return [_BRACKETS.sub("", column.label) for column in clause.columns]


#: Every official head of a column, the longest first: one is part of another.
_KNOWN = sorted(
    {word for f in FORMAT_IDS for clause in report_format(f).table2 for word in _words(clause)},
    key=len,
    reverse=True,
)


def wrong_heads(text: str, format_id: str, notices: Notices) -> set[str]:
    """The clauses (20.9) printed under heads of another clause; each is told.

    ``text`` is all the text of the table without its numbers. A head that is lost, cut or
    garbled is no wrong one: only one that officially stands elsewhere is.
    """
    text = text.replace(" ", "").replace("\t", "")
    clauses = _clauses(format_id)
    wrong: set[str] = set()
    found = list(CLAUSE.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    for match, end in zip(found, ends, strict=False):
        known = clauses.get(CLAUSE_ITEM.get(match[1], ""))
        if known is None:
            continue
        clause, official, labels = known
        part = text[match.end() : end]
        printed = _heads_in(labels.split(part)[0])
        if any(word not in official for word in printed) and clause.item not in wrong:
            wrong.add(clause.item)
            message = (
                f"表二“{clause.clause}”的表头印作“{'、'.join(printed)}”，"
                f"规定的是“{'、'.join(official)}”，所属各数请核对"
            )
            notices.add("T2_HEAD_DIFFERS", message, None, f"t2.{clause.rows[0].key}")
    return wrong


@cache
def _clauses(format_id: str) -> dict[str, tuple[Clause, list[str], re.Pattern[str]]]:
    """Item (20.9) → the clause of a format, its heads, and what finds the label of a row."""
    return {
        clause.item: (
            clause,
            _words(clause),
            re.compile("|".join(re.escape(row.label) for row in clause.rows)),
        )
        for clause in report_format(format_id).table2
    }


@lru_cache(maxsize=1024)
def _heads_in(text: str) -> tuple[str, ...]:
    """The official heads that stand in a text, in its order; the same few texts come again."""
    at: list[tuple[int, str]] = []
    for word in _KNOWN:
        position = text.find(word)
        if position >= 0:
            at.append((position, word))
            text = text.replace(word, "#" * len(word))
    return tuple(word for _, word in sorted(at))
