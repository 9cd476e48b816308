"""Tell the applicant that something happened: queued with the deed, sent by a run of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from gongkai.applications.models import Application, Notice, SideRequest
from gongkai.applications.notices import CAUSES, TITLE, text_of
from gongkai.base.outbox import has_mail


def notify(case: Application, cause: str) -> list[Notice]:
    """Queue what the applicant is told of ``cause`` (a key of ``notices.CAUSES``).

    Call it inside the deed's transaction: undone with it, told with it. Nothing is sent here.
    There is one notice for each way that the installation has and the applicant named; without
    any he reads it on the tracking page.
    """
    return _queue(case.applicant or {}, cause, case.number, application=case)


def notify_side(request: SideRequest, cause: str) -> list[Notice]:
    """The same for a correction, suggestion or complaint."""
    return _queue(request.applicant or {}, cause, request.number, side_request=request)


def _queue(who: dict[str, Any], cause: str, number: str, **about: Any) -> list[Notice]:
    if cause not in CAUSES:
        raise KeyError(cause)
    return [
        Notice.objects.create(
            way=way,
            to=to,
            cause=cause,
            subject=TITLE,
            text=text_of(cause, number, who.get("name", ""), short=way == Notice.Way.SMS),
            **about,
        )
        for way, to in _ways(who)
    ]


def _ways(who: dict[str, Any]) -> Iterator[tuple[str, str]]:
    email, phone = who.get("email", "").strip(), who.get("phone", "").strip()
    if email and has_mail():
        yield Notice.Way.EMAIL, email
    # A mobile number; a landline takes no short messages.
    if settings.GONGKAI_SMS_BACKEND and phone.isdigit() and len(phone) == 11 and phone[0] == "1":
        yield Notice.Way.SMS, phone
