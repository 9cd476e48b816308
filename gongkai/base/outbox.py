"""Messages to people outside: queued with the deed, sent by a run of their own.

A room has a model on ``Message`` and registers it with its senders; ``gongkai site send_notices``
sends what is waiting in every room.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from gongkai.base.sealed import SealedTextField

logger = logging.getLogger(__name__)
DUMMY = "django.core.mail.backends.dummy.EmailBackend"
#: So many tries, waiting BACK_OFF minutes after the first, four times as long after each next.
TRIES, BACK_OFF = 6, 5
#: After so many minutes a message that a killed run left “发送中” is tried again.
LEFT_BEHIND = 15


class Message(models.Model):
    """What every queued message has; ``to`` and ``text`` are sealed."""

    class Way(models.TextChoices):
        EMAIL = "email", "电子邮件"
        SMS = "sms", "短信"

    class State(models.TextChoices):
        WAITING = "waiting", "待发送"
        SENDING = "sending", "发送中"
        SENT = "sent", "已发送"
        FAILED = "failed", "发送失败"

    way = models.CharField("方式", max_length=10, choices=Way.choices)
    to = SealedTextField("收信地址")
    subject = models.CharField("标题", max_length=100)
    text = SealedTextField("内容")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("已尝试次数", default=0)
    made_at = models.DateTimeField("生成时间", auto_now_add=True)
    #: Not before this time: the first try is at once, later ones wait longer and longer.
    next_try_at = models.DateTimeField("下次发送时间", null=True, db_index=True)
    #: Noted before the message leaves; with ``sent_at`` it tells what a killed run left behind.
    started_at = models.DateTimeField("开始发送时间", null=True)
    sent_at = models.DateTimeField("发送时间", null=True)

    class Meta:
        abstract = True


Sender = Callable[[Any], None]
_SENDERS: dict[type[Message], Mapping[str, Sender]] = {}


def register(model: type[Message], senders: Mapping[str, Sender]) -> None:
    """A room says by what its messages leave: way → sender."""
    _SENDERS[model] = senders


def has_mail() -> bool:
    """Whether the installation has a mail server."""
    return bool(settings.EMAIL_BACKEND != DUMMY)


@dataclass(slots=True)
class Run:
    """What one run did."""

    sent: int = 0
    put_off: int = 0
    failed: int = 0


def send_all(*, limit: int = 1000) -> Run:
    """Send what is waiting in every room, at most ``limit`` messages of each."""
    run = Run()
    for model in _SENDERS:
        send_waiting(model, limit=limit, run=run)
    return run


def send_waiting(
    model: type[Message], *, limit: int = 1000, now: datetime | None = None, run: Run | None = None
) -> Run:
    """Send what is due, at most ``limit`` messages; any number of runs may work at once.

    A message is claimed before it leaves and noted after it left. A run killed in between leaves
    it “发送中”: it may have gone out, so it is tried again with the same reference (Message-ID),
    by which a mail server or gateway knows it; at least once, hardly ever twice.
    """
    run = run or Run()
    for _ in range(limit):
        message = _claim(model, now or timezone.now())
        if message is None:
            break
        _send(message, run)
    return run


def _claim(model: type[Message], now: datetime) -> Message | None:
    """One message that nobody else is sending, marked as begun."""
    rows = model._default_manager
    due = Q(state=Message.State.WAITING) & (Q(next_try_at=None) | Q(next_try_at__lte=now))
    left = Q(state=Message.State.SENDING, started_at__lte=now - timedelta(minutes=LEFT_BEHIND))
    for pk, state, started in (
        rows.filter(due | left).order_by("id").values_list("pk", "state", "started_at")
    )[:50]:
        # Of two runs that see the same row, one changes it.
        mine = rows.filter(pk=pk, state=state, started_at=started).update(
            state=Message.State.SENDING, started_at=now, attempts=F("attempts") + 1
        )
        if mine:
            return rows.get(pk=pk)
    return None


def _send(message: Message, run: Run) -> None:
    try:
        _SENDERS[type(message)][message.way](message)
    except Exception as error:
        final = message.attempts >= TRIES or _is_final(error)
        # The error may quote the address: only its kind is logged.
        logger.warning(
            "%s %s 没有发出：%s", message._meta.verbose_name, message.pk, type(error).__name__
        )
        message.state = Message.State.FAILED if final else Message.State.WAITING
        wait = timedelta(minutes=BACK_OFF * 4 ** (message.attempts - 1))
        message.next_try_at = None if final else timezone.now() + wait
        run.failed += final
        run.put_off += not final
    else:
        message.state, message.sent_at = Message.State.SENT, timezone.now()
        run.sent += 1
    message.save(update_fields=["state", "next_try_at", "sent_at"])


def _is_final(error: Exception) -> bool:
    """Whether trying again is of no use: the address does not exist."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return bool(getattr(error, "final", False))


def reference(message: Message) -> str:
    """The same for every try of one message, and none of any other installation's."""
    name = f"{settings.SECRET_KEY}|{message._meta.model_name}|{message.pk}"
    return f"{message.pk}.{hashlib.sha256(name.encode()).hexdigest()[:24]}"


def by_email(message: Message) -> None:
    """The sender of the way ``email``."""
    domain = settings.GONGKAI_SITE["domain"] or "localhost"
    EmailMessage(
        message.subject,
        message.text,
        to=[message.to],
        headers={
            "Message-ID": f"<{reference(message)}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    ).send()
