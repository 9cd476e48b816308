"""The office pages that every register has."""

from django.urls import URLPattern

from gongkai.bodies.ledger.desk import lines, lists, sheet

urlpatterns: list[URLPattern] = [*lists.urlpatterns, *sheet.urlpatterns, *lines.urlpatterns]

__all__ = ["urlpatterns"]
