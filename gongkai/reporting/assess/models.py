"""The scheme of a year; its confirmed scores are lines of the register 考核和表彰."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from gongkai.bodies.models import Body


class AssessmentScheme(models.Model):
    """考核方案: the parts, their points and what is taken off, of one office and year (Art 46).

    ``parts``: [{"part", "full", "takes": {measure: points each}}], points as text; a part without
    ``takes`` is judged by hand. Its title stands in the register and is what joins the two.
    """

    class Kind(models.TextChoices):
        BODIES = "bodies", "所属机关"
        SECTIONS = "sections", "本机关科室"

    body = models.ForeignKey(
        Body, models.PROTECT, related_name="assessment_schemes", verbose_name="考核机关"
    )
    year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("考核对象", max_length=10, choices=Kind.choices)
    title = models.CharField("方案名称、文号", max_length=200)
    parts = models.JSONField("评分", default=list)
    #: Key → name of those with a confirmed score, as they were called then: who is renamed later,
    #: goes to another office or is dissolved keeps his score.
    names = models.JSONField("已确认得分的考核对象", default=dict, blank=True)
    version = models.PositiveIntegerField("版本", default=1)
    made_at = models.DateTimeField("建立时间", auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="建立人",
    )

    class Meta:
        verbose_name = verbose_name_plural = "考核方案"
        ordering = ["-year", "body", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "year", "kind"], name="one_assessment_scheme_per_year"
            ),
            models.UniqueConstraint(fields=["body", "title"], name="one_assessment_scheme_title"),
        ]

    def __str__(self) -> str:
        return self.title
