"""Fill an empty database with the demonstration; a second run changes nothing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from gongkai.demo.seed import seed


class Command(BaseCommand):
    help = "写入演示数据（区划、机关、年报、账号）；重复运行不会改变已有内容。"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.GONGKAI_DEMO:
            raise CommandError(
                "正式站点不写入演示数据。请在演示设置（gongkai.settings.demo）下运行。",
                returncode=2,
            )
        for step in seed():
            self.stdout.write(f"== 演示数据：{step}")
            self.stdout.flush()
