"""``gongkai site createsuperuser``: the first account, by which the administrators come."""

from __future__ import annotations

import os
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from gongkai.base import audit
from gongkai.base.management.asking import ask, new_password, password_errors


class Command(BaseCommand):
    help = "新建初始账号，询问账号、电子邮箱和密码；忘记密码的用 changepassword。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", metavar="账号", help="账号")
        parser.add_argument("--email", metavar="邮箱", help="电子邮箱，可以不填")
        parser.add_argument(
            "--noinput",
            action="store_true",
            help="不询问：账号由 --username 给出，密码取自环境变量 DJANGO_SUPERUSER_PASSWORD",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        asks = not options["noinput"]
        users = get_user_model()
        name = options["username"] or (ask("账号：").strip() if asks else "")
        if not name:
            raise CommandError("没有给出账号，请用 --username 给出。", returncode=2)
        if users._default_manager.filter(username=name).exists():
            raise CommandError(
                f"已经有账号“{name}”了。忘记密码的，请用 gongkai site changepassword {name}。",
                returncode=2,
            )
        email = options["email"] or (ask("电子邮箱（可以不填）：").strip() if asks else "")
        user = users(username=name, email=email)
        try:
            user.clean_fields(exclude=["password"])
            if email:
                validate_email(email)
        except ValidationError as wrong:
            raise CommandError("；".join(wrong.messages), returncode=2) from wrong
        password = new_password(user) if asks else os.environ.get("DJANGO_SUPERUSER_PASSWORD", "")
        if not password:
            raise CommandError(
                "没有给出密码，请用环境变量 DJANGO_SUPERUSER_PASSWORD 给出。", returncode=2
            )
        if wrong_password := password_errors(password, user):
            raise CommandError(wrong_password, returncode=2)
        with transaction.atomic():
            made = users._default_manager.create_superuser(name, email, password)
            audit.record("新建初始账号", made, by=None)
        self.stdout.write(
            f"已新建初始账号“{name}”，用它登录工作平台，给管系统的人建账号并勾选“系统管理员”。"
        )
