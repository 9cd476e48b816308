"""The office pages of this room beside those of the registers themselves."""

from __future__ import annotations

from django.urls import URLPattern
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.base.menu import PageItem
from gongkai.bodies.ledger.desk.shared import VIEW
from gongkai.registers.desk import urlpatterns


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return urlpatterns


@hooks.register("register_admin_menu_item")
def self_check() -> MenuItem:
    return PageItem(VIEW, "网站自查", "desk-self-check", "search", 86)
