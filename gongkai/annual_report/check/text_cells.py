"""The ways to say a table's number in words (data/text_cells.yaml), and what they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from gongkai.annual_report.check.data_files import load
from gongkai.law.formats import report_format

_T4 = ("direct_total", "after_review_total")


@dataclass(frozen=True, slots=True)
class TextCell:
    """One way to say a table's number in words (data/text_cells.yaml)."""

    pattern: re.Pattern[str]
    cells: tuple[str, ...]
    soft: bool = False
    listed: bool = False
    bare: bool = False
    needs: re.Pattern[str] | None = None
    has: tuple[str, ...] = ()


@cache
def text_cells() -> tuple[TextCell, ...]:
    return tuple(
        TextCell(
            re.compile(e["pattern"]),
            tuple(e["cells"]),
            e.get("soft", False),
            e.get("listed", False),
            e.get("bare", False),
            re.compile(e["needs"]) if "needs" in e else None,
            tuple(e["has"].split("|")) if "has" in e else (),
        )
        for e in load("text_cells")
    )


@cache
def group(name: str, format_id: str) -> tuple[str, ...]:
    """The addresses that a word of text_cells.yaml stands for (deny, unable, litigation …)."""
    layout = report_format(format_id)
    t3 = {
        "deny": "deny_",
        "unable": "unable_",
        "decline": "decline_",
        "others": "other",
    }
    if name in t3:
        return tuple(f"t3.{k}.total" for k in layout.table3_leaves if k.startswith(t3[name]))
    if name == "organisations":
        return tuple(f"t3.new_received.{c.key}" for c in layout.table3_columns[1:6])
    if name == "litigation":
        return tuple(f"t4.{k}" for k in _T4)
    if name == "review_and_litigation":
        return ("t4.review_total", *(f"t4.{k}" for k in _T4))
    if name == "licensing_and_penalty":
        return ("t2.licensing.decisions", "t2.penalty.decisions")
    return (name,)


@cache
def telling() -> tuple[str, ...]:
    """The words of ``TextCell.has``, each once."""
    return tuple(dict.fromkeys(word for entry in text_cells() for word in entry.has))


@lru_cache(maxsize=1024)
def possible(words: tuple[str, ...]) -> tuple[TextCell, ...]:
    """The entries that a phrase with just these of the telling words can be, in their order."""
    return tuple(e for e in text_cells() if not e.has or any(word in words for word in e.has))
