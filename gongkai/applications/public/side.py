"""Public pages: corrections, suggestions, complaints."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from gongkai.applications.models import SideRequest
from gongkai.applications.public.track.entrance import tracked
from gongkai.base.permissions import public


@public
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of one kind."""
    return render(request, "applications/public/track.html")


@tracked(SideRequest)
def status(request: HttpRequest, side: SideRequest) -> HttpResponse:
    """One request."""
    return render(request, "applications/public/track.html")


urlpatterns: list[URLPattern] = [
    path("requests/<slug:kind>/", new, name="side-new"),
    path("track/request/", status, name="side-status"),
]
