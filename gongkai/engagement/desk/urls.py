"""Addresses of the office pages of this room."""

from __future__ import annotations

from django.urls import URLPattern

from gongkai.engagement.desk import letter, letters, mailboxes, surveys

urlpatterns: list[URLPattern] = [
    *letters.urlpatterns,
    *letter.urlpatterns,
    *mailboxes.urlpatterns,
    *surveys.urlpatterns,
]
