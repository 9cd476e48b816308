"""The settings of a body for applications: what its letters and numbers need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from gongkai.applications.actions.core import By
from gongkai.applications.models import OfficeSettings
from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body, Role
from gongkai.bodies.queries import Someone, bodies_for, may_manage


def bodies_to_set_up(user: Someone) -> QuerySet[Body]:
    """Bodies whose settings the person may change: his own as head, all as administrator."""
    return Body.objects.all() if may_manage(user) else bodies_for(user, Role.HEAD)


@transaction.atomic
def save_office(body: Body, values: Mapping[str, Any], *, by: By) -> OfficeSettings:
    """Change the settings of a body; the first time this opens it for applications."""
    if by is not None and not bodies_to_set_up(by).filter(pk=body.pk).exists():
        raise PermissionDenied("您没有修改这个机关设置的权限，请联系管理员。")
    Body.objects.select_for_update(of=("self",)).get(pk=body.pk)
    office = OfficeSettings.objects.filter(body=body).first() or OfficeSettings(body=body)
    old, new = {}, {}
    for name, value in values.items():
        field = OfficeSettings._meta.get_field(name)
        before = getattr(office, name)
        if office.pk is None or before != value:
            label = str(field.verbose_name)  # type: ignore[union-attr]
            old[label], new[label] = before, value
            setattr(office, name, value)
    if not new:
        raise Refused("内容没有变化，没有保存。")
    opened = office.pk is None
    office.save()
    audit.record(
        "开通依申请公开" if opened else "修改依申请公开设置",
        office,
        by=by,
        scope=body.slug,
        old=None if opened else old,
        new=new,
    )
    return office
