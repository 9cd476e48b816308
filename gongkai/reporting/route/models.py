"""What the way of a report keeps: where it stands, each step, the remarks, the frozen state."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models

from gongkai.base.models import AppendOnly
from gongkai.bodies.models import Section

USER = settings.AUTH_USER_MODEL


def frozen_path(snapshot: Snapshot, name: str) -> str:
    """Where a frozen ledger is kept: a name that says nothing."""
    return f"reports/{secrets.token_hex(20)}"


class Route(models.Model):
    """年报流转: where the report of a body and year stands between draft and archive.

    ``version`` and ``sha256`` are exactly what is on its way; a later version sends it back.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "编制中"
        CONFIRM = "confirm", "科室确认"
        LEGAL = "legal", "法制审核"
        SECRECY = "secrecy", "保密审查"
        SIGN = "sign", "负责人签发"
        SIGNED = "signed", "待报送"
        SUBMITTED = "submitted", "主管部门审核"
        RETURNED = "returned", "退回修改"
        ACCEPTED = "accepted", "待公开"
        PUBLISHED = "published", "已公开"
        ARCHIVED = "archived", "已归档"

    report = models.OneToOneField(
        "reporting.AnnualReport", models.PROTECT, related_name="route", verbose_name="年度报告"
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.ForeignKey(
        "reporting.ReportVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="流转的版本",
    )
    sha256 = models.CharField("内容校验值", max_length=64, blank=True)
    #: How often it has been sent on its way; the steps of a former round do not count.
    round = models.PositiveSmallIntegerField("轮次", default=0)
    since = models.DateTimeField("进入本状态的时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "年报流转"
        ordering = ["-report__year", "report__body"]
        indexes = [models.Index(fields=["state"])]

    def __str__(self) -> str:
        return f"{self.report} {self.get_state_display()}"


class RouteStep(AppendOnly):
    """流转步骤: who did what on exactly the version with this hash."""

    class Deed(models.TextChoices):
        SEND = "send", "送审"
        CONFIRM = "confirm", "科室确认"
        LEGAL = "legal", "法制审核通过"
        SECRECY = "secrecy", "保密审查通过"
        SIGN = "sign", "签发"
        SUBMIT = "submit", "报送"
        ACCEPT = "accept", "主管部门通过"
        RETURN = "return", "退回"
        RECALL = "recall", "撤回"
        CHANGED = "changed", "内容变动，退回编制"
        PUBLISH = "publish", "公开"
        WITHDRAW = "withdraw", "撤下公开"
        ARCHIVE = "archive", "归档"
        REOPEN = "reopen", "重新打开"

    route = models.ForeignKey(Route, models.PROTECT, related_name="steps", verbose_name="年报流转")
    round = models.PositiveSmallIntegerField("轮次")
    deed = models.CharField("步骤", max_length=10, choices=Deed.choices)
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, related_name="+", verbose_name="科室"
    )
    version = models.ForeignKey(
        "reporting.ReportVersion", models.PROTECT, related_name="+", verbose_name="版本"
    )
    sha256 = models.CharField("内容校验值", max_length=64)
    opinion = models.CharField("意见", max_length=500, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey(
        USER, models.SET_NULL, null=True, related_name="+", verbose_name="办理人"
    )
    by_name = models.CharField("办理人姓名", max_length=150)

    class Meta:
        verbose_name = verbose_name_plural = "流转步骤"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.by_name} {self.get_deed_display()}"


class Remark(models.Model):
    """退回意见: what one who reads the report asks about a cell or a paragraph; and the answer.

    ``place``: a cell's address, "s1.2" (section 1, paragraph 2) or "" (the whole). It stays with
    its author until the report is returned (``sent_at``).
    """

    route = models.ForeignKey(
        Route, models.PROTECT, related_name="remarks", verbose_name="年报流转"
    )
    version = models.ForeignKey(
        "reporting.ReportVersion", models.PROTECT, related_name="+", verbose_name="所看的版本"
    )
    place = models.CharField("位置", max_length=60, blank=True)
    label = models.CharField("位置名称", max_length=200)
    text = models.CharField("意见", max_length=500)
    by = models.ForeignKey(
        USER, models.SET_NULL, null=True, related_name="+", verbose_name="提出人"
    )
    by_name = models.CharField("提出人姓名", max_length=150)
    at = models.DateTimeField("提出时间", auto_now_add=True)
    sent_at = models.DateTimeField("退回时间", null=True, blank=True)
    answer = models.CharField("答复", max_length=500, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        USER, models.SET_NULL, null=True, related_name="+", verbose_name="答复人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "退回意见"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.label}：{self.text}"


class SectionDuty(models.Model):
    """科室核数分工: which section of a body confirms which numbers of its annual report."""

    class Part(models.TextChoices):
        NORMATIVE = "normative", "规章和规范性文件"
        LICENSING = "licensing", "行政许可"
        SERVICES = "services", "其他对外管理服务"
        PENALTY = "penalty", "行政处罚"
        COERCION = "coercion", "行政强制"
        FEES = "fees", "行政事业性收费"
        PROCUREMENT = "procurement", "政府集中采购"
        APPLICATIONS = "applications", "依申请公开（表三）"
        DISPUTES = "disputes", "行政复议和诉讼（表四）"

    section = models.ForeignKey(
        Section, models.CASCADE, related_name="report_duties", verbose_name="科室"
    )
    part = models.CharField("核对的数字", max_length=20, choices=Part.choices)

    class Meta:
        verbose_name = verbose_name_plural = "科室核数分工"
        ordering = ["section", "part"]
        constraints = [
            models.UniqueConstraint(fields=["section", "part"], name="one_duty_per_section_part")
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.get_part_display()}"


class Snapshot(AppendOnly):
    """报送快照: what was handed in, sealed by its hash, with the rows that its numbers rest on."""

    version = models.OneToOneField(
        "reporting.ReportVersion", models.PROTECT, related_name="snapshot", verbose_name="版本"
    )
    sha256 = models.CharField("内容校验值", max_length=64)
    #: The open ledger (de-identified rows) as it was at that moment; empty for a filed document.
    ledger = models.FileField("开放台账", upload_to=frozen_path, blank=True)
    ledger_sha256 = models.CharField("台账校验值", max_length=64, blank=True)
    ledger_rows = models.PositiveIntegerField("台账行数", default=0)
    made_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "报送快照"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.version} 报送快照"


class RouteReminder(AppendOnly):
    """年报提醒: a reminder that has been given; the same one is not given twice."""

    body = models.ForeignKey("bodies.Body", models.CASCADE, related_name="+", verbose_name="机关")
    year = models.PositiveSmallIntegerField("年度")
    due_on = models.DateField("期限")
    #: Working days left of the step of the law's data; -1: the day has passed.
    days_left = models.SmallIntegerField("剩余工作日")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "年报提醒"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "year", "due_on", "days_left"], name="one_report_reminder_per_step"
            )
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.year}年 {self.days_left}"


class Summation(AppendOnly):
    """汇总: the parts of a counting that is the sum of the reports of a government's bodies.

    ``parts``: what was summed, [{body, slug, name, version, number, sha256}]; ``missing`` and
    ``faulty``: [{name, why}]. The sums themselves are the cells of the computation.
    """

    computation = models.OneToOneField(
        "reporting.Computation", models.PROTECT, related_name="summation", verbose_name="取数"
    )
    parts = models.JSONField("组成", default=list)
    missing = models.JSONField("缺报", default=list)
    faulty = models.JSONField("有问题", default=list)
    made_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "年报汇总"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.computation.report} 汇总"
