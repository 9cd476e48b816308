"""Fill an empty database with the demonstration; a second run changes nothing."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand


class Command(BaseCommand):
    help = "写入演示数据；重复运行不会改变已有内容。"

    def handle(self, *args: Any, **options: Any) -> None:
        pass
