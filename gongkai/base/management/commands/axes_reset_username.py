"""``gongkai site axes_reset_username``: let accounts sign in again that were locked."""

from __future__ import annotations

from typing import Any

from axes.utils import reset
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from gongkai.base import audit


class Command(BaseCommand):
    help = "解除账号的登录锁定，可以一次写几个账号。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="+", metavar="账号", help="账号")

    def handle(self, *args: Any, **options: Any) -> None:
        users = get_user_model()._default_manager
        for name in options["username"]:
            if not users.filter(username=name).exists():
                raise CommandError(f"没有“{name}”这个账号，请核对。", returncode=2)
        for name in options["username"]:
            with transaction.atomic():
                found = reset(username=name)
                if found and (user := users.filter(username=name).first()):
                    audit.record("解除登录锁定", user, by=None)
            self.stdout.write(
                f"账号“{name}”的登录锁定已经解除。" if found else f"账号“{name}”没有被锁定。"
            )
