"""Staff pages: office_settings."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
