"""Documents: what is published, the file beside it, and each publication for ever.

A ``Document`` row shows the public face: its content columns hold what was last released (or,
before that, its first draft, with ``live`` False). Work goes on in Wagtail revisions of it, which
``actions.drafts`` writes; ``actions.publish`` alone copies a reviewed revision into the row and
adds a ``Release``. The database refuses every other way (``constraints``).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from wagtail.models import RevisionMixin, WorkflowState

from gongkai.base.models import AppendOnly
from gongkai.bodies.models import Body, Section
from gongkai.publishing.models.columns import Column

User = settings.AUTH_USER_MODEL


class Document(RevisionMixin, models.Model):
    """政府信息: one piece of information with its metadata (国办发〔2017〕47号)."""

    class Genre(models.TextChoices):
        """体裁."""

        DECISION = "decision", "决定"
        ANNOUNCEMENT = "announcement", "公告"
        CIRCULAR = "circular", "通告"
        NOTICE = "notice", "通知"
        OPINION = "opinion", "意见"
        REPLY = "reply", "批复"
        LETTER = "letter", "函"
        MEASURES = "measures", "办法、规定"
        PLAN = "plan", "规划、方案"
        REPORT = "report", "报告、总结"
        INTERPRETATION = "interpretation", "解读"
        GUIDE = "guide", "指南"
        DATA = "data", "统计数据"
        ROSTER = "roster", "名录、名单"
        RESULT = "result", "办理结果"
        BULLETIN = "bulletin", "通报、情况"
        NEWS = "news", "动态信息"
        OTHER = "other", "其他"

    class Explains(models.TextChoices):
        """解读形式."""

        TEXT = "text", "文字"
        PICTURE = "picture", "图解"
        VIDEO = "video", "视频"
        QUESTIONS = "questions", "问答"
        EXPERT = "expert", "专家解读"
        CONFERENCE = "conference", "新闻发布会"

    class Attribute(models.TextChoices):
        """公开属性, decided at the source."""

        PUBLIC = "public", "主动公开"
        ON_APPLICATION = "on_application", "依申请公开"
        WITHHELD = "withheld", "不予公开"

    class State(models.TextChoices):
        """Where the work on the newest draft stands; whether the public sees it says ``live``."""

        DRAFT = "draft", "拟稿"
        REVIEW = "review", "审查中"
        RETURNED = "returned", "退回修改"
        APPROVED = "approved", "待发布"
        PUBLISHED = "published", "已发布"
        KEPT = "kept", "已审定，不主动公开"
        WITHDRAWN = "withdrawn", "已撤下"

    class Validity(models.TextChoices):
        """有效性."""

        VALID = "valid", "有效"
        NOT_YET = "not_yet", "尚未施行"
        AMENDED = "amended", "已修改"
        REPEALED = "repealed", "已废止"
        EXPIRED = "expired", "失效"

    # What it is; a draft may change it freely, a release fixes it. content.FIELDS lists these.
    body = models.ForeignKey(Body, models.PROTECT, related_name="documents", verbose_name="机关")
    column = models.ForeignKey(
        Column, models.PROTECT, related_name="documents", verbose_name="栏目"
    )
    title = models.CharField("标题", max_length=200)
    genre = models.CharField("体裁", max_length=20, choices=Genre.choices, default=Genre.NOTICE)
    theme = models.CharField("主题分类", max_length=40, blank=True)
    issuer = models.CharField("发文机关", max_length=200)
    doc_number = models.CharField("发文字号", max_length=60, blank=True)
    formed_on = models.DateField("成文日期")
    effective_on = models.DateField("施行日期", null=True, blank=True)
    expires_on = models.DateField("有效期至", null=True, blank=True)
    keywords = models.CharField("主题词", max_length=200, blank=True)
    summary = models.CharField("内容概述", max_length=500, blank=True)
    #: HTML from the editor, cleaned by ``content.clean_html`` each time it is saved.
    text = models.TextField("正文", blank=True)
    source = models.CharField("信息来源", max_length=100, blank=True)
    #: [{"file": id of PublishedFile, "name": …, "sha256": …}] in their order.
    attachments = models.JSONField("附件", default=list, blank=True)
    attribute = models.CharField(
        "公开属性", max_length=20, choices=Attribute.choices, default=Attribute.PUBLIC
    )
    #: Why it is not published on one's own motion; a ground of law.taxonomy, and words.
    withheld_ground = models.CharField("不公开的依据", max_length=60, blank=True)
    withheld_reason = models.CharField("不公开的理由", max_length=300, blank=True)
    #: The document that this one explains (政策解读).
    interprets = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="interpretations",
        verbose_name="解读的文件",
    )
    explains_by = models.CharField("解读形式", max_length=12, choices=Explains.choices, blank=True)
    #: [{"document": id, "does": "repeals"|"amends"|"lapses", "on": ISO day}].
    changes = models.JSONField("修改、废止的文件", default=list, blank=True)
    is_normative = models.BooleanField("行政规范性文件", default=False)
    shows_money = models.BooleanField("含财务信息", default=False)

    # The work.
    section = models.ForeignKey(
        Section,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name="起草科室",
    )
    state = models.CharField(
        "办理状态", max_length=20, choices=State.choices, default=State.DRAFT, editable=False
    )
    #: Counted up by every deed; a form carries what it saw.
    version = models.PositiveIntegerField("改动次数", default=0, editable=False)
    urgent_reason = models.CharField("紧急发布的理由", max_length=200, blank=True)
    #: Where the day to publish counts from when not from ``formed_on`` (a change).
    changed_on = models.DateField("变更日期", null=True, blank=True)
    due_on = models.DateField("公开期限", null=True, editable=False, db_index=True)
    due_is_provisional = models.BooleanField("公开期限为预计", default=False, editable=False)
    #: An approved draft goes out by itself at this time (``gongkai publish_due``).
    publish_at = models.DateTimeField("定时发布", null=True, blank=True)
    #: What the release at that time will say is different.
    publish_note = models.CharField("定时发布的更正说明", max_length=300, blank=True)
    #: When the reasons for not publishing are looked at again (条例 Art 18).
    re_evaluate_on = models.DateField("下次评估", null=True, blank=True)
    author = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="拟稿人",
        editable=False,
    )
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    # The public face.
    live = models.BooleanField("公开中", default=False, editable=False)
    release = models.OneToOneField(
        "Release",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="现行发布",
        editable=False,
    )
    year = models.PositiveSmallIntegerField("索引号年份", null=True, editable=False)
    serial = models.PositiveIntegerField("索引号流水号", null=True, editable=False)
    index_number = models.CharField("索引号", max_length=60, blank=True, editable=False)
    published_at = models.DateTimeField("发布日期", null=True, editable=False)
    changed_at = models.DateTimeField("最近更新", null=True, editable=False)
    #: When it was last taken down; what was released before that day is not shown any more.
    withdrawn_at = models.DateTimeField("撤下时间", null=True, editable=False)
    #: Copy of ``validity.on(document, today)``, for lists.
    validity = models.CharField(
        "有效性", max_length=20, choices=Validity.choices, default=Validity.VALID, editable=False
    )

    class Meta:
        verbose_name = verbose_name_plural = "政府信息"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "year", "serial"], name="one_document_per_index_number"
            ),
            models.CheckConstraint(
                condition=models.Q(live=False)
                | models.Q(release__isnull=False, serial__isnull=False, attribute="public"),
                name="public_means_released",
            ),
        ]
        indexes = [
            # What the public sees, in the order of its lists. Of public rows only: SQLite finds
            # no order behind a column that is true or false; with it, so that no row is read.
            models.Index(
                fields=["-published_at", "-id", "column", "body", "validity", "live"],
                condition=models.Q(live=True),
                name="documents_by_day",
            ),
            models.Index(
                fields=["column", "-published_at", "-id", "validity", "live"],
                condition=models.Q(live=True),
                name="documents_of_a_column",
            ),
            models.Index(
                fields=["body", "-published_at", "-id", "column", "validity", "live"],
                condition=models.Q(live=True),
                name="documents_of_a_body",
            ),
            models.Index(fields=["body", "state"], name="documents_at_work"),
            models.Index(fields=["doc_number"], name="documents_by_number"),
            # Few documents explain another: SQLite, told so by its statistics, passes the index of
            # the foreign key over and reads all documents for each page.
            models.Index(
                fields=["interprets"],
                condition=models.Q(interprets__isnull=False),
                name="documents_that_explain",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The permanent address; only of what was published once."""
        return reverse("document", args=[self.body.slug, self.year, self.serial])


