"""gongkai site reread_files: every attachment once more, with today's reader."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gongkai.bodies.models import Body
from gongkai.publishing.actions.reread import reread

#: A line of progress after so many attachments.
STEP = 100


class Command(BaseCommand):
    help = "用现在的读取程序重新读取附件（升级以后运行），更新检索和机器检查；可以重复运行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--body", default="", help="只读取这个机关的附件（机关的网址名）")

    def handle(self, *args: Any, **options: Any) -> None:
        body = Body.objects.filter(slug=options["body"]).first()
        if options["body"] and body is None:
            raise CommandError("没有这个机关，请核对机关的网址名。", returncode=2)

        def tell(done: int, whole: int) -> None:
            if done % STEP == 0 or done == whole:
                self.stdout.write(f"已读取 {done}/{whole} 个附件")

        run = reread(body, tell=tell)
        self.stdout.write(
            f"读取 {run.read} 个附件，内容有变化 {run.changed} 个，"
            f"退回起草人 {run.called_back} 件。"
        )
        if run.left:
            self.stdout.write(f"没有安装文字识别组件，{run.left} 个识别过的附件保持原样。")
        if run.public:
            self.stdout.write(
                f"已经公开的信息中有 {len(run.public)} 件发现需要核对的内容，网页没有改动，"
                "已列入经办人的待办："
            )
            for number, asked in run.public.items():
                self.stdout.write(f"  {number}  {asked} 处")
        if run.damaged:
            raise CommandError(f"{run.damaged} 个附件没有通过完整性核对，请从备份恢复。")
