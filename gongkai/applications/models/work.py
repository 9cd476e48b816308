"""What is done on a case: assignments, searches, consultations, approvals, fees, notes."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from gongkai.applications.models.case import Application
from gongkai.applications.models.files import CaseFile
from gongkai.applications.models.letters import Letter
from gongkai.base.sealed import SealedJSONField, SealedTextField
from gongkai.bodies.models import Section

USER = settings.AUTH_USER_MODEL


class Assignment(models.Model):
    """交办: the case given to a section, and the section's opinion."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="assignments", verbose_name="申请"
    )
    section = models.ForeignKey(Section, models.PROTECT, related_name="+", verbose_name="承办科室")
    asked = models.CharField("交办要求", max_length=300, blank=True)
    due_on = models.DateField("内部时限", null=True, blank=True)
    assigned_at = models.DateTimeField("交办时间", auto_now_add=True)
    opinion = models.TextField("承办意见", blank=True)
    answered_at = models.DateTimeField("反馈时间", null=True)
    answered_by = models.ForeignKey(
        USER, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="反馈人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "交办"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "section"], name="one_assignment_per_section"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application.number} {self.section}"


class SearchRecord(models.Model):
    """检索记录: where, who, with what words, when, and what was found (the burden of 不存在)."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="searches", verbose_name="申请"
    )
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="科室"
    )
    place = models.CharField("检索地点", max_length=100)
    words = models.CharField("检索词", max_length=200)
    searched_on = models.DateField("检索日期")
    searcher = models.CharField("检索人", max_length=60)
    result = models.CharField("检索结果", max_length=300)
    found = models.BooleanField("是否找到", default=False)
    recorded_by = models.ForeignKey(
        USER, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="记录人"
    )
    recorded_at = models.DateTimeField("记录时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "检索记录"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.application.number} {self.place}"


class Consultation(models.Model):
    """征求意见: of a third party, a joint maker or another agency (条例 Arts 32–34)."""

    class Party(models.TextChoices):
        THIRD_PARTY = "third_party", "第三方"
        JOINT_MAKER = "joint_maker", "共同制作机关"
        OTHER_AGENCY = "other_agency", "协办机关"

    class Position(models.TextChoices):
        AGREES = "agrees", "同意公开"
        PARTLY = "partly", "部分同意"
        OBJECTS = "objects", "不同意公开"

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="consultations", verbose_name="申请"
    )
    #: "C1", "C2" …: the id of the clock's events.
    reference = models.CharField("编号", max_length=10)
    party = models.CharField("征求对象", max_length=20, choices=Party.choices)
    #: name, address, phone of the one consulted.
    contact = SealedJSONField("对象信息", default=dict)
    content = models.CharField("涉及的信息", max_length=300)
    letter = models.ForeignKey(
        Letter,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="征求意见文书",
    )
    sent_on = models.DateField("发出日期", null=True)
    delivered_on = models.DateField("送达日期", null=True)
    replied_on = models.DateField("回复日期", null=True)
    position = models.CharField("意见", max_length=20, choices=Position.choices, blank=True)
    reasons = SealedTextField("理由", blank=True)
    #: The office's judgment of an objection: is the reason reasonable (Art 32)?
    reasonable = models.BooleanField("理由成立", null=True)
    reply_file = models.ForeignKey(
        CaseFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="回复材料"
    )

    class Meta:
        verbose_name = verbose_name_plural = "征求意见"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "reference"], name="one_consultation_per_reference"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application.number} {self.reference} {self.get_party_display()}"


class Approval(models.Model):
    """审批: something that needs the head's word before it happens (extension, Art 33(2))."""

    class Kind(models.TextChoices):
        EXTENSION = "extension", "延长答复期限"
        FEE_WAIVER = "fee_waiver", "减免信息处理费"
        UNMASK = "unmask", "检查人员查看个人信息"

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="approvals", verbose_name="申请"
    )
    kind = models.CharField("审批事项", max_length=20, choices=Kind.choices)
    #: days, reason …: what is asked for.
    asked = models.JSONField("请示内容", default=dict)
    asked_by = models.ForeignKey(
        USER, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="请示人"
    )
    asked_at = models.DateTimeField("请示时间", auto_now_add=True)
    approved = models.BooleanField("是否同意", null=True)
    answer = models.CharField("批示", max_length=300, blank=True)
    answered_by = models.ForeignKey(
        USER, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="批示人"
    )
    answered_at = models.DateTimeField("批示时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "审批"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.application.number} {self.get_kind_display()}"


class FeeNotice(models.Model):
    """信息处理费收费通知: by piece or by page, never both (国办函〔2020〕109号)."""

    application = models.OneToOneField(
        Application, models.CASCADE, related_name="fee", verbose_name="申请"
    )
    letter = models.ForeignKey(
        Letter, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="收费通知书"
    )
    mode = models.CharField(
        "计收方式", max_length=20, choices=[("per_piece", "按件"), ("per_page", "按量")]
    )
    #: Which piece of the applicant's month this is, or how many pages.
    units = models.PositiveIntegerField("件数或者页数")
    amount = models.PositiveIntegerField("金额（元）")
    formula = models.CharField("计算方法", max_length=500)
    waived = models.BooleanField("已减免", default=False)
    reason = models.CharField("减免理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "收费通知"

    def __str__(self) -> str:
        return f"{self.application.number} {self.amount}元"


class Payment(models.Model):
    """缴费: money received, or given back (``amount`` negative), with its receipt."""

    fee = models.ForeignKey(
        FeeNotice, models.PROTECT, related_name="payments", verbose_name="收费通知"
    )
    amount = models.IntegerField("金额（元）")
    on = models.DateField("日期")
    receipt_number = models.CharField("财政票据号", max_length=60, blank=True)
    proof = models.ForeignKey(
        CaseFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="凭证"
    )
    note = models.CharField("说明", max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        USER, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="记录人"
    )
    recorded_at = models.DateTimeField("记录时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "缴费"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.fee.application.number} {self.amount}元"


class CaseNote(models.Model):
    """备注和电话记录 on a case: internal, encrypted, erased with the personal data."""

    class Kind(models.TextChoices):
        NOTE = "note", "备注"
        CALL = "call", "电话记录"

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="notes", verbose_name="申请"
    )
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    text = SealedTextField("内容")
    result = models.CharField("结果", max_length=200, blank=True)
    happened_at = models.DateTimeField("发生时间")
    by = models.ForeignKey(
        USER, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="记录人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "备注和电话记录"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.application.number} {self.get_kind_display()}"
