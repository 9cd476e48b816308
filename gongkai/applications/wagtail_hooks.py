"""Staff pages of applications in the office shell."""

from django.urls import URLPattern
from wagtail import hooks

from gongkai.applications.desk.urls import urlpatterns


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return urlpatterns
