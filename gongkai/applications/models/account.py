"""An applicant's account: a help for who applies often, needed for nothing (ADR 0023)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from gongkai.applications.models.case import Application
from gongkai.base.outbox import Message
from gongkai.base.sealed import SealedJSONField, SealedTextField


class ApplicantAccount(models.Model):
    """申请人账号: no user of the office, and never signed in there.

    Closed, it is a row with its days and nothing else; its name may be taken anew.
    """

    #: Called as Django's password validators look for it.
    username = SealedTextField("登录名", blank=True)
    #: Keyed hash of the name (base.sealed.mark) by which it is found.
    login_mark = models.CharField("登录名标识", max_length=64, null=True, unique=True)
    password = models.CharField("密码校验值", max_length=128, blank=True)
    #: What fills the step “您是谁” beforehand, by the names of its fields; all of it optional.
    profile = SealedJSONField("资料", default=dict, blank=True)
    created_at = models.DateTimeField("注册时间", auto_now_add=True)
    seen_on = models.DateField("最近登录日期")
    closed_at = models.DateTimeField("注销时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "申请人账号"
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(login_mark=None, password=""),
                name="closed_account_opens_nothing",
            )
        ]

    def __str__(self) -> str:
        return f"申请人账号 {self.pk or ''}".strip()

    def stamp(self) -> str:
        """Another one after each change of the password: what was opened before ends."""
        return salted_hmac("gongkai.applicant", self.password).hexdigest()[:32]


class AccountCase(models.Model):
    """账号里的申请: what the account opens without number and query code."""

    account = models.ForeignKey(
        ApplicantAccount, models.CASCADE, related_name="links", verbose_name="账号"
    )
    application = models.ForeignKey(
        Application, models.CASCADE, related_name="account_links", verbose_name="申请"
    )

    class Meta:
        verbose_name = verbose_name_plural = "账号里的申请"
        constraints = [
            models.UniqueConstraint(fields=["account", "application"], name="linked_once")
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.application.number}"


class PasswordReset(Message):
    """重设密码请求: queued for whatever name was typed, so that asking tells nothing.

    Whether there is such an account, and where its mail goes, is looked up when it is sent;
    ``to`` and ``text`` are never stored.
    """

    login_mark = models.CharField("登录名标识", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "重设密码请求"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"重设密码请求 {self.pk}"
