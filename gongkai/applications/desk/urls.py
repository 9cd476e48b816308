"""Addresses of the staff pages, below /office/applications/."""

from django.urls import URLPattern, include, path

from gongkai.applications.desk import (
    answers,
    calendar,
    case_page,
    decide,
    disputes,
    files,
    intake,
    letter,
    moved,
    office_settings,
    query_code,
    redact,
    side_requests,
    statistics,
    templates,
    unmask,
    work_list,
)

_PAGES = (
    work_list,
    intake,
    calendar,
    decide,
    case_page,
    files,
    redact,
    templates,
    letter,
    query_code,
    office_settings,
    moved,
    unmask,
    disputes,
    statistics,
    side_requests,
    answers,
)
urlpatterns: list[URLPattern] = [
    path("applications/", include([u for page in _PAGES for u in page.urlpatterns]))
]
