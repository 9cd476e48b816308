"""Addresses of the public pages of this room."""

from __future__ import annotations

from django.urls import URLPattern

from gongkai.engagement.public import entrance, feeds, letters, mailboxes, surveys

urlpatterns: list[URLPattern] = [
    *letters.urlpatterns,
    *mailboxes.urlpatterns,
    *entrance.urlpatterns,
    *surveys.urlpatterns,
    *feeds.urlpatterns,
]
