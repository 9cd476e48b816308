"""向档案馆、图书馆移送 (条例 Art 25): batches of published documents, with list and receipt."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from gongkai.bodies.models import Body
from gongkai.publishing.models.channels import Proof
from gongkai.publishing.models.documents import Document, Release

User = settings.AUTH_USER_MODEL


class TransferBatch(models.Model):
    """移送批次."""

    class To(models.TextChoices):
        ARCHIVE = "archive", "国家档案馆"
        LIBRARY = "library", "公共图书馆"

    class State(models.TextChoices):
        PREPARED = "prepared", "待移送"
        SENT = "sent", "已移送"
        RECEIVED = "received", "已签收"

    body = models.ForeignKey(
        Body, models.PROTECT, related_name="transfer_batches", verbose_name="机关"
    )
    to = models.CharField("移送对象", max_length=10, choices=To.choices)
    to_name = models.CharField("接收单位", max_length=100)
    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveSmallIntegerField("批次")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PREPARED)
    made_at = models.DateTimeField("编制时间", auto_now_add=True)
    made_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="编制人"
    )
    sent_on = models.DateField("移送日期", null=True, blank=True)
    received_on = models.DateField("签收日期", null=True, blank=True)
    received_by = models.CharField("签收人", max_length=60, blank=True)
    receipt = models.ForeignKey(
        Proof, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="回执"
    )

    class Meta:
        verbose_name = verbose_name_plural = "移送批次"
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "to", "year", "number"], name="one_transfer_batch_per_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}年第{self.number}批 {self.to_name}"


class TransferItem(models.Model):
    """移送明细; what goes to the archive bears its 档号 and how long it is kept."""

    class Retention(models.TextChoices):
        """保管期限, as archives keep office papers."""

        PERMANENT = "Y", "永久"
        THIRTY = "D30", "30年"
        TEN = "D10", "10年"

    batch = models.ForeignKey(
        TransferBatch, models.CASCADE, related_name="items", verbose_name="移送批次"
    )
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="transfers", verbose_name="政府信息"
    )
    release = models.ForeignKey(Release, models.PROTECT, related_name="+", verbose_name="发布记录")
    serial = models.PositiveIntegerField("序号")
    #: Year of the batch, retention, number in both; "" for what goes to a library.
    archive_number = models.CharField("档号", max_length=40, blank=True)
    retention = models.CharField("保管期限", max_length=3, choices=Retention.choices, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "移送明细"
        ordering = ["batch", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "release"], name="once_in_a_transfer_batch")
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.serial}"
