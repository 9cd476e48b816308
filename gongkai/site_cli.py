"""``gongkai site …``: the site's management commands, those that docs/operations.md names.

All are commands of ours; Django's own are there for whoever works on the code (manage.py).
"""

from __future__ import annotations

import argparse
import os
import re
from typing import Any

import click

from gongkai.base.begun import choose_settings, must_stand

#: Options that Django gives every command; they work, the help does not list them.
_EVERYWHERE = (
    *("version", "verbosity", "settings", "pythonpath", "traceback", "no_color"),
    *("force_color", "skip_checks"),
)
#: Makes what the settings ask for, so it runs before there are any; name → its room.
_BEFORE_ALL = {"new_data_key": "gongkai.base"}
#: A line about a command has as many clauses as fit in so many characters.
_LONG = 40
_HELP = {"-h", "--help"}
_ARGUMENTS = {"ignore_unknown_options": True, "help_option_names": []}


class Site(click.Group):
    """The commands of the rooms, found by Django."""

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **extra: Any) -> Any:
        _choose_settings(args)
        return super().make_context(info_name, args, *more, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_ours())

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name == "help":
            return _help
        if name not in _BEFORE_ALL and name not in _ours():
            return None
        told = str(_fetch(name).help)
        return click.Command(
            name,
            callback=lambda arguments: _run(name, arguments),
            params=[click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)],
            context_settings=_ARGUMENTS,
            help=told,
            short_help=_line(told),
        )

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise click.UsageError(
                f"没有“{args[0]}”这个命令，用 gongkai site --help 查看全部命令。"
            )
        return super().resolve_command(ctx, args)


@click.group(
    cls=Site,
    help="站点管理：安装、升级、定时任务、账号和密钥。每个命令都有 --help。",
    options_metavar="",
    subcommand_metavar="命令 [参数]…",
)
def commands() -> None:
    pass


@click.command("help", hidden=True)
@click.argument("name", required=False)
@click.pass_context
def _help(ctx: click.Context, name: str | None) -> None:
    """这份说明，或者一个命令的说明。"""
    assert ctx.parent is not None
    group = ctx.parent.command
    assert isinstance(group, Site)
    if name is None:
        click.echo(ctx.parent.get_help())
        return
    group.resolve_command(ctx.parent, [name])
    _run(name, ("--help",))


class Told(click.ClickException):
    """A command of the site could not do what it was asked; its own exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.exit_code = code  # type: ignore[misc]


def _choose_settings(args: list[str]) -> None:
    """``--settings`` and ``--pythonpath`` are told to Django before it starts."""
    from django.core.management.base import CommandParser, handle_default_options

    parser = CommandParser(add_help=False, allow_abbrev=False)
    parser.called_from_command_line = False
    parser.add_argument("--settings")
    parser.add_argument("--pythonpath")
    handle_default_options(parser.parse_known_args(args)[0])
    choose_settings(begins="prepare" in args[:1] and not _HELP.intersection(args))


def _ours() -> dict[str, str]:
    """Name of each command of ours → the room that has it."""
    import django
    from django.core.management import get_commands

    try:
        django.setup()
    except ModuleNotFoundError as no:
        module = os.environ["DJANGO_SETTINGS_MODULE"]
        if not (no.name and f"{module}.".startswith(f"{no.name}.")):
            raise
        sentence = f"没有“{module}”这个设置模块，请核对 DJANGO_SETTINGS_MODULE 或者 --settings。"
        raise click.UsageError(sentence) from no
    return {name: room for name, room in get_commands().items() if room.startswith("gongkai.")}


def _fetch(name: str) -> Any:
    from django.core.management import load_command_class

    return load_command_class(_BEFORE_ALL.get(name) or _ours()[name], name)


def _line(told: str) -> str:
    """The first sentence of a command's help in one line, without what stands in brackets."""
    clauses = re.sub("（[^）]*）", "", re.split("[；。]", told)[0]).split("，")
    while len("，".join(clauses)) > _LONG and len(clauses) > 1:
        clauses.pop()
    return "，".join(clauses)


def _run(name: str, arguments: tuple[str, ...]) -> None:
    """Django's own way, but what is wrong is raised and told by ``gongkai.cli``, not printed."""
    from django.conf import settings
    from django.core.management import CommandError

    if name in _BEFORE_ALL:
        if not settings.configured:
            settings.configure()
    elif not _HELP.intersection(arguments):
        must_stand()
    command = _fetch(name)
    make_parser, execute = command.create_parser, command.execute

    def create_parser(*args: Any, **kwargs: Any) -> Any:
        parser = make_parser(*args, **kwargs)
        parser.called_from_command_line = False  # raises instead of printing its usage
        for action in parser._actions:
            if action.dest in _EVERYWHERE:
                action.help = argparse.SUPPRESS
        # Whether all fits together is looked at on installation and upgrade, not every minute.
        parser.set_defaults(skip_checks=name != "prepare")
        return parser

    def executed(*args: Any, **options: Any) -> Any:
        try:
            return execute(*args, **options)
        except CommandError as error:
            if options.get("traceback"):
                raise
            raise Told(str(error), error.returncode) from error

    command.create_parser, command.execute = create_parser, executed
    command.run_from_argv(["gongkai site", name, *arguments])
