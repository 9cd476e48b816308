"""行政规范性文件: the register beside the documents, and the rounds that clean it up (立改废)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from gongkai.bodies.models import Body
from gongkai.publishing.models.documents import Document

User = settings.AUTH_USER_MODEL


class NormativeRecord(models.Model):
    """规范性文件登记: what was done for a normative document besides writing it."""

    class Legality(models.TextChoices):
        """合法性审核的结论."""

        WAITING = "waiting", "尚未审核"
        LAWFUL = "lawful", "合法"
        CHANGE = "change", "应当修改"
        UNLAWFUL = "unlawful", "不合法"
        EARLIER = "earlier", "历史文件，印发时已按当时的规定办理"

    class Competition(models.TextChoices):
        """公平竞争审查."""

        UNSAID = "", "尚未填写"
        NOT_NEEDED = "not_needed", "不涉及经营者经济活动，不需要审查"
        PASSED = "passed", "已审查，没有排除、限制竞争的内容"
        EXCEPTION = "exception", "适用例外规定"

    class Consultation(models.TextChoices):
        """公开征求意见."""

        UNSAID = "", "尚未填写"
        HELD = "held", "已公开征求意见"
        NOT_NEEDED = "not_needed", "依法不公开征求意见"

    document = models.OneToOneField(
        Document, models.CASCADE, related_name="normative", verbose_name="政府信息"
    )
    register_number = models.CharField("统一登记号", max_length=60, blank=True)
    is_trial = models.BooleanField("试行、暂行", default=False)
    basis = models.TextField("制定依据", blank=True)
    legality = models.CharField(
        "合法性审核", max_length=10, choices=Legality.choices, default=Legality.WAITING
    )
    legality_opinion = models.TextField("合法性审核意见", blank=True)
    legality_on = models.DateField("合法性审核日期", null=True, blank=True)
    legality_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="合法性审核人"
    )
    legality_by_name = models.CharField("合法性审核人姓名", max_length=150, blank=True)
    #: What was looked at (``actions.normative.legal_fingerprint``); another text is looked at anew.
    legality_sha256 = models.CharField("审核内容校验值", max_length=64, blank=True)
    competition = models.CharField(
        "公平竞争审查", max_length=12, choices=Competition.choices, blank=True
    )
    competition_note = models.CharField("公平竞争审查说明", max_length=300, blank=True)
    consultation = models.CharField(
        "征求意见", max_length=12, choices=Consultation.choices, blank=True
    )
    consulted_from = models.DateField("征求意见起", null=True, blank=True)
    consulted_to = models.DateField("征求意见止", null=True, blank=True)
    consultation_note = models.CharField("意见采纳情况", max_length=300, blank=True)
    discussed_on = models.DateField("集体讨论日期", null=True, blank=True)
    discussed_at = models.CharField("集体讨论会议", max_length=100, blank=True)
    filed_on = models.DateField("备案日期", null=True, blank=True)
    filed_with = models.CharField("备案机关", max_length=100, blank=True)
    filing_number = models.CharField("备案编号", max_length=60, blank=True)

    #: 三同步: why nothing explains it; "" where something does, or is to.
    no_interpretation = models.CharField("不单独解读的理由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "规范性文件登记"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(consulted_from=None)
                | models.Q(consulted_to=None)
                | models.Q(consulted_to__gte=models.F("consulted_from")),
                name="consultation_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.register_number or str(self.document)


class ExpiryNotice(models.Model):
    """到期预警: once said, so many days before a normative document runs out."""

    document = models.ForeignKey(
        Document, models.CASCADE, related_name="expiry_notices", verbose_name="规范性文件"
    )
    expires_on = models.DateField("有效期至")
    days = models.PositiveSmallIntegerField("提前天数")
    said_at = models.DateTimeField("提醒时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "到期预警"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "expires_on", "days"], name="one_expiry_notice_per_step"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.expires_on} 到期"


class Cleanup(models.Model):
    """规范性文件清理: a round over every document in force, each judged once."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="cleanups", verbose_name="机关")
    name = models.CharField("名称", max_length=100)
    reason = models.CharField("清理的依据和要求", max_length=300, blank=True)
    #: Every normative document in force on this day is looked at.
    as_of = models.DateField("截至")
    started_at = models.DateTimeField("开始时间", auto_now_add=True)
    started_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="发起人"
    )
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    #: The draft that publishes the results and repeals.
    result = models.OneToOneField(
        Document,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="publishes_cleanup",
        verbose_name="公布结果的文件",
    )

    class Meta:
        verbose_name = verbose_name_plural = "规范性文件清理"
        ordering = ["-as_of", "-id"]

    def __str__(self) -> str:
        return self.name


class CleanupItem(models.Model):
    """清理意见: what becomes of one document."""

    class Verdict(models.TextChoices):
        KEEP = "keep", "继续有效"
        AMEND = "amend", "修改"
        REPEAL = "repeal", "废止"
        LAPSE = "lapse", "宣布失效"

    cleanup = models.ForeignKey(Cleanup, models.CASCADE, related_name="items", verbose_name="清理")
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="cleanup_items", verbose_name="规范性文件"
    )
    verdict = models.CharField("清理意见", max_length=10, choices=Verdict.choices, blank=True)
    reason = models.CharField("理由", max_length=300, blank=True)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="提出人"
    )
    at = models.DateTimeField("提出时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "清理意见"
        ordering = ["document__formed_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["cleanup", "document"], name="one_verdict_per_document")
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.get_verdict_display()}"
