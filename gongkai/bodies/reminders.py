"""Reminders by mail, alike in every room: whom of a body they reach, and one mail a person."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.mail import send_mail
from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.base.outbox import has_mail
from gongkai.bodies.models import Body, Membership, Role

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Mailed:
    """What one run sent: mails; what failed, in words."""

    mails: int = 0
    failed: list[str] = field(default_factory=list)


def reachable(bodies: Iterable[Body | int]) -> QuerySet[Membership]:
    """The roles in these bodies (or their ids) held by accounts that work and have an address."""
    in_time = Q(until=None) | Q(until__gte=timezone.localdate())
    held = Membership.objects.filter(in_time, body__in=list(bodies), user__is_active=True)
    return held.exclude(user__email="").select_related("user").order_by("pk")


def reachable_by_role(body: Body) -> dict[Role, list[Membership]]:
    """The same of one body, by role; a role that nobody holds is empty."""
    found: dict[Role, list[Membership]] = defaultdict(list)
    for member in reachable([body]):
        found[Role(member.role)].append(member)
    return found


def send(mails: Iterable[tuple[Any, str, str]], run: Mailed) -> None:
    """Send (account, subject, text) of each and count it in ``run``; none without a mail server."""
    if not has_mail():
        return
    for person, subject, text in mails:
        try:
            send_mail(subject, text, None, [person.email])
            run.mails += 1
        except OSError as error:  # smtplib's errors are OSErrors, and a silent server too
            log.warning("提醒邮件没有发出（账号 %s）：%s", person.pk, type(error).__name__)
            run.failed.append(f"提醒邮件没有发出（账号编号{person.pk}）")
