"""A citizen's letter, the replies that were drafted, and what of it became public."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from gongkai.base.masking import mask_text, without_person
from gongkai.base.outbox import Message
from gongkai.base.sealed import SealedJSONField, SealedTextField
from gongkai.bodies.models import Section
from gongkai.engagement.models.mailboxes import Mailbox

USER = settings.AUTH_USER_MODEL
ERASED = "（个人信息已清除）"


class CitizenLetter(models.Model):
    """来信: what a citizen wrote to a mailbox; he and his words are sealed."""

    class State(models.TextChoices):
        RECEIVED = "received", "待交办"
        WORKING = "working", "办理中"
        REVIEW = "review", "答复待审核"
        ANSWERED = "answered", "已答复"

    class Result(models.TextChoices):
        DONE = "done", "已办理答复"
        EXPLAINED = "explained", "已解释说明"
        PASSED_ON = "passed_on", "已转交有权办理的机关"
        TOLD_WHERE = "told_where", "不属于受理范围，已告知途径"

    mailbox = models.ForeignKey(
        Mailbox, models.PROTECT, related_name="letters", verbose_name="信箱"
    )
    number = models.CharField("来信编号", max_length=20, unique=True)
    code_mark = models.CharField("查询码校验值", max_length=64, editable=False)
    submission_key = models.CharField("提交标识", max_length=64, unique=True, editable=False)
    category = models.CharField("类别", max_length=20)
    subject = SealedTextField("标题")
    text = SealedTextField("内容")
    #: name, phone, email.
    sender = SealedJSONField("写信人", default=dict)
    wish_public = models.BooleanField("同意公开", default=False)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.RECEIVED)
    received_on = models.DateField("收到日期")
    received_at = models.DateTimeField("收到时间", auto_now_add=True)
    section = models.ForeignKey(
        Section, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="承办科室"
    )
    assigned_at = models.DateTimeField("交办时间", null=True)
    is_complex = models.BooleanField("情况复杂", default=False)
    complex_reason = models.CharField("情况复杂的原因", max_length=200, blank=True)
    #: Follows from received_on, is_complex, the body's limits and its calendar.
    due_on = models.DateField("答复期限", editable=False)
    due_is_provisional = models.BooleanField("期限为预计", default=False, editable=False)
    answered_on = models.DateField("答复日期", null=True)
    result = models.CharField("办理结果", max_length=20, choices=Result.choices, blank=True)
    score = models.PositiveSmallIntegerField("满意度", null=True)
    score_note = SealedTextField("评价意见", blank=True)
    rated_at = models.DateTimeField("评价时间", null=True)
    #: The writer and his words are gone; number, days and result stay.
    erased_at = models.DateTimeField("清除时间", null=True)
    version = models.PositiveIntegerField("版本", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "来信"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["mailbox", "state", "due_on"], name="letters_by_due"),
            models.Index(fields=["mailbox", "received_on"], name="letters_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="answered", answered_on__isnull=False)
                | (~Q(state="answered") & Q(answered_on=None)),
                name="letter_answered_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(score=None) | (Q(score__gte=1, score__lte=5) & Q(state="answered")),
                name="letter_rated_after_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"来信 {self.number}"

    @property
    def is_answered(self) -> bool:
        return self.state == self.State.ANSWERED

    @property
    def shown_subject(self) -> str:
        """The title as lists show it, without what looks personal."""
        if self.erased_at:
            return ERASED
        return mask_text(self.subject, self.sender)


class LetterFile(models.Model):
    """来信附件: what came with a letter or goes with its reply; sealed on disk under ``path``."""

    letter = models.ForeignKey(
        CitizenLetter, models.CASCADE, related_name="files", verbose_name="来信"
    )
    #: The reply that it goes with; null: the writer sent it.
    reply = models.ForeignKey(
        "LetterReply", models.CASCADE, null=True, related_name="files", verbose_name="答复"
    )
    #: A file name may hold a person's name.
    name = SealedTextField("文件名")
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小（字节）")
    sha256 = models.CharField("校验值", max_length=64)
    path = models.CharField("存放位置", max_length=200, unique=True)
    added_at = models.DateTimeField("加入时间", auto_now_add=True)
    erased_at = models.DateTimeField("清除时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "来信附件"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.letter.number} 附件 {self.pk}"

    @property
    def shown_name(self) -> str:
        """The name as the office's pages show it: who stands in it is masked."""
        return without_person(self.letter.sender or {}, self.name or "")


class LetterNotice(Message):
    """来信通知: an e-mail to the writer that his letter was answered."""

    letter = models.ForeignKey(
        CitizenLetter, models.CASCADE, related_name="notices", verbose_name="来信"
    )

    class Meta:
        verbose_name = verbose_name_plural = "来信通知"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.letter.number} {self.subject}"


class LetterReply(models.Model):
    """来信答复: drafted by one person, let out or given back by another."""

    letter = models.ForeignKey(
        CitizenLetter, models.CASCADE, related_name="replies", verbose_name="来信"
    )
    text = SealedTextField("答复内容")
    result = models.CharField("办理结果", max_length=20, choices=CitizenLetter.Result.choices)
    drafted_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="起草人")
    drafted_at = models.DateTimeField("起草时间", auto_now_add=True)
    reviewed_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name="审核人"
    )
    reviewed_at = models.DateTimeField("审核时间", null=True)
    #: None while it waits.
    approved = models.BooleanField("审核通过", null=True)
    opinion = models.CharField("审核意见", max_length=300, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "来信答复"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("drafted_by")),
                name="reply_by_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(approved=True, reviewed_by__isnull=False),
                name="reply_sent_after_review",
            ),
            models.UniqueConstraint(
                fields=["letter"], condition=Q(sent_at__isnull=False), name="one_reply_sent"
            ),
            models.UniqueConstraint(
                fields=["letter"], condition=Q(approved=None), name="one_reply_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter.number} 答复"


class PublishedLetter(models.Model):
    """公开来信: the de-identified words of a letter and its reply, for everybody."""

    letter = models.OneToOneField(
        CitizenLetter, models.PROTECT, related_name="public", verbose_name="来信"
    )
    title = models.CharField("标题", max_length=100)
    question = models.TextField("来信内容（去标识化）")
    answer = models.TextField("答复内容（去标识化）")
    drafted_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="整理人")
    drafted_at = models.DateTimeField("整理时间", auto_now=True)
    reviewed_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name="审核人"
    )
    reviewed_at = models.DateTimeField("审核时间", null=True)
    returned = models.CharField("退回意见", max_length=300, blank=True)
    published_at = models.DateTimeField("公开时间", null=True, db_index=True)
    withdrawn_at = models.DateTimeField("撤下时间", null=True)
    withdrawn_reason = models.CharField("撤下原因", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "公开来信"
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("drafted_by")),
                name="public_letter_by_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None)
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="public_letter_after_review",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class LetterReminder(models.Model):
    """来信提醒: that the day of a letter was reminded of; each step once."""

    letter = models.ForeignKey(
        CitizenLetter, models.CASCADE, related_name="reminders", verbose_name="来信"
    )
    due_on = models.DateField("答复期限")
    days_left = models.SmallIntegerField("剩余工作日")
    at = models.DateTimeField("提醒时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "来信提醒"
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "due_on", "days_left"], name="remind_of_a_letter_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter.number} {self.days_left}"
