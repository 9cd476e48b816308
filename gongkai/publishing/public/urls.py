"""Addresses of the public pages of this room."""

from __future__ import annotations

from django.urls import URLPattern

from gongkai.publishing.public import (
    documents,
    standard_catalogue,
)

urlpatterns: list[URLPattern] = [
    *documents.urlpatterns,
    *standard_catalogue.urlpatterns,
]
