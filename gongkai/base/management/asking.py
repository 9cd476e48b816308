"""What the commands of the site ask at the terminal, in Chinese."""

from __future__ import annotations

import sys
from collections.abc import Callable
from getpass import getpass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError

#: So often a password may be mistyped.
_TRIES = 3


def ask(question: str, *, read: Callable[[str], str] = input) -> str:
    """The answer as it was typed; CommandError where nobody answers."""
    try:
        if not sys.stdin.isatty():
            raise EOFError
        return read(question)
    except (EOFError, KeyboardInterrupt) as no:
        raise CommandError("没有读到输入，什么也没有改。请在终端里运行。", returncode=2) from no


def new_password(user: AbstractBaseUser) -> str:
    """A password typed twice without being shown, as the site's rules want it."""
    for _ in range(_TRIES):
        password = ask("密码（不显示）：", read=getpass)
        if password != ask("再输入一次：", read=getpass):
            print("两次输入的密码不一样，请重新输入。")
            continue
        if wrong := password_errors(password, user):
            print(wrong)
            continue
        return password
    raise CommandError(f"密码输入了{_TRIES}次都不能用，什么也没有改。", returncode=2)


def password_errors(password: str, user: AbstractBaseUser) -> str:
    """What is wrong with a password, in words; "" for nothing."""
    if not password:
        return "密码不能为空。"
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        return "；".join(told.rstrip("。") for told in wrong.messages) + "。"
    return ""
