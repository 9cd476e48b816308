"""What a document of its kind should say: the elements of the standard catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from gongkai.law.taxonomy import load
from gongkai.publishing.models import Document
from gongkai.publishing.models.catalogue import CatalogueLink
from gongkai.publishing.scan.model import ASK, Context, Hit, Part, mark_of

#: A guide to a service names at least this many of them by its own words; else it is another one
#: (政府信息公开指南).
_IS_SERVICE = re.compile(r"办事|办理|申请|许可|服务|登记|备案|审批")
_PARTS = re.compile(r"[、；;，,\s（）()：:]+")


@cache
def guide_elements() -> tuple[dict[str, Any], ...]:
    """The elements of a service guide, as the law room has them."""
    return tuple(load("guide_elements"))


def elements(parts: list[Part], context: Context) -> Iterator[Hit]:
    """The elements that are missing, as one finding of each kind."""
    draft = context.draft
    text = "\n".join(part.text for part in parts if not part.unseen)
    if missing := missing_of_guide(draft, text):
        yield _hit("elements.guide", "办事指南", missing)
    links = CatalogueLink.objects.filter(document=draft.pk).select_related("item")
    for link in links if draft.pk else ():
        lines = [link.element] if link.element else link.item.elements.splitlines()
        missing = [line.strip() for line in lines if line.strip() and not _said(line, text)]
        if missing:
            yield _hit(f"elements.{link.item.code}"[:40], f"目录事项“{link.item}”", missing)


def missing_of_guide(draft: Document, text: str) -> list[str]:
    """The elements that a guide to a service does not say; none where it is no such guide."""
    column = draft.column.block if draft.column_id else ""
    guide = draft.genre == Document.Genre.GUIDE and column != "guide"
    if not guide or not _IS_SERVICE.search(draft.title) or "公开指南" in draft.title:
        return []
    return [e["label"] for e in guide_elements() if not any(w in text for w in e["words"])]


def _said(line: str, text: str) -> bool:
    """Whether any of the words of an element stands in the text."""
    words = [w for w in _PARTS.split(re.sub(r"^[\d.、\s]+", "", line)) if len(w) > 1]
    return not words or any(w in text or w.removesuffix("等") in text for w in words)


def _hit(rule: str, what: str, missing: list[str]) -> Hit:
    listed = "、".join(missing)
    return Hit(
        rule=rule,
        level=ASK,
        message=f"{what}缺少要素：{listed}。请补上，或者说明为什么没有。"[:300],
        place={"field": "text"},
        mark=mark_of(rule, listed),
    )
