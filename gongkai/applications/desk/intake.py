"""Staff pages: intake."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
