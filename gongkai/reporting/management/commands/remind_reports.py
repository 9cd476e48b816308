"""gongkai site remind_reports: the daily reminders of the annual reports."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gongkai.reporting.route.remind import remind


class Command(BaseCommand):
    help = "每日提醒：年报公开期限临近和逾期的机关；每个机关每一步只提醒一次，可以重复运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        run = remind()
        self.stdout.write(
            f"临近期限 {run.near} 个机关，逾期 {run.overdue} 个机关，发出邮件 {run.mails} 封。"
        )
        if run.failed:
            raise CommandError("；".join(run.failed))
