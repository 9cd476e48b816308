"""``gongkai site axes_reset_username``: let accounts sign in again that were locked."""

from __future__ import annotations

from typing import Any

from axes.utils import reset
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "解除账号的登录锁定，可以一次写几个账号。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="+", metavar="账号", help="账号")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in options["username"]:
            found = reset(username=name)
            self.stdout.write(
                f"账号“{name}”的登录锁定已经解除。" if found else f"账号“{name}”没有被锁定。"
            )
