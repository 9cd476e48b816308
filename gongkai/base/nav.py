"""The public pages that the rooms offer: base collects them, so that it need not know a room.

A room names them in its AppConfig as ``public_pages``; the navigation, the site map page and
sitemap.xml are made of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.apps import apps


@dataclass(frozen=True, slots=True)
class PublicPage:
    """An entry of the site: its URL name, label, one sentence on it, and its place in the order.

    ``in_menu`` False: only on the site map. ``block`` is the heading it stands under there.
    """

    url_name: str
    label: str
    summary: str
    order: int
    in_menu: bool = True
    block: str = "政府信息公开"


@cache
def public_pages() -> tuple[PublicPage, ...]:
    """All entries of the installed rooms, in order."""
    found = (p for app in apps.get_app_configs() for p in getattr(app, "public_pages", ()))
    return tuple(sorted(found, key=lambda page: page.order))
