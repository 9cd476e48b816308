"""A body's mailboxes and its own limits."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from gongkai.base import audit
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.models import Body
from gongkai.bodies.set_up import require_set_up
from gongkai.engagement import clock
from gongkai.engagement.actions.core import CHANGED, By
from gongkai.engagement.actions.letters import recompute
from gongkai.engagement.models import EngagementSettings, Mailbox
from gongkai.law.parameters import statute

#: For so many years at least and at most a body keeps who wrote and what.
YEARS = range(1, 31)


def save_mailbox(mailbox: Mailbox, *, by: By, seen: int | None = None) -> Mailbox:
    """Open a mailbox, or change what it says."""
    require_set_up(by, mailbox.body)
    with transaction.atomic():
        old: dict[str, Any] = {}
        if mailbox.pk:
            held = Mailbox.objects.select_for_update(of=("self",), no_key=True).get(pk=mailbox.pk)
            if seen is not None and seen != held.version:
                raise Overtaken(CHANGED)
            old, mailbox.last, mailbox.version = _facts(held), held.last, held.version + 1
        if not mailbox.categories:
            raise Refused("请至少填写一个来信类别。")
        if mailbox.section and mailbox.section.body_id != mailbox.body_id:
            raise Refused("请选择本机关的科室。")
        try:
            with transaction.atomic():
                mailbox.save()
        except IntegrityError:
            raise Refused(
                "本机关已经有同名的信箱，或者网址标识已经有信箱使用，请换一个。"
            ) from None
        audit.record(
            "修改信箱" if old else "开设信箱",
            mailbox,
            by=by,
            scope=mailbox.body.slug,
            old=old or None,
            new=_facts(mailbox),
        )
        return mailbox


def _facts(mailbox: Mailbox) -> dict[str, Any]:
    return {
        "名称": mailbox.name,
        "类别": "、".join(mailbox.categories),
        "科室": mailbox.section.name if mailbox.section else "",
        "接收来信": mailbox.is_open,
    }


def save_limits(
    body: Body, local: dict[str, dict[str, Any]], years: int | None = None, *, by: By
) -> int:
    """The body's own limits, each with its source; how many open letters moved.

    ``years`` after the answer the writer and his words are erased; None leaves it as it is.
    """
    require_set_up(by, body)
    for key, held in local.items():
        if key not in clock.LOCAL:
            raise Refused("这项期限不能由本单位改动。")
        title = statute().rule(key, on=clock.today()).title
        if not 0 < int(held["value"]) < 366:
            raise Refused(f"“{title}”请填写 1 至 365。")
        if not str(held["source"]).strip():
            raise Refused(f"“{title}”请写明依据的本地文件。")
    with transaction.atomic():
        own, _ = EngagementSettings.objects.select_for_update(
            of=("self",), no_key=True
        ).get_or_create(body=body)
        had = {"期限": own.local, "个人信息保存年数": own.personal_data_years}
        own.local = local
        if years is not None:
            if years not in YEARS:
                raise Refused(f"个人信息保存期限请填写 {YEARS[0]} 至 {YEARS[-1]} 年。")
            own.personal_data_years = years
        own.save(update_fields=["local", "personal_data_years"])
        has = {"期限": own.local, "个人信息保存年数": own.personal_data_years}
        body.__dict__.pop("_own_rules", None)
        moved = recompute(body)
        audit.record("设置互动回应期限", own, by=by, scope=body.slug, old=had, new=has)
        return moved
