"""gongkai site check_links: whether the outside links of public documents still answer."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gongkai.publishing.actions.links import check_links, dead_links


class Command(BaseCommand):
    help = "检查公开信息里的外部链接还能不能打开，打不开的列在“信息发布 → 外部链接”；可以重复运行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=500, help="一次最多检查多少个网址")

    def handle(self, *args: Any, **options: Any) -> None:
        run = check_links(options["limit"])
        if run.offline:
            raise CommandError("一个网址也连接不上，本机可能不能上互联网，没有记录结果。")
        self.stdout.write(
            f"检查 {run.asked} 个网址，这次打不开 {run.failing} 个；"
            f"两次以上打不开的共 {dead_links().count()} 处。"
        )
