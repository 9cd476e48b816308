"""``gongkai site changepassword``: a new password for an account that nobody can open."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from gongkai.base import audit
from gongkai.base.management.asking import new_password


class Command(BaseCommand):
    help = "给账号换一个新密码，询问两次；已经登录的须重新登录。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", metavar="账号", help="账号")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["username"]
        user = get_user_model()._default_manager.filter(username=name).first()
        if user is None:
            raise CommandError(f"没有账号“{name}”，请核对。", returncode=2)
        user.set_password(new_password(user))
        with transaction.atomic():
            user.save(update_fields=["password"])
            audit.record("更改密码", user, by=None)
        self.stdout.write(f"账号“{name}”的密码已经更改。")
