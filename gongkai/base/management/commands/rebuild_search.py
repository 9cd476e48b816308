"""The search index from nothing: after an import, or when in doubt."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand

from gongkai.base import search


class Command(BaseCommand):
    help = "重建站内检索：把各栏目已经公开的内容重新编入，去掉已经撤下的。可以随时运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        now, stale = search.rebuild()
        self.stdout.write(f"检索内容共 {now} 条，去掉 {stale} 条已经撤下的。")
