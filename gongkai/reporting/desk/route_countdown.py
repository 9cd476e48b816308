"""倒计时 of the annual reports: who is where, coloured by the days that are left."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongkai.base.office import number_of
from gongkai.base.permissions import staff
from gongkai.reporting.desk.access import LIST, page, trail
from gongkai.reporting.roles import VIEW
from gongkai.reporting.route.countdown import (
    GROUPS,
    bodies_watched,
    counts,
    offices_of,
    standings,
)
from gongkai.reporting.route.obstacles import not_over
from gongkai.reporting.route.years import FIRST, years_of

PER_PAGE = 100


@staff(VIEW)
@require_safe
def countdown(request: HttpRequest) -> HttpResponse:
    """All bodies of an office for a year; ``state`` narrows to one group."""
    today = timezone.localdate()
    year = number_of(request.GET.get("year")) or today.year - 1
    year = min(max(year, FIRST), today.year)
    offices = offices_of(request.user)
    wanted = number_of(request.GET.get("office"))
    office = next((o for o in offices if o.pk == wanted), offices[0] if offices else None)
    bodies = bodies_watched(request.user, office)
    found = standings(bodies, year, today)
    state = request.GET.get("state", "")
    shown = [s for s in found if s.group == state] if state in GROUPS else found
    query = request.GET.copy()
    query.pop("p", None)
    return page(
        request,
        "route/countdown.html",
        f"{year}年年报倒计时",
        trail(LIST),
        icon="date",
        office=office,
        offices=offices,
        year=year,
        years=years_of(bodies, today.year),
        round=today.year - 1,
        not_over=not_over(year, today),
        counts=counts(found),
        total=len(found),
        open=sum(1 for s in found if s.warning),
        overdue=sum(1 for s in found if s.warning and s.warning.colour == "overdue"),
        state=state,
        rows=Paginator(shown, PER_PAGE).get_page(request.GET.get("p")),
        query=query.urlencode(),
    )


urlpatterns = [path("annual-reports/countdown/", countdown, name="desk-countdown")]
