"""Staff pages of applications in the office shell."""

from django.templatetags.static import static
from django.urls import URLPattern
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from wagtail import hooks

from gongkai.applications.desk.urls import urlpatterns


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return urlpatterns


@hooks.register("insert_global_admin_css")
def styles() -> SafeString:
    sheets = ((static(f"applications/{name}.css"),) for name in ("due", "desk"))
    return format_html_join("", '<link rel="stylesheet" href="{}">', sheets)
