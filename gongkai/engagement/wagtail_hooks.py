"""The office pages of 互动回应 in the shell: addresses, menu, style sheet, 待办."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from gongkai.base.menu import submenu
from gongkai.engagement.desk.todo import letter_todo
from gongkai.engagement.desk.urls import urlpatterns
from gongkai.engagement.roles import SETTINGS, SURVEYS, VIEW

PAGES = (
    (VIEW, "信箱来信", "desk-letters", "mail"),
    (VIEW, "来信统计", "desk-letter-counts", "table"),
    (VIEW, "信箱每日查看", "desk-mailbox-checks", "date"),
    (SURVEYS, "征集调查", "desk-surveys", "form"),
    (SETTINGS, "信箱和期限设置", "desk-mailboxes", "cog"),
)


class LetterPanel(Component):
    """What there is to do on letters and surveys, on the first page."""

    order = 8
    template_name = "engagement/desk/todo.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"todo": letter_todo(parent_context["request"].user)}


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return urlpatterns


@hooks.register("insert_global_admin_css")
def styles() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("engagement/desk.css"))


@hooks.register("register_admin_menu_item")
def engagement() -> MenuItem:
    return submenu("互动回应", PAGES, name="engagement", icon="mail", order=95)


@hooks.register("construct_homepage_panels")
def todo_of_letters(request: HttpRequest, panels: list[Any]) -> None:
    if request.user.has_perm(VIEW):
        panels.append(LetterPanel())
