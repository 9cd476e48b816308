"""Remove encrypted files that no case and no register holds any more; run by a timer."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand

from gongkai.applications.actions.erase import sweep
from gongkai.bodies.ledger import photos


class Command(BaseCommand):
    help = "删除已清除的和没有归属的案卷文件、台账照片（办理中断留下的）；一天以内的新文件不动。"

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweep()
        orphans = swept.orphans + photos.sweep().orphans
        self.stdout.write(f"已删除{swept.erased}个已清除的文件、{orphans}个没有归属的文件。")
