"""Public pages: record correction, suggestion to publish, complaint; and where they stand."""

from django.urls import URLPattern

from gongkai.applications.public.side import pages

urlpatterns: list[URLPattern] = pages.urlpatterns
