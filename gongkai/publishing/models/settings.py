"""How a body publishes."""

from __future__ import annotations

from django.db import models

from gongkai.bodies.models import Body
from gongkai.publishing.models.review import Step


def all_steps() -> list[str]:
    return [step.value for step in Step]


class PublishingSettings(models.Model):
    """主动公开设置: a body's levels of review and the way it numbers what it publishes."""

    body = models.OneToOneField(
        Body, models.CASCADE, related_name="publishing_settings", verbose_name="机关"
    )
    #: Steps of the review, in order; secrecy review and signing are never left out.
    steps = models.JSONField("审查环节", default=all_steps)
    #: 索引号 …/2026-00001 or …/202611-00001.
    index_by_month = models.BooleanField("索引号按月编", default=False)
    site_name = models.CharField("网站名称", max_length=60, blank=True)
    #: Words that this body's drafts must not hold, or should be asked about: {"word": "instead"}.
    own_words = models.JSONField("本机关词表", default=dict, blank=True)

    #: A sentence, or the address of a text; empty: those of the site.
    data_terms = models.CharField("开放数据使用条件", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "主动公开设置"

    def __str__(self) -> str:
        return f"{self.body.short_name}主动公开设置"
