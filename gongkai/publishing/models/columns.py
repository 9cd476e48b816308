"""Columns: the headings under which a body publishes."""

from __future__ import annotations

from django.db import models

from gongkai.bodies.models import Body, Section


class Column(models.Model):
    """栏目 (目录节点): a heading of a body's disclosure, with who keeps it and how often."""

    class Block(models.TextChoices):
        """The blocks of the platform (国办公开办函〔2019〕61号), and what agencies add to them."""

        GUIDE = "guide", "政府信息公开指南"
        RULES = "rules", "政府信息公开制度"
        STATUTORY = "statutory", "法定主动公开内容"
        POLICY = "policy", "政策文件库"
        INTERPRETATION = "interpretation", "政策解读"
        KEY_FIELD = "key_field", "重点领域"
        TOPIC = "topic", "专题专栏"
        NEWS = "news", "工作动态"
        NOTICE = "notice", "通知公告"

    class Update(models.TextChoices):
        """How often something new is due (国办秘函〔2019〕19号; the days are in gongkai.law)."""

        NEWS = "news", "动态类，两周内更新"
        NOTICE = "notice", "通知、政策类，六个月内更新"
        SOMETIMES = "sometimes", "有变化时更新"

    body = models.ForeignKey(Body, models.PROTECT, related_name="columns", verbose_name="机关")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    key = models.SlugField("网址标识", max_length=60)
    name = models.CharField("栏目名称", max_length=60)
    block = models.CharField("板块", max_length=20, choices=Block.choices)
    #: ColumnType of the page tags (annex of 国办发〔2017〕47号), a word of its list.
    column_type = models.CharField("栏目类别", max_length=20, default="信息公开目录")
    description = models.CharField("内容和用途", max_length=200)
    keywords = models.CharField("关键词", max_length=200, blank=True)
    #: Item of Art 20 (law.taxonomy art20), where it is one.
    art20_item = models.PositiveSmallIntegerField("法定公开事项的项次", null=True, blank=True)
    #: Kind of information of Art 21 (key of law.taxonomy art21), where it is one.
    art21_kind = models.CharField("地方公开的事项", max_length=20, blank=True)
    section = models.ForeignKey(
        Section,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="columns",
        verbose_name="负责科室",
    )
    update = models.CharField(
        "更新要求", max_length=20, choices=Update.choices, default=Update.SOMETIMES
    )
    #: The rule of gongkai.law that says within how many working days (条例 Art 26, catalogues).
    due_rule = models.CharField("公开时限的规定", max_length=60, default="publication.days")
    #: What stands there while nothing is published: when something will be, or why nothing is.
    empty_note = models.CharField("没有内容时的说明", max_length=200, blank=True)
    opens_on = models.DateField("开设日期", null=True, blank=True)
    closes_on = models.DateField("关闭日期", null=True, blank=True)
    order = models.PositiveSmallIntegerField("次序", default=0)
    #: Copy of the newest publication in it, for the update duty.
    newest_at = models.DateTimeField("最近发布", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "栏目"
        ordering = ["body", "block", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["body", "key"], name="one_column_per_key"),
            models.CheckConstraint(
                condition=models.Q(opens_on=None)
                | models.Q(closes_on=None)
                | models.Q(closes_on__gte=models.F("opens_on")),
                name="column_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return self.name
