"""Staff pages of the annual reports in the office shell."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.search import SearchArea
from wagtail.admin.ui.components import Component

from gongkai.base.menu import PageItem
from gongkai.reporting.desk.todo import todo
from gongkai.reporting.desk.urls import urlpatterns
from gongkai.reporting.roles import VIEW, files_reports

#: Who may open it, words, route, icon, place in the menu.
PAGES = (
    (VIEW, "年度报告", "desk-reports", "doc-full", 100),
    (VIEW, "年报编制", "desk-compilations", "edit", 105),
    (VIEW, "年报倒计时", "desk-countdown", "date", 106),
    (VIEW, "年报汇总", "desk-rollups", "list-ul", 107),
    (VIEW, "考核", "desk-assessments", "list-ul", 108),
    (VIEW, "检查发现", "desk-problems", "warning", 110),
    (files_reports, "录入年报", "desk-import", "upload", 120),
)
for page in PAGES:
    hooks.register("register_admin_menu_item", partial(PageItem, *page))


class TodoPanel(Component):
    """待办 on the first page."""

    order = 10
    template_name = "reporting/desk/todo.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"todo": todo(parent_context["request"].user)}


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return urlpatterns


@hooks.register("construct_homepage_panels")
def todo_first(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(TodoPanel())


class ReportSearch(SearchArea):
    """The search at the head of the menu looks for reports; those of the person's own bodies."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(VIEW))


@hooks.register("register_admin_search_area")
def search_reports() -> SearchArea:
    return ReportSearch("年度报告", reverse("desk-reports"), name="reports", order=-100)


@hooks.register("insert_global_admin_css")
def sheets() -> SafeString:
    return format_html_join(
        "",
        '<link rel="stylesheet" href="{}">',
        [(static(f"reporting/{name}.css"),) for name in ("compile", "route")],
    )
