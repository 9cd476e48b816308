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

#: Words of the title of a guide to a matter of service.
_IS_SERVICE = re.compile(r"办事|办理|申请|许可|服务|登记|备案|审批")
_PARTS = re.compile(r"[、；;，,\s（）()：:]+")


@cache
def guide_elements() -> dict[str, dict[str, Any]]:
    """The elements of service guides by key, as the law room has them."""
    return {raw["key"]: raw for raw in load("guide_elements")["elements"]}


def asked_of(title: str, matters: str = "") -> tuple[str, list[dict[str, Any]]]:
    """What a guide is of, and all that it has to say: by the matter it is linked to, else by its
    title; of no class those that every inspection counts.
    """
    known = guide_elements()
    for text in filter(None, (matters, title)):
        for raw in load("guide_elements")["classes"]:
            if any(word in text for word in raw["says"]):
                return raw["label"], [known[key] for key in raw["elements"]]
    return "", counted()


def counted() -> list[dict[str, Any]]:
    """The elements that the inspection of websites counts."""
    return [one for one in guide_elements().values() if one.get("counted")]


def elements(parts: list[Part], context: Context) -> Iterator[Hit]:
    """The elements that are missing, as one finding of each kind."""
    draft = context.draft
    text = "\n".join(part.text for part in parts if not part.unseen)
    rows = CatalogueLink.objects.filter(document=draft.pk).select_related("item")
    rows = rows.order_by("item__code", "item_id", "-pk")
    links = list(rows) if draft.pk else []
    if is_guide(draft):
        what, asked = asked_of(draft.title, " ".join(link.item.level1 for link in links))
        missing = _lacking(asked, text)
        if missing and (what or _IS_SERVICE.search(draft.title)):
            yield _hit("elements.guide", f"{what}办事指南", missing)
    for link in links:
        lines = [link.element] if link.element else link.item.elements.splitlines()
        missing = [line.strip() for line in lines if line.strip() and not _said(line, text)]
        if missing:
            yield _hit(f"elements.{link.item.code}"[:40], f"目录事项“{link.item}”", missing)


def missing_of_guide(draft: Document, text: str) -> list[str]:
    """The elements that an inspection would miss; none where it is no guide to a service."""
    is_service = is_guide(draft) and _IS_SERVICE.search(draft.title)
    return _lacking(counted(), text) if is_service else []


def is_guide(draft: Document) -> bool:
    """Whether it tells how a matter is dealt with; 政府信息公开指南 is another guide."""
    column = draft.column.block if draft.column_id else ""
    is_other = column == "guide" or "公开指南" in draft.title
    return draft.genre == Document.Genre.GUIDE and not is_other


def _lacking(asked: list[dict[str, Any]], text: str) -> list[str]:
    return [e["label"] for e in asked if not any(w in text for w in e["words"])]


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
