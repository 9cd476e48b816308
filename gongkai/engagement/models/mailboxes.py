"""Mailboxes of a body, who looked into them, and the body's own limits."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from gongkai.bodies.models import Body, Section

USER = settings.AUTH_USER_MODEL


class EngagementSettings(models.Model):
    """互动回应设置: limits that a locality sets itself, each with the document it rests on."""

    body = models.OneToOneField(
        Body, models.CASCADE, related_name="engagement_settings", verbose_name="机关"
    )
    #: Key of law.parameters → {"value": 7, "source": "示例县……办法"}.
    local = models.JSONField("本地期限", default=dict, blank=True)
    #: Years after the answer until a citizen and his words are erased.
    personal_data_years = models.PositiveSmallIntegerField("个人信息保存期限（年）", default=5)

    class Meta:
        verbose_name = verbose_name_plural = "互动回应设置"

    def __str__(self) -> str:
        return f"{self.body.short_name}互动回应设置"


def usual_categories() -> list[str]:
    return ["咨询", "求助", "建议", "投诉", "其他"]


class Mailbox(models.Model):
    """信箱: 书记、市长信箱 or 主任信箱; a body has as many as it likes."""

    body = models.ForeignKey(
        Body, models.PROTECT, related_name="mailboxes", verbose_name="办理的机关"
    )
    slug = models.SlugField("网址标识", max_length=60, unique=True)
    name = models.CharField("名称", max_length=40)
    intro = models.TextField("写信须知", blank=True)
    categories = models.JSONField("来信类别", default=usual_categories)
    #: The section that looks into it every day and hands letters on.
    section = models.ForeignKey(
        Section,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="负责的科室",
    )
    is_open = models.BooleanField("接收来信", default=True)
    order = models.PositiveSmallIntegerField("次序", default=0)
    opened_on = models.DateField("开设日期", default=timezone.localdate)
    #: Serial number of the last letter, over all years.
    last = models.PositiveIntegerField("末次编号", default=0, editable=False)
    version = models.PositiveIntegerField("版本", default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "信箱"
        ordering = ["body", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["body", "name"], name="one_mailbox_name_per_body")
        ]

    def __str__(self) -> str:
        return f"{self.body.short_name}{self.name}"


class MailboxCheck(models.Model):
    """每日查看: who looked into a mailbox on a day, and how many letters waited then."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="checks", verbose_name="信箱")
    on = models.DateField("日期")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="查看人")
    at = models.DateTimeField("查看时间", auto_now_add=True)
    waiting = models.PositiveIntegerField("当时未答复的来信", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "每日查看"
        ordering = ["-on", "-at"]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "on", "by"], name="one_check_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.on}"
