"""Staff pages of the bodies in the office shell."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.ui.components import Component

from gongkai.base.menu import PageItem
from gongkai.bodies.acting import not_begun
from gongkai.bodies.desk import AUDIT, KINDS, SECTIONS, urlpatterns
from gongkai.bodies.desk.acting import HAND_OVER, told
from gongkai.bodies.desk.holidays import may_enter
from gongkai.bodies.ledger.desk.shared import KEEP, PUBLISH, VIEW
from gongkai.bodies.ledger.todo import ledger_todo
from gongkai.bodies.queries import sections_to_check


class LedgerPanel(Component):
    """What waits in the registers, on the first page."""

    order = 8
    template_name = "bodies/desk/ledger/todo.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        waiting = ledger_todo(parent_context["request"].user)
        return {"waiting": waiting, "many": len({one.body.pk for one in waiting}) > 1}


class SectionsPanel(Component):
    """Sections whose duties and contacts want a look, on the first page."""

    order = 60
    template_name = "bodies/desk/sections_todo.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        user = parent_context["request"].user
        return {"number": sections_to_check(user, timezone.localdate()).count()}


class ActingPanel(Component):
    """For whom the person acts, or who acts for him, on the first page."""

    order = 5
    template_name = "bodies/desk/acting_todo.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        user = parent_context["request"].user
        return {"rows": told(user), "failed": not_begun(user), "user": user}


@hooks.register("construct_homepage_panels")
def who_acts(request: HttpRequest, panels: list[Any]) -> None:
    if request.user.has_perm(HAND_OVER):
        panels.append(ActingPanel())


@hooks.register("construct_homepage_panels")
def todo_of_sections(request: HttpRequest, panels: list[Any]) -> None:
    if request.user.has_perm(SECTIONS):
        panels.append(SectionsPanel())


@hooks.register("construct_homepage_panels")
def todo_of_ledgers(request: HttpRequest, panels: list[Any]) -> None:
    if request.user.has_perm(KEEP) or request.user.has_perm(PUBLISH):
        panels.append(LedgerPanel())


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return urlpatterns


@hooks.register("register_admin_menu_item")
def organisation() -> MenuItem:
    items = [
        PageItem(partial(kind.may, verb="view"), kind.name, "desk-bodies", "group", n, of=kind.slug)
        for n, kind in enumerate(KINDS.values())
    ]
    items.append(PageItem(may_enter, "放假安排", "desk-holidays", "calendar", len(items)))
    items.append(PageItem(HAND_OVER, "外出代行", "desk-acting", "user", len(items)))
    return SubmenuMenuItem(
        "机关和人员", Menu(items=items), name="organisation", icon_name="group", order=300
    )


@hooks.register("register_admin_menu_item")
def ledgers() -> MenuItem:
    return PageItem(VIEW, "台账", "desk-ledgers", "table", 85)


@hooks.register("register_admin_menu_item")
def audit_trail() -> MenuItem:
    return PageItem(AUDIT, "操作记录", "desk-audit", "history", 400)
