"""The audit trail: who did what to which object, with old and new values, append-only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from gongkai.base.audit_words import said
from gongkai.base.sealed import SealedTextField


class AppendOnly(models.Model):
    """Rows that are written once; a change or a deletion is a programming error."""

    #: Fields whose words may be cut off at the end, for a scheduled erasure; never changed else.
    may_be_cut: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None and not self._state.adding:
            raise TypeError(f"{self._meta.label} 只能新增，不能修改")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{self._meta.label} 只能新增，不能删除")


class AuditEntry(AppendOnly):
    """One deed. ``by`` is None for the system itself; ``by_name`` survives a deleted account."""

    at = models.DateTimeField("时间", default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="操作人"
    )
    by_name = models.CharField("操作人姓名", max_length=150)
    action = models.CharField("操作", max_length=80)
    object_type = models.CharField("对象类型", max_length=80)
    object_id = models.CharField("对象编号", max_length=40)
    object_label = models.CharField("对象", max_length=300)
    #: Whose business it was (the slug of a body): who may read the entry. Empty: the system's.
    scope = models.CharField("范围", max_length=60, blank=True, db_index=True)
    old = models.JSONField("原值", null=True)
    new = models.JSONField("新值", null=True)
    #: Its place in the chain of its scope (``chain``): numbered without gaps from 1.
    sequence = models.PositiveBigIntegerField("链内序号", editable=False)
    previous = models.CharField("前一条校验值", max_length=64, blank=True, editable=False)
    hash = models.CharField("校验值", max_length=64, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "操作记录"
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "object_id"])]
        constraints = [
            models.UniqueConstraint(fields=["scope", "sequence"], name="one_entry_per_place")
        ]

    def __str__(self) -> str:
        return f"{self.by_name} {self.action} {self.object_label}"

    @property
    def said_old(self) -> list[tuple[str, str]]:
        """The values before the deed in words, without those that were empty."""
        return list(said(self.object_type, self.old))

    @property
    def said_new(self) -> list[tuple[str, str]]:
        """The values after the deed in words, without those that are empty."""
        return list(said(self.object_type, self.new))


class AuditHead(models.Model):
    """操作记录链尾: the last entry of one chain; whoever adds the next one locks this row."""

    scope = models.CharField("范围", max_length=60, blank=True, unique=True)
    sequence = models.PositiveBigIntegerField("链内序号", default=0)
    hash = models.CharField("校验值", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "操作记录链尾"

    def __str__(self) -> str:
        return f"{self.scope} {self.sequence}"


class SiteError(models.Model):
    """我为网站找错: what a visitor says is wrong on a page, and what was done about it."""

    page = models.CharField("网页地址", max_length=500, blank=True)
    message = models.TextField("错误内容", max_length=2000)
    contact = SealedTextField("联系方式", max_length=100, blank=True)
    sent_at = models.DateTimeField("提交时间", auto_now_add=True)
    answer = models.CharField("处理结果", max_length=500, blank=True)
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "网站找错"
        ordering = ["-sent_at"]

    def __str__(self) -> str:
        return f"{self.page}：{self.message[:30]}"


class RateWindow(models.Model):
    """How often one address (as a keyed hash) did one thing in one window of time."""

    key = models.CharField("识别码", max_length=64)
    #: Start of the window, in seconds since 1970.
    window = models.BigIntegerField("时段")
    count = models.PositiveIntegerField("次数")

    class Meta:
        verbose_name = verbose_name_plural = "访问计数"
        constraints = [
            models.UniqueConstraint(fields=["key", "window"], name="one_count_per_window")
        ]
        indexes = [models.Index(fields=["window"])]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"


class SearchEntry(models.Model):
    """检索条目: something public that can be found by its words; see ``base.search``."""

    #: What it is ("annual_report") and which one of them; the room that made it knows more.
    kind = models.CharField("种类", max_length=40)
    object_id = models.CharField("对象编号", max_length=40)
    title = models.CharField("标题", max_length=300)
    url = models.CharField("网址", max_length=500)
    #: The body it belongs to (this room knows no bodies, only their number).
    body_id = models.PositiveBigIntegerField("机关编号", null=True, db_index=True)
    on = models.DateField("日期", null=True, db_index=True)
    #: What a visitor may narrow by: 栏目, 体裁, 有效性 in the words that are shown, and the key
    #: of what the law calls it (the room that put it in knows the words).
    item = models.CharField("法定事项", max_length=20, blank=True)
    heading = models.CharField("栏目", max_length=60, blank=True)
    genre = models.CharField("体裁", max_length=20, blank=True)
    standing = models.CharField("有效性", max_length=20, blank=True)
    #: Whether it still holds: what does not comes after what does.
    current = models.BooleanField("现行", default=True)
    #: Its numbers (文号, 索引号) without punctuation, between bars: "|示卫发20261号|…|".
    codes = models.CharField("编号", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检索条目"
        indexes = [
            # Everything one narrows by, so that the order is walked without the rows.
            models.Index(
                fields=[
                    *("-current", "-on", "-id"),
                    *("kind", "body_id", "item", "heading", "genre", "standing"),
                ],
                name="search_in_order",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="one_entry_per_object")
        ]

    def __str__(self) -> str:
        return self.title


class SearchText(models.Model):
    """检索正文: the words of an entry, apart from it so that lists of entries stay light."""

    entry = models.OneToOneField(
        SearchEntry,
        models.CASCADE,
        primary_key=True,
        related_name="words",
        verbose_name="条目",
    )
    text = models.TextField("正文", blank=True)
    #: What is found too and is no sentence, [[label, value]]: 主题词, 发文字号, 索引号.
    facts = models.JSONField("标注", default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检索正文"

    def __str__(self) -> str:
        return str(self.entry_id)


class SearchChunk(models.Model):
    """检索分段: a piece of an entry's text; its pairs of characters are in the database's index."""

    #: entry.pk * 1024 + order: from the index alone one knows the entry (``base.search``).
    id = models.BigIntegerField("编号", primary_key=True)
    entry = models.ForeignKey(
        SearchEntry, models.CASCADE, related_name="chunks", verbose_name="条目"
    )
    #: 0 is the title, the text follows; the last, 1023, holds the first letters of the title.
    order = models.PositiveIntegerField("次序")

    class Meta:
        verbose_name = verbose_name_plural = "检索分段"

    def __str__(self) -> str:
        return f"{self.entry} {self.order}"
