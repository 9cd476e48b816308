"""Public pages: record correction, suggestion, complaint and remedies; where they stand."""

from django.urls import URLPattern

from gongkai.applications.public.side import pages, remedies

#: The remedies first: their address would else be taken for a kind of request.
urlpatterns: list[URLPattern] = [*remedies.urlpatterns, *pages.urlpatterns]
