"""gongkai site remind_publishing: the daily reminders to publish, update and evaluate."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gongkai.publishing.actions.remind import CAUSES, remind


class Command(BaseCommand):
    help = (
        "每日提醒：公开期限、栏目更新期限、不公开信息的评估日期、规范性文件有效期；"
        "每项只提醒一次，可以重复运行。"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        run = remind()
        counted = "，".join(f"{word} {run.reminded[cause]} 项" for cause, word in CAUSES.items())
        self.stdout.write(f"{counted}，发出邮件 {run.mails} 封。")
        if run.failed:
            raise CommandError("；".join(run.failed))
