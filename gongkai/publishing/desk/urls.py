"""Addresses of the office pages of this room; each module has its own ``urlpatterns``."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
