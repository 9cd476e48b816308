"""Consultations and surveys of the public: questions, answers, results."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from gongkai.base.sealed import SealedJSONField
from gongkai.bodies.models import Body, Section

USER = settings.AUTH_USER_MODEL


class Survey(models.Model):
    """征集调查: 意见征集 on a draft, or a questionnaire; open from a day to a day."""

    class Kind(models.TextChoices):
        CONSULTATION = "consultation", "意见征集"
        SURVEY = "survey", "问卷调查"

    body = models.ForeignKey(Body, models.PROTECT, related_name="surveys", verbose_name="机关")
    section = models.ForeignKey(
        Section, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="承办科室"
    )
    kind = models.CharField("种类", max_length=15, choices=Kind.choices, default=Kind.CONSULTATION)
    title = models.CharField("标题", max_length=120)
    intro = models.TextField("说明", help_text="为什么征集、怎样参加")
    #: The draft itself, or where it can be read.
    draft = models.TextField("征求意见稿或者有关材料", blank=True)
    other_ways = models.CharField("其他反馈方式", max_length=300, blank=True)
    opens_on = models.DateField("开始日期")
    closes_on = models.DateField("截止日期")
    short_reason = models.CharField("期限较短的原因", max_length=200, blank=True)
    drafted_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="起草人")
    drafted_at = models.DateTimeField("起草时间", auto_now_add=True)
    published_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name="审核发布人"
    )
    published_at = models.DateTimeField("发布时间", null=True, db_index=True)
    withdrawn_at = models.DateTimeField("撤下时间", null=True)
    withdrawn_reason = models.CharField("撤下原因", max_length=200, blank=True)
    #: 采纳情况 and the counted answers, written by one and let out by another.
    outcome = models.TextField("结果和采纳情况", blank=True)
    outcome_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name="结果整理人"
    )
    #: As counted when they were published: nothing changes them afterwards.
    results = models.JSONField("统计结果", null=True, editable=False)
    results_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name="结果审核人"
    )
    results_at = models.DateTimeField("结果公布时间", null=True)
    #: What was written in the answers is gone; what was chosen still counts.
    words_erased_at = models.DateTimeField("文字清除时间", null=True, editable=False)
    version = models.PositiveIntegerField("版本", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "征集调查"
        ordering = ["-opens_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="survey_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None)
                | (Q(published_by__isnull=False) & ~Q(published_by=F("drafted_by"))),
                name="survey_by_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(results_at=None)
                | (
                    Q(results_by__isnull=False, outcome_by__isnull=False)
                    & ~Q(results_by=F("outcome_by"))
                ),
                name="survey_results_by_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def corrected(self) -> list[SurveyCorrection]:
        """What was corrected after the results were out, the first one first."""
        return [one for one in self.corrections.all() if one.published_at]

    @property
    def told(self) -> str:
        """The outcome as it stands now."""
        corrected = self.corrected
        return corrected[-1].outcome if corrected else self.outcome

    @property
    def told_at(self) -> datetime | None:
        """When the outcome came out as it stands now; None before there is one."""
        corrected = self.corrected
        return corrected[-1].published_at if corrected else self.results_at


class SurveyCorrection(models.Model):
    """征集结果更正: published results told anew with a reason, by two persons as before.

    The results as they came out stay in the survey; what was counted is never corrected.
    """

    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="corrections", verbose_name="征集调查"
    )
    #: What was public until this came out.
    before = models.TextField("更正前", editable=False)
    outcome = models.TextField("更正后的结果和采纳情况")
    reason = models.CharField("更正说明", max_length=200)
    drafted_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="整理人")
    drafted_at = models.DateTimeField("整理时间", auto_now=True)
    published_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name="审核人"
    )
    published_at = models.DateTimeField("公布时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "征集结果更正"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey"],
                condition=Q(published_at=None),
                name="one_correction_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None)
                | (Q(published_by__isnull=False) & ~Q(published_by=F("drafted_by"))),
                name="correction_by_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey} 更正"


class SurveyQuestion(models.Model):
    """征集题目: one choice, several, a text, or a scale from 1 to 5."""

    class Kind(models.TextChoices):
        SINGLE = "single", "单选"
        MULTIPLE = "multiple", "多选"
        TEXT = "text", "填写"
        SCALE = "scale", "打分（1 至 5 分）"

    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="questions", verbose_name="征集调查"
    )
    order = models.PositiveSmallIntegerField("次序", default=0)
    kind = models.CharField("题型", max_length=10, choices=Kind.choices)
    label = models.CharField("题目", max_length=200)
    choices = models.JSONField("选项", default=list, blank=True)
    required = models.BooleanField("必答", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "征集题目"
        ordering = ["survey", "order", "id"]

    def __str__(self) -> str:
        return self.label


class SurveyAnswer(models.Model):
    """征集答卷: what one browser answered, once; free words are sealed."""

    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="answers", verbose_name="征集调查"
    )
    #: A keyed hash of the browser's own mark.
    browser = models.CharField("浏览器标识", max_length=64, editable=False)
    answered_on = models.DateField("提交日期")
    #: Question → what was written.
    words = SealedJSONField("填写的文字", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "征集答卷"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "browser"], name="one_answer_per_browser")
        ]

    def __str__(self) -> str:
        return f"{self.survey} 答卷 {self.pk}"


class SurveyPick(models.Model):
    """征集选择: one choice of one answer, so that the database counts them."""

    answer = models.ForeignKey(
        SurveyAnswer, models.CASCADE, related_name="chosen", verbose_name="答卷"
    )
    question = models.ForeignKey(
        SurveyQuestion, models.CASCADE, related_name="chosen", verbose_name="题目"
    )
    #: The place of what was chosen, from 0; of a scale the score less 1; null: words were written.
    place = models.PositiveSmallIntegerField("选项", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "征集选择"
        ordering = ["id"]
        indexes = [models.Index(fields=["question", "place"], name="picks_by_place")]
        constraints = [
            models.UniqueConstraint(fields=["answer", "question", "place"], name="each_choice_once")
        ]

    def __str__(self) -> str:
        return f"答卷 {self.answer_id} 题目 {self.question_id}"
