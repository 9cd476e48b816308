"""``gongkai report …``: one module a command, each with a click command named ``command``."""

from __future__ import annotations

import importlib

import click

COMMANDS = ("parse", "check", "render", "compare", "recompute", "formats", "rules")


class Commands(click.Group):
    """Loads a command's module when it is asked for, so that each starts without the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"{__name__}.{name}").command
        return command


@click.group(cls=Commands)
def commands() -> None:
    """政府信息公开工作年度报告：读取、检查、生成、比较。"""
