"""标准目录: the shipped items, changes, links to what was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import transaction

from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body, Role
from gongkai.law.shipped import shipped as read_shipped
from gongkai.law.taxonomy import catalogue_channels
from gongkai.publishing.actions.core import By, require
from gongkai.publishing.catalogue_sheet import Line
from gongkai.publishing.models import CatalogueItem, CatalogueLink, Column, Document
from gongkai.publishing.roles import WRITERS

HEALTH = "卫生健康"
#: Who keeps the catalogue itself; links are made by those who write.
KEEPERS = (Role.CLERK, Role.HEAD)
#: What may be changed of an item.
CHANGED = (
    "level1",
    "level2",
    "elements",
    "basis",
    "limit",
    "publisher",
    "channels",
    "audience",
    "audience_note",
    "manner",
    "at_county",
    "at_township",
    "column",
    "book",
    "matters",
    "book_element",
    "ended_on",
    "note",
)


@cache
def shipped() -> tuple[dict[str, Any], ...]:
    """The items of the health field that ship (``data/health_catalogue.yaml``), in order."""
    data = read_shipped("gongkai.publishing", "data/health_catalogue.yaml")
    found = []
    for group in data["classes"]:
        for item in group["items"]:
            limit = data["result_limit" if group.get("limit") == "result" else "limit"]
            found.append(
                {
                    "code": item["code"],
                    "level1": group["name"],
                    "level2": item["name"],
                    "elements": "\n".join(item.get("elements", group["elements"])),
                    "basis": item.get("basis", ""),
                    "limit": limit,
                    "channels": group["channels"],
                    "at_township": group.get("township", False),
                    "mark": item["mark"],
                    "ended_on": item.get("ended"),
                    "note": item.get("note", ""),
                    "column": item.get("column", ""),
                    "book": group.get("book", ""),
                    "book_element": group.get("book_element", ""),
                }
            )
    return tuple(found)


def register_of(level1: str, elements: str) -> dict[str, str]:
    """The register that fulfils an element of such items, as the shipped ones say; or none."""
    for facts in shipped():
        if facts["level1"] == level1 and facts["book_element"] in elements.splitlines():
            return {name: facts[name] for name in ("book", "book_element")}
    return {}


@transaction.atomic
def set_up_catalogue(body: Body, *, by: By) -> list[CatalogueItem]:
    """Give a body the items of the health field that it lacks; those that it has stay."""
    require(by, body, *KEEPERS)
    known = set(
        CatalogueItem.objects.filter(body=body, field=HEALTH).values_list("code", flat=True)
    )
    columns = {column.key: column for column in Column.objects.filter(body=body)}
    made = [
        CatalogueItem(
            body=body,
            field=HEALTH,
            publisher=body.name,
            column=columns.get(facts["column"]),
            **{name: value for name, value in facts.items() if name != "column"},
        )
        for facts in shipped()
        if facts["code"] not in known
    ]
    CatalogueItem.objects.bulk_create(made)
    if made:
        audit.record(
            "建立标准目录", body, by=by, scope=body.slug, new={"领域": HEALTH, "事项": len(made)}
        )
    return list(CatalogueItem.objects.filter(body=body, field=HEALTH))


@transaction.atomic
def change_item(item: CatalogueItem, values: Mapping[str, Any], *, by: By) -> CatalogueItem:
    """Change an item of the catalogue (``CHANGED``)."""
    item = CatalogueItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
    require(by, item.body, *KEEPERS)
    if unknown := set(values.get("channels", ())) - set(catalogue_channels()):
        raise Refused(f"不认识的公开渠道：{'、'.join(sorted(unknown))}。")
    old = {name: str(getattr(item, name)) for name in CHANGED if name in values}
    for name in CHANGED:
        if name in values:
            setattr(item, name, values[name])
    if not (item.level1.strip() and item.level2.strip() and item.elements.strip()):
        raise Refused("请填写一级事项、二级事项和公开内容（要素）。")
    if item.book_element and item.book_element not in item.elements.splitlines():
        raise Refused("台账对应的要素已经不在公开内容里，请改选现在的要素，或者选整个事项。")
    item.save()
    new = {name: str(getattr(item, name)) for name in old}
    changed = {name for name in old if old[name] != new[name]}
    if changed:
        names = {n: str(CatalogueItem._meta.get_field(n).verbose_name) for n in changed}
        audit.record(
            "修改公开事项",
            item,
            by=by,
            scope=item.body.slug,
            old={names[n]: old[n] for n in changed},
            new={names[n]: new[n] for n in changed},
        )
    return item


@transaction.atomic
def link(item: CatalogueItem, document: Document, *, by: By, element: str = "") -> CatalogueLink:
    """Say that a document fulfils an item, or one of its elements."""
    require(by, item.body, *WRITERS, Role.HEAD)
    if document.body_id != item.body_id:
        raise Refused("这份信息不是本机关的，不能关联到本机关的目录。")
    if element and element not in item.elements.splitlines():
        raise Refused("这个要素已经不在目录里，请从现在的目录中重选。")
    found, new = CatalogueLink.objects.get_or_create(
        item=item, document=document, element=element, defaults={"by": by}
    )
    if new:
        audit.record(
            "关联公开事项", item, by=by, scope=item.body.slug, new={"信息": document.title}
        )
    return found


@transaction.atomic
def unlink(entry: CatalogueLink, *, by: By) -> None:
    """Take a link away."""
    item = entry.item
    require(by, item.body, *WRITERS, Role.HEAD)
    audit.record(
        "取消关联公开事项", item, by=by, scope=item.body.slug, old={"信息": entry.document.title}
    )
    entry.delete()


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did; ``unlisted``: codes whose register lost the element that it fulfilled."""

    new: int
    changed: int
    same: int
    unlisted: tuple[str, ...] = ()


def take_in(body: Body, field: str, lines: Sequence[Line], *, by: By) -> Taken:
    """Take in every line of a workbook (``catalogue_sheet.read``), or none.

    An item with a known code is changed; what the workbook does not name stays.
    """
    require(by, body, *KEEPERS)
    if bad := [line for line in lines if line.wrong]:
        numbers = "、".join(str(line.number) for line in bad[:10])
        raise Refused(f"第 {numbers} 行有问题，全部没有导入。请改正后重新上传。")
    if not field.strip():
        raise Refused("请填写领域，例如“卫生健康”。")
    new = changed = same = 0
    unlisted: list[str] = []
    with transaction.atomic():
        known = {
            item.code: item
            for item in CatalogueItem.objects.select_for_update(of=("self",), no_key=True).filter(
                body=body, field=field.strip()
            )
        }
        for line in lines:
            item = known.get(line.values["code"])
            if item is None:
                listed = register_of(line.values["level1"], line.values["elements"])
                CatalogueItem.objects.create(
                    body=body, field=field.strip(), **line.values, **listed
                )
                new += 1
            elif all(getattr(item, name) == value for name, value in line.values.items()):
                same += 1
            else:
                for name, value in line.values.items():
                    setattr(item, name, value)
                item.mark = ""
                if item.book_element and item.book_element not in item.elements.splitlines():
                    item.book = item.book_element = ""
                    unlisted.append(item.code)
                item.save()
                changed += 1
        told: dict[str, Any] = {"领域": field.strip(), "新增": new, "修改": changed}
        if unlisted:
            told["不再以台账公开"] = unlisted
        audit.record("导入标准目录", body, by=by, scope=body.slug, new=told)
    return Taken(new, changed, same, tuple(unlisted))
