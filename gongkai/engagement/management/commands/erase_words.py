"""Erase what citizens said in surveys, to hotlines and in complaints long ago; run by a timer."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandParser

from gongkai.bodies.ledger.book import book_of
from gongkai.engagement.actions.erase_words import (
    due_lines,
    due_surveys,
    erase_lines,
    erase_survey,
)


class Command(BaseCommand):
    help = (
        "清除保存期限已满的征集意见文字、热线工单和投诉举报的加密内容，保留编号、日期和统计；"
        "重复运行不会重复清除。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="只列出将要清除的，不清除")

    def handle(self, *args: Any, **options: Any) -> None:
        surveys = due_surveys()
        if options["dry_run"]:
            for survey in surveys:
                self.stdout.write(f"征集调查：{survey}（{survey.body.short_name}）")
            for body, rows in due_lines():
                if number := rows.count():
                    self.stdout.write(
                        f"{book_of(rows.model).title}：{number}条（{body.short_name}）"
                    )
            self.stdout.write("没有改动。")
            return
        done = sum(erase_survey(survey) for survey in surveys)
        lines = sum(erase_lines(body, rows) for body, rows in due_lines())
        self.stdout.write(f"已清除{done}次征集调查的文字意见、{lines}条热线和投诉登记的加密内容。")
