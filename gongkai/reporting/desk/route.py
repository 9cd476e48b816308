"""流转: where a report stands, the deed that is due, remarks and answers, what was done so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gongkai.annual_report.render import KINDS, render
from gongkai.base.office import number_of
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.base.streams import download
from gongkai.bodies.models import Body, Role, Section
from gongkai.bodies.queries import bodies_for
from gongkai.law.deadlines.duties import warning
from gongkai.reporting.actions import open_errors
from gongkai.reporting.desk.access import page, report_or_404, report_trail, telling
from gongkai.reporting.desk.todo import due_day, why_due
from gongkai.reporting.models import AnnualReport, Remark, ReportVersion, Route, Snapshot
from gongkai.reporting.roles import FILE, FILERS, VIEW
from gongkai.reporting.route import actions, bundle
from gongkai.reporting.route.obstacles import obstacles
from gongkai.reporting.route.queries import (
    OTHERS,
    STATIONS,
    WAY,
    confirmed,
    may_act,
    open_remarks,
    remarks_seen,
    route_of,
    sections_of,
    sections_to_confirm,
)
from gongkai.reporting.route.seal import AT_HOME, Deed

State = Route.State
_WHO = {
    State.CONFIRM: "各科室承办人或者审核人",
    State.SUBMITTED: "主管部门检查人员",
}


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of the way as the page shows it: passed, now, or still to come."""

    label: str
    who: str
    when: str


@staff(VIEW)
@require_safe
def route_page(request: HttpRequest, pk: int) -> HttpResponse:
    report = report_or_404(request.user, pk)
    route = route_of(report)
    state = State(route.state)
    body = report.body
    due = due_day(body, report.year)
    station = STATIONS.get(state)
    saved = route.pk is not None
    return page(
        request,
        "route/route.html",
        "年报流转",
        report_trail(report),
        icon="arrow-right-full",
        report=report,
        route=route,
        version=route.version,
        newest=report.latest,
        stops=_stops(route, body),
        may_act=may_act(request.user, route),
        may_file=bodies_for(request.user, *FILERS).filter(pk=body.pk).exists(),
        is_head=bodies_for(request.user, Role.HEAD).filter(pk=body.pk).exists(),
        at_home=state in AT_HOME,
        verb=station.verb if station else "",
        who=who_is_next(state),
        due_on=due,
        warning=warning(due, timezone.localdate()),
        why_due=why_due(body, report.year),
        errors=open_errors(report).count(),
        obstacles=_obstacles(report, state),
        unanswered=open_remarks(route).count() if saved else 0,
        remarks=[
            (remark, request.POST.get(f"answer-{remark.pk}", ""))
            for remark in (remarks_seen(route, request.user) if saved else ())
        ],
        steps=route.steps.select_related("version", "section").order_by("-id") if saved else [],
        sections=_sections(route, body) if state == State.CONFIRM else [],
        my_sections=sections_of(request.user, route) if state == State.CONFIRM else [],
        returned=_returned(route) if saved and state not in AT_HOME else None,
        snapshot=Snapshot.objects.filter(version=route.version_id).first(),
        recallable=saved and state in (*STATIONS, State.SIGNED),
        reopenable=state in (State.ACCEPTED, State.PUBLISHED, State.ARCHIVED),
    )


def _returned(route: Route) -> ReportVersion | None:
    """The version that was sent back last, if another one is on its way now."""
    last = route.steps.filter(deed=Deed.RETURN).exclude(version=route.version).order_by("-id")
    step = last.select_related("version").first()
    return step.version if step else None


def _obstacles(report: AnnualReport, state: State) -> list[str]:
    newest = report.latest
    if newest is None or state not in AT_HOME:
        return []
    return obstacles(newest, timezone.localdate())


def who_is_next(state: State) -> str:
    """The people whose turn it is, in words."""
    if state in _WHO:
        return _WHO[state]
    roles = STATIONS[state].roles if state in STATIONS else OTHERS.get(state, ((), ""))[0]
    return "、".join(r.label for r in roles)


def _stops(route: Route, body: Body) -> list[Stop]:
    way = list(WAY)
    if not sections_to_confirm(body):
        way.remove(State.CONFIRM)
    if body.supervised_by_id is None:
        way.remove(State.SUBMITTED)
    now = State.DRAFT if route.state == State.RETURNED else State(route.state)
    place = way.index(now) if now in way else 0
    return [
        Stop(
            State.RETURNED.label if i == place and route.state == State.RETURNED else s.label,
            who_is_next(s),
            "done" if i < place else "now" if i == place else "later",
        )
        for i, s in enumerate(way)
    ]


def _sections(route: Route, body: Body) -> list[tuple[Section, str, Any]]:
    done = confirmed(route)
    return [
        (section, "、".join(p.label for p in parts), done.get(section.pk))
        for section, parts in sections_to_confirm(body).items()
    ]


