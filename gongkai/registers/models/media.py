"""政务新媒体: accounts, and what they put out, in issues (期) of items (条); other media."""

from __future__ import annotations

from django.db import models

from gongkai.bodies.ledger.models import Entry


class MediaAccount(Entry):
    """政务新媒体账号; one that puts out nothing for two weeks fails the inspection."""

    #: A key of law.taxonomy.account_kinds.
    platform = models.CharField("平台", max_length=20)
    name = models.CharField("账号名称", max_length=100)
    manager = models.CharField("管理人", max_length=60, blank=True)
    happened_on = models.DateField("开通日期")
    ended_on = models.DateField("注销日期", null=True, blank=True)

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "新媒体账号"
        constraints = [
            models.UniqueConstraint(
                fields=["body", "platform", "name"],
                condition=models.Q(struck_at=None, ended_on=None),
                name="one_media_account",
            )
        ]

    def __str__(self) -> str:
        return self.name


class MediaIssue(Entry):
    """发布: the items of one category in one issue (期) of an account, or on a website."""

    account = models.ForeignKey(
        MediaAccount, models.PROTECT, related_name="issues", verbose_name="账号"
    )
    #: 期号; lines with the same number are one issue.
    issue = models.CharField("期号", max_length=30, blank=True)
    category = models.CharField("类别", max_length=40)
    items = models.PositiveIntegerField("条数", default=1)
    title = models.CharField("标题", max_length=200, blank=True)
    address = models.CharField("网址", max_length=500, blank=True)
    happened_on = models.DateField("发布日期")

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "新媒体发布"

    def __str__(self) -> str:
        return self.title or f"{self.account} {self.issue}"


class MediaStory(Entry):
    """媒体合作: what was given to or made with a newsroom (融媒体中心, papers, stations)."""

    class Kind(models.TextChoices):
        RELEASE = "release", "新闻稿"
        INTERVIEW = "interview", "接受采访"
        PROGRAMME = "programme", "合办专栏、节目"

    kind = models.CharField("类别", max_length=10, choices=Kind.choices, default=Kind.RELEASE)
    media = models.CharField("媒体", max_length=100)
    title = models.CharField("标题", max_length=200)
    shown_on = models.DateField("刊播日期", null=True, blank=True)
    address = models.URLField("网址", max_length=500, blank=True)
    happened_on = models.DateField("供稿日期")

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "媒体合作"

    def __str__(self) -> str:
        return self.title
