"""Remove encrypted files that no case holds any more; run by a timer, any time again."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand

from gongkai.applications.actions.erase import sweep


class Command(BaseCommand):
    help = "删除已清除的和没有归属的案卷文件（办理中断留下的）；一天以内的新文件不动。"

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweep()
        self.stdout.write(f"已删除{swept.erased}个已清除的文件、{swept.orphans}个没有归属的文件。")
