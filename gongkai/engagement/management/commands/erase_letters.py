"""Erase the personal data of letters answered long ago; run by a timer, any time again."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandParser

from gongkai.engagement.actions.erase import due_for_erasure, erase_letter, sweep


class Command(BaseCommand):
    help = "清除保存期限已满的来信的个人信息和附件，保留编号、日期和统计；重复运行不会重复清除。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="只列出将要清除的，不清除")

    def handle(self, *args: Any, **options: Any) -> None:
        due = due_for_erasure()
        if options["dry_run"]:
            for letter in due:
                self.stdout.write(f"{letter.number}（{letter.mailbox.name}）")
            self.stdout.write(f"共有{len(due)}封待清除，没有改动。")
            return
        done = sum(erase_letter(letter) for letter in due)
        swept = sweep()
        self.stdout.write(
            f"已清除{done}封来信的个人信息；"
            f"删除了{swept.erased + swept.orphans}个已清除的、没有归属的附件文件。"
        )
