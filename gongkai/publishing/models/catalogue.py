"""基层政务公开标准目录: the standard catalogue of a body, item by item, and what fulfils each."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from gongkai.bodies.models import Body
from gongkai.publishing.models.columns import Column
from gongkai.publishing.models.documents import Document

User = settings.AUTH_USER_MODEL


class CatalogueItem(models.Model):
    """公开事项: one line of the catalogue (国办发〔2019〕54号), in the columns of its form."""

    class Audience(models.TextChoices):
        ALL = "all", "全社会"
        GROUP = "group", "特定群体"

    class Manner(models.TextChoices):
        PROACTIVE = "proactive", "主动"
        ON_APPLICATION = "on_application", "依申请"

    body = models.ForeignKey(Body, models.CASCADE, related_name="catalogue", verbose_name="机关")
    field = models.CharField("领域", max_length=40, default="卫生健康")
    code = models.CharField("序号", max_length=12)
    level1 = models.CharField("一级事项", max_length=60)
    level2 = models.CharField("二级事项", max_length=120)
    #: One element a line.
    elements = models.TextField("公开内容（要素）")
    basis = models.TextField("公开依据", blank=True)
    limit = models.CharField("公开时限", max_length=200)
    publisher = models.CharField("公开主体", max_length=120, blank=True)
    #: Keys of law.taxonomy.catalogue_channels, in the order of the form.
    channels = models.JSONField("公开渠道和载体", default=list, blank=True)
    audience = models.CharField(
        "公开对象", max_length=10, choices=Audience.choices, default=Audience.ALL
    )
    audience_note = models.CharField("特定群体", max_length=100, blank=True)
    manner = models.CharField(
        "公开方式", max_length=20, choices=Manner.choices, default=Manner.PROACTIVE
    )
    at_county = models.BooleanField("县级公开", default=True)
    at_township = models.BooleanField("乡级公开", default=False)
    #: How sure its source is (V read, M from memory, C convention); "" for what a body wrote.
    mark = models.CharField("来源标记", max_length=1, blank=True)
    #: Where the body publishes it.
    column = models.ForeignKey(
        Column,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="catalogue_items",
        verbose_name="栏目",
    )
    #: The public register whose lines fulfil it (slug of the book), and which of its matters
    #: (事项, one a line; none: those of the item's own name) and which element they do.
    book = models.CharField("以台账公开", max_length=40, blank=True)
    matters = models.TextField("台账里的事项名称", blank=True)
    book_element = models.TextField("台账对应的要素", blank=True)
    #: Abolished items stay for history and ask for nothing.
    ended_on = models.DateField("停止执行日期", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开事项"
        ordering = ["body", "field", "code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "field", "code"], name="one_catalogue_item_per_code"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.level2}"


class CatalogueLink(models.Model):
    """事项与信息: a document that fulfils an item, or one of its elements."""

    item = models.ForeignKey(
        CatalogueItem, models.CASCADE, related_name="links", verbose_name="公开事项"
    )
    document = models.ForeignKey(
        Document, models.CASCADE, related_name="catalogue_links", verbose_name="政府信息"
    )
    #: The element it fulfils, as its line reads; "" for the whole item.
    element = models.CharField("要素", max_length=200, blank=True)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="关联人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "事项与信息"
        ordering = ["item", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "document", "element"], name="one_catalogue_link"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} ← {self.document}"
