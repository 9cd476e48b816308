"""``gongkai site …``: the site's management commands (migrate, createsuperuser, seed_demo …)."""

from __future__ import annotations

import os

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    help="站点管理命令，例如 gongkai site migrate、gongkai site createsuperuser。",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def commands(arguments: tuple[str, ...]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.settings.demo")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["gongkai site", *arguments])
