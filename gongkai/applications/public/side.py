"""Public pages: side."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
