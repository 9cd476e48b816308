"""Stored annual reports: an immutable version for every reading and every correction."""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from gongkai.annual_report import exchange
from gongkai.annual_report.model import Report
from gongkai.base.models import AppendOnly
from gongkai.bodies.models import Body

#: Where uploaded report files are kept, below MEDIA_ROOT.
FOLDER = "reports"


def private_path(source: SourceFile, name: str) -> str:
    """Where a source file is kept: a name that nobody can guess and that says nothing."""
    return f"{FOLDER}/{secrets.token_hex(20)}"


class SourceFile(AppendOnly):
    """A report file exactly as it came in; the same bytes are kept once."""

    sha256 = models.CharField("校验值", max_length=64, unique=True)
    name = models.CharField("文件名", max_length=255)
    kind = models.CharField("文件类型", max_length=20)
    size = models.PositiveBigIntegerField("大小（字节）")
    content = models.FileField("文件", upload_to=private_path)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="上传人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "年报源文件"

    def __str__(self) -> str:
        return self.name


class AnnualReport(models.Model):
    """The report of one body for one year (条例 Art 49, 50); its content is in the versions."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="reports", verbose_name="机关")
    year = models.PositiveSmallIntegerField("年度")
    #: What the public sees; None: not published.
    published = models.ForeignKey(
        "ReportVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="公开版本",
    )
    published_at = models.DateTimeField("公开时间", null=True, blank=True)
    #: The day on which the body itself made the report public, wherever that was (条例 Art 49).
    disclosed_on = models.DateField("公布日期", null=True, blank=True)
    #: The day on which it was handed to the supervising body (条例 Art 49).
    submitted_on = models.DateField("报送日期", null=True, blank=True)
    # Copies of the published version's facts, so that lists and comparisons need no JSON.
    format = models.CharField("格式", max_length=10, blank=True, editable=False)
    received = models.IntegerField("新收申请", null=True, editable=False)
    granted = models.IntegerField("予以公开", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "年度报告"
        ordering = ["-year", "body"]
        constraints = [
            models.UniqueConstraint(fields=["body", "year"], name="one_report_per_body_and_year"),
            models.CheckConstraint(
                condition=models.Q(published=None, published_at=None)
                | models.Q(published__isnull=False, published_at__isnull=False),
                name="published_report_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["-published_at"]),
            models.Index(fields=["year", "body"]),
            # What the public pages count and page through, without touching the table.
            models.Index(
                fields=["-year", "body"],
                condition=models.Q(published__isnull=False),
                name="published_by_year",
            ),
        ]
        permissions = [
            ("file_report", "录入和更正年度报告"),
            ("review_report", "复核检查发现"),
            ("publish_report", "公开年度报告"),
        ]

    def __str__(self) -> str:
        return f"{self.body.name}{self.year}年政府信息公开工作年度报告"

    @property
    def latest(self) -> ReportVersion | None:
        """The newest version, published or not; None while nothing has been filed."""
        return self.versions.select_related("source", "made_by").order_by("-number").first()


class ReportVersion(AppendOnly):
    """One state of a report: a reading of a file, or the former version with a correction.

    ``reading`` is what the file (or the registers) says, ``content`` with the corrections in force;
    both are ``gongkai-annual-report/1``. Neither ever changes.
    """

    class Origin(models.TextChoices):
        READING = "reading", "读取文件"
        CORRECTION = "correction", "人工更正"
        DATA = "data", "导入数据"
        COMPILED = "compiled", "台账编制"
        ROLLED_UP = "rolled_up", "下级汇总"

    report = models.ForeignKey(
        AnnualReport, models.PROTECT, related_name="versions", verbose_name="年度报告"
    )
    number = models.PositiveIntegerField("版本号")
    origin = models.CharField("来源", max_length=20, choices=Origin.choices)
    source = models.ForeignKey(
        SourceFile, models.PROTECT, null=True, blank=True, verbose_name="源文件"
    )
    reading = models.JSONField("读取结果", encoder=DjangoJSONEncoder)
    content = models.JSONField("内容", encoder=DjangoJSONEncoder)
    #: The counting that a compiled report rests on; its corrected versions keep it.
    computation = models.ForeignKey(
        "reporting.Computation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="versions",
        verbose_name="取数",
    )
    note = models.CharField("说明", max_length=300, blank=True)
    made_at = models.DateTimeField("生成时间", auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="生成人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "年报版本"
        ordering = ["report", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="one_number_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.report} 第{self.number}版"

    @property
    def as_report(self) -> Report:
        """The content as the model of ``annual_report``."""
        return exchange.from_dict(self.content)


class Correction(AppendOnly):
    """A manual change of one cell, with its reason. A new reading never overwrites it.

    The newest correction of an address is in force; one with ``withdrawn`` gives the cell
    back to the reading.
    """

    report = models.ForeignKey(
        AnnualReport, models.PROTECT, related_name="corrections", verbose_name="年度报告"
    )
    version = models.ForeignKey(
        ReportVersion, models.PROTECT, related_name="corrections", verbose_name="生成的版本"
    )
    address = models.CharField("单元格", max_length=60)
    old = models.CharField("原值", max_length=40, blank=True)
    new = models.CharField("更正为", max_length=40, blank=True)
    withdrawn = models.BooleanField("撤回更正", default=False)
    reason = models.CharField("理由", max_length=300)
    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="更正人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "更正"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.address}：{self.old or '空'} → {self.new or '空'}"


class FoundProblem(models.Model):
    """A finding of the checks on its way through the loop 发现→确认→整改→复核→归档.

    ``fingerprint`` (rule, addresses, quote) recognises the same finding in a new version, so
    that its history goes on; one that no longer appears is marked ``gone_at``.
    """

    class State(models.TextChoices):
        FOUND = "found", "发现"
        CONFIRMED = "confirmed", "确认"
        MENDED = "mended", "整改"
        REVIEWED = "reviewed", "复核"
        ARCHIVED = "archived", "归档"
        DISMISSED = "dismissed", "不成立"

    report = models.ForeignKey(
        AnnualReport, models.PROTECT, related_name="problems", verbose_name="年度报告"
    )
    version = models.ForeignKey(
        ReportVersion, models.PROTECT, related_name="problems", verbose_name="发现于版本"
    )
    fingerprint = models.CharField("识别码", max_length=64)
    rule = models.CharField("规则", max_length=10)
    level = models.CharField("级别", max_length=10)
    message = models.CharField("说明", max_length=1000)
    finding = models.JSONField("检查结果", encoder=DjangoJSONEncoder)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.FOUND)
    gone_at = models.DateTimeField("不再出现", null=True, blank=True)
    found_at = models.DateTimeField("发现时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查发现"
        ordering = ["report", "rule", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "fingerprint"], name="one_problem_per_finding"
            )
        ]
        indexes = [models.Index(fields=["state", "level"])]

    def __str__(self) -> str:
        return f"{self.rule} {self.message}"


class ProblemStep(AppendOnly):
    """One step of a finding through the loop: who, when, from, to, and what was said."""

    problem = models.ForeignKey(
        FoundProblem, models.PROTECT, related_name="steps", verbose_name="检查发现"
    )
    from_state = models.CharField("原状态", max_length=12, choices=FoundProblem.State.choices)
    to_state = models.CharField("新状态", max_length=12, choices=FoundProblem.State.choices)
    note = models.CharField("说明", max_length=500)
    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="办理人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "办理步骤"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}"


class Publication(AppendOnly):
    """One deed on what the public sees: a version published, or the publication withdrawn.

    A version that replaces another is an erratum: ``differences`` keeps every cell that changed
    (address, label, old, new), so that the public page can say what was put right.
    """

    report = models.ForeignKey(
        AnnualReport, models.PROTECT, related_name="publications", verbose_name="年度报告"
    )
    version = models.ForeignKey(
        ReportVersion,
        models.PROTECT,
        null=True,
        related_name="publications",
        verbose_name="公开的版本",
        help_text="空：撤下公开",
    )
    former = models.ForeignKey(
        ReportVersion,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="此前公开的版本",
    )
    differences = models.JSONField("与此前公开版本的差异", default=list)
    note = models.CharField("说明", max_length=300, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="操作人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "公开记录"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{'公开' if self.version else '撤下'} {self.report}"


class ImportBatch(models.Model):
    """Files that a person put up for filing and has not yet confirmed; nothing is filed so far."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="上传人")
    at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "待确认的录入"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.by} {self.at:%Y-%m-%d %H:%M}"


