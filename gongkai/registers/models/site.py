"""网站自查: each look at the website, and what was found, to be rectified by a day."""

from __future__ import annotations

from django.db import models

from gongkai.base.site_checks import KINDS
from gongkai.bodies.ledger.models import Entry


class SiteCheck(Entry):
    """网站自查: one look at the website, by the machine or by a person."""

    class Kind(models.TextChoices):
        WEEKLY = "weekly", "全面自查"
        DAILY = "daily", "每日监测"
        SUPERIOR = "superior", "上级检查"

    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    checked_by = models.CharField("检查人、检查单位", max_length=60, blank=True)
    found = models.PositiveIntegerField("新发现问题", null=True, blank=True)
    settled = models.PositiveIntegerField("确认已整改", null=True, blank=True)
    remaining = models.PositiveIntegerField("尚未整改", null=True, blank=True)
    result = models.CharField("结论", max_length=300, blank=True)
    happened_on = models.DateField("检查日期")

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "网站自查"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.happened_on}"


class SiteFinding(Entry):
    """自查发现的问题: where it is, by when it is rectified, when and how it was."""

    kind = models.CharField("类别", max_length=10, choices=list(KINDS.items()))
    veto = models.BooleanField("属于单项否决", default=False)
    place = models.CharField("位置", max_length=200)
    address = models.CharField("网址", max_length=500, blank=True)
    problem = models.CharField("问题", max_length=300)
    due_on = models.DateField("整改期限", null=True, blank=True)
    settled_on = models.DateField("整改完成日期", null=True, blank=True)
    measure = models.CharField("整改情况", max_length=300, blank=True)
    #: What makes it the same problem at the next look; "" for one that a person wrote down.
    mark = models.CharField("识别码", max_length=120, blank=True, editable=False)
    happened_on = models.DateField("发现日期")

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "自查发现的问题"
        constraints = [
            models.UniqueConstraint(
                fields=["body", "mark"],
                condition=models.Q(struck_at=None, settled_on=None) & ~models.Q(mark=""),
                name="one_open_finding_per_problem",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_on=None)
                | models.Q(settled_on__gte=models.F("happened_on")),
                name="finding_settled_after_found",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}：{self.get_kind_display()}"
