"""The e-mail that a letter was answered: that, and where to read it; nothing of what it says."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from gongkai.base import outbox
from gongkai.engagement.models import CitizenLetter, LetterNotice

TITLE = "来信答复通知"


def notify_answered(letter: CitizenLetter) -> LetterNotice | None:
    """Queue the notice, in the transaction of the answer.

    None where the writer left no address or the installation has no mail server.
    """
    sender = letter.sender or {}
    to = str(sender.get("email", "")).strip()
    if not to or not outbox.has_mail():
        return None
    name = sender.get("name", "")
    address = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("letter-track")
    text = (
        f"{name or '您'}{'您好' if name else '好'}："
        f"您写给{letter.mailbox}的信（编号{letter.number}）已经答复。\n\n"
        f"请打开下面的网址，用来信编号和查询码查看，也可以评价：\n{address}\n\n"
        "查询码在提交来信时显示过。工作人员不会向您索要查询码。\n"
        f"此邮件由系统发出，请勿回复。\n\n{settings.GONGKAI_SITE['name']}\n"
    )
    return LetterNotice.objects.create(
        letter=letter, way=LetterNotice.Way.EMAIL, to=to, subject=TITLE, text=text
    )


outbox.register(LetterNotice, {LetterNotice.Way.EMAIL: outbox.by_email})
