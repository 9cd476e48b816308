"""Staff pages: the list of days that moved after a change of the calendar."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.http import urlencode

from gongkai.applications.actions import recompute
from gongkai.applications.models import MovedDue
from gongkai.applications.queries import cases_for
from gongkai.applications.roles import VIEW
from gongkai.base.office import office_page
from gongkai.base.permissions import staff

PER_PAGE = 50


@staff(VIEW)
def moved(request: HttpRequest) -> HttpResponse:
    """Which days of which cases moved, newest first; of one cause when it is named."""
    own = MovedDue.objects.filter(application__in=cases_for(request.user).values("pk"))
    causes = list(own.order_by().values_list("cause", flat=True).distinct()[:50])
    chosen = request.GET.get("cause", "")
    rows = own.filter(cause=chosen) if chosen in causes else own
    return office_page(
        request,
        "applications/desk/moved.html",
        "期限变动",
        [("/office/", "待办")],
        icon="calendar",
        pages=Paginator(rows.select_related("application"), PER_PAGE).get_page(
            request.GET.get("p")
        ),
        causes=sorted(causes),
        waiting=_waiting(request.user),
        chosen=chosen,
        query=urlencode({"cause": chosen}) if chosen else "",
    )


def _waiting(user: Any) -> int:
    """How many of the person's open cases wait to be reckoned anew."""
    found = recompute.waiting()
    return found.cases().filter(pk__in=cases_for(user).values("pk")).count() if found else 0


urlpatterns: list[URLPattern] = [path("moved/", moved, name="desk-moved")]
