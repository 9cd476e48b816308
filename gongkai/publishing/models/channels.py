"""Where else a body publishes: its accounts, boards and screens, each post with its proof; the
places where people read."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from gongkai.bodies.models import Body, Section
from gongkai.publishing.models.documents import Document, Release

User = settings.AUTH_USER_MODEL


class Proof(models.Model):
    """留存材料: a picture or paper that shows that something was done; kept inside."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="机关")
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
        verbose_name = verbose_name_plural = "留存材料"

    def __str__(self) -> str:
        return self.name


class Channel(models.Model):
    """公开渠道: an account, a paper, a board or a screen on which a body publishes."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="channels", verbose_name="机关")
    #: A key of law.taxonomy.account_kinds.
    kind = models.CharField("种类", max_length=20)
    name = models.CharField("名称", max_length=60)
    account = models.CharField("账号", max_length=60, blank=True)
    address = models.CharField("网址或者位置", max_length=200, blank=True)
    section = models.ForeignKey(
        Section, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="管理科室"
    )
    #: Characters of a post; that of the kind when not said.
    text_limit = models.PositiveIntegerField("文字上限", null=True, blank=True)
    opened_on = models.DateField("开通日期", null=True, blank=True)
    closed_on = models.DateField("关停日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开渠道"
        ordering = ["body", "kind", "id"]
        constraints = [
            models.UniqueConstraint(fields=["body", "kind", "name"], name="one_channel_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """渠道发布: a released document on a channel, in words that fit it, looked through by a second
    person, with the proof that it was there."""

    class State(models.TextChoices):
        WRITTEN = "written", "待核对"
        CHECKED = "checked", "待发布"
        POSTED = "posted", "已发布"
        WITHDRAWN = "withdrawn", "已撤下"

    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="posts", verbose_name="公开渠道"
    )
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="posts", verbose_name="政府信息"
    )
    #: What it tells: never a draft.
    release = models.ForeignKey(
        Release, models.PROTECT, related_name="posts", verbose_name="发布记录"
    )
    title = models.CharField("标题", max_length=200)
    text = models.TextField("文字", blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=State.choices, default=State.WRITTEN, db_index=True
    )
    #: 期号 of a newsletter or gazette.
    issue = models.CharField("期号", max_length=30, blank=True)
    planned_on = models.DateField("计划日期", null=True, blank=True)
    until_on = models.DateField("展示至", null=True, blank=True)
    written_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="编写人"
    )
    checked_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="核对人"
    )
    checked_by_name = models.CharField("核对人姓名", max_length=150, blank=True)
    posted_at = models.DateTimeField("发布时间", null=True, blank=True)
    address = models.CharField("网址", max_length=500, blank=True)
    proof = models.ForeignKey(
        Proof, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="凭证"
    )
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "渠道发布"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "release"],
                condition=~models.Q(state="withdrawn"),
                name="one_post_per_channel_and_release",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="posted") | models.Q(posted_at__isnull=False),
                name="posted_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel}：{self.title}"


class ReadingPoint(models.Model):
    """政府信息查阅点 (条例 Art 25): where people read what is published."""

    class Kind(models.TextChoices):
        ARCHIVE = "archive", "国家档案馆"
        LIBRARY = "library", "公共图书馆"
        SERVICE = "service", "政务服务场所"
        OWN = "own", "本机关查阅点"

    body = models.ForeignKey(
        Body, models.PROTECT, related_name="reading_points", verbose_name="机关"
    )
    kind = models.CharField("种类", max_length=10, choices=Kind.choices, default=Kind.OWN)
    name = models.CharField("名称", max_length=100)
    address = models.CharField("地址", max_length=200)
    hours = models.CharField("开放时间", max_length=120, blank=True)
    phone = models.CharField("电话", max_length=60, blank=True)
    equipment = models.CharField("设施设备", max_length=200, blank=True)
    sign = models.BooleanField("已设置指示牌", default=False)
    photo = models.ForeignKey(
        Proof, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="照片"
    )
    closed_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "政府信息查阅点"
        ordering = ["body", "kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["body", "name"], name="one_reading_point_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class PointVisits(models.Model):
    """查阅点接待: how many came in a month."""

    point = models.ForeignKey(
        ReadingPoint, models.CASCADE, related_name="visits", verbose_name="查阅点"
    )
    year = models.PositiveSmallIntegerField("年")
    month = models.PositiveSmallIntegerField("月")
    people = models.PositiveIntegerField("人次")

    class Meta:
        verbose_name = verbose_name_plural = "查阅点接待"
        ordering = ["point", "-year", "-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["point", "year", "month"], name="one_count_per_point_and_month"
            ),
            models.CheckConstraint(
                condition=models.Q(month__gte=1, month__lte=12), name="visits_in_a_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point} {self.year}-{self.month:02}"
