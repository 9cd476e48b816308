"""``gongkai site import_site``: a folder of ``export_site`` becomes the same site again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gongkai.base.refusal import Refused
from gongkai.publishing.site_copy import import_site


class Command(BaseCommand):
    help = "把 export_site 导出的文件夹导入新装的站点，内容、编号、审查和发布记录与原来相同。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="export_site 导出的文件夹。")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = import_site(options["folder"], by=None)
        except Refused as no:
            raise CommandError(str(no), returncode=2) from None
        self.stdout.write(f"已导入 {counts['document']} 件信息，{counts['release']} 次发布。")
