"""Addresses of the office pages of this room; each module has its own ``urlpatterns``."""

from __future__ import annotations

from django.urls import URLPattern

from gongkai.publishing.desk import (
    bulletins,
    catalogue,
    channels,
    cleanup,
    columns,
    counts,
    document,
    documents,
    edit,
    findings,
    imports,
    levels,
    links,
    normative,
    points,
    proposals,
    re_evaluation,
    registers,
    review,
    settings,
    transfers,
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
    *levels.urlpatterns,
    *bulletins.urlpatterns,
    *catalogue.urlpatterns,
    *channels.urlpatterns,
    *cleanup.urlpatterns,
    *normative.urlpatterns,
    *proposals.urlpatterns,
    *transfers.urlpatterns,
    *imports.urlpatterns,
    *points.urlpatterns,
    *links.urlpatterns,
    *counts.urlpatterns,
]
