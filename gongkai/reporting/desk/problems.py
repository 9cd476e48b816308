"""Findings: the list, and one with its way through the loop."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from gongkai.annual_report.check import RULES
from gongkai.annual_report.check.subject import name_cell
from gongkai.annual_report.model import shown
from gongkai.base.office import number_of
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.reporting.actions import move_problem, moves_for
from gongkai.reporting.desk.access import (
    page,
    problem_or_404,
    problems_for,
    report_or_404,
    report_trail,
    reports_for,
    trail,
)
from gongkai.reporting.models import FoundProblem
from gongkai.reporting.parts import LEVELS
from gongkai.reporting.roles import VIEW

PER_PAGE = 50
_KEPT = "desk-problem-filter"
#: The loop as it is drawn on the page.
LOOP = ("found", "confirmed", "mended", "reviewed", "archived")
_NAMES = ("report", "state", "level", "gone")


@staff(VIEW)
def problem_list(request: HttpRequest) -> HttpResponse:
    """Findings of the person's bodies; by default those that still stand and wait for someone."""
    if "clear" in request.GET:
        request.session.pop(_KEPT, None)
        return redirect("desk-problems")
    if any(k in request.GET for k in _NAMES):
        chosen = {k: request.GET.get(k, "")[:20] for k in _NAMES}
        report = number_of(chosen["report"])
        concerned = report_or_404(request.user, report) if report else None
        request.session[_KEPT] = chosen
    else:
        chosen = request.session.get(_KEPT, dict.fromkeys(_NAMES, ""))
        # A remembered report that is no longer the person's business narrows nothing.
        report = number_of(chosen["report"])
        concerned = reports_for(request.user).filter(pk=report).first() if report else None
    found = problems_for(request.user)
    if concerned:
        found = found.filter(report=concerned)
    if chosen["state"] in FoundProblem.State.values:
        found = found.filter(state=chosen["state"])
    if chosen["level"] in LEVELS:
        found = found.filter(level=chosen["level"])
    if not chosen["gone"]:
        found = found.filter(gone_at=None) | found.exclude(state="found").exclude(gone_at=None)
    gravity = Case(When(level="error", then=0), When(level="warn", then=1), default=2)
    found = found.order_by("-report__year", "report__body__name", gravity, "rule", "pk")
    return page(
        request,
        "problems.html",
        "检查发现的问题",
        trail(),
        icon="warning",
        problems=Paginator(found, PER_PAGE).get_page(request.GET.get("p")),
        chosen=chosen,
        concerned=concerned,
        states=FoundProblem.State.choices,
        levels=LEVELS,
    )


@staff(VIEW)
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding: what is wrong and where, what can be done now, what happened."""
    stored = problem_or_404(request.user, pk)
    refusal: Exception | None = None
    status = 200
    if request.method == "POST":
        try:
            moved = move_problem(
                stored,
                request.POST.get("to", ""),
                request.POST.get("note", ""),
                by=request.user,
                seen=request.POST.get("seen"),
            )
            messages.success(request, f"已办理，问题现在是“{moved.get_state_display()}”。")
            return redirect("desk-problem", pk=pk)
        except Refused as error:
            refusal, status = error, 409 if error.overtaken else 400
        except PermissionDenied as error:
            refusal, status = error, 403
        stored.refresh_from_db()
    newest = stored.report.latest
    content = newest.as_report if newest else None
    cells = [
        (name_cell(a, content.format), a, shown(content.value(a)))
        for a in stored.finding.get("addresses", ())
        if content
    ]
    rule = RULES.get(stored.rule)
    offers = moves_for(stored, request.user)
    position = LOOP.index(stored.state) if stored.state in LOOP else -1
    return page(
        request,
        "problem.html",
        "办理问题",
        report_trail(stored.report),
        icon="warning",
        status=status,
        problem=stored,
        report=stored.report,
        newest=newest,
        cells=cells,
        rule=rule,
        place=_place(stored.finding.get("place")),
        word=LEVELS.get(stored.level, stored.level),
        loop=[
            (FoundProblem.State(s).label, n < position, n == position) for n, s in enumerate(LOOP)
        ],
        offers=offers,
        unsaved="" if any(not one.why_not for one in offers) else request.POST.get("note", ""),
        steps=stored.steps.select_related("by"),
        note=request.POST.get("note", ""),
        refusal=refusal,
    )


def _place(place: dict[str, object] | None) -> str:
    if not place:
        return ""
    words = (("page", "第{}页"), ("line", "第{}行"), ("cell", "单元格{}"))
    return "".join(text.format(place[key]) for key, text in words if place.get(key))
