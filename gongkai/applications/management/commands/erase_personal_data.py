"""Erase the personal data of archived cases whose term is over; run by a timer, any time again."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandParser

from gongkai.applications.actions.erase import due_for_erasure, erase_case


class Command(BaseCommand):
    help = "清除保存期限已满的申请人个人信息（已归档的申请）；重复运行不会重复清除。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="只列出将要清除的申请，不清除")

    def handle(self, *args: Any, **options: Any) -> None:
        waiting = due_for_erasure()
        if options["dry_run"]:
            for case in waiting:
                self.stdout.write(f"{case.number}（档号{case.archive_number}）")
            self.stdout.write(f"共有{len(waiting)}件待清除，没有改动。")
            return
        done = sum(erase_case(case) for case in waiting)
        self.stdout.write(f"已清除{done}件申请的个人信息。")
