"""Registers of what people say by other ways: hotlines, complaints, the psychological line."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongkai.base.sealed import SealedTextField
from gongkai.bodies.ledger.models import Entry
from gongkai.engagement.periods import limit
from gongkai.law.calendar import WorkCalendar


class Satisfaction(models.TextChoices):
    VERY = "very", "非常满意"
    YES = "yes", "满意"
    FAIR = "fair", "基本满意"
    NO = "no", "不满意"
    NONE = "none", "未评价"


class HotlineCall(Entry):
    """热线工单: a ticket of 12345 or another hotline, or a day's calls of one category.

    Nothing says who called; what was said is sealed.
    """

    class Line(models.TextChoices):
        GOVERNMENT = "12345", "12345热线"
        HEALTH = "12320", "12320卫生热线"
        OWN = "own", "本机关热线"
        COMMAND = "command", "指挥部值班热线"
        OTHER = "other", "其他热线"

    happened_on = models.DateField("来电日期")
    line = models.CharField("热线", max_length=10, choices=Line.choices, default=Line.GOVERNMENT)
    number = models.CharField("工单编号", max_length=40, blank=True)
    category = models.CharField("类别", max_length=20, db_index=True)
    quantity = models.PositiveIntegerField("数量", default=1)
    summary = SealedTextField("内容摘要", blank=True)
    signed_on = models.DateField("签收日期", null=True, blank=True)
    reply_due_on = models.DateField("答复期限", null=True, editable=False)
    replied_on = models.DateField("答复日期", null=True, blank=True)
    reply = SealedTextField("答复摘要", blank=True)
    satisfaction = models.CharField(
        "满意度", max_length=5, choices=Satisfaction.choices, default=Satisfaction.NONE
    )
    #: Day and number stay, what was said is gone.
    words_erased_at = models.DateTimeField("内容清除时间", null=True, editable=False)

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "热线工单"
        constraints = [
            models.UniqueConstraint(
                fields=["body", "line", "number"],
                condition=Q(struck_at=None) & ~Q(number=""),
                name="one_ticket_per_number",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="calls_are_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.get_line_display()} {self.number or self.happened_on}"

    def reckon(self, calendar: WorkCalendar) -> None:
        """A ticket is answered within the body's limit; calls that are only counted, at once."""
        due = None
        if self.number:
            due = limit(self.body, "hotline.reply_days", self.happened_on, calendar=calendar)
        self.reply_due_on = due.on if due else None


class Complaint(Entry):
    """投诉举报: one complaint or report with its feedback."""

    class Channel(models.TextChoices):
        PHONE = "phone", "电话"
        LETTER = "letter", "来信"
        VISIT = "visit", "来访"
        ONLINE = "online", "网络"
        HANDED = "handed", "上级或者其他部门转办"

    class Result(models.TextChoices):
        TRUE = "true", "属实"
        PARTLY = "partly", "部分属实"
        UNTRUE = "untrue", "不属实"
        NOT_OURS = "not_ours", "不属于受理范围"

    happened_on = models.DateField("收到日期")
    number = models.CharField("编号", max_length=40, blank=True)
    channel = models.CharField(
        "渠道", max_length=10, choices=Channel.choices, default=Channel.PHONE
    )
    category = models.CharField("类别", max_length=20, db_index=True)
    summary = SealedTextField("内容摘要", blank=True)
    accept_due_on = models.DateField("受理期限", null=True, editable=False)
    accepted_on = models.DateField("受理日期", null=True, blank=True)
    reply_due_on = models.DateField("反馈期限", null=True, editable=False)
    replied_on = models.DateField("反馈日期", null=True, blank=True)
    result = models.CharField("结果", max_length=10, choices=Result.choices, blank=True)
    reply = SealedTextField("反馈内容", blank=True)
    #: Day and number stay, what was said is gone.
    words_erased_at = models.DateTimeField("内容清除时间", null=True, editable=False)

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "投诉举报"
        constraints = [
            models.UniqueConstraint(
                fields=["body", "number"],
                condition=Q(struck_at=None) & ~Q(number=""),
                name="one_complaint_per_number",
            )
        ]

    def __str__(self) -> str:
        return f"投诉举报 {self.number or self.happened_on}"

    def reckon(self, calendar: WorkCalendar) -> None:
        accept = limit(self.body, "complaint.accept_days", self.happened_on, calendar=calendar)
        self.accept_due_on = accept.on if accept else None
        # The period to settle it starts when it was accepted.
        start = self.accepted_on or self.happened_on
        reply = limit(self.body, "complaint.reply_days", start, calendar=calendar)
        self.reply_due_on = reply.on if reply else None


class CounsellingRecord(Entry):
    """心理咨询: how many were counselled on a day; nothing that says who."""

    class Way(models.TextChoices):
        PHONE = "phone", "电话"
        ONLINE = "online", "网络"
        MEETING = "meeting", "面对面"

    happened_on = models.DateField("咨询日期")
    way = models.CharField("方式", max_length=10, choices=Way.choices, default=Way.PHONE)
    category = models.CharField("类别", max_length=20, db_index=True)
    quantity = models.PositiveIntegerField("人次", default=1)
    volunteer = models.ForeignKey(
        "engagement.CounsellingVolunteer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="志愿者",
    )
    passed_on = models.BooleanField("已转介专业机构", default=False)

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "心理咨询"

    def __str__(self) -> str:
        return f"心理咨询 {self.happened_on}"


class CounsellingVolunteer(Entry):
    """心理咨询志愿者: by a code, from a day to a day."""

    happened_on = models.DateField("加入日期")
    code = models.CharField("代号", max_length=20)
    qualification = models.CharField("资质", max_length=100, blank=True)
    ended_on = models.DateField("退出日期", null=True, blank=True)

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "心理咨询志愿者"
        constraints = [
            models.UniqueConstraint(
                fields=["body", "code"], condition=Q(struck_at=None), name="one_volunteer_per_code"
            )
        ]

    def __str__(self) -> str:
        return self.code
