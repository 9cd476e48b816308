"""gongkai site send_notices: send the e-mails and short messages that are waiting."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from gongkai.base.outbox import send_all


class Command(BaseCommand):
    help = "发送待发的通知（电子邮件、短信）；可以重复运行，由定时任务每隔几分钟运行一次。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=1000, help="一次最多发送多少条")

    def handle(self, *args: Any, **options: Any) -> None:
        run = send_all(limit=options["limit"])
        self.stdout.write(
            f"已发送 {run.sent} 条，稍后再试 {run.put_off} 条，失败 {run.failed} 条。"
        )
