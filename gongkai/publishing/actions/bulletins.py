"""每日情况: figures entered by one person, entered again by another; then a draft like any other.

Who may tell such figures to the public says the law (突发公共卫生事件应急条例, 传染病防治法), so
each bulletin names its source and who approved the figures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.html import escape

from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body, Role
from gongkai.documents.blocks import chinese_date
from gongkai.publishing.actions.core import By, require
from gongkai.publishing.actions.drafts import create_document
from gongkai.publishing.models import Bulletin, BulletinTemplate, Document
from gongkai.publishing.roles import WRITERS

KEEPERS = (Role.CLERK, Role.HEAD)
DATE = "日期"
_PLACE = re.compile(r"\{([^{}]*)\}")


@transaction.atomic
def save_template(
    body: Body, values: Mapping[str, Any], *, by: By, pk: int | None = None
) -> BulletinTemplate:
    """Make or change a template; the figures are the names in braces, {日期} is the day."""
    require(by, body, *KEEPERS)
    name = values["name"].strip()
    if BulletinTemplate.objects.filter(body=body, name=name).exclude(pk=pk).exists():
        raise Refused("已经有这个名称的模板，请改用别的名称。")
    figures = [
        found
        for found in dict.fromkeys(_PLACE.findall(f"{values['title']}\n{values['text']}"))
        if found != DATE
    ]
    if not figures or not all(name.strip() for name in figures):
        raise Refused("模板里至少要有一个数字，名称写在花括号里，例如“新增{新增}例”。")
    found = BulletinTemplate.objects.get(pk=pk, body=body) if pk else BulletinTemplate(body=body)
    for key in ("column", "title", "text"):
        setattr(found, key, values[key])
    found.name, found.figures = name, figures
    found.is_active = values.get("is_active", True)
    found.save()
    audit.record("设置情况通报模板", found, by=by, scope=body.slug, new={"数字": figures})
    return found


def enter_figures(
    template: BulletinTemplate,
    on: date,
    figures: Mapping[str, int],
    *,
    source: str,
    approver: str,
    by: By,
) -> Bulletin:
    """The first person enters the figures of a day, with where they come from."""
    require(by, template.body, *WRITERS)
    if on > timezone.localdate():
        raise Refused("日期晚于今天，请改正。")
    if not source.strip() or not approver.strip():
        raise Refused("请写明数据来源和批准人。")
    kept = _figures(template, figures)
    try:
        with transaction.atomic():
            bulletin = Bulletin.objects.create(
                template=template,
                on=on,
                figures=kept,
                source=source.strip(),
                approver=approver.strip(),
                entered_by=by,
            )
            audit.record("录入情况数字", bulletin, by=by, scope=template.body.slug, new=kept)
    except IntegrityError:
        raise Refused("这一天的数字已经录入，不用重复；有误的请在核对时退回。") from None
    return bulletin


def check_figures(bulletin: Bulletin, figures: Mapping[str, int], *, by: By) -> Document:
    """The second person enters the figures again, from the source; equal ones become a draft.

    The draft is urgent and goes the ordinary way of review, whose machine reads it too.
    """
    with transaction.atomic():
        bulletin = (
            Bulletin.objects.select_for_update(of=("self",), no_key=True)
            .select_related("template__body", "template__column")
            .get(pk=bulletin.pk)
        )
        template = bulletin.template
        require(by, template.body, *WRITERS, Role.REVIEWER, Role.HEAD)
        if bulletin.checked_at is not None:
            raise Refused("这一天的数字已经核对过。")
        if by is not None and bulletin.entered_by_id == by.pk:
            raise PermissionDenied("这一天的数字是您录入的，不能自己核对，请由其他人核对。")
        again = _figures(template, figures)
        if wrong := [name for name in template.figures if again[name] != bulletin.figures[name]]:
            raise Refused(f"两次录入不一致：{'、'.join(wrong)}。请对照数据来源查明后再录。")
        text = fill(template.text, bulletin)
        paragraphs = (line.strip() for line in text.splitlines())
        document = create_document(
            template.body,
            template.column,
            fill(template.title, bulletin),
            by=None,
            formed_on=bulletin.on,
            genre=Document.Genre.BULLETIN,
            text="".join(f"<p>{escape(line)}</p>" for line in paragraphs if line),
            source=bulletin.source,
            urgent_reason="每日情况通报，当日发布",
        )
        # Who entered the figures wrote it, and does not review it.
        Document.objects.filter(pk=document.pk).update(author=bulletin.entered_by)
        bulletin.checked_by, bulletin.checked_at = by, timezone.now()  # type: ignore[assignment]
        bulletin.document = document
        bulletin.save()
        audit.record(
            "核对情况数字",
            bulletin,
            by=by,
            scope=template.body.slug,
            new={"来源": bulletin.source, "批准人": bulletin.approver},
        )
    return document


def send_back(bulletin: Bulletin, reason: str, *, by: By) -> None:
    """Figures that turn out wrong before they were checked are taken away; the trail keeps them."""
    with transaction.atomic():
        bulletin = (
            Bulletin.objects.select_for_update(of=("self",), no_key=True)
            .select_related("template__body")
            .get(pk=bulletin.pk)
        )
        require(by, bulletin.template.body, *WRITERS, Role.REVIEWER, Role.HEAD)
        if bulletin.checked_at is not None:
            raise Refused("已经核对的数字不能退回，请在草稿或者更正中修改。")
        if not reason.strip():
            raise Refused("请写明退回的原因。")
        audit.record(
            "退回情况数字",
            bulletin,
            by=by,
            scope=bulletin.template.body.slug,
            old=bulletin.figures,
            new={"原因": reason.strip()},
        )
        bulletin.delete()


def fill(text: str, bulletin: Bulletin) -> str:
    """The words of a template with the figures of a day."""
    known = {DATE: chinese_date(bulletin.on), **{k: str(v) for k, v in bulletin.figures.items()}}
    return _PLACE.sub(lambda found: known.get(found[1], found[0]), text)


def _figures(template: BulletinTemplate, given: Mapping[str, Any]) -> dict[str, int]:
    kept: dict[str, int] = {}
    for name in template.figures:
        value = given.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise Refused(f"请填写“{name}”，没有的填 0。")
        kept[name] = value
    return kept
