"""What is looked at again: what is not published, what went out in a hurry, what is due."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from gongkai.base.models import AppendOnly
from gongkai.publishing.models.columns import Column
from gongkai.publishing.models.documents import Document


class Evaluation(AppendOnly):
    """评估复核: what is withheld is looked at again (Art 18), what was urgent afterwards."""

    class Kind(models.TextChoices):
        WITHHELD = "withheld", "不公开信息的评估"
        URGENT = "urgent", "紧急发布的事后初审"

    class Result(models.TextChoices):
        KEEP = "keep", "继续不主动公开"
        OPEN = "open", "可以公开，转为主动公开"
        PARTLY = "partly", "删去有关内容后可以公开"
        FINE = "fine", "内容无误"
        MEND = "mend", "需要更正或者撤下"

    document = models.ForeignKey(
        Document, models.PROTECT, related_name="evaluations", verbose_name="政府信息"
    )
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    result = models.CharField("结果", max_length=10, choices=Result.choices)
    opinion = models.CharField("理由", max_length=300)
    next_on = models.DateField("下次评估", null=True, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="办理人",
    )
    by_name = models.CharField("办理人姓名", max_length=150)

    class Meta:
        verbose_name = verbose_name_plural = "评估复核"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.document} · {self.get_result_display()}"


class LinkCheck(models.Model):
    """外部链接检查: what an outside address in a public document answered last."""

    document = models.ForeignKey(
        Document, models.CASCADE, related_name="link_checks", verbose_name="政府信息"
    )
    address = models.CharField("网址", max_length=500)
    checked_at = models.DateTimeField("检查时间", null=True)
    #: Since when it has not answered; None while it does.
    failing_since = models.DateTimeField("打不开起", null=True, db_index=True)
    answer = models.CharField("结果", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "外部链接检查"
        ordering = ["failing_since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["document", "address"], name="one_check_per_link")
        ]

    def __str__(self) -> str:
        return self.address


class DutyReminder(models.Model):
    """公开提醒: that a day to publish, to update or to evaluate was reminded of; each once."""

    document = models.ForeignKey(
        Document, models.CASCADE, null=True, related_name="+", verbose_name="政府信息"
    )
    column = models.ForeignKey(
        Column, models.CASCADE, null=True, related_name="+", verbose_name="栏目"
    )
    cause = models.CharField("事由", max_length=20)
    due_on = models.DateField("期限")
    days_left = models.IntegerField("剩余工作日")
    at = models.DateTimeField("提醒时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开提醒"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "cause", "due_on", "days_left"],
                condition=models.Q(column=None),
                name="one_duty_reminder_per_document",
            ),
            models.UniqueConstraint(
                fields=["column", "cause", "due_on", "days_left"],
                condition=models.Q(document=None),
                name="one_duty_reminder_per_column",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document or self.column}：{self.cause}"
