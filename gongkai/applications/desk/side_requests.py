"""Staff pages: side_requests."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
