"""One number of a compiled report: its rule, its records, last year, and the change by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from gongkai.annual_report.model import shown
from gongkai.base.office import number_of
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.queries import bodies_for
from gongkai.reporting.cells import label
from gongkai.reporting.compile import actions
from gongkai.reporting.compile.compute import records_of
from gongkai.reporting.compile.formulas import formula
from gongkai.reporting.compile.sources import SOURCES
from gongkai.reporting.compile.text import previous_version
from gongkai.reporting.desk.access import page, telling
from gongkai.reporting.desk.compile import may_edit, task_or_404, task_trail
from gongkai.reporting.desk.rollup import READERS
from gongkai.reporting.models import AnnualReport
from gongkai.reporting.queries import manual_changes
from gongkai.reporting.roles import FILE, VIEW

PER_PAGE = 50
_OVER, _FORWARD = "t3.carried_over.", "t3.carried_forward."


@staff(VIEW)
def cell(request: HttpRequest, pk: int, address: str) -> HttpResponse:
    """The proof of one number; a clerk may put another in its place, with the reason."""
    report, task, newest = task_or_404(request, pk)
    content = newest.as_report
    try:
        rule = formula(content.format, address)
    except KeyError:
        raise Http404("这份年报的格式里没有这一格。") from None
    refusal: Exception | None = None
    status = 200
    if request.method == "POST":
        try:
            value, reason = request.POST.get("value", ""), request.POST.get("reason", "")
            seen = number_of(request.POST.get("seen"))
            made = actions.change_cell(task, address, value, reason, by=request.user, seen=seen)
            messages.success(request, f"已改，生成第{made.number}版，并重新检查。")
            return redirect("desk-compilation-cell", pk=pk, address=address)
        except Refused as error:
            refusal, status = error, 409 if error.overtaken else 422
        except PermissionDenied as error:
            refusal, status = error, 403
    assert newest.computation is not None  # task_or_404
    edits = may_edit(request, task)
    kept = newest.computation.cells.get(address, {})
    # A number that was summed has its proof in the reports of which it is the sum.
    is_sum = str(kept.get("formula", "")).startswith("rollup:")
    records = None if is_sum else records_of(report.body, report.year, address)
    pages = None
    if records is not None:
        pages = Paginator(records.rows, PER_PAGE).get_page(request.GET.get("p"))
    return page(
        request,
        "compile/cell.html",
        label(content, address),
        task_trail(report),
        icon="search",
        status=status,
        report=report,
        newest=newest,
        computation=newest.computation,
        address=address,
        rule=rule,
        source=SOURCES[rule.source].title if rule.source else "",
        value=shown(content.value(address)),
        kept=kept,
        is_sum=is_sum,
        reads_sums=bodies_for(request.user, *READERS).filter(pk=report.body_id).exists(),
        unchanged=records is None or str(records.trace) == kept.get("trace"),
        pages=pages,
        records=[
            (records.describe(row), _entered(row) > newest.computation.made_at)
            for row in pages or ()
            if records is not None
        ],
        current=next((c for c in manual_changes(newest) if c.correction.address == address), None),
        history=report.corrections.filter(address=address).select_related("by"),
        last_year=_last_year(report, address),
        is_carry_over=address.startswith(_OVER),
        refusal=refusal,
        typed=request.POST.get("value"),
        reason=request.POST.get("reason", ""),
        may_edit=edits,
        unsaved="" if edits else request.POST.get("reason", ""),
    )


@staff(FILE)
@require_POST
@telling("desk-compilation-cell", "address")
def give_back(request: HttpRequest, pk: int, address: str) -> HttpResponse:
    """Let the registers speak again in a changed cell."""
    _, task, _ = task_or_404(request, pk)
    seen = number_of(request.POST.get("seen"))
    made = actions.give_back_cell(
        task, address, request.POST.get("reason", ""), by=request.user, seen=seen
    )
    messages.success(request, f"已恢复台账数，生成第{made.number}版。")
    return redirect("desk-compilation-cell", pk=pk, address=address)


def _entered(row: Any) -> datetime:
    """When a record came into its register; long ago where the register does not say."""
    at = getattr(row, "entered_at", None) or getattr(row, "registered_at", None)
    return at or datetime.min.replace(tzinfo=UTC)


def _last_year(report: AnnualReport, address: str) -> dict[str, str] | None:
    """What last year's report says: in the same cell, or what it carried forward (C05)."""
    former = previous_version(report)
    if former is None:
        return None
    content = former.as_report
    there = address.replace(_OVER, _FORWARD) if address.startswith(_OVER) else address
    return {
        "url": reverse("desk-report", args=[former.report_id]),
        "name": f"{report.year - 1}年年报第{former.number}版",
        "label": label(content, there),
        "value": shown(content.value(there)),
    }


urlpatterns = [
    path("compilations/<int:pk>/cell/<str:address>/", cell, name="desk-compilation-cell"),
    path(
        "compilations/<int:pk>/cell/<str:address>/give-back/",
        give_back,
        name="desk-compilation-give-back",
    ),
]
