"""The ``gongkai`` command: law and report work without a database, the rest goes to Django."""

from __future__ import annotations

import gettext
import importlib
import os
from pathlib import Path

import click

from gongkai import __version__

# click's own words (用法, 缺少参数 …) through the standard gettext; LANGUAGE=en gives the English.
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


class Rooms(click.Group):
    """Loads a room's commands on demand, so that ``gongkai law`` starts without the site."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(GROUPS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in GROUPS:
            return None
        command: click.Command = importlib.import_module(GROUPS[name]).commands
        return command


@click.group(cls=Rooms)
@click.version_option(__version__, prog_name="gongkai")
def main() -> None:
    """政府信息公开工作平台。"""


if __name__ == "__main__":
    main(prog_name="gongkai")
