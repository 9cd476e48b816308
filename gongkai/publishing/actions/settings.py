"""How a body publishes: its steps of review, its numbering, its own words; and its columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body
from gongkai.bodies.set_up import require_set_up
from gongkai.law.parameters import UnknownRule, statute
from gongkai.publishing import index
from gongkai.publishing.actions.core import By
from gongkai.publishing.actions.review import ALWAYS
from gongkai.publishing.models import Column, Document, PublishingSettings
from gongkai.publishing.models.review import Step

#: Settings that a person may change.
SETTABLE = ("steps", "index_by_month", "site_name", "own_words", "data_terms")
COLUMN_FIELDS = (
    *("name", "parent", "block", "column_type", "description", "keywords", "art20_item"),
    "art21_kind",
    *("section", "update", "due_rule", "empty_note", "opens_on", "closes_on", "order"),
)


@transaction.atomic
def save_settings(body: Body, values: Mapping[str, Any], *, by: By) -> PublishingSettings:
    """Save the settings of a body. Secrecy review and signing are never left out (Art 17)."""
    require_set_up(by, body)
    kept, _ = PublishingSettings.objects.select_for_update(no_key=True).get_or_create(body=body)
    old = {name: getattr(kept, name) for name in SETTABLE}
    for name in SETTABLE:
        if name in values:
            setattr(kept, name, values[name])
    chosen = {*kept.steps, *ALWAYS}
    kept.steps = [step.value for step in Step if step.value in chosen]
    kept.save()
    new = {name: getattr(kept, name) for name in SETTABLE}
    changed = [name for name in SETTABLE if old[name] != new[name]]
    if changed:
        words = {n: str(PublishingSettings._meta.get_field(n).verbose_name) for n in changed}
        audit.record(
            "修改主动公开设置",
            body,
            by=by,
            scope=body.slug,
            old={words[n]: old[n] for n in changed},
            new={words[n]: new[n] for n in changed},
        )
    return kept


@transaction.atomic
def save_column(
    body: Body, values: Mapping[str, Any], *, by: By, column: Column | None = None
) -> Column:
    """Make a column, or change one; its address (``key``) is fixed when it is made.

    Refused: a parent of another body or below itself, an address that is taken.
    """
    require_set_up(by, body)
    made = column is None
    if column is None:
        column = Column(body=body, key=values["key"])
    else:
        column = Column.objects.select_for_update(of=("self",), no_key=True).get(
            pk=column.pk, body=body
        )
    old = {name: _plain(getattr(column, name)) for name in COLUMN_FIELDS}
    for name in COLUMN_FIELDS:
        if name in values:
            setattr(column, name, values[name])
    _check(body, column)
    try:
        with transaction.atomic():
            column.save()
    except IntegrityError:
        raise Refused("这个网址标识已经有栏目使用，请换一个。") from None
    new = {name: _plain(getattr(column, name)) for name in COLUMN_FIELDS}
    if not made and any(old[name] != new[name] for name in ("name", "art20_item")):
        index.follow_column(column)
    changed = [name for name in COLUMN_FIELDS if made or old[name] != new[name]]
    if changed:
        words = {n: str(Column._meta.get_field(n).verbose_name) for n in changed}
        audit.record(
            "新建栏目" if made else "修改栏目",
            column,
            by=by,
            scope=body.slug,
            old=None if made else {words[n]: old[n] for n in changed},
            new={words[n]: new[n] for n in changed},
        )
    return column


def _check(body: Body, column: Column) -> None:
    above, seen = column.parent, {column.pk}
    while above is not None:
        if above.body_id != body.pk:
            raise Refused("上级栏目应当是本机关的栏目，请重新选择。")
        if above.pk in seen:
            raise Refused("上级栏目不能是它自己或者它下面的栏目，请重新选择。")
        seen.add(above.pk)
        above = above.parent
    if column.section is not None and column.section.body_id != body.pk:
        raise Refused("负责科室应当是本机关的科室，请重新选择。")
    try:
        statute().values[column.due_rule]
    except (KeyError, UnknownRule):
        raise Refused("没有这项公开时限的规定，请重新选择。") from None


@transaction.atomic
def remove_column(column: Column, *, by: By) -> None:
    """Remove a column in which nothing ever was. Refused otherwise: its address was public."""
    require_set_up(by, column.body)
    if Document.objects.filter(column=column).exists() or column.children.exists():
        raise Refused("栏目里还有信息或者下级栏目，不能删除；不再使用的，请填写关闭日期。")
    audit.record("删除栏目", column, by=by, scope=column.body.slug, old={"栏目": column.name})
    column.delete()


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
