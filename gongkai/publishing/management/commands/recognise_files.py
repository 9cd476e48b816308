"""gongkai site recognise_files: the words of scanned attachments."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gongkai.documents.readable.ocr import installed
from gongkai.publishing.actions.recognise import recognise


class Command(BaseCommand):
    help = "识别扫描件和图片附件中的文字（需要安装文字识别组件），供检索和机器检查；可以重复运行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=50, help="一次最多多少个附件")

    def handle(self, *args: Any, **options: Any) -> None:
        if not installed():
            self.stdout.write("没有安装文字识别组件，没有识别。")
            return
        run = recognise(options["limit"])
        self.stdout.write(
            f"识别出文字 {run.read} 个，没有文字 {run.empty} 个，退回起草人 {run.called_back} 件。"
        )
        if run.damaged:
            raise CommandError(f"{run.damaged} 个附件没有通过完整性核对，请从备份恢复。")
