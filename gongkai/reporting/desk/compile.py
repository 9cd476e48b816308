"""编制: the list of tasks, and one report with its tables, each number leading to its proof."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from gongkai.annual_report.render import marks_of, tables_html
from gongkai.base.office import number_of
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body
from gongkai.bodies.queries import bodies_for
from gongkai.law.deadlines.duties import warning
from gongkai.reporting.actions import conflicts
from gongkai.reporting.cells import label
from gongkai.reporting.compile import actions
from gongkai.reporting.compile.alike import alike
from gongkai.reporting.compile.text import previous_version, unfilled
from gongkai.reporting.desk.access import page, report_or_404, reports_for, telling, trail
from gongkai.reporting.desk.source import finding_of
from gongkai.reporting.desk.todo import due_day, why_due
from gongkai.reporting.linked import linked
from gongkai.reporting.models import AnnualReport, Compilation, ReportVersion, Route
from gongkai.reporting.parts import Numbered, parts
from gongkai.reporting.queries import manual_changes, standing_problems
from gongkai.reporting.roles import FILE, FILERS, VIEW
from gongkai.reporting.route.obstacles import not_over

State = Route.State
LIST = ("desk-compilations", "年报编制")
PER_PAGE = 50
#: The gravest first.
_LEVELS = ("error", "warn", "info")
_TABLES = {2: "t2", 3: "t3", 4: "t4"}
CHANGED = format_html('<sup class="gk-changed">{}</sup>', "改")


def task_or_404(request: HttpRequest, pk: int) -> tuple[AnnualReport, Compilation, ReportVersion]:
    """The report, its task and its newest version; ``pk`` is the report's."""
    report = report_or_404(request.user, pk)
    task = Compilation.objects.filter(report=report).select_related("started_by").first()
    newest = report.latest
    if task is None or newest is None or newest.computation is None:
        raise Http404("这份年报不是从台账编制的。")
    task.report = report
    return report, task, newest


def may_edit(request: HttpRequest, task: Compilation) -> bool:
    """Whether the person may change this report now."""
    mine = bodies_for(request.user, *FILERS).filter(pk=task.report.body_id).exists()
    return mine and task.frozen_at is None


def task_trail(report: AnnualReport) -> list[tuple[str, str]]:
    name = f"{report.body.short_name}{report.year}年"
    return [*trail(LIST), (reverse("desk-compilation", args=[report.pk]), name)]


@staff(VIEW)
def task_list(request: HttpRequest) -> HttpResponse:
    """The tasks of the person's bodies by year, and the form to begin one."""
    chosen = number_of(request.GET.get("year"))
    tasks = Compilation.objects.filter(report__in=reports_for(request.user)).select_related(
        "report__body", "report__published", "report__route"
    )
    years = sorted(set(tasks.order_by().values_list("report__year", flat=True)), reverse=True)
    state = request.GET.get("state", "")
    if chosen:
        tasks = tasks.filter(report__year=chosen)
    if state in State.values:
        is_there = Q(report__route__state=state)
        # A report that was never sent on its way has no route yet.
        tasks = tasks.filter(is_there | Q(report__route=None) if state == State.DRAFT else is_there)
    open_ones = Q(report__problems__gone_at=None) & Q(report__problems__state="found")
    found = tasks.annotate(
        errors=Count("report__problems", filter=open_ones & Q(report__problems__level="error"))
    ).order_by("-report__year", "report__body__name")
    current = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    rows = [(task, task.errors, state_of(task)) for task in current]
    return page(
        request,
        "compile/list.html",
        "年报编制",
        trail(),
        tasks=current,
        rows=rows,
        years=years,
        chosen=chosen,
        states=State.choices,
        state=state,
        query=urlencode({k: v for k, v in (("year", chosen), ("state", state)) if v}),
        bodies=bodies_for(request.user, *FILERS).order_by("name"),
        begin=number_of(request.GET.get("begin")),
        ask_empty=bool(request.GET.get("empty")),
        next_year=number_of(request.GET.get("of"))
        or timezone.localdate().year - (timezone.localdate().month < 7),
    )


def state_of(task: Compilation) -> str:
    """Where the report stands on its way, in a word."""
    route = getattr(task.report, "route", None)
    return str(route.get_state_display() if route else State.DRAFT.label)


