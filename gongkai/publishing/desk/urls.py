"""Addresses of the office pages of this room; each module has its own ``urlpatterns``."""

from __future__ import annotations

from django.urls import URLPattern

from gongkai.publishing.desk import (
    columns,
    document,
    documents,
    edit,
    findings,
    re_evaluation,
    registers,
    review,
    settings,
)

urlpatterns: list[URLPattern] = [
    *documents.urlpatterns,
    *edit.urlpatterns,
    *document.urlpatterns,
    *findings.urlpatterns,
    *review.urlpatterns,
    *registers.urlpatterns,
    *re_evaluation.urlpatterns,
    *columns.urlpatterns,
    *settings.urlpatterns,
]
