"""gongkai site remind: the daily run of reminders; time acts on what was not corrected or paid."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gongkai.applications.actions.remind import remind


class Command(BaseCommand):
    help = (
        "每日提醒：到期前提醒经办人，逾期清单发给负责人，"
        "逾期未补正、未缴费的视为放弃；可以重复运行。"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        run = remind()
        self.stdout.write(
            f"期限届满 {run.lapsed} 件，到期提醒 {run.reminded} 项，"
            f"逾期 {run.overdue} 件，发出邮件 {run.mails} 封。"
        )
        if run.failed:
            raise CommandError("；".join(run.failed))
