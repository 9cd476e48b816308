"""依申请转主动公开: what was asked for so often, or suggested, that it may be published for all."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from gongkai.bodies.models import Body
from gongkai.publishing.models.documents import Document

User = settings.AUTH_USER_MODEL


class Proposal(models.Model):
    """主动公开建议 (条例 Art 44): it comes from another room through ``base.proposals``."""

    class State(models.TextChoices):
        OPEN = "open", "待研究"
        ACCEPTED = "accepted", "已采纳，准备公开"
        PUBLISHED = "published", "已公开"
        REFUSED = "refused", "不予采纳"

    body = models.ForeignKey(Body, models.PROTECT, related_name="proposals", verbose_name="机关")
    #: What the other room calls it.
    key = models.CharField("来源标识", max_length=100, unique=True)
    kind = models.CharField("来源", max_length=60)
    subject = models.CharField("信息", max_length=200)
    people = models.PositiveIntegerField("人数", default=1)
    #: A page of the office where it can be read.
    address = models.CharField("查看", max_length=200, blank=True)
    came_at = models.DateTimeField("收到时间", auto_now_add=True)
    state = models.CharField(
        "状态", max_length=10, choices=State.choices, default=State.OPEN, db_index=True
    )
    reason = models.CharField("理由", max_length=300, blank=True)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="决定人"
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    document = models.ForeignKey(
        Document,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name="政府信息",
    )

    class Meta:
        verbose_name = verbose_name_plural = "依申请转主动公开建议"
        ordering = ["-people", "id"]

    def __str__(self) -> str:
        return self.subject
