"""Notices to applicants: their words, and the run that sends what is waiting.

A notice says that something happened and where to read it. It holds no personal data but the
salutation, nothing of what was asked or answered, and never the query code: whoever reads
somebody else's mail learns nothing more.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from gongkai.applications import sms
from gongkai.applications.models import Notice

logger = logging.getLogger(__name__)
TITLE = "政府信息公开申请办理通知"
#: What happened, as the applicant reads it after “您提交的…（编号…）”.
CAUSES = {
    "received": "已经收到并登记。",
    "correction": "需要您补正。请在告知的期限内补正，期限和事项见补正告知书。",
    "reasons": "需要您说明理由。请查看说明理由告知书。",
    "extended": "的答复期限已经延长，新的期限和原因见延期答复告知书。",
    "consulting": "正在征求有关方面的意见，征求意见所需时间不计入答复期限。",
    "fee": "需要缴纳信息处理费，金额、缴纳方式和期限见收费通知书。",
    "answered": "已经答复，请查看、下载答复文书。",
    "delivered": "有新的文书，请查看、下载。",
    "side_received": "已经收到。",
    "side_answered": "已经答复，请查看。",
}
#: So many tries, waiting BACK_OFF minutes after the first, four times as long after each next.
TRIES, BACK_OFF = 6, 5
#: After so many minutes a notice that a killed run left “发送中” is tried again.
LEFT_BEHIND = 15


def text_of(cause: str, number: str, name: str, *, short: bool = False) -> str:
    """The words of a notice; ``short`` for SMS."""
    what = "提交的请求" if cause.startswith("side_") else "提交的政府信息公开申请"
    said = f"{name or '您'}{'您好' if name else '好'}：您{what}（编号{number}）{CAUSES[cause]}"
    site = settings.GONGKAI_SITE["name"]
    if short:
        return f"{said}请到网站“查询办理进度”查看。【{site}】"
    address = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("track")
    return (
        f"{said}\n\n请打开下面的网址，用受理编号和查询码查看：\n{address}\n\n"
        "查询码在提交申请时的回执上。工作人员不会向您索要查询码。\n"
        f"此邮件由系统发出，请勿回复。\n\n{site}\n"
    )


@dataclass(slots=True)
class Run:
    """What one run did."""

    sent: int = 0
    put_off: int = 0
    failed: int = 0


def send_waiting(*, limit: int = 1000, now: datetime | None = None) -> Run:
    """Send what is due, at most ``limit`` notices; any number of runs may work at once.

    A notice is claimed before it leaves and noted after it left. A run killed in between leaves
    it “发送中”: it may have gone out, so it is tried again with the same reference (Message-ID),
    by which a mail server or gateway knows it; at least once, hardly ever twice.
    """
    run = Run()
    for _ in range(limit):
        notice = _claim(now or timezone.now())
        if notice is None:
            break
        _send(notice, run)
    return run


def _claim(now: datetime) -> Notice | None:
    """One notice that nobody else is sending, marked as begun."""
    due = Q(state=Notice.State.WAITING) & (Q(next_try_at=None) | Q(next_try_at__lte=now))
    left = Q(state=Notice.State.SENDING, started_at__lte=now - timedelta(minutes=LEFT_BEHIND))
    for pk, state, started in (
        Notice.objects.filter(due | left).order_by("id").values_list("pk", "state", "started_at")
    )[:50]:
        # Of two runs that see the same row, one changes it.
        mine = Notice.objects.filter(pk=pk, state=state, started_at=started).update(
            state=Notice.State.SENDING, started_at=now, attempts=F("attempts") + 1
        )
        if mine:
            return Notice.objects.get(pk=pk)
    return None


def _send(notice: Notice, run: Run) -> None:
    try:
        _SENDERS[Notice.Way(notice.way)](notice)
    except Exception as error:
        final = notice.attempts >= TRIES or _is_final(error)
        # The error may quote the address: only its kind is logged.
        logger.warning("通知 %s 没有发出：%s", notice.pk, type(error).__name__)
        notice.state = Notice.State.FAILED if final else Notice.State.WAITING
        wait = timedelta(minutes=BACK_OFF * 4 ** (notice.attempts - 1))
        notice.next_try_at = None if final else timezone.now() + wait
        run.failed += final
        run.put_off += not final
    else:
        notice.state, notice.sent_at = Notice.State.SENT, timezone.now()
        run.sent += 1
    notice.save(update_fields=["state", "next_try_at", "sent_at"])


def _is_final(error: Exception) -> bool:
    """Whether trying again is of no use: the address does not exist."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return bool(getattr(error, "final", False))


def reference(notice: Notice) -> str:
    """The same for every try of one notice, and none of any other installation's."""
    made = hashlib.sha256(f"{settings.SECRET_KEY}|notice|{notice.pk}".encode()).hexdigest()
    return f"{notice.pk}.{made[:24]}"


def _by_email(notice: Notice) -> None:
    domain = settings.GONGKAI_SITE["domain"] or "localhost"
    EmailMessage(
        notice.subject,
        notice.text,
        to=[notice.to],
        headers={
            "Message-ID": f"<{reference(notice)}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    ).send()


def _by_sms(notice: Notice) -> None:
    sender = sms.sender()
    if sender is None:
        raise sms.NotSent("没有配置短信接口")
    sender.send(notice.to, notice.text, reference=reference(notice))


_SENDERS = {Notice.Way.EMAIL: _by_email, Notice.Way.SMS: _by_sms}
