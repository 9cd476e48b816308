"""Database, cache table and static files: what a start needs and an upgrade repeats."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError, call_command

from gongkai.base.rotation import all_open
from gongkai.base.sealed import OTHER_KEYS


class Command(BaseCommand):
    help = "准备数据库（建表、升级）、缓存表和静态文件；升级后再运行一次即可。"

    def handle(self, *args: Any, **options: Any) -> None:
        steps = {
            "数据库": lambda: call_command("migrate", interactive=False, verbosity=0),
            "缓存表": lambda: call_command("createcachetable", verbosity=0),
            "静态文件": lambda: call_command(
                "collectstatic", interactive=False, clear=True, verbosity=0
            ),
        }
        for number, (name, step) in enumerate(steps.items(), 1):
            self.stdout.write(f"== 准备{name}（{number}/{len(steps)}）…")
            self.stdout.flush()
            step()
        if not all_open():
            raise CommandError(OTHER_KEYS, returncode=2)
