"""Columns: the standard ones of a body, and changes to them."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import transaction

from gongkai.base import audit
from gongkai.bodies.models import Body, Role
from gongkai.law.shipped import shipped
from gongkai.publishing.actions.core import By, require
from gongkai.publishing.models import Column


@cache
def standard() -> tuple[dict[str, Any], ...]:
    """The columns that ship, in their order (``data/columns.yaml``)."""
    return tuple(shipped("gongkai.publishing", "data/columns.yaml"))


@transaction.atomic
def set_up_columns(body: Body, *, by: By) -> list[Column]:
    """Give a body the standard columns that it lacks; those that it has stay as they are."""
    require(by, body, Role.HEAD)
    known = {column.key: column for column in Column.objects.filter(body=body)}
    made = []
    for order, facts in enumerate(standard(), 1):
        if facts["key"] in known:
            continue
        column = Column.objects.create(
            body=body,
            parent=known.get(facts.get("parent", "")),
            key=facts["key"],
            name=facts["name"],
            block=facts["block"],
            column_type=facts["type"],
            description=facts["description"],
            art20_item=facts.get("item"),
            art21_kind=facts.get("art21", ""),
            update=facts.get("update", Column.Update.SOMETIMES),
            due_rule=facts.get("rule", "publication.days"),
            empty_note=facts.get("empty", ""),
            order=order,
        )
        known[column.key] = column
        made.append(column)
    if made:
        names = [column.name for column in made]
        audit.record("设置栏目", body, by=by, scope=body.slug, new={"栏目": names})
    return made
