"""Public pages: track."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from gongkai.base.permissions import public


@public
def track(request: HttpRequest) -> HttpResponse:
    """The entrance: number and query code."""
    return render(request, "applications/public/track.html")


urlpatterns: list[URLPattern] = [path("track/", track, name="track")]
