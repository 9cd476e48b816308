"""The official tables with their numbers leading somewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_CELL = re.compile(r'(<td[^>]*) data-address="([^"]+)"([^>]*>)([^<]*)')


def linked(
    table: str,
    url_of: Callable[[str, str], str | None],
    *,
    anchor: str = "cell-",
    signed: Collection[str] = (),
    sign: SafeString | str = "",
) -> SafeString:
    """A table of ``tables_html``, which escapes throughout, with anchors, links and signs.

    ``url_of`` gives where a cell of that address and content leads, None for nowhere; each cell
    has the id ``anchor`` and its address; the cells ``signed`` have the ``sign`` beside them.
    """

    def link(found: re.Match[str]) -> str:
        head, address, rest, text = found.groups()
        said = text.strip()
        url = url_of(address, said)
        if url is not None:
            text = format_html('<a class="gk-cell" href="{}">{}</a>', url, mark_safe(said or "空"))
        mark = sign if address in signed else ""
        return f'{head} id="{anchor}{address}" data-address="{address}"{rest}{text}{mark}'

    return mark_safe(_CELL.sub(link, table))