class ImportItem(models.Model):
    """One report found in such a file, or why there is none; ``part`` is its place in the file."""

    batch = models.ForeignKey(
        ImportBatch, models.CASCADE, related_name="items", verbose_name="批次"
    )
    name = models.CharField("文件名", max_length=255)
    content = models.FileField("文件", upload_to=private_path, blank=True)
    part = models.PositiveSmallIntegerField("文件中的第几份", default=0)
    title = models.CharField("标题", max_length=300, blank=True)
    agency = models.CharField("文中机关", max_length=200, blank=True)
    year = models.PositiveSmallIntegerField("文中年度", null=True)
    format = models.CharField("格式", max_length=10, blank=True)
    facts = models.CharField("读取情况", max_length=300, blank=True)
    refusal = models.CharField("不能录入的原因", max_length=500, blank=True)
    body = models.ForeignKey(Body, models.CASCADE, null=True, verbose_name="机关")

    class Meta:
        verbose_name = verbose_name_plural = "待确认的年报"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title or self.name


def as_stored(report: Report) -> dict[str, Any]:
    """The exchange form with exact amounts kept as JSON numbers where a database can hold them."""
    stored: dict[str, Any] = json.loads(exchange.dumps(exchange.to_dict(report), indent=None))
    return stored


# The models of the compilation and its neighbours belong to this app and live in own folders.
from gongkai.reporting.assess.models import AssessmentScheme  # noqa: E402
from gongkai.reporting.compile.models import (  # noqa: E402
    Compilation,
    Computation,
    NarrativeTemplate,
    NarrativeText,
)
from gongkai.reporting.route.models import (  # noqa: E402
    Remark,
    Route,
    RouteReminder,
    RouteStep,
    SectionDuty,
    Snapshot,
    Summation,
)

__all__ = [
    "AnnualReport",
    "AssessmentScheme",
    "Compilation",
    "Computation",
    "Correction",
    "FoundProblem",
    "ImportBatch",
    "ImportItem",
    "NarrativeTemplate",
    "NarrativeText",
    "ProblemStep",
    "Publication",
    "Remark",
    "ReportVersion",
    "Route",
    "RouteReminder",
    "RouteStep",
    "SectionDuty",
    "Snapshot",
    "SourceFile",
    "Summation",
    "as_stored",
]
