"""``gongkai site …``: the site's management commands (migrate, createsuperuser, seed_demo …)."""

from __future__ import annotations

import os
from typing import Any

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    help="站点管理命令，例如 gongkai site migrate、gongkai site createsuperuser。",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def commands(arguments: tuple[str, ...]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.settings.demo")
    from django.conf import settings
    from django.core.management import CommandError, ManagementUtility, get_commands
    from django.core.management.base import BaseCommand

    class Handover(ManagementUtility):
        """Django's own, but what is wrong is raised and told by ``gongkai.cli``, not printed."""

        def fetch_command(self, subcommand: str) -> BaseCommand:
            if subcommand not in get_commands():
                raise click.UsageError(
                    f"没有“{subcommand}”这个命令，用 gongkai site help 查看全部命令。"
                )
            command = super().fetch_command(subcommand)
            own = type(command).__module__.startswith("gongkai.")
            make_parser, execute = command.create_parser, command.execute

            def create_parser(*args: Any, **kwargs: Any) -> Any:
                parser = make_parser(*args, **kwargs)
                parser.called_from_command_line = False  # raises instead of printing its usage
                return parser

            def executed(*args: Any, **options: Any) -> Any:
                try:
                    return execute(*args, **options)
                except CommandError as error:
                    if options.get("traceback"):
                        raise
                    raise Told(str(error), error.returncode if own else 2) from error

            command.create_parser = create_parser
            command.execute = executed
            return command

    settings.INSTALLED_APPS  # noqa: B018  a setting that is missing is told before all else
    Handover(["gongkai site", *arguments]).execute()


class Told(click.ClickException):
    """A command of the site could not do what it was asked; its own exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.exit_code = code  # type: ignore[misc]
