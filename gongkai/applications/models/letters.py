"""Letters of the catalogue L01–L40 and the templates they are made from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from gongkai.applications.models.case import Application
from gongkai.applications.models.files import CaseFile
from gongkai.base.models import AppendOnly
from gongkai.base.sealed import SealedJSONField, SealedTextField
from gongkai.bodies.models import Body
from gongkai.law.taxonomy import letters

CODES = [(n, letter.label) for n, letter in letters().items()]


class LetterTemplate(AppendOnly):
    """文书模板: one version of the text of a letter; ``body`` None is the one that ships."""

    body = models.ForeignKey(
        Body,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="letter_templates",
        verbose_name="机关",
    )
    code = models.CharField("文书种类", max_length=3, choices=CODES)
    version = models.PositiveIntegerField("版本")
    text = models.TextField("模板内容")
    note = models.CharField("修改说明", max_length=200, blank=True)
    made_at = models.DateTimeField("修改时间", auto_now_add=True)
    made_by_name = models.CharField("修改人", max_length=150)

    class Meta:
        verbose_name = verbose_name_plural = "文书模板"
        constraints = [
            models.UniqueConstraint(fields=["body", "code", "version"], name="one_template_version")
        ]

    def __str__(self) -> str:
        return f"{self.code} 第{self.version}版"


class Letter(models.Model):
    """文书: one letter of a case, from the draft to the proof of delivery."""

    class State(models.TextChoices):
        DRAFT = "draft", "拟稿"
        LEGAL = "legal", "法制审核"
        SECRECY = "secrecy", "保密审查"
        SIGNING = "signing", "待签发"
        SIGNED = "signed", "已签发"
        SEALED = "sealed", "已用印"
        SENT = "sent", "已送出"
        DELIVERED = "delivered", "已送达"
        CANCELLED = "cancelled", "已作废"

    class Way(models.TextChoices):
        """How it is delivered (国办公开办函〔2016〕235号)."""

        COUNTER = "counter", "当面送达"
        POST = "post", "邮政寄送"
        EMAIL = "email", "电子邮件"
        ONLINE = "online", "网上查询页"
        FAX = "fax", "传真"
        THROUGH = "through", "委托其他机关送达"

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="letters", verbose_name="申请"
    )
    code = models.CharField("文书种类", max_length=3, choices=CODES)
    #: 发文字号; empty for letters that carry none.
    number = models.CharField("文号", max_length=60, blank=True)
    copy = models.PositiveSmallIntegerField("同类第几份", default=1)
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.DRAFT)
    addressee = SealedTextField("收件人", blank=True)
    #: Variables of the template: name → text; and ``days``, ``until`` … for the clock.
    values = SealedJSONField("内容要素", default=dict)
    template = models.ForeignKey(
        LetterTemplate, models.PROTECT, null=True, related_name="+", verbose_name="模板版本"
    )
    dated_on = models.DateField("落款日期", null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="拟稿人",
    )
    made_at = models.DateTimeField("拟稿时间", auto_now_add=True)
    docx = models.ForeignKey(
        CaseFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="DOCX文件"
    )
    pdf = models.ForeignKey(
        CaseFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="PDF文件"
    )
    seal_number = models.CharField("用印登记号", max_length=60, blank=True)
    #: SHA-256 of PDF and DOCX, set when it is sent; from then on it never changes.
    frozen_sha256 = models.CharField("定稿校验值", max_length=64, blank=True)
    way = models.CharField("送达方式", max_length=20, choices=Way.choices, blank=True)
    tracking = models.CharField("邮件号", max_length=40, blank=True)
    sent_on = models.DateField("送出日期", null=True)
    delivered_on = models.DateField("送达日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "code", "copy"], name="one_letter_per_copy"
            ),
            models.UniqueConstraint(
                fields=["application", "number"],
                condition=~Q(number=""),
                name="one_letter_per_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} {self.number}"


class LetterStep(AppendOnly):
    """文书流转: one step of a letter: who reviewed, signed, sealed or sent it, with what words."""

    may_be_cut = ("note",)

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="steps", verbose_name="文书")
    from_state = models.CharField("原状态", max_length=20, choices=Letter.State.choices)
    to_state = models.CharField("新状态", max_length=20, choices=Letter.State.choices)
    note = models.CharField("意见", max_length=500, blank=True)
    #: Hash of what was seen (values and template) when it was reviewed.
    seen_sha256 = models.CharField("审核内容校验值", max_length=64, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="办理人",
    )
    by_name = models.CharField("办理人姓名", max_length=150)

    class Meta:
        verbose_name = verbose_name_plural = "文书流转"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.letter} {self.get_to_state_display()}"
