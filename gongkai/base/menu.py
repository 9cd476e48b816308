"""Entries of the office menu: every room adds its pages in the same way."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

#: Permission, words, name of the route, icon.
Page = tuple[str, str, str, str]


class PageItem(MenuItem):
    """A page of the office, shown to those who may open it."""

    def __init__(self, permission: str, label: str, route: str, icon: str, order: int) -> None:
        super().__init__(label, reverse(route), name=route, icon_name=icon, order=order)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(self.permission))


def submenu(label: str, pages: Sequence[Page], *, name: str, icon: str, order: int) -> MenuItem:
    """The pages of a room under one entry, in their order."""
    items = [PageItem(*page, number) for number, page in enumerate(pages)]
    return SubmenuMenuItem(label, Menu(items=items), name=name, icon_name=icon, order=order)
