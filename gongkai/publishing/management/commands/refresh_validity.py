"""``gongkai site refresh_validity``: the daily run over the validity of documents."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from gongkai.publishing.actions.normative import daily


class Command(BaseCommand):
    help = "每日更新公开文件的有效性，提醒即将到期的行政规范性文件；可以重复运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        moved, notices = daily()
        self.stdout.write(f"有效性变动 {moved} 件，到期预警 {notices} 件。")
