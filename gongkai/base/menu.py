"""Entries of the office menu: every room adds its pages in the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

#: A permission, or a question about the person where the permission alone opens no door.
Door = str | Callable[[Any], bool]
#: Who may open it, words, name of the route, icon.
Page = tuple[Door, str, str, str]


class PageItem(MenuItem):
    """A page of the office, shown to those who may open it."""

    def __init__(
        self, door: Door, label: str, route: str, icon: str, order: int, *, of: str = ""
    ) -> None:
        """``of``: the route's argument, where it has one."""
        url = reverse(route, args=[of] if of else [])
        super().__init__(label, url, name=of or route, icon_name=icon, order=order)
        self.door = door

    def is_shown(self, request: HttpRequest) -> bool:
        """Asked for the entry and for the menu it stands in: one answer to each door a page."""
        known: dict[Door, bool] = request.__dict__.setdefault("_open_doors", {})
        if self.door not in known:
            door, user = self.door, request.user
            known[door] = door(user) if callable(door) else bool(user.has_perm(door))
        return known[self.door]


def submenu(label: str, pages: Sequence[Page], *, name: str, icon: str, order: int) -> MenuItem:
    """The pages of a room under one entry, in their order."""
    items = [PageItem(*page, number) for number, page in enumerate(pages)]
    return SubmenuMenuItem(label, Menu(items=items), name=name, icon_name=icon, order=order)
