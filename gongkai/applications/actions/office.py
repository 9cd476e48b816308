"""The settings of a body for applications: what its letters and numbers need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from gongkai.applications.actions.core import By
from gongkai.applications.actions.papers import shipped_routes
from gongkai.applications.models import Letter, OfficeSettings
from gongkai.applications.queries import office_of
from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body
from gongkai.bodies.set_up import require_set_up
from gongkai.law.taxonomy import letters

#: Letter code → its stations, for the letters that a body treats in its own way.
Routes = dict[str, list[str]]


@transaction.atomic
def save_office(body: Body, values: Mapping[str, Any], *, by: By) -> OfficeSettings:
    """Change the settings of a body; the first time this opens it for applications."""
    require_set_up(by, body)
    Body.objects.select_for_update(of=("self",), no_key=True).get(pk=body.pk)
    office = office_of(body) or OfficeSettings(body=body)
    before_routes = dict(office.letter_routes)
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
    if "letter_routes" in values:
        _routes_may_change(body, before_routes, office.letter_routes)
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


#: From the first review to the seal: a letter here has its next station before it.
_UNDER_WAY = (
    Letter.State.LEGAL,
    Letter.State.SECRECY,
    Letter.State.SIGNING,
    Letter.State.SIGNED,
    Letter.State.SEALED,
)


def _routes_may_change(body: Body, before: Routes, after: Routes) -> None:
    """Refused: a station that the law or good order asks for left out, a letter on its way."""
    shipped = shipped_routes()
    changed = [c for c in shipped if before.get(c) != after.get(c)]
    for code, stations in after.items():
        known = shipped.get(code)
        if known is None or not set(known.fixed) <= set(stations) <= set(known.stations):
            raise Refused(f"“{letters()[code].label}”的流转环节不对，请重新勾选。")
    busy = Letter.objects.filter(
        application__body=body, code__in=changed, state__in=_UNDER_WAY
    ).first()
    if busy is not None:
        raise Refused(
            f"有“{letters()[busy.code].label}”正在审核签发，办完或者退回以后才能改它的流转环节。"
        )
