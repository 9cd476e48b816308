"""A forgotten password: the link that sets another one, and the e-mail that brings it.

The link is made when the message leaves: good for an hour, for one password, stored nowhere.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from gongkai.applications.models import ApplicantAccount, PasswordReset
from gongkai.base import outbox

VALID_MINUTES = 60
TITLE = "重设密码"
_SALT = "gongkai.applicant.reset"


def token_of(account: ApplicantAccount) -> str:
    """What stands in the link; it ends with the password that is there now."""
    return signing.dumps({"a": account.pk, "s": account.stamp()}, salt=_SALT)


def account_of(token: str) -> ApplicantAccount | None:
    """Whose password the link sets; None when it is used, too old or not ours."""
    try:
        held = signing.loads(token, salt=_SALT, max_age=60 * VALID_MINUTES)
    except signing.BadSignature:
        return None
    account = ApplicantAccount.objects.filter(pk=held["a"], closed_at=None).first()
    return account if account is not None and account.stamp() == held["s"] else None


def ask(login_mark: str) -> None:
    """Queue the message, whether there is such an account or not."""
    PasswordReset.objects.create(
        way=PasswordReset.Way.EMAIL, subject=TITLE, login_mark=login_mark, to="", text=""
    )


def _send(message: PasswordReset) -> None:
    account = ApplicantAccount.objects.filter(login_mark=message.login_mark).first()
    address = account.profile.get("email") if account is not None else ""
    if account is None or not address:
        return  # nobody to write to; the one who asked is not told
    link = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    link += reverse("apply-account-reset-link", args=[token_of(account)])
    site = settings.GONGKAI_SITE["name"]
    message.to = address
    message.text = (
        "您好：有人为您的申请人账号要求重设密码。请在"
        f"{VALID_MINUTES}分钟内打开下面的网址，设置新的密码：\n{link}\n\n"
        "不是您本人要求的，不用理会，密码没有改变。\n"
        f"此邮件由系统发出，请勿回复。\n\n{site}\n"
    )
    outbox.by_email(message)


outbox.register(PasswordReset, {PasswordReset.Way.EMAIL: _send})
