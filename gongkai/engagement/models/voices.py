"""人大建议、政协提案, press conferences, and the response to public opinion."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from gongkai.bodies.ledger.models import Entry, PublishedEntry
from gongkai.engagement.periods import limit
from gongkai.law.calendar import WorkCalendar
from gongkai.law.parameters import statute


class Proposal(PublishedEntry):
    """建议提案: 人大代表建议 or 政协提案 given to the body, with its reply."""

    class Kind(models.TextChoices):
        CONGRESS = "congress", "人大代表建议"
        CPPCC = "cppcc", "政协提案"

    class Role(models.TextChoices):
        LEAD = "lead", "主办"
        SHARE = "share", "分办"
        HELP = "help", "会办"

    class Result(models.TextChoices):
        SOLVED = "solved", "已经解决或者采纳"
        PLANNED = "planned", "正在解决或者列入计划"
        LIMITED = "limited", "因条件限制暂时不能解决"
        REFERENCE = "reference", "留作参考"

    class Opinion(models.TextChoices):
        YES = "yes", "满意"
        FAIR = "fair", "基本满意"
        NO = "no", "不满意"
        NONE = "none", "未反馈"

    happened_on = models.DateField("交办日期")
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    number = models.CharField("编号", max_length=40)
    meeting = models.CharField("届次", max_length=60, blank=True)
    title = models.CharField("标题", max_length=200)
    proposer = models.CharField("提出人", max_length=120, blank=True)
    role = models.CharField("办理方式", max_length=10, choices=Role.choices, default=Role.LEAD)
    is_hard = models.BooleanField("情况复杂", default=False)
    reply_due_on = models.DateField("答复期限", null=True, editable=False)
    replied_on = models.DateField("答复日期", null=True, blank=True)
    reply = models.TextField("答复全文", blank=True)
    result = models.CharField("办理结果", max_length=10, choices=Result.choices, blank=True)
    opinion = models.CharField(
        "代表委员意见", max_length=5, choices=Opinion.choices, default=Opinion.NONE
    )
    open_reply = models.BooleanField("答复可以公开", default=False)

    class Meta(PublishedEntry.Meta):
        verbose_name = verbose_name_plural = "建议提案"
        constraints = [
            *PublishedEntry.Meta.constraints,
            models.UniqueConstraint(
                fields=["body", "kind", "meeting", "number"],
                condition=Q(struck_at=None),
                name="one_proposal_per_number",
            ),
            models.CheckConstraint(
                condition=Q(open_reply=False) | (Q(replied_on__isnull=False) & ~Q(reply="")),
                name="open_reply_is_there",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(open_reply=True), name="public_reply_is_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{self.number}"

    def reckon(self, calendar: WorkCalendar) -> None:
        """The reply in months from the day it was handed over; the page from the reply."""
        key = "proposal.reply_hard_months" if self.is_hard else "proposal.reply_months"
        due = limit(self.body, key, self.happened_on, calendar=calendar)
        self.reply_due_on = due.on if due else None
        self.due_on = None
        if self.replied_on and self.open_reply:
            page = limit(self.body, "publication.days", self.replied_on, calendar=calendar)
            self.due_on = page.on if page else None


def _hours(on: datetime, name: str) -> timedelta | None:
    """A limit in hours for public opinion, in force on the day; None before there was one."""
    found = statute().find("publication.public_opinion_hours", on=timezone.localdate(on))
    return timedelta(hours=found.value[name]) if found else None


class PressConference(PublishedEntry):
    """新闻发布会: who spoke, what was asked, who reported, where it can be seen."""

    happened_on = models.DateField("发布会日期")
    number = models.CharField("场次", max_length=40, blank=True)
    topic = models.CharField("主题", max_length=200)
    place = models.CharField("地点", max_length=100, blank=True)
    speakers = models.CharField("发布人", max_length=300)
    media = models.CharField("到场媒体", max_length=500, blank=True)
    questions = models.TextField("问答", blank=True)
    video = models.URLField("视频网址", max_length=300, blank=True)
    #: Only of a conference on a grave incident: its clock runs from here.
    incident_at = models.DateTimeField("突发事件发生时间", null=True, blank=True)
    held_at = models.DateTimeField("发布会开始时间", null=True, blank=True)
    hold_by = models.DateTimeField("应当举行的时限", null=True, editable=False)

    class Meta(PublishedEntry.Meta):
        verbose_name = verbose_name_plural = "新闻发布会"

    def __str__(self) -> str:
        return self.topic

    def reckon(self, calendar: WorkCalendar) -> None:
        hours = _hours(self.incident_at, "press_conference") if self.incident_at else None
        self.hold_by = self.incident_at + hours if self.incident_at and hours else None

    @property
    def in_time(self) -> str:
        """Whether it was held within the hours; empty where none run."""
        if self.hold_by is None or self.held_at is None:
            return ""
        return "按时" if self.held_at <= self.hold_by else "超时"

    in_time.fget.short_description = "时限"  # type: ignore[attr-defined]


class OpinionCase(Entry):
    """舆情回应: what was found where, how grave, by when and how it was answered.

    The hours are those of the two grades that the rule knows; what was found and needs no answer
    has none.
    """

    class Level(models.TextChoices):
        GRAVE = "grave", "特别重大、重大突发事件"
        OTHER = "other", "其他舆情"
        NOTED = "noted", "研判后不需要回应"

    happened_on = models.DateField("发现日期")
    source = models.CharField("来源", max_length=60)
    address = models.URLField("网址", max_length=300, blank=True)
    level = models.CharField("等级", max_length=10, choices=Level.choices, default=Level.OTHER)
    subject = models.CharField("主题", max_length=200)
    found_at = models.DateTimeField("发现时间")
    #: Of a grave incident the authoritative word is out first, then the conference is held.
    respond_by = models.DateTimeField("回应时限", null=True, editable=False)
    conference_by = models.DateTimeField("发布会时限", null=True, editable=False)
    respond_on = models.DateField("回应期限", null=True, editable=False)
    responded_at = models.DateTimeField("首次回应时间", null=True, blank=True)
    responded_on = models.DateField("回应日期", null=True, editable=False)
    conference = models.ForeignKey(
        PressConference,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="新闻发布会",
    )
    channel = models.CharField("回应渠道", max_length=100, blank=True)
    reply = models.TextField("回应内容", blank=True)

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "舆情回应"

    def __str__(self) -> str:
        return self.subject

    def reckon(self, calendar: WorkCalendar) -> None:
        grave, noted = self.level == self.Level.GRAVE, self.level == self.Level.NOTED
        hours = None if noted else _hours(self.found_at, "authoritative" if grave else "other")
        self.respond_by = self.found_at + hours if hours else None
        later = _hours(self.found_at, "press_conference") if grave else None
        self.conference_by = self.found_at + later if later else None
        self.respond_on = timezone.localdate(self.respond_by) if self.respond_by else None
        self.responded_on = timezone.localdate(self.responded_at) if self.responded_at else None

    @property
    def in_time(self) -> str:
        """Whether the first answer came within the hours."""
        if self.respond_by is None:
            return ""
        if self.responded_at is None:
            return "超时未回应" if timezone.now() > self.respond_by else "待回应"
        return "按时" if self.responded_at <= self.respond_by else "超时"

    in_time.fget.short_description = "时限"  # type: ignore[attr-defined]

    @property
    def conference_in_time(self) -> str:
        """The conference of a grave incident: by when, or whether it was held by then."""
        if self.conference_by is None:
            return ""
        planned = self.conference
        held = planned.held_at if planned and planned.struck_at is None else None
        if held is None:
            by = f"{timezone.localtime(self.conference_by):%Y-%m-%d %H:%M} 前"
            return f"超时未举行（{by}）" if timezone.now() > self.conference_by else by
        return "按时" if held <= self.conference_by else "超时"

    conference_in_time.fget.short_description = "发布会时限"  # type: ignore[attr-defined]
