"""每日情况: the same figures every day, entered twice by two persons, into a template."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from gongkai.bodies.models import Body
from gongkai.publishing.models.columns import Column
from gongkai.publishing.models.documents import Document

User = settings.AUTH_USER_MODEL


class BulletinTemplate(models.Model):
    """情况通报模板: title and text with the names of figures in braces."""

    body = models.ForeignKey(
        Body, models.PROTECT, related_name="bulletin_templates", verbose_name="机关"
    )
    name = models.CharField("名称", max_length=60)
    column = models.ForeignKey(Column, models.PROTECT, related_name="+", verbose_name="栏目")
    title = models.CharField("标题", max_length=150, help_text="例如：{日期}疫情情况")
    text = models.TextField("正文", help_text="数字的名称写在花括号里，例如：新增{新增}例")
    #: Names of the figures in their order.
    figures = models.JSONField("数字", default=list)
    is_active = models.BooleanField("使用中", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "情况通报模板"
        ordering = ["body", "id"]
        constraints = [
            models.UniqueConstraint(fields=["body", "name"], name="one_bulletin_template_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class Bulletin(models.Model):
    """情况通报: the figures of one day with their source and approver; its document is reviewed
    like any other."""

    template = models.ForeignKey(
        BulletinTemplate, models.PROTECT, related_name="bulletins", verbose_name="模板"
    )
    on = models.DateField("日期")
    #: Figure → number, as the first person entered them.
    figures = models.JSONField("数字", default=dict)
    source = models.CharField("数据来源", max_length=200)
    approver = models.CharField("数据批准人", max_length=60)
    entered_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="录入人"
    )
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)
    checked_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    checked_at = models.DateTimeField("复核时间", null=True, blank=True)
    document = models.OneToOneField(
        Document,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="bulletin",
        verbose_name="政府信息",
    )

    class Meta:
        verbose_name = verbose_name_plural = "情况通报"
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["template", "on"], name="one_bulletin_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.on}"