@staff(FILE)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin to compile; a refusal is told on the list."""
    typed = request.POST.get("year", "").strip()
    chosen = number_of(request.POST.get("body"))
    body = Body.objects.filter(pk=chosen).first()
    try:
        if body is None:
            raise Refused("请选择机关。")
        task = actions.start(
            body,
            _year(typed),
            by=request.user,
            replace=bool(request.POST.get("replace")),
            refuse_empty=not request.POST.get("empty"),
        )
    except actions.NothingKept as error:
        messages.error(request, str(error))
        asked = {"begin": chosen, "of": typed, "empty": "1"}
        return redirect(f"{reverse('desk-compilations')}?{urlencode(asked)}#begin")
    except (Refused, PermissionDenied) as error:
        year = number_of(typed[:4])
        begun = Compilation.objects.filter(
            report__in=reports_for(request.user), report__body=body, report__year=year
        ).first()
        messages.error(request, _with_link(str(error), begun))
        # What was typed stays.
        asked = {k: v for k, v in (("begin", chosen), ("of", typed[:4])) if v}
        return redirect(f"{reverse('desk-compilations')}?{urlencode(asked)}#begin")
    messages.success(request, "已从台账取数，起草了正文。请逐部分核对。")
    return redirect("desk-compilation", pk=task.report_id)


def _with_link(said: str, begun: Compilation | None) -> str:
    if begun is None:
        return said
    where = reverse("desk-compilation", args=[begun.report_id])
    return format_html('{} <a href="{}">打开{}</a>', said, where, begun.report)


def _year(text: str) -> int:
    if len(text) != 4 or not number_of(text):
        raise Refused(f"请填写四位数的年度，例如{timezone.localdate().year - 1}。")
    return int(text)


@staff(VIEW)
def task_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole report as it stands: text, tables with linked numbers, findings beside."""
    report, task, newest = task_or_404(request, pk)
    content = newest.as_report
    problems = standing_problems(report)
    ordered = sorted(problems, key=lambda p: (_LEVELS.index(p.level), p.rule, p.pk))
    found = [Numbered(n, finding_of(p)) for n, p in enumerate(ordered, 1)]
    changes = manual_changes(newest)
    by_hand = {one.correction.address for one in changes}
    tables = tables_html(content, marks=marks_of([f.finding for f in found]))

    def cell_page(address: str, _: str) -> str:
        return reverse("desk-compilation-cell", args=[report.pk, address])

    open_tables = {
        key: linked(table, cell_page, signed=by_hand, sign=CHANGED) for key, table in tables.items()
    }
    former = previous_version(report)
    due_on = due_day(report.body, report.year)
    return page(
        request,
        "compile/task.html",
        f"{report.body.short_name}{report.year}年年报编制",
        trail(LIST),
        icon="edit",
        report=report,
        compilation=task,
        newest=newest,
        computation=newest.computation,
        state=state_of(task),
        parts=[(p, open_tables.get(_TABLES.get(p.number, ""), "")) for p in parts(content, found)],
        problems=[(f, p) for f, p in zip(found, ordered, strict=True)],
        changes=[(label(content, one.correction.address), one) for one in changes],
        conflicts=conflicts(report),
        unfilled=unfilled(content),
        not_over=not_over(report.year, timezone.localdate()),
        former=former,
        alike=alike(report, newest),
        due_on=due_on,
        warning=warning(due_on, timezone.localdate()) if report.published_id is None else None,
        why_due=why_due(report.body, report.year),
        may_edit=may_edit(request, task),
    )


@staff(FILE)
@require_POST
@telling("desk-compilation")
def recompute(request: HttpRequest, pk: int) -> HttpResponse:
    """Count anew; then show what changed."""
    _, task, newest = task_or_404(request, pk)
    seen = number_of(request.POST.get("seen"))
    done = actions.recompute(task, by=request.user, seen=seen)
    if not done.created:
        messages.success(request, "台账没有变化，数字和上次取数一样。")
        return redirect("desk-compilation", pk=pk)
    if not done.changed:
        messages.success(request, "数字和正文没有变化，数字背后的记录已经更新。")
        return redirect("desk-compilation", pk=pk)
    messages.success(request, f"已重新取数，{len(done.changed)}处有变化，列在下面。")
    query = f"from={newest.number}&to={done.version.number}"
    return redirect(f"{reverse('desk-differences', args=[pk])}?{query}")


urlpatterns = [
    path("compilations/", task_list, name="desk-compilations"),
    path("compilations/begin/", begin, name="desk-compilation-begin"),
    path("compilations/<int:pk>/", task_page, name="desk-compilation"),
    path("compilations/<int:pk>/recompute/", recompute, name="desk-compilation-recompute"),
]
