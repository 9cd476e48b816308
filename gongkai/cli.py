"""The ``gongkai`` command: law and report work without a database, the rest goes to Django.

Whatever is wrong with what was asked is one Chinese sentence on standard error and exit code 2;
``Rooms`` is the one place where it is said.
"""

from __future__ import annotations

import gettext
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from gongkai import __version__

# The words of click and argparse through the standard gettext; LANGUAGE=en gives the English.
os.environ.setdefault("LANGUAGE", "zh_Hans")
gettext.bindtextdomain("click", Path(__file__).parent / "base" / "locale")
gettext.textdomain("click")

#: group → the module that defines it as ``commands``; imported only when it is asked for.
GROUPS = {
    "law": "gongkai.law.cli",
    "report": "gongkai.annual_report.cli",
    "audit": "gongkai.base.audit_cli",
    "site": "gongkai.site_cli",
}
NOT_PREPARED = "数据库还没有准备好，请先运行 gongkai site prepare。"
#: SQLSTATE of PostgreSQL: the table is not there.
_UNDEFINED_TABLE = "42P01"
_UNREACHABLE = ("connection failed", "connection refused")


class Unusable(click.ClickException):
    """Unusable input: one sentence, exit code 2."""

    exit_code = 2

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = code

    def show(self, file: Any = None) -> None:
        sentence = " ".join(self.message.split())
        sentence = sentence if sentence.endswith(("。", "？")) else f"{sentence.rstrip('.')}。"
        if not any("一" <= c <= "鿿" for c in sentence):  # a foreign command's own words
            sentence = f"命令没有执行：{sentence}"
        click.echo(f"错误：{sentence}".encode("utf-8", "replace").decode(), err=True)


class Rooms(click.Group):
    """Loads a room's commands on demand, so that ``gongkai law`` starts without the site."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(GROUPS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in GROUPS:
            return None
        command: click.Command = importlib.import_module(GROUPS[name]).commands
        return command

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _told():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with _told():
            return super().invoke(ctx)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise  # the help itself
    except click.UsageError as wrong:
        raise Unusable(_sentence(wrong)) from wrong
    except click.FileError as wrong:
        raise Unusable(wrong.format_message()) from wrong
    except click.ClickException as wrong:
        raise Unusable(wrong.message, wrong.exit_code) from wrong
    except Exception as error:
        if sentence := _of_the_site(error):
            raise Unusable(sentence) from error
        raise


def _of_the_site(error: Exception) -> str:
    """What to say of an error of the site that is no fault of the program; "" for the others."""
    if "django" not in sys.modules or "--traceback" in sys.argv:
        return ""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError
    from django.db import OperationalError, ProgrammingError

    from gongkai.base.sealed import KeyMissing

    if isinstance(error, CommandError):
        return str(error).removeprefix("Error: ")
    if isinstance(error, ImproperlyConfigured | KeyMissing):
        return str(error)
    if isinstance(error, OperationalError | ProgrammingError):
        missing = getattr(error.__cause__, "sqlstate", "") == _UNDEFINED_TABLE
        if missing or "no such table" in str(error):
            return NOT_PREPARED
        if "unable to open database file" in str(error):
            from django.conf import settings

            return (
                f"数据文件夹“{settings.DATA_DIR}”打不开：请核对 GONGKAI_DATA_DIR，"
                "确认文件夹已经建好、运行账号可以写入；"
                "用 PostgreSQL 的，请设置 GONGKAI_DATABASE_URL。"
            )
        away = any(words in str(error) for words in _UNREACHABLE)
        return "连接不上数据库，请核对数据库设置，并确认数据库已经启动。" if away else ""
    return ""


def _sentence(wrong: click.UsageError) -> str:
    """What is wrong with the command line, without click's lines of usage before it."""
    ctx = wrong.ctx
    see = f"用法见 {ctx.command_path if ctx else 'gongkai'} --help。"
    if isinstance(wrong, click.exceptions.NoSuchCommand):
        command = ctx.command if ctx else None
        known = command.list_commands(ctx) if ctx and isinstance(command, click.Group) else []
        return f"没有“{wrong.command_name}”这个命令，请用 {'、'.join(known)} 之一。"
    if isinstance(wrong, click.NoSuchOption):
        return f"没有“{wrong.option_name}”这个选项，{see}"
    if isinstance(wrong, click.BadParameter) and wrong.param is not None:
        return _of_a_parameter(wrong, wrong.param, see)
    return wrong.format_message()


def _of_a_parameter(wrong: click.BadParameter, param: click.Parameter, see: str) -> str:
    option = isinstance(param, click.Option)
    name = f"选项 {param.opts[-1]}" if option else f"参数 {param.human_readable_name}"
    kind = param.type
    choices = f"可选 {'、'.join(kind.choices)}" if isinstance(kind, click.Choice) else ""
    if isinstance(wrong, click.MissingParameter):
        return f"缺少{name}，{choices}{'；' if choices else ''}{see}"
    if isinstance(kind, click.Choice):
        return f"{name} 的值不在可选范围之内，{choices}。"
    if isinstance(kind, click.IntRange):
        return f"{name} 应是 {kind.min} 到 {kind.max} 之间的整数。"
    return wrong.message


@click.group(cls=Rooms)
@click.version_option(__version__, prog_name="gongkai")
def main() -> None:
    """政府信息公开工作平台。"""


if __name__ == "__main__":
    main(prog_name="gongkai")
