"""Erase the personal data of what was closed long ago; run by a timer, any time again."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandParser

from gongkai.applications.actions.erase import (
    due_for_erasure,
    erase_case,
    erase_side,
    sides_due_for_erasure,
)


class Command(BaseCommand):
    help = (
        "清除保存期限已满的个人信息：已归档的申请，已答复的更正、建议和投诉举报；"
        "重复运行不会重复清除。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="只列出将要清除的，不清除")

    def handle(self, *args: Any, **options: Any) -> None:
        cases, sides = due_for_erasure(), sides_due_for_erasure()
        if options["dry_run"]:
            for case in cases:
                self.stdout.write(f"{case.number}（档号{case.archive_number}）")
            for side in sides:
                self.stdout.write(f"{side.number}（{side.get_kind_display()}）")
            self.stdout.write(f"共有{len(cases) + len(sides)}件待清除，没有改动。")
            return
        done = sum(erase_case(case) for case in cases)
        self.stdout.write(f"已清除{done}件申请的个人信息。")
        done = sum(erase_side(side) for side in sides)
        self.stdout.write(f"已清除{done}件更正、建议、投诉举报的个人信息。")
