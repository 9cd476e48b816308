"""信息报送: how many pieces of information a section is to send in a year."""

from __future__ import annotations

from django.db import models

from gongkai.bodies.models import Section


class SectionQuota(models.Model):
    """报送任务: the pieces that a section is to hand in for publication in a year."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="quotas", verbose_name="科室")
    year = models.PositiveSmallIntegerField("年度")
    items = models.PositiveIntegerField("任务数")

    class Meta:
        verbose_name = verbose_name_plural = "信息报送任务"
        ordering = ["section", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "year"], name="one_quota_per_section_and_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.year}"
