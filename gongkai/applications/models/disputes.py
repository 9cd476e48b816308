"""行政复议 and 行政诉讼: what table 四 counts."""

from __future__ import annotations

from django.db import models

from gongkai.applications.models.case import Application
from gongkai.applications.models.files import CaseFile
from gongkai.base.sealed import SealedTextField
from gongkai.bodies.models import Body


class Dispute(models.Model):
    """复议诉讼案件: one reconsideration or suit over an application; counted once (DOMAIN B.5)."""

    class Kind(models.TextChoices):
        RECONSIDERATION = "reconsideration", "行政复议"
        DIRECT_SUIT = "direct_suit", "未经复议直接起诉"
        SUIT_AFTER_REVIEW = "suit_after_review", "复议后起诉"

    class Outcome(models.TextChoices):
        PENDING = "pending", "尚未审结"
        UPHELD = "upheld", "结果维持"
        CORRECTED = "corrected", "结果纠正"
        OTHER = "other", "其他结果"

    body = models.ForeignKey(Body, models.PROTECT, related_name="disputes", verbose_name="机关")
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="disputes",
        verbose_name="申请",
    )
    kind = models.CharField("种类", max_length=20, choices=Kind.choices)
    #: The reconsideration that a suit followed.
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="先行案件"
    )
    institution = models.CharField("复议机关或者法院", max_length=100)
    case_number = models.CharField("案号", max_length=60, blank=True)
    claim = SealedTextField("请求事项和理由", blank=True)
    accepted_on = models.DateField("受理（立案）日期")
    served_on = models.DateField("收到材料日期", null=True, blank=True)
    summary = models.BooleanField("简易程序", default=False)
    answer_due_on = models.DateField("答复（答辩）期限", null=True)
    answered_on = models.DateField("提交答复日期", null=True, blank=True)
    decision_due_on = models.DateField("审理期限", null=True)
    #: By so many days the reviewing body has said that it takes longer; None: it has not.
    extended_days = models.PositiveSmallIntegerField("延长审理的天数", null=True, blank=True)
    #: The act under review was a silence (不作为), not a reply.
    over_silence = models.BooleanField("不履行答复职责", default=False)
    outcome = models.CharField(
        "结果", max_length=20, choices=Outcome.choices, default=Outcome.PENDING
    )
    outcome_detail = models.CharField("结果说明", max_length=200, blank=True)
    ended_on = models.DateField("审结日期", null=True, blank=True)
    #: Last day of the new reply ordered by the decision or judgment.
    reanswer_due_on = models.DateField("重新答复期限", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "复议诉讼案件"
        ordering = ["-accepted_on", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.case_number or self.pk}"


class Evidence(models.Model):
    """证据: one entry of the evidence list of a dispute."""

    dispute = models.ForeignKey(
        Dispute, models.CASCADE, related_name="evidence", verbose_name="案件"
    )
    order = models.PositiveSmallIntegerField("序号")
    title = models.CharField("证据名称", max_length=200)
    proves = models.CharField("证明目的", max_length=300)
    file = models.ForeignKey(
        CaseFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件"
    )

    class Meta:
        verbose_name = verbose_name_plural = "证据"
        ordering = ["dispute", "order"]

    def __str__(self) -> str:
        return f"{self.order}. {self.title}"
