"""Further levels of review: a body adds one, says who takes it and where, ends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body, Membership
from gongkai.bodies.set_up import require_set_up
from gongkai.publishing.actions.core import By
from gongkai.publishing.levels import levels_of, who
from gongkai.publishing.models import ReviewLevel
from gongkai.publishing.models.review import Step

#: More levels than these nobody waits for.
MOST = 6
#: What may be changed; the name stands in the register.
FIELDS = ("form", "role", "section", "person", "after", "order", "duty")


@transaction.atomic
def save_level(
    body: Body, values: Mapping[str, Any], *, by: By, level: ReviewLevel | None = None
) -> ReviewLevel:
    """Add a level to the review of a body, or change who takes it and where it stands.

    It holds for what is handed in from now on; who takes it, at once. Refused: no name, or one
    that another step bears; not exactly one of role, section, person; a section or person of
    another body; more levels than ``MOST``.
    """
    require_set_up(by, body)
    Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    made = level is None
    if level is None:
        level = ReviewLevel(body=body, name=" ".join(str(values["name"]).split()))
        _check_name(level)
    else:
        level = ReviewLevel.objects.get(pk=level.pk, body=body)
    old = None if made else _facts(level)
    for name in FIELDS:
        if name in values:
            setattr(level, name, values[name])
    _check_who(level)
    level.save()
    new = _facts(level)
    if old != new:
        deed = "增加审查环节" if made else "修改审查环节"
        audit.record(deed, level, by=by, scope=body.slug, old=old, new=new)
    return level


@transaction.atomic
def end_level(level: ReviewLevel, *, by: By) -> ReviewLevel:
    """Ask for the level no more; what was handed in with it still passes it."""
    require_set_up(by, level.body)
    level = ReviewLevel.objects.select_for_update(of=("self",), no_key=True).get(pk=level.pk)
    if level.ended_at is not None:
        raise Refused("这个环节已经停用，不用再办。")
    level.ended_at = timezone.now()
    level.save()
    audit.record("停用审查环节", level, by=by, scope=level.body.slug, new=_facts(level))
    return level


def _check_name(level: ReviewLevel) -> None:
    if not level.name:
        raise Refused("请填写环节名称，例如：分管领导审核。")
    others = levels_of(level.body)
    if level.name in {*Step.labels, *(one.name for one in others)}:
        raise Refused("已经有叫这个名称的审查环节，请换一个名称。")
    if len(others) >= MOST:
        raise Refused(f"最多增加 {MOST} 个审查环节，请先停用不再需要的。")


def _check_who(level: ReviewLevel) -> None:
    named = [bool(level.role), level.section is not None, level.person is not None]
    if sum(named) != 1:
        raise Refused("岗位、科室、人员请选择一项，也只选择一项。")
    if level.section is not None and level.section.body_id != level.body_id:
        raise Refused("请选择本机关的科室。")
    held = Membership.objects.filter(body=level.body_id)
    if level.person is not None and not held.filter(user=level.person).exists():
        raise Refused("这个人在本机关没有岗位，请重新选择。")


def _facts(level: ReviewLevel) -> dict[str, Any]:
    return {
        "环节": level.name,
        "填写": level.get_form_display(),
        "由谁办理": who(level),
        "位置": level.get_after_display(),
        "先后": level.order,
        "审查要点": level.duty,
    }
