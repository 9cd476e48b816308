"""核数分工: which section of a body confirms which numbers of its annual report."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body, Role
from gongkai.bodies.queries import bodies_for
from gongkai.reporting.desk.access import LIST, page, trail
from gongkai.reporting.models import SectionDuty
from gongkai.reporting.roles import VIEW
from gongkai.reporting.route import actions
from gongkai.reporting.route.queries import sections_to_confirm

SETTERS = (Role.HEAD, Role.CLERK)


@staff(VIEW)
def duties(request: HttpRequest, slug: str) -> HttpResponse:
    """A box for every section and part; saved as a whole."""
    body = bodies_for(request.user).filter(slug=slug).first()
    if body is None:
        raise Http404("没有这个机关，或者您没有查看的权限。")
    refusal, status = "", 200
    if request.method == "POST":
        try:
            actions.set_duties(body, _chosen(request, body), by=request.user)
            messages.success(request, "分工已保存，从下一次送审起使用。")
            return redirect("desk-route-duties", slug=slug)
        except Refused as error:
            refusal, status = str(error), 422
        except PermissionDenied as error:
            refusal, status = str(error), 403
    now = {s.pk: set(parts) for s, parts in sections_to_confirm(body).items()}
    return page(
        request,
        "route/duties.html",
        "年报核数分工",
        trail(LIST),
        icon="group",
        status=status,
        body=body,
        parts=SectionDuty.Part.choices,
        rows=[
            (s, [(p, label, p in now.get(s.pk, ())) for p, label in SectionDuty.Part.choices])
            for s in body.sections.all()
        ],
        may_set=bodies_for(request.user, *SETTERS).filter(pk=body.pk).exists(),
        refusal=refusal,
    )


def _chosen(request: HttpRequest, body: Body) -> dict[object, list[str]]:
    known = set(SectionDuty.Part.values)
    return {
        section: [p for p in request.POST.getlist(f"section-{section.pk}") if p in known]
        for section in body.sections.all()
    }


urlpatterns = [path("annual-reports/duties/<slug:slug>/", duties, name="desk-route-duties")]