class Change(models.Model):
    """修改、废止: what a public document does to another; made anew from it by each release."""

    class Does(models.TextChoices):
        AMENDS = "amends", "修改"
        REPEALS = "repeals", "废止"
        LAPSES = "lapses", "宣布失效"

    by = models.ForeignKey(
        Document, models.CASCADE, related_name="changes_made", verbose_name="依据的文件"
    )
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="changes_undergone", verbose_name="文件"
    )
    does = models.CharField("作用", max_length=10, choices=Does.choices)
    on = models.DateField("自哪一天起")

    class Meta:
        verbose_name = verbose_name_plural = "修改、废止"
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.by}{self.get_does_display()}{self.document}"


class PublishedFile(models.Model):
    """附件: a file beside a document; public while a live release names it."""

    document = models.ForeignKey(
        Document, models.PROTECT, related_name="files", verbose_name="政府信息"
    )
    name = models.CharField("文件名", max_length=200)
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小（字节）")
    sha256 = models.CharField("校验值", max_length=64)
    path = models.CharField("存放位置", max_length=200, unique=True)
    #: What a reader and the search find in it; "" where it has no text.
    text = models.TextField("文字", blank=True)
    #: What it carries and its reader does not see: [{"kind", "place", "text"}]; for ``scan`` only.
    hidden = models.JSONField("隐含内容", default=list, blank=True)
    #: What could not be read in it, in one sentence.
    notice = models.CharField("阅读提示", max_length=200, blank=True)
    #: The same file with passages masked or hidden content cleared; this one is kept apart then.
    replaced_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name="代替它的文件",
        editable=False,
    )
    #: When the words of a scan were recognised (``gongkai site recognise_files``).
    recognised_at = models.DateTimeField("文字识别时间", null=True, editable=False)
    added_at = models.DateTimeField("加入时间", auto_now_add=True)
    added_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="加入人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Release(AppendOnly):
    """发布记录: one publication of a document, with exactly what was reviewed."""

    document = models.ForeignKey(
        Document, models.PROTECT, related_name="releases", verbose_name="政府信息"
    )
    number = models.PositiveIntegerField("第几次发布")
    #: The approved way of review it rests on.
    workflow_state = models.OneToOneField(
        WorkflowState, models.PROTECT, related_name="+", verbose_name="审查"
    )
    sha256 = models.CharField("内容校验值", max_length=64)
    content = models.JSONField("内容")
    #: What changed, for the reader; required from the second release on.
    note = models.CharField("更正说明", max_length=300, blank=True)
    at = models.DateTimeField("发布时间")
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="发布人"
    )
    by_name = models.CharField("发布人姓名", max_length=150)

    class Meta:
        verbose_name = verbose_name_plural = "发布记录"
        ordering = ["document", "number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="one_release_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.document} 第{self.number}次发布"
