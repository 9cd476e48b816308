"""gongkai site remind_engagement: the daily reminders to answer letters and look into mailboxes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gongkai.engagement.actions.remind import remind


class Command(BaseCommand):
    help = "每日提醒：来信答复期限、没有人查看的信箱；每项只提醒一次，可以重复运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        run = remind()
        self.stdout.write(
            f"来信期限 {run.due} 项，逾期 {run.late} 项，没有查看的信箱 {run.unread} 个，"
            f"发出邮件 {run.mails} 封。"
        )
        if run.failed:
            raise CommandError("；".join(run.failed))
