"""What ``--json`` prints: the only report of one file as an object, several as a list."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal

import click

from gongkai.annual_report.exchange import dumps


class JsonList:
    """Prints items as they come, one a line, so that none is kept.

    ``single``: there is one file; its only item is printed as an object, laid out for the eye.
    """

    def __init__(self, *, single: bool) -> None:
        self.single = single
        self.count = 0

    def add(self, items: Iterable[str]) -> None:
        """The items of one file, each JSON text on one line."""
        texts = list(items)
        if self.single and len(texts) == 1:
            click.echo(dumps(json.loads(texts[0], parse_float=Decimal)))
            self.count = -1
            return
        for text in texts:
            click.echo("[" if self.count == 0 else ",")
            click.echo(text, nl=False)
            self.count += 1

    def close(self) -> None:
        """After the last file: the end of the list; an empty one where several files gave none."""
        if self.count > 0:
            click.echo("\n]")
        elif self.count == 0 and not self.single:
            click.echo("[]")
