"""gongkai site publish_due: what is approved and whose time has come goes out."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from gongkai.publishing.actions.publish import publish_due


class Command(BaseCommand):
    help = "定时发布：审查通过、到了定时的信息发布；审查后又有修改的不发布。可以重复运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"定时发布 {publish_due()} 件。")
