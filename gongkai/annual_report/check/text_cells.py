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


_CLASS = re.compile(r"\[[^\]]*\]")
_UNITS_BEHIND = re.compile(r"#\(\?:([^()]*)\)")


@cache
def _speaking(unit: str) -> tuple[TextCell, ...]:
    """The entries that a number with this measure word can be: it stands behind their #."""
    out = []
    for entry in text_cells():
        found = _UNITS_BEHIND.search(_CLASS.sub("", entry.pattern.pattern))
        units = found[1].split("|") if found else [unit]
        if any(u.startswith(unit) or unit.startswith(u) for u in units):
            out.append(entry)
    return tuple(out)


@cache
def telling(unit: str) -> tuple[str, ...]:
    """The words of ``TextCell.has`` of the entries for this measure word, each once."""
    return tuple(dict.fromkeys(word for entry in _speaking(unit) for word in entry.has))


@cache
def any_telling(unit: str) -> re.Pattern[str] | None:
    """Finds one of these words; a phrase with none is no entry. None: no entry has cells."""
    if not any(entry.cells for entry in _speaking(unit)):
        return None
    words = telling(unit)
    shortest = [w for w in words if not any(other in w for other in words if other != w)]
    return re.compile("|".join(map(re.escape, shortest)))


@lru_cache(maxsize=4096)
def possible(unit: str, words: tuple[str, ...]) -> tuple[TextCell, ...]:
    """The entries for a measure word that a phrase with just these words can be, in order."""
    return tuple(e for e in _speaking(unit) if not e.has or any(word in words for word in e.has))
