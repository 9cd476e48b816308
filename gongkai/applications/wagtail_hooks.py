"""Staff pages of applications in the office shell: addresses, menu, style sheets, 待办."""

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

from gongkai.applications.desk.todo import case_todo
from gongkai.applications.desk.urls import urlpatterns
from gongkai.applications.roles import SETTINGS, VIEW, takes_in
from gongkai.base.menu import submenu

PAGES = (
    (VIEW, "申请办理", "desk-cases", "list-ul"),
    (takes_in, "收件", "desk-new-case", "plus"),
    (VIEW, "到期日历", "desk-calendar", "calendar"),
    (VIEW, "期限变动", "desk-moved", "history"),
    (VIEW, "统计", "desk-statistics", "table"),
    (VIEW, "复议诉讼", "desk-disputes", "warning"),
    (VIEW, "更正、建议、投诉", "desk-side-requests", "mail"),
    (VIEW, "已公开的答复", "desk-answers", "globe"),
    (SETTINGS, "文书模板", "desk-templates", "doc-full"),
    (SETTINGS, "设置", "desk-office-settings", "cog"),
)


class CasePanel(Component):
    """What there is to do on applications, on the first page."""

    order = 5
    template_name = "applications/desk/todo.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"todo": case_todo(parent_context["request"].user)}


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return urlpatterns


@hooks.register("insert_global_admin_css")
def styles() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("applications/desk.css"))


@hooks.register("register_admin_menu_item")
def applications() -> MenuItem:
    return submenu("依申请公开", PAGES, name="applications", icon="folder-open-1", order=90)


@hooks.register("construct_homepage_panels")
def todo_of_cases(request: HttpRequest, panels: list[Any]) -> None:
    if request.user.has_perm(VIEW):
        panels.insert(0, CasePanel())
