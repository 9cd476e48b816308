"""Staff pages: redact."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
