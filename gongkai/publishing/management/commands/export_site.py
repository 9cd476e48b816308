"""``gongkai site export_site``: everything that is published, drafted and reviewed, as a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gongkai.base.refusal import Refused
from gongkai.publishing.site_copy import export_site


class Command(BaseCommand):
    help = "把主动公开的全部内容（草稿、审查、发布记录、目录、渠道、附件）导出为 JSON 和文件。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="空文件夹，或者还不存在的文件夹。")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = export_site(options["folder"])
        except Refused as no:
            raise CommandError(str(no), returncode=2) from None
        self.stdout.write(f"已导出 {counts['document']} 件信息，{counts['release']} 次发布。")
