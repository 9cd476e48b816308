"""Files of a case: encrypted on disk, the original kept apart from what goes out."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from gongkai.applications.models.case import Application
from gongkai.base.masking import without_person
from gongkai.base.sealed import SealedTextField


class CaseFile(models.Model):
    """案卷材料: one file of a case; its bytes lie encrypted under ``path`` (base.files)."""

    class Kind(models.TextChoices):
        REQUEST = "request", "申请材料"
        IDENTITY = "identity", "身份证明"
        AUTHORISATION = "authorisation", "授权委托书"
        RECEIPT_PROOF = "receipt_proof", "收件凭证"
        CORRECTION = "correction", "补正材料"
        REASONS = "reasons", "说明理由材料"
        OPINION = "opinion", "征求意见回复"
        PAYMENT = "payment", "缴费凭证"
        ORIGINAL = "original", "信息原件"
        RELEASED = "released", "对外提供的信息"
        LETTER = "letter", "文书"
        DELIVERY = "delivery", "送达凭证"
        EVIDENCE = "evidence", "证据材料"
        OTHER = "other", "其他材料"

    application = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="files",
        verbose_name="申请",
    )
    #: Instead of the application: the file belongs to a correction, suggestion or complaint.
    side_request = models.ForeignKey(
        "SideRequest",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="files",
        verbose_name="相关请求",
    )
    kind = models.CharField("材料种类", max_length=20, choices=Kind.choices)
    #: The sender's file name may hold a person's name.
    name = SealedTextField("文件名")
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小（字节）")
    sha256 = models.CharField("校验值", max_length=64)
    path = models.CharField("存放位置", max_length=200, unique=True)
    #: The applicant may download it from the tracking page.
    for_applicant = models.BooleanField("申请人可下载", default=False)
    added_at = models.DateTimeField("加入时间", auto_now_add=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="加入人",
    )
    erased_at = models.DateTimeField("清除时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "案卷材料"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def shown_name(self) -> str:
        """The name as the office's pages show it: who stands in it is masked."""
        case = self.application
        return without_person(case.applicant if case else {}, self.name or "")


class Redaction(models.Model):
    """区分处理: what is taken out of an original, with the ground of each passage (条例 Art 37)."""

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="redactions", verbose_name="申请"
    )
    original = models.ForeignKey(
        CaseFile, models.PROTECT, related_name="redactions", verbose_name="原件"
    )
    released = models.OneToOneField(
        CaseFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="redacted_from",
        verbose_name="处理后的文件",
    )
    #: One entry per passage: page, boxes or text position, ground (a decision key), reason.
    passages = models.JSONField("处理清单", default=list, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="处理人",
    )
    made_at = models.DateTimeField("处理时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "区分处理"

    def __str__(self) -> str:
        return f"{self.application.number} 区分处理 {self.pk}"
