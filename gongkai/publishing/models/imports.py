"""旧站导入: runs over the folder of an older site, and which of its pieces became which draft."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from gongkai.bodies.models import Body
from gongkai.publishing.models.documents import Document

User = settings.AUTH_USER_MODEL


class ImportRun(models.Model):
    """导入批次, with what could not be taken and why."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="import_runs", verbose_name="机关")
    source = models.CharField("来源", max_length=60)
    at = models.DateTimeField("导入时间", auto_now_add=True)
    taken = models.PositiveIntegerField("新导入", default=0)
    known = models.PositiveIntegerField("以前已导入", default=0)
    #: [{"line": n, "key": …, "why": …}]
    refused = models.JSONField("未导入", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "导入批次"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.source} {timezone.localtime(self.at):%Y-%m-%d %H:%M}"


class ImportedDocument(models.Model):
    """导入信息: where a document came from."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="机关")
    source = models.CharField("来源", max_length=60)
    key = models.CharField("来源标识", max_length=200)
    run = models.ForeignKey(
        ImportRun, models.PROTECT, related_name="documents", verbose_name="导入批次"
    )
    document = models.OneToOneField(
        Document, models.CASCADE, related_name="imported", verbose_name="政府信息"
    )
    #: When the older site published it; it keeps this time.
    published_at = models.DateTimeField("原发布时间", null=True, blank=True)
    address = models.CharField("原网址", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入信息"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "source", "key"], name="one_document_per_source_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"
