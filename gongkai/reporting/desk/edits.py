"""Deeds on one report: correct a cell, withdraw a correction, read again, dates, publish."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from gongkai.annual_report.model import shown
from gongkai.base.office import number_of
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.reporting import actions
from gongkai.reporting.cells import differences, kind_of, label
from gongkai.reporting.desk.access import page, report_or_404, report_trail, telling
from gongkai.reporting.models import AnnualReport, ReportVersion
from gongkai.reporting.queries import standing_problems
from gongkai.reporting.roles import FILE, PUBLISH
from gongkai.reporting.route.gate import unwritten


@staff(FILE)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for one cell (``address``): the value as it stands, the new one, the reason."""
    report = report_or_404(request.user, pk)
    newest = report.latest
    address = request.POST.get("address") or request.GET.get("address", "")
    if newest is None:
        raise Http404("这份年报还没有录入内容。")
    content = newest.as_report
    if kind_of(content, address) is None and address not in dict(content.cells()):
        raise Http404("这份年报的格式里没有这一格。")
    refusal: Exception | None = None
    status = 200
    if request.method == "POST":
        try:
            seen = number_of(request.POST.get("seen"))
            value, reason = request.POST.get("value", ""), request.POST.get("reason", "")
            version = actions.correct_cell(
                report, address, value, reason, by=request.user, seen=seen
            )
            messages.success(request, f"已更正，生成第{version.number}版，并重新检查。")
            return redirect(_beside(report.pk, address))
        except Refused as error:
            refusal, status = error, 409 if error.overtaken else 400
        except PermissionDenied as error:
            refusal, status = error, 403
    current = actions.corrections_in_force(report).get(address)
    return page(
        request,
        "correct.html",
        "更正单元格",
        report_trail(report),
        icon="edit",
        status=status,
        report=report,
        newest=newest,
        address=address,
        label=label(content, address),
        value=shown(content.value(address)),
        place=content.cell(address).place,
        typed=request.POST.get("value"),
        reason=request.POST.get("reason", ""),
        current=current,
        refusal=refusal,
    )


@staff(FILE)
@require_POST
@telling("desk-report")
def withdraw_correction(request: HttpRequest, pk: int) -> HttpResponse:
    report = report_or_404(request.user, pk)
    version = actions.withdraw_correction(
        report,
        request.POST.get("address", ""),
        request.POST.get("reason", ""),
        by=request.user,
        seen=number_of(request.POST.get("seen")),
    )
    messages.success(request, f"已撤回更正，生成第{version.number}版。")
    return redirect("desk-report", pk=pk)


@staff(FILE)
@require_POST
@telling("desk-report")
def reread(request: HttpRequest, pk: int) -> HttpResponse:
    filed = actions.reread(report_or_404(request.user, pk), by=request.user)
    messages.success(request, filed.message)
    return redirect("desk-report", pk=pk)


@staff(FILE)
@require_POST
@telling("desk-report")
def dates(request: HttpRequest, pk: int) -> HttpResponse:
    """Note when the report was handed in and made public."""
    report = report_or_404(request.user, pk)
    actions.note_dates(
        report,
        disclosed_on=_day(request.POST.get("disclosed_on", "")),
        submitted_on=_day(request.POST.get("submitted_on", "")),
        by=request.user,
    )
    messages.success(request, "日期已登记，已重新检查。")
    return redirect("desk-report", pk=pk)


@staff(PUBLISH)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what will be public (for an erratum: what changes), then publish."""
    report = report_or_404(request.user, pk)
    newest = report.latest
    if newest is None:
        raise Http404("这份年报还没有录入内容。")
    refusal: Exception | None = None
    status = 200
    if request.method == "POST":
        try:
            seen = number_of(request.POST.get("version"))
            version = report.versions.filter(number=seen).first()
            if version is None:
                raise Refused("没有收到要公开的版本号，没有公开。请核对以后再办一次。")
            actions.publish_report(version, by=request.user, note=request.POST.get("note", ""))
            messages.success(request, f"第{version.number}版已公开。")
            return redirect("desk-report", pk=pk)
        except Refused as error:
            refusal, status = error, 409
        except PermissionDenied as error:
            refusal, status = error, 403
    former = report.published
    unjudged, gaps = actions.open_errors(report), unwritten(newest)
    there = not unjudged and not gaps and (former is None or former.pk != newest.pk)
    return page(
        request,
        "publish.html",
        "公开年报",
        report_trail(report),
        icon="upload",
        status=status,
        report=report,
        newest=newest,
        former=former,
        differences=differences(former.as_report, newest.as_report) if former else [],
        unjudged=unjudged,
        unwritten=gaps,
        bare=not there,
        unsaved="" if there else request.POST.get("note", ""),
        standing=standing_problems(report),
        note=request.POST.get("note", ""),
        refusal=refusal,
        misfiled=_misfiled(report, newest),
    )


@staff(PUBLISH)
@require_POST
@telling("desk-report")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    report = report_or_404(request.user, pk)
    actions.withdraw_publication(report, request.POST.get("reason", ""), by=request.user)
    messages.success(request, "已撤下，公众不再看到这份年报。")
    return redirect("desk-report", pk=pk)


def _misfiled(report: AnnualReport, version: ReportVersion) -> list[str]:
    """What the document says of itself that differs from where it is filed."""
    content, body = version.as_report, report.body
    told = []
    names = (body.name, body.short_name)
    agency = content.agency
    if agency and not any(n and (n in agency or agency in n) for n in names):
        told.append(f"文件写的机关是“{content.agency}”，登记的是“{body.name}”")
    if content.year and content.year != report.year:
        told.append(f"文件写的是{content.year}年，登记的是{report.year}年")
    return told


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused("日期请按“2026-01-31”的形式填写。") from None


def _beside(pk: int, address: str) -> str:
    return f"{reverse('desk-beside', args=[pk])}#cell-{address}"
