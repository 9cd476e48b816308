"""What every line of a register has, and the sheets from which lines came."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from gongkai.law.calendar import WorkCalendar

User = settings.AUTH_USER_MODEL


class SheetImport(models.Model):
    """导入批次: a sheet that was looked at and, when every line was good, taken in whole."""

    class State(models.TextChoices):
        LOOKED_AT = "looked_at", "待确认"
        TAKEN_IN = "taken_in", "已导入"
        GIVEN_UP = "given_up", "已放弃"

    body = models.ForeignKey("bodies.Body", models.CASCADE, related_name="+", verbose_name="机关")
    #: The slug of the book.
    book = models.CharField("台账", max_length=40)
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("校验值", max_length=64)
    #: The lines it would enter; once taken in, those entered and corrected.
    rows = models.PositiveIntegerField("行数", default=0)
    #: The sheet itself, sealed, until it is taken in or given up.
    sealed = models.BinaryField("表格（加密）", null=True, editable=False)
    #: What is shown of it before it is taken in (``take_in.looked_at``), sealed and kept likewise.
    looked = models.BinaryField("核对结果（加密）", null=True, editable=False)
    state = models.CharField(
        "状态", max_length=10, choices=State.choices, default=State.LOOKED_AT, db_index=True
    )
    sent_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="导入人"
    )
    sent_at = models.DateTimeField("上传时间", auto_now_add=True)
    taken_in_at = models.DateTimeField("导入时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入批次"
        ordering = ["-id"]
        permissions = [
            ("view_ledger", "查看台账"),
            ("keep_ledger", "登记台账"),
            ("publish_ledger", "公开台账中的信息"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.rows} 行）"


class EntryForm(models.Model):
    """登记表单: the mark of a form that entered a line; sent again, it enters no second one."""

    key = models.CharField("提交标识", max_length=64, unique=True)
    #: The slug of the book and the line that was entered.
    book = models.CharField("台账", max_length=40)
    line = models.PositiveBigIntegerField("登记", null=True)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="登记人"
    )
    used_at = models.DateTimeField("提交时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "登记表单"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.book} {self.line}"


class LinePhoto(models.Model):
    """现场照片: a picture that proves what a line says, as it was sent; sealed, never public."""

    body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="+", verbose_name="机关")
    #: The slug of the book and the line that it proves.
    book = models.CharField("台账", max_length=40)
    line = models.PositiveBigIntegerField("登记")
    name = models.CharField("文件名", max_length=200)
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小（字节）")
    sha256 = models.CharField("校验值", max_length=64)
    path = models.CharField("存放位置", max_length=200, unique=True)
    added_at = models.DateTimeField("加入时间", auto_now_add=True)
    added_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="加入人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "现场照片"
        ordering = ["id"]
        indexes = [models.Index(fields=["book", "line"], name="photos_of_a_line")]

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """登记: one line of a register. Never deleted: struck off with a reason.

    ``happened_on`` is the day that decides in which year and month it counts; a model says in its
    ``verbose_name`` which day that is.
    """

    body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="+", verbose_name="机关")
    section = models.ForeignKey(
        "bodies.Section",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="科室",
    )
    happened_on = models.DateField("日期")
    note = models.CharField("备注", max_length=500, blank=True)
    struck_at = models.DateTimeField("划销时间", null=True, blank=True)
    struck_reason = models.CharField("划销理由", max_length=200, blank=True)
    #: Rises with every change; a form that was opened before a change is refused.
    version = models.PositiveIntegerField("版本", default=1)
    entered_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    sheet = models.ForeignKey(
        SheetImport,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="导入批次",
    )

    class Meta:
        abstract = True
        ordering = ["-happened_on", "-id"]
        indexes = [
            # Lists in order, counts of a year and of its months: from the index alone.
            models.Index(
                fields=["body", "-happened_on", "-id"],
                condition=models.Q(struck_at=None),
                name="%(class)s_in_order",
            )
        ]

    def reckon(self, calendar: WorkCalendar) -> None:
        """Set the days that follow from the others; called before the line is stored."""


class PublishedEntry(Entry):
    """A line that the law wants public: entered by one person, let out by another.

    ``due_on`` is the last day to publish it, reckoned from ``happened_on`` by the book's rule.
    """

    due_on = models.DateField("公开期限", null=True, blank=True, editable=False)
    published_at = models.DateTimeField("公开时间", null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="公开人"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField("撤回理由", max_length=200, blank=True, editable=False)

    class Meta(Entry.Meta):
        abstract = True
        indexes = [
            *Entry.Meta.indexes,
            models.Index(
                fields=["body", "due_on"],
                condition=models.Q(struck_at=None, published_at=None),
                name="%(class)s_to_publish",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(published_by=None)
                | ~models.Q(published_by=models.F("entered_by")),
                name="%(class)s_by_two",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at=None) | models.Q(struck_at=None, withdrawn_at=None),
                name="%(class)s_public_holds",
            ),
        ]
