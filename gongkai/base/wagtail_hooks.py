"""The office shell: our style sheet, and only those parts of Wagtail that are in use."""

from __future__ import annotations

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.base.menu import PageItem
from gongkai.base.office import SETTLE, urlpatterns


@hooks.register("insert_global_admin_css")
def office_css() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("base/office.css"))


@hooks.register("insert_global_admin_js")
def office_js() -> SafeString:
    """The words that Wagtail's own JavaScript catalogue and the browser leave in English."""
    return format_html(
        '<script src="{}"></script><script src="{}" defer></script>',
        static("base/office-words.js"),
        static("base/forms.js"),
    )


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return urlpatterns


@hooks.register("register_admin_menu_item")
def site_errors() -> MenuItem:
    return PageItem(SETTLE, "网站找错", "desk-site-errors", "warning", 350)


@hooks.register("construct_homepage_panels", order=-1)
def drop_stock_panels(request: HttpRequest, panels: list[object]) -> None:
    panels.clear()


@hooks.register("construct_homepage_summary_items")
def drop_stock_summary(request: HttpRequest, items: list[object]) -> None:
    items.clear()


@hooks.register("construct_reports_menu")
@hooks.register("construct_help_menu")
def nothing_here(request: HttpRequest, items: list[object]) -> None:
    """The search of pages and the reports on pages are of no use before there are pages."""
    items.clear()


@hooks.register("register_admin_menu_item")
def to_the_public_site() -> MenuItem:
    return MenuItem("公开网站", "/", name="public-site", icon_name="site", order=9000)


@hooks.register("register_admin_menu_item")
def to_do() -> MenuItem:
    return MenuItem("待办", reverse("wagtailadmin_home"), name="todo", icon_name="tasks", order=1)
