"""The published tables with their numbers leading to the rows behind them."""

from __future__ import annotations

import re

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_CELL = re.compile(r'(<td[^>]*) data-address="([^"]+)"([^>]*>)([^<]*)')


def linked(table: str, slug: str, year: int, *, only_counted: bool = False) -> SafeString:
    """The table with every number leading to its rows; ``tables_html`` escapes throughout.

    ``only_counted``: an empty cell or a 0 has no rows and leads nowhere.
    """

    def link(found: re.Match[str]) -> str:
        head, address, rest, text = found.groups()
        said = text.strip()
        if only_counted and not said.strip("0."):
            return found.group()
        url = escape(reverse("ledger-cell", args=[slug, year, address]))
        marked = f'{head} id="cell-{address}" data-address="{address}"{rest}'
        return f'{marked}<a href="{url}">{said or "空"}</a>'

    return mark_safe(_CELL.sub(link, table))
