"""``gongkai site import_documents``: an older site's folder and table become drafts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body
from gongkai.publishing.actions.imports import import_documents


class Command(BaseCommand):
    help = (
        "导入旧站的信息：文件夹（HTML、DOCX、PDF）和一张元数据表（XLSX）成为草稿，"
        "列出未能导入的；可以重复运行，已经导入的不重复。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="旧站文件所在的文件夹。")
        parser.add_argument("--table", type=Path, required=True, help="元数据表（.xlsx）。")
        parser.add_argument("--body", required=True, help="机关的网址标识。")
        parser.add_argument("--source", default="", help="旧站的名称，默认用表格的文件名。")
        parser.add_argument("--user", default="", help="以哪个账号的名义起草；不写的为系统。")

    def handle(self, *args: Any, **options: Any) -> None:
        body = Body.objects.filter(slug=options["body"]).first()
        if body is None:
            raise CommandError(f"没有“{options['body']}”这个机关，请核对网址标识。", returncode=2)
        by = None
        if name := options["user"]:
            by = get_user_model().objects.filter(username=name).first()
            if by is None:
                raise CommandError(f"没有“{name}”这个账号，请核对。", returncode=2)
        try:
            run = import_documents(
                options["folder"], options["table"], body, by=by, source=options["source"]
            )
        except Refused as no:
            raise CommandError(str(no), returncode=2) from None
        self.stdout.write(
            f"新导入 {run.taken} 件，以前已导入 {run.known} 件，未导入 {len(run.refused)} 件。"
        )
        for one in run.refused:
            self.stdout.write(f"第 {one['line']} 行 {one['key']}：{one['why']}")
