"""Notices to applicants: their words, and the run that sends what is waiting.

A notice says that something happened and where to read it. It holds no personal data but the
salutation, nothing of what was asked or answered, and never the query code: whoever reads
somebody else's mail learns nothing more.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from gongkai.applications import sms
from gongkai.applications.models import Notice
from gongkai.base import outbox
from gongkai.base.outbox import TRIES, Run, by_email, reference

__all__ = ["CAUSES", "TITLE", "TRIES", "Run", "reference", "send_waiting", "text_of"]
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
        "查询码在提交申请时的回执上，遗失的可以到受理机关换发。工作人员不会向您索要查询码。\n"
        f"此邮件由系统发出，请勿回复。\n\n{site}\n"
    )


def send_waiting(*, limit: int = 1000, now: datetime | None = None) -> Run:
    """Send the notices that are due (``base.outbox``)."""
    return outbox.send_waiting(Notice, limit=limit, now=now)


def _by_sms(notice: Notice) -> None:
    sender = sms.sender()
    if sender is None:
        raise sms.NotSent("没有配置短信接口")
    sender.send(notice.to, notice.text, reference=reference(notice))


outbox.register(Notice, {Notice.Way.EMAIL: by_email, Notice.Way.SMS: _by_sms})
