"""What every deed shares: the lock, the permission, the clock, the trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction

from gongkai.applications import clock
from gongkai.applications.models import Application, Approval, CaseEvent
from gongkai.applications.queries import may_touch, read_once
from gongkai.applications.state import elsewhere, is_split, state_of
from gongkai.base import audit
from gongkai.base.masking import without_person
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.acting import signature
from gongkai.bodies.calendars import same_calendar
from gongkai.bodies.models import Role
from gongkai.documents.blocks import chinese_date, chinese_dates
from gongkai.law.deadlines import EventType, run

By = AbstractBaseUser | None
APPLICANT = "申请人"


@contextmanager
def on_case(
    case: Application,
    *,
    by: By,
    roles: tuple[Role, ...] = (),
    seen: int | None = None,
    ended: bool = False,
    joined: bool = False,
) -> Iterator[Application]:
    """Lock the case for one deed, and bring its copies and state up to date afterwards.

    ``by`` None is the system or the applicant himself. ``roles``: who may do it, in the case's
    body and section. ``seen`` is the version the person had on the screen: Overtaken when
    somebody was faster. ``ended``: whether the deed is possible on an archived case; ``joined``:
    on one that was split or merged and is worked on in others.
    All or nothing: whatever is raised inside undoes everything.
    """
    with transaction.atomic(), same_calendar():
        # Its key stays: who writes a row that names the case is not kept waiting.
        case = (
            Application.objects.select_for_update(of=("self",), no_key=True)
            .select_related("body")
            .get(pk=case.pk)
        )
        if by is not None and not may_touch(by, case, *roles):
            raise PermissionDenied("您没有办理这件申请的权限，请联系管理员。")
        if by is not None:
            case.done_by = signature(by, case.body, *roles)
        if seen is not None and seen != case.version:
            raise Overtaken("这件申请刚刚由他人办理过，您看到的不是最新情况。请核对以后再办一次。")
        if case.archived_on is not None and not ended:
            raise Refused("这件申请已经归档，不能再办理。")
        if not joined and (sentence := elsewhere(case)):
            raise Refused(sentence)
        yield case
        refresh(case)


def refresh(case: Application) -> None:
    """Bring the copies of the clock and the state up to date and count the deed."""
    with read_once(case, "events"):
        found = clock.outcome(case)
        clock.copy_days(case, found)
        # No part without the deed that made it.
        split = any(e.deed == "split" for e in case.events.all()) and is_split(case)
        case.state = state_of(case, found, split=split)
    case.counted = case.merged_into_id is None and not split
    case.version += 1
    case.save()


def add_event(
    case: Application,
    deed: str,
    *,
    by: By,
    by_name: str = "",
    law_type: EventType | None = None,
    on: date | None = None,
    text: str = "",
    public_text: str = "",
    **data: Any,
) -> CaseEvent:
    """Note that something happened; Refused, with the article, when the law does not allow it.

    Call it inside ``on_case``. ``text`` is for the office, ``public_text`` for the applicant's
    timeline; neither may hold personal data, and what of the applicant stands in ``text`` is
    masked. ``data``: further fields of the law's event.
    """
    day = on or clock.today()
    if day > clock.today():
        raise Refused("日期不能晚于今天，请改正。")
    if law_type is not None:
        why_not, article = clock.probe(case, law_type, on=day, **data)
        if why_not:
            first = clock.possible_from(case, law_type, on=day, **data)
            if first is not None:
                why_not = f"日期不能早于{chinese_date(first.on)}（{first.text}），请核对日期。"
            raise Refused(with_article(why_not, article))
    plain = {k: v.isoformat() if isinstance(v, date) else v for k, v in data.items()}
    return CaseEvent.objects.create(
        application=case,
        deed=deed,
        law_type=law_type.value if law_type else "",
        on=day,
        data=plain,
        text=without_person(case.applicant, text)[:300],
        public_text=public_text,
        by=by,
        by_name=by_name or case.done_by or audit.name_of(by),
    )


def with_article(sentence: str, article: str) -> str:
    """The refusal with the article it rests on, named once."""
    return sentence if article in sentence else f"{sentence}（{article}）"


def void_event(event: CaseEvent, reason: str, *, by: By) -> CaseEvent:
    """Strike out an event entered by mistake; both entries stay. Call it inside ``on_case``.

    Refused when a later event would no longer be legal without it.
    """
    case = event.application
    left = [e for e in clock.in_force(case.events.all()) if e.pk != event.pk and e.law_type]
    refused = run(
        [clock.law_event(e) for e in left], law=clock.law_for(case.body), as_of=clock.today()
    ).refused
    if refused:
        raise Refused(
            f"后面的办理事项以它为前提，请先更正后面的：{chinese_dates(refused[0].message)}"
        )
    return CaseEvent.objects.create(
        application=case,
        deed="void",
        on=event.on,
        text=without_person(case.applicant, f"更正：{event.text or event.deed}。{reason}")[:300],
        by=by,
        by_name=audit.name_of(by),
        voids=event,
    )


def record(case: Application, action: str, *, by: By, by_name: str = "", **values: Any) -> None:
    """One entry of the audit trail, which stays for ever: what of the applicant stands in ``old``
    and ``new`` is masked."""
    kept = {k: _masked(case, v) for k, v in values.items()}
    audit.record(action, case, by=by, by_name=by_name, scope=case.body.slug, **kept)


def _masked(case: Application, value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _masked(case, v) for k, v in value.items()}
    if isinstance(value, list):
        return [_masked(case, v) for v in value]
    return without_person(case.applicant, value) if isinstance(value, str) else value


def asked_by_another(entry: Approval, by: By) -> None:
    """Refused where who asks would answer: one who stands in for the head may be a clerk too."""
    if by is not None and entry.asked_by_id == by.pk:
        raise Refused("这项请示是您自己提出的，请由另一位负责人批示。")
