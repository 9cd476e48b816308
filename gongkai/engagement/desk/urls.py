"""Addresses of the office pages of this room."""

from __future__ import annotations

from django.urls import URLPattern

from gongkai.engagement.desk import (
    letter,
    letter_export,
    letters,
    mailboxes,
    survey_correction,
    surveys,
)

urlpatterns: list[URLPattern] = [
    *letters.urlpatterns,
    *letter.urlpatterns,
    *letter_export.urlpatterns,
    *mailboxes.urlpatterns,
    *survey_correction.urlpatterns,
    *surveys.urlpatterns,
]
