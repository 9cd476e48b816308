"""Grounds for what is withheld: part by part, from the redactions and from what was written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from gongkai.applications.models import Application, Redaction
from gongkai.applications.similar import decision_label
from gongkai.base.refusal import Refused
from gongkai.documents.incoming import KINDS
from gongkai.law.letters import cited
from gongkai.law.taxonomy import decisions

DOCX = KINDS["docx"].media_type
#: The variable of the letter that lists what is withheld (``letters/variables.yaml``).
ITEMS = "不予公开内容"
#: Where ``RequestItem.particulars`` keeps it; ASCII, so that the database can look there too.
WITHHELD = "withheld"


def grounds() -> list[tuple[str, str]]:
    """Decisions on which a part may rest, with their words."""
    return [(k, decision_label(k)) for k, d in decisions().items() if d.withheld]


def ground_word(ground: str) -> str:
    """What is printed on the black: shorter than the words of table 三."""
    return decisions()[ground].withheld or decision_label(ground)


def bare(particulars: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What of the withheld parts is counted and names nothing: their grounds, in order."""
    return [
        {"序号": part.get("序号"), "ground": part.get("ground")}
        for part in particulars.get(WITHHELD, [])
    ]


def withheld(parts: Iterable[Mapping[str, Any]], *, known: Collection[str]) -> list[dict[str, Any]]:
    """The withheld parts as the letter lists them: what, by which article, why.

    Each of ``parts`` has ``内容``, ``ground`` (a decision key) and ``理由``. Refused when there
    is none, or one whose ground is not among the ``known`` (条例 Art 37).
    """
    found: list[dict[str, Any]] = []
    for part in parts:
        what, why = str(part.get("内容", "")).strip(), str(part.get("理由", "")).strip()
        ground = str(part.get("ground", ""))
        if ground not in known:
            raise Refused(f"“{what or '不予公开的部分'}”没有选择不予公开的依据。")
        if not what or not why:
            raise Refused("每一处不予公开的内容都要写明是什么、为什么不公开。")
        found.append(
            {
                "序号": len(found) + 1,
                "内容": what,
                "ground": ground,
                "依据": cited(decisions()[ground].articles),
                "理由": why,
            }
        )
    if not found:
        article = decisions()["partial"].articles[0]
        raise Refused(f"部分公开要逐处写明不予公开的内容、依据和理由（{article}）。")
    return found


def place(redaction: Redaction, passage: Mapping[str, Any]) -> str:
    """Where the passage stands: a page of a PDF, a paragraph of a DOCX, which has no pages."""
    number = passage.get("page")
    if not number:
        return ""
    return f"第{number}{'段' if redaction.original.media_type == DOCX else '页'}"


def from_redactions(case: Application) -> list[dict[str, str]]:
    """What was taken out of the files of the case, ready to be listed in the letter."""
    found: dict[tuple[str, str], list[str]] = {}
    for redaction in case.redactions.exclude(made_at=None).select_related("original"):
        for passage in redaction.passages:
            key = (str(passage.get("ground", "")), str(passage.get("reason", "")).strip())
            where = place(redaction, passage)
            places = found.setdefault(key, [])
            if where not in places:
                places.append(where)
    return [
        {
            "内容": f"{'、'.join(p for p in places if p)}遮盖的内容",
            "ground": ground,
            "理由": reason,
        }
        for (ground, reason), places in found.items()
    ]