# --- deeds ----------------------------------------------------------------------------------


@staff(VIEW)
@require_POST
@telling("desk-route")
def deed(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of the way; the actions ask again who may take it, and on what."""
    report = report_or_404(request.user, pk)
    take = _DEEDS.get(name)
    if take is None:
        raise Http404
    messages.success(request, take(request, report))
    return redirect("desk-route", pk=pk)


def _send(request: HttpRequest, report: AnnualReport) -> str:
    route = actions.send(report, by=request.user, seen=request.POST.get("state", ""))
    return f"已送审，现在是“{route.get_state_display()}”。"


def _confirm(request: HttpRequest, report: AnnualReport) -> str:
    chosen = [number_of(s) for s in request.POST.getlist("section")]
    found = Section.objects.filter(pk__in=chosen[:200], body=report.body_id)
    words = request.POST.get("opinion", "")
    sha256 = request.POST.get("sha256", "")
    actions.confirm(report, list(found), by=request.user, sha256=sha256, opinion=words)
    return "已确认。"


def _pass(request: HttpRequest, report: AnnualReport) -> str:
    post = request.POST
    route = actions.pass_on(
        report,
        by=request.user,
        state=post.get("state", ""),
        sha256=post.get("sha256", ""),
        opinion=post.get("opinion", ""),
    )
    return f"已办理，现在是“{route.get_state_display()}”。"


def _return(request: HttpRequest, report: AnnualReport) -> str:
    post = request.POST
    actions.send_back(
        report,
        post.get("opinion", ""),
        by=request.user,
        state=post.get("state", ""),
        sha256=post.get("sha256", ""),
    )
    return "已退回经办人，意见已经送出。"


def _submit(request: HttpRequest, report: AnnualReport) -> str:
    actions.submit(report, by=request.user, sha256=request.POST.get("sha256", ""))
    return "已报送。报送的内容不能再改，需要修改的请先撤回。"


def _recall(request: HttpRequest, report: AnnualReport) -> str:
    actions.recall(report, request.POST.get("reason", ""), by=request.user)
    return "已撤回，可以修改后重新送审。"


def _reopen(request: HttpRequest, report: AnnualReport) -> str:
    actions.reopen(report, request.POST.get("reason", ""), by=request.user)
    return "已重新打开。已公开的版本不变，新版本审核通过后再公开更正。"


def _archive(request: HttpRequest, report: AnnualReport) -> str:
    actions.archive(report, request.POST.get("note", ""), by=request.user)
    return "已归档。"


_DEEDS = {
    "send": _send,
    "confirm": _confirm,
    "pass": _pass,
    "return": _return,
    "submit": _submit,
    "recall": _recall,
    "reopen": _reopen,
    "archive": _archive,
}


@staff(FILE)
@require_POST
@telling("desk-route")
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """The clerk's answers to the remarks, as many as are written: all are kept or none."""
    report = report_or_404(request.user, pk)
    written = {
        remark: words
        for remark in Remark.objects.filter(route__report=report)
        if (words := request.POST.get(f"answer-{remark.pk}", "").strip())
    }
    if not written:
        raise Refused("还没有写答复。请在意见下面写明怎样改的，或者为什么不改。")
    with transaction.atomic():
        for remark, words in written.items():
            actions.answer_remark(remark, words, by=request.user)
    messages.success(request, f"{len(written)} 条答复已保存。")
    return redirect(f"{reverse('desk-route', args=[pk])}#remarks")


@staff(VIEW)
@require_safe
def bundle_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The bundle for submission: the version on its way, else the newest."""
    report = report_or_404(request.user, pk)
    version = route_of(report).version or report.latest
    if version is None:
        raise Http404("这份年报还没有内容。")
    return download(bundle.pack(version), f"{report}报送包.zip", "application/zip")


@staff(VIEW)
@require_safe
def form_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The newest version in one of the official forms, public or not."""
    report = report_or_404(request.user, pk)
    version = report.latest
    if version is None or kind not in bundle.FORMS:
        raise Http404("没有这种格式，或者这份年报还没有内容。")
    name = f"{report}（第{version.number}版）{KINDS[kind].suffix}"
    body = render(version.as_report, kind)
    return download(body, name, KINDS[kind].media_type)


urlpatterns = [
    path("annual-reports/<int:pk>/file.<slug:kind>", form_file, name="desk-report-file"),
    path("annual-reports/<int:pk>/route/", route_page, name="desk-route"),
    path("annual-reports/<int:pk>/route/deed/<slug:name>/", deed, name="desk-route-deed"),
    path("annual-reports/<int:pk>/route/answers/", answers, name="desk-route-answers"),
    path("annual-reports/<int:pk>/route/bundle.zip", bundle_file, name="desk-route-bundle"),
]
