"""What a change of the calendar did to the days of open cases."""

from __future__ import annotations

from django.db import models

from gongkai.applications.models.case import Application
from gongkai.base.models import AppendOnly


class MovedDue(AppendOnly):
    """期限变动: a day of an open case that moved when the working days were reckoned anew."""

    class What(models.TextChoices):
        DUE = "due_on", "答复期限"
        WAITING = "waiting_until", "等待至"

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="moved_dues", verbose_name="申请"
    )
    what = models.CharField("哪一个期限", max_length=20, choices=What.choices)
    old = models.DateField("原来", null=True)
    new = models.DateField("现在", null=True)
    cause = models.CharField("原因", max_length=300, blank=True)
    at = models.DateTimeField("重算时间")

    class Meta:
        verbose_name = verbose_name_plural = "期限变动"
        ordering = ["-id"]
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.application.number} {self.get_what_display()} {self.old} → {self.new}"


class CalendarReckoned(models.Model):
    """期限推算: the holiday notices by which the days of the open cases were last reckoned.

    One row. Where it differs from the notices of now, a recomputation is waiting, whatever
    became of the process that should have done it.
    """

    #: Key of the notice → its source, body, days off and working days.
    notices = models.JSONField("放假安排", default=dict)
    at = models.DateTimeField("推算时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "期限推算"

    def __str__(self) -> str:
        return f"期限推算 {self.at:%Y-%m-%d %H:%M}"
