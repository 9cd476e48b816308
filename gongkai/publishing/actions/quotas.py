"""How many pieces of information each section is to send in a year."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body
from gongkai.bodies.set_up import require_set_up
from gongkai.publishing.actions.core import By
from gongkai.publishing.models import SectionQuota

MOST = 100_000


@transaction.atomic
def set_quotas(body: Body, year: int, items: Mapping[int, int | None], *, by: By) -> int:
    """The tasks of a year: section → pieces, None for no task; returns how many changed."""
    require_set_up(by, body)
    sections = body.sections.select_for_update(of=("self",), no_key=True).in_bulk()
    if set(items) - set(sections):
        raise Refused("有的科室已经不在这个机关，没有保存。请重新打开页面再填。")
    if any(number is not None and number > MOST for number in items.values()):
        raise Refused(f"任务数不能超过 {MOST}，请改正。")
    had = {
        one.section_id: one for one in SectionQuota.objects.filter(section__in=sections, year=year)
    }
    old = {pk: one.items for pk, one in had.items()}
    changed = {pk: number for pk, number in items.items() if number != old.get(pk)}
    for pk, number in changed.items():
        if number is None:
            had[pk].delete()
        else:
            SectionQuota.objects.update_or_create(
                section_id=pk, year=year, defaults={"items": number}
            )
    if changed:
        audit.record(
            f"下达{year}年信息报送任务",
            body,
            by=by,
            scope=body.slug,
            old={sections[pk].name: old.get(pk) for pk in changed},
            new={sections[pk].name: number for pk, number in changed.items()},
        )
    return len(changed)
