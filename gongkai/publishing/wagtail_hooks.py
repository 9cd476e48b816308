"""The office pages of 主动公开 in the shell."""

from __future__ import annotations

from django.urls import URLPattern
from wagtail import hooks

from gongkai.publishing.desk.urls import urlpatterns


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return urlpatterns
