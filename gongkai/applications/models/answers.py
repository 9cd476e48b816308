"""Answers that everybody may read: given to one, published for all (条例 Art 44)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from gongkai.applications.models.case import Application
from gongkai.bodies.models import Body


class PublicAnswer(models.Model):
    """转为主动公开的答复: what was asked, in anonymous words, and the answer."""

    body = models.ForeignKey(
        Body, models.PROTECT, related_name="public_answers", verbose_name="公开机关"
    )
    #: Where it came from; never shown to the public.
    application = models.ForeignKey(
        Application,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="public_answers",
        verbose_name="来源申请",
    )
    question = models.CharField("申请公开的信息", max_length=200)
    answer = models.TextField("公开的内容", max_length=20_000)
    address = models.URLField("已公开的网址", max_length=500, blank=True)
    published_on = models.DateField("公开日期")
    withdrawn_on = models.DateField("撤下日期", null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="公开人",
    )

    class Meta:
        verbose_name = verbose_name_plural = "转为主动公开的答复"
        ordering = ["-published_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=models.F("published_on")),
                name="answer_withdrawn_after_publication",
            )
        ]

    def __str__(self) -> str:
        return self.question
