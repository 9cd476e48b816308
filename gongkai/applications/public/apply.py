"""Public pages: apply."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from gongkai.base.permissions import public


@public
def apply(request: HttpRequest) -> HttpResponse:
    """The first page of an application."""
    return render(request, "applications/public/apply.html")


urlpatterns: list[URLPattern] = [path("apply/", apply, name="apply")]
