"""The office pages of 主动公开 in the shell: addresses, menu, style sheet, 待办."""

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
from gongkai.publishing.desk.register_todo import register_todo
from gongkai.publishing.desk.todo import document_todo
from gongkai.publishing.desk.urls import urlpatterns
from gongkai.publishing.roles import DRAFT, SETTINGS, VIEW

PAGES = (
    (VIEW, "政府信息", "desk-documents", "doc-full"),
    (DRAFT, "起草", "desk-new-document", "plus"),
    (VIEW, "规范性文件", "desk-normative", "list-ul"),
    (VIEW, "标准目录", "desk-catalogue", "table"),
    (VIEW, "发布渠道", "desk-channels", "mail"),
    (VIEW, "每日情况", "desk-bulletins", "date"),
    (VIEW, "转主动公开建议", "desk-proposals", "folder-inverse"),
    (VIEW, "移送档案馆、图书馆", "desk-transfers", "folder-open-1"),
    (VIEW, "保密审查登记", "desk-secrecy-register", "lock"),
    (VIEW, "不公开信息的评估", "desk-re-evaluation", "history"),
    (VIEW, "栏目更新", "desk-update-duties", "time"),
    (VIEW, "外部链接", "desk-links", "link"),
    (VIEW, "发布和报送统计", "desk-publishing-counts", "table"),
    (SETTINGS, "栏目设置", "desk-columns", "list-ol"),
    (DRAFT, "导入旧站", "desk-imports", "download"),
    (SETTINGS, "设置", "desk-publishing-settings", "cog"),
)


class DocumentPanel(Component):
    """What there is to do on documents, on the first page."""

    order = 6
    template_name = "publishing/desk/todo.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"todo": document_todo(parent_context["request"].user)}


class RegisterPanel(Component):
    """What waits in the registers, below the documents."""

    order = 7
    template_name = "publishing/desk/register_todo.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"waiting": register_todo(parent_context["request"].user)}


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return urlpatterns


@hooks.register("insert_global_admin_css")
def styles() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("publishing/desk.css"))


@hooks.register("register_admin_menu_item")
def publishing() -> MenuItem:
    return submenu("信息发布", PAGES, name="publishing", icon="doc-full", order=80)


@hooks.register("construct_homepage_panels")
def todo_of_documents(request: HttpRequest, panels: list[Any]) -> None:
    if request.user.has_perm(VIEW):
        panels[:0] = [DocumentPanel(), RegisterPanel()]
