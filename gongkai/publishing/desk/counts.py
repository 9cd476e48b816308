"""发布和报送统计: what came out in a year by column and by section, and the sections' tasks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gongkai.base.office import number_of, office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.set_up import may_set_up
from gongkai.publishing.actions.quotas import set_quotas
from gongkai.publishing.counts import OfSection, by_column, by_section
from gongkai.publishing.desk.shared import HOME, body_of, year_of
from gongkai.publishing.roles import VIEW

#: So many years can be chosen.
YEARS = 10


@staff(VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def counts(request: HttpRequest) -> HttpResponse:
    """The counts of a year; POST sets the tasks of its sections."""
    body, bodies = body_of(request)
    this = timezone.localdate().year
    year = year_of(request.GET.get("year", "")) or this
    user: Any = request.user
    refusal = ""
    sections = by_section(body, year)
    if request.method == "POST":
        items, wrong = _sent(request, sections)
        try:
            if wrong:
                raise Refused(f"“{wrong}”的任务数要填整数，没有任务的不填。没有保存。")
            changed = set_quotas(body, year, items, by=user)
        except Refused as no:
            refusal = str(no)
        else:
            messages.success(request, f"报送任务已保存，改动 {changed} 个科室。")
            return redirect(f"{reverse('desk-publishing-counts')}?body={body.slug}&year={year}")
    columns = by_column(body, year)
    return office_page(
        request,
        "publishing/desk/counts.html",
        "发布和报送统计",
        [HOME],
        icon="table",
        status=422 if refusal else 200,
        body=body,
        bodies=bodies,
        year=year,
        years=range(this, this - YEARS, -1),
        columns=columns,
        total=sum(one.now for one in columns),
        before=sum(one.before for one in columns),
        standing=sum(one.standing for one in columns),
        sections=[(one, request.POST.get(_name(one), one.quota)) for one in sections],
        may_set=may_set_up(user, body),
        refusal=refusal,
    )


def _name(one: OfSection) -> str:
    """Of the field with a section's task."""
    return f"quota-{one.section.pk if one.section else ''}"


def _sent(request: HttpRequest, sections: list[OfSection]) -> tuple[dict[int, int | None], str]:
    """The tasks that the form sent, and the section whose number is none."""
    items: dict[int, int | None] = {}
    for one in sections:
        name = _name(one)
        if name not in request.POST or one.section is None:
            continue
        text = request.POST[name].strip()
        if text and number_of(text) is None:
            return {}, one.section.name
        items[one.section.pk] = number_of(text)
    return items, ""


urlpatterns: list[URLPattern] = [
    path("publishing/counts/", counts, name="desk-publishing-counts"),
]
