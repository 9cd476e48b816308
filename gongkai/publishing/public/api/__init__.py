"""Open data of this room: a read API, its description, dumps and a DCAT catalogue.

``shapes`` (what a thing looks like), ``spec`` (OpenAPI 3.1), ``views`` and ``dumps`` (addresses).
"""

from __future__ import annotations

from django.urls import URLPattern

from gongkai.publishing.public.api import dumps, views

urlpatterns: list[URLPattern] = [*views.urlpatterns, *dumps.urlpatterns]
