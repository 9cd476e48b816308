"""Addresses of the public pages of this room."""

from __future__ import annotations

from django.urls import URLPattern

from gongkai.publishing.public import (
    api,
    columns,
    documents,
    feeds,
    files,
    home,
    policies,
    portal,
    search,
    sites,
    standard_catalogue,
)

urlpatterns: list[URLPattern] = [
    *home.urlpatterns,
    *documents.urlpatterns,
    *columns.urlpatterns,
    *sites.urlpatterns,
    *portal.urlpatterns,
    *policies.urlpatterns,
    *feeds.urlpatterns,
    *files.urlpatterns,
    *search.urlpatterns,
    *api.urlpatterns,
    *standard_catalogue.urlpatterns,
]
