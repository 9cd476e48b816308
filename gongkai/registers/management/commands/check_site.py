"""gongkai site check_site: the daily look at the websites of the bodies, every week at all."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body
from gongkai.registers.self_check import is_whole_due, look


class Command(BaseCommand):
    help = (
        "网站自查：每天看更新、空白栏目、未答复的来信和链接，满一周全面自查一次（加上错别字和办事指南）；"
        "发现的问题登记在“台账 → 自查发现的问题”，没有再发现的自动填为已整改；可以重复运行。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--body", default="", help="只查一个机关（网址标识）")
        parser.add_argument("--whole", action="store_true", help="不论何时查过，都全面自查")

    def handle(self, *args: Any, **options: Any) -> None:
        bodies = Body.objects.filter(columns__isnull=False).distinct().order_by("pk")
        if options["body"]:
            bodies = bodies.filter(slug=options["body"])
            if not bodies.exists():
                raise CommandError(f"没有网址标识为“{options['body']}”、设有栏目的机关，请核对。")
        today, failed = timezone.localdate(), []
        for body in bodies:
            try:
                run = look(body, whole=options["whole"] or is_whole_due(body, today))
            except Refused as no:
                failed.append(f"{body.name}：{no}")
                continue
            self.stdout.write(
                f"{body.name}：{run.get_kind_display()}，新发现 {run.found} 个，"
                f"确认整改 {run.settled} 个，尚未整改 {run.remaining} 个。{run.result}"
            )
        if failed:
            raise CommandError("；".join(failed))
