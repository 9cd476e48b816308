"""What goes beside an application: notices to the applicant, reminders, other requests."""

from __future__ import annotations

from django.db import models

from gongkai.applications.models.case import Application
from gongkai.base.outbox import Message
from gongkai.base.sealed import SealedJSONField, SealedTextField
from gongkai.bodies.models import Body


class Notice(Message):
    """通知: a message to the applicant by e-mail or SMS; the tracking page shows it in any case."""

    application = models.ForeignKey(
        Application,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name="申请",
    )
    #: Instead of the application, when the notice is about another request.
    side_request = models.ForeignKey(
        "SideRequest",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name="相关请求",
    )
    cause = models.CharField("事由", max_length=30, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ["id"]

    def __str__(self) -> str:
        about = self.application or self.side_request
        return f"{about.number if about else ''} {self.subject}"


class Reminder(models.Model):
    """催办: a reminder given to the office for one case, cause and day; each only once."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="reminders", verbose_name="申请"
    )
    cause = models.CharField("事由", max_length=30)
    due_on = models.DateField("到期日")
    days_left = models.SmallIntegerField("剩余工作日")
    made_at = models.DateTimeField("生成时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        constraints = [
            models.UniqueConstraint(
                fields=["application", "cause", "due_on", "days_left"], name="remind_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application.number} {self.cause} {self.days_left}"


class SideRequest(models.Model):
    """相关请求: record correction (Art 41), suggestion to publish (44), complaint (47, 51)."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", "更正本人信息"
        SUGGESTION = "suggestion", "建议主动公开"
        COMPLAINT = "complaint", "投诉举报"

    class State(models.TextChoices):
        RECEIVED = "received", "已收到"
        IN_HAND = "in_hand", "办理中"
        ANSWERED = "answered", "已答复"

    kind = models.CharField("种类", max_length=20, choices=Kind.choices)
    #: The body it concerns; a complaint is handled by the office that supervises it.
    body = models.ForeignKey(
        Body, models.PROTECT, related_name="side_requests", verbose_name="涉及的机关"
    )
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="side_requests",
        verbose_name="相关申请",
    )
    number = models.CharField("编号", max_length=20, unique=True)
    code_mark = models.CharField("查询码校验值", max_length=64)
    submission_key = models.CharField("提交标识", max_length=64, null=True, unique=True)
    applicant = SealedJSONField("请求人信息", default=dict, blank=True)
    subject = models.CharField("事项", max_length=200)
    text = SealedTextField("内容")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.RECEIVED)
    result = models.CharField("处理结论", max_length=60, blank=True)
    answer = SealedTextField("答复", blank=True)
    received_at = models.DateTimeField("收到时间", auto_now_add=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    #: 发文字号 of the letter (L37) that tells the answer to a correction, once it is signed.
    letter_number = models.CharField("更正告知书文号", max_length=60, blank=True)
    erased_at = models.DateTimeField("个人信息清除时间", null=True)
    version = models.PositiveIntegerField("版本", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "相关请求"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
