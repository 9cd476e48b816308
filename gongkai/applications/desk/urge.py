"""Staff page: the supervising office urges a body about what it answers too late."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from gongkai.applications.actions.urge import urge as urge_body
from gongkai.applications.roles import VIEW
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Role
from gongkai.bodies.queries import bodies_for


@staff(VIEW)
@require_POST
def urge(request: HttpRequest, slug: str) -> HttpResponse:
    """Urge a body that the person supervises, and go back to the 待办."""
    body = get_object_or_404(bodies_for(request.user, Role.INSPECTOR), slug=slug)
    try:
        number = urge_body(body, by=request.user)
    except Refused as no:
        messages.warning(request, str(no))
    else:
        said = f"已对{body.short_name}催办 {number} 件，对方的待办里会显示，并记入操作记录。"
        messages.success(request, said)
    return redirect("wagtailadmin_home")


urlpatterns: list[URLPattern] = [path("urge/<slug:slug>/", urge, name="desk-cases-urge")]
