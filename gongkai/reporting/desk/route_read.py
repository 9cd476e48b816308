"""The report as it is on its way, every cell and paragraph open to a remark of who reviews it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from gongkai.annual_report.render import tables_html
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.reporting.desk.access import page, report_or_404, report_trail, telling
from gongkai.reporting.linked import linked
from gongkai.reporting.models import Remark
from gongkai.reporting.roles import VIEW
from gongkai.reporting.route import actions
from gongkai.reporting.route.places import name_of_place, paragraphs
from gongkai.reporting.route.queries import STATIONS, may_act, remarks_seen, route_of
from gongkai.reporting.route.seal import State

_TABLES = {2: "t2", 3: "t3", 4: "t4"}
REMARKED = format_html('<sup class="gk-remarked">{}</sup>', "意见")


@staff(VIEW)
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """``place`` chooses where the remark goes; sent with the return of the report."""
    report = report_or_404(request.user, pk)
    route = route_of(report)
    version = route.version or report.latest
    if version is None:
        raise Http404("这份年报还没有内容。")
    content = version.as_report
    reviewing = State(route.state) in STATIONS and may_act(request.user, route)
    place = request.POST.get("place", request.GET.get("place", ""))
    refusal, status, label = "", 200, ""
    try:
        label = name_of_place(content, place)
        if request.method == "POST":
            actions.add_remark(report, place, request.POST.get("text", ""), by=request.user)
            messages.success(request, f"已记下对{label}的意见，退回时一并送出。")
            anchor = f"#at-{place}" if place else ""
            return redirect(f"{reverse('desk-route-read', args=[pk])}{anchor}")
    except Refused as error:
        refusal, status = str(error), 422
    except PermissionDenied as error:
        refusal, status = str(error), 403
    remarks = list(remarks_seen(route, request.user)) if route.pk else []
    here = {r.place for r in remarks if r.sent_at is None or r.answered_at is None}
    url = reverse("desk-route-read", args=[pk])
    tables = tables_html(content)

    def remark_on(address: str, _: str) -> str | None:
        return f"{url}?place={address}#remark" if reviewing else None

    return page(
        request,
        "route/read.html",
        "审阅年报",
        [*report_trail(report), (reverse("desk-route", args=[pk]), "年报流转")],
        icon="view",
        status=status,
        report=report,
        route=route,
        version=version,
        reviewing=reviewing,
        sections=[
            (
                section.title,
                [
                    (f"s{section.number}.{n}", text)
                    for n, text in _numbered(content, section.number)
                ],
                linked(
                    tables.get(_TABLES.get(section.number, ""), ""),
                    remark_on,
                    anchor="at-",
                    signed=here,
                    sign=REMARKED,
                ),
            )
            for section in content.sections
        ],
        place=place,
        label=label,
        text=request.POST.get("text", ""),
        refusal=refusal,
        unsaved="" if reviewing else request.POST.get("text", ""),
        pending=[r for r in remarks if r.sent_at is None],
        marked=here,
    )


def _numbered(content: object, number: int) -> list[tuple[int, str]]:
    return list(enumerate(paragraphs(content, number), 1))  # type: ignore[arg-type]


@staff(VIEW)
@require_POST
@telling("desk-route-read")
def drop(request: HttpRequest, pk: int, remark: int) -> HttpResponse:
    """Take one's own remark away before it was sent."""
    report = report_or_404(request.user, pk)
    mine = Remark.objects.filter(pk=remark, route__report=report).first()
    if mine is None:
        raise Refused("这条意见已经删除。")
    actions.drop_remark(mine, by=request.user)
    messages.success(request, "已删除这条意见。")
    return redirect("desk-route-read", pk=pk)


urlpatterns = [
    path("annual-reports/<int:pk>/route/read/", read, name="desk-route-read"),
    path("annual-reports/<int:pk>/route/remarks/<int:remark>/drop/", drop, name="desk-route-drop"),
]
