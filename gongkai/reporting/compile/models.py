"""What the compilation of a report keeps: the task, each counting of the registers, the text."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from gongkai.base.models import AppendOnly
from gongkai.bodies.models import Body

USER = settings.AUTH_USER_MODEL


class Compilation(models.Model):
    """编制任务: the report of a body and year is compiled from the registers.

    Its states are ``ReportVersion``s of origin ``compiled``; a manual change of a cell is a
    ``Correction``. While ``frozen_at`` is set nothing is changed (the route sets and clears it).
    """

    report = models.OneToOneField(
        "reporting.AnnualReport",
        models.PROTECT,
        related_name="compilation",
        verbose_name="年度报告",
    )
    frozen_at = models.DateTimeField("定稿时间", null=True, blank=True)
    started_at = models.DateTimeField("开始时间", auto_now_add=True)
    started_by = models.ForeignKey(
        USER, models.SET_NULL, null=True, related_name="+", verbose_name="开始人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "年报编制任务"
        ordering = ["-report__year", "report__body"]

    def __str__(self) -> str:
        return str(self.report)


class Computation(AppendOnly):
    """取数: one counting of the registers for a report, with the provenance of every number.

    ``cells``: address → {value, formula, records, trace}; ``quantities``: name → {value, last,
    records, trace}. Values are text as ``cells.shown`` writes them (null: there is no register),
    ``records`` is the number of records behind the number and ``trace`` a short sum over their
    keys: it tells whether the register has changed since.
    """

    report = models.ForeignKey(
        "reporting.AnnualReport",
        models.PROTECT,
        related_name="computations",
        verbose_name="年度报告",
    )
    cells = models.JSONField("表格取数", encoder=DjangoJSONEncoder)
    quantities = models.JSONField("正文取数", encoder=DjangoJSONEncoder, default=dict)
    milliseconds = models.PositiveIntegerField("用时（毫秒）", default=0)
    made_at = models.DateTimeField("取数时间", auto_now_add=True)
    made_by = models.ForeignKey(
        USER, models.SET_NULL, null=True, related_name="+", verbose_name="取数人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "年报取数"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.report} {self.made_at:%Y-%m-%d %H:%M}"


class NarrativeText(models.Model):
    """正文段落: a part of the text of a report, with its numbers by name (【新收申请数】)."""

    compilation = models.ForeignKey(
        Compilation, models.CASCADE, related_name="texts", verbose_name="编制任务"
    )
    part = models.CharField("部分", max_length=20)
    text = models.TextField("文字", blank=True)
    edited_at = models.DateTimeField("修改时间", auto_now=True)
    edited_by = models.ForeignKey(
        USER, models.SET_NULL, null=True, related_name="+", verbose_name="修改人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "年报正文段落"
        ordering = ["compilation", "part"]
        constraints = [
            models.UniqueConstraint(fields=["compilation", "part"], name="one_text_per_part")
        ]

    def __str__(self) -> str:
        return f"{self.compilation} {self.part}"


class NarrativeTemplate(models.Model):
    """正文模板: a body's own wording of a part, in place of the shipped one."""

    body = models.ForeignKey(
        Body, models.CASCADE, related_name="narrative_templates", verbose_name="机关"
    )
    part = models.CharField("部分", max_length=20)
    text = models.TextField("文字", blank=True)
    edited_at = models.DateTimeField("修改时间", auto_now=True)
    edited_by = models.ForeignKey(
        USER, models.SET_NULL, null=True, related_name="+", verbose_name="修改人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "年报正文模板"
        ordering = ["body", "part"]
        constraints = [
            models.UniqueConstraint(fields=["body", "part"], name="one_template_per_part")
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.part}"
