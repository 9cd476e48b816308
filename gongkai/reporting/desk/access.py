"""The one guarded door to reports and findings on staff pages, and how a refusal is shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse

from gongkai.annual_report.read.document import UnusableInput
from gongkai.base.office import office_page
from gongkai.base.refusal import Refused
from gongkai.bodies.queries import Someone, bodies_for
from gongkai.reporting.models import AnnualReport, FoundProblem

HOME = ("wagtailadmin_home", "待办")
LIST = ("desk-reports", "年度报告")
#: What is typed into the short forms of a deed; of several alike with their numbers (answer-7).
_WORDS = ("opinion", "reason", "answer", "note")


def reports_for(user: Someone) -> QuerySet[AnnualReport]:
    """Reports of every body in which the person has a role, or that he supervises."""
    return AnnualReport.objects.filter(body__in=bodies_for(user)).select_related("body__region")


def problems_for(user: Someone) -> QuerySet[FoundProblem]:
    """Findings in those reports."""
    return FoundProblem.objects.filter(report__body__in=bodies_for(user)).select_related(
        "report__body", "version"
    )


def report_or_404(user: Someone, pk: int) -> AnnualReport:
    """404 also for a report of another body: a stranger does not learn that it exists."""
    report = reports_for(user).filter(pk=pk).first()
    if report is None:
        raise Http404("没有这份年报，或者您没有查看的权限。")
    return report


def problem_or_404(user: Someone, pk: int) -> FoundProblem:
    problem = problems_for(user).filter(pk=pk).first()
    if problem is None:
        raise Http404("没有这个问题，或者您没有查看的权限。")
    return problem


def page(
    request: HttpRequest,
    template: str,
    title: str,
    trail: list[tuple[str, str]],
    *,
    icon: str = "doc-full",
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A staff page with its breadcrumb; ``trail`` holds (address, words) of the pages above."""
    template = f"reporting/desk/{template}"
    for name in ("refusal", "unsaved"):
        context[name] = context.get(name) or getattr(request, f"told_{name}", "")
    return office_page(request, template, title, trail, icon=icon, status=status, **context)


def trail(*names: tuple[str, str]) -> list[tuple[str, str]]:
    """Breadcrumb items from route names without arguments."""
    return [(reverse(name), label) for name, label in (HOME, *names)]


def report_trail(report: AnnualReport) -> list[tuple[str, str]]:
    return [*trail(LIST), (reverse("desk-report", args=[report.pk]), short_title(report))]


def short_title(report: AnnualReport) -> str:
    return f"{report.body.short_name}{report.year}年年报"


def telling(fallback: str, *names: str) -> Callable[[Any], Any]:
    """A deed's view: a refusal is told on the page ``fallback`` of the same report.

    ``names``: what its address takes besides the report. Where something was typed the page is
    shown at once, with the words in their form and, should that be gone, above it.
    """

    def decorate(view: Any) -> Any:
        @wraps(view)
        def told(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, pk, **kwargs)  # type: ignore[no-any-return]
            except (Refused, UnusableInput) as error:
                status = 409 if getattr(error, "overtaken", False) else 422
                said = str(error)
            except PermissionDenied as error:
                status, said = 403, str(error) or "您没有办理这项工作的权限。"
            sent = request.POST.items()
            typed = [words.strip() for name, words in sent if name.partition("-")[0] in _WORDS]
            address = reverse(fallback, kwargs={"pk": pk} | {name: kwargs[name] for name in names})
            if not any(typed):
                messages.error(request, said)
                return redirect(address)
            request.told_refusal = Refused(said)  # type: ignore[attr-defined]
            request.told_unsaved = "\n".join(filter(None, typed))  # type: ignore[attr-defined]
            request.method = "GET"
            page = resolve(address)
            shown: HttpResponse = page.func(request, *page.args, **page.kwargs)
            shown.status_code = status
            return shown

        return told

    return decorate
