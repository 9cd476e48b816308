"""汇总: the sum of the bodies below, who is missing, and the parts of every cell."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongkai.annual_report.model import shown
from gongkai.annual_report.render import tables_html
from gongkai.base.office import number_of
from gongkai.base.permissions import staff
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.models import Body, Role
from gongkai.bodies.queries import Someone, bodies_for
from gongkai.reporting.cells import label
from gongkai.reporting.compile.report import build
from gongkai.reporting.desk.access import LIST, page, trail
from gongkai.reporting.linked import linked
from gongkai.reporting.models import AnnualReport
from gongkai.reporting.queries import counted_versions
from gongkai.reporting.roles import FILERS, VIEW
from gongkai.reporting.route.rollup import RollUp, below, roll_up
from gongkai.reporting.route.summed import is_current, make_version
from gongkai.reporting.route.years import years_of

#: The parts of a sum are drafts of other bodies: for those who sum, sign and supervise.
READERS = (*FILERS, Role.HEAD, Role.INSPECTOR)


def _root_or_404(user: Someone, slug: str) -> Body:
    """A body of the person's own, or one below it; it must have bodies of its own."""
    body = Body.objects.filter(slug=slug).first()
    if body is None or not body.supervised.exists():
        raise Http404("没有这个机关，或者它没有所属机关可以汇总。")
    mine = set(bodies_for(user, *READERS).values_list("pk", flat=True))
    above, steps = body, 0
    while above is not None and steps < 8:
        if above.pk in mine:
            return body
        above, steps = above.supervised_by, steps + 1
    raise Http404("没有这个机关，或者您没有查看的权限。")


@staff(VIEW)
@require_safe
def roots(request: HttpRequest) -> HttpResponse:
    """The bodies of the person that have others below them, for the year chosen.

    Without one the newest that has reports is shown.
    """
    mine = (
        bodies_for(request.user, *READERS)
        .filter(supervised__isnull=False)
        .distinct()
        .order_by("name")
    )
    rows = [(body, below(body)) for body in mine[:200]]
    concerned = {pk for body, ids in rows for pk in (body.pk, *ids)}
    today = timezone.localdate()
    years = years_of(concerned, today.year, formatted=True)
    asked = number_of(request.GET.get("year"))
    year = asked if asked in years.filled or asked in years.empty else years.newest
    year = year or today.year - 1
    there = set(
        AnnualReport.objects.filter(year=year, body__in=concerned, versions__isnull=False)
        .order_by()
        .values_list("body", flat=True)
    )
    return page(
        request,
        "route/rollups.html",
        "年报汇总",
        trail(LIST),
        icon="list-ul",
        rows=[(body, len(ids), sum(pk in there for pk in ids)) for body, ids in rows],
        year=year,
        years=years,
    )


@staff(VIEW)
def whole(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The sum with its tables; a clerk makes it a version of the body's own report."""
    root = _root_or_404(request.user, slug)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            version = make_version(
                root,
                year,
                by=request.user,
                seen=number_of(request.POST.get("seen")),
                despite="despite" in request.POST,
            )
            messages.success(request, f"已汇总，生成第{version.number}版，并重新检查。")
            return redirect("desk-rollup", slug=slug, year=year)
        except Refused as error:
            refusal, status = str(error), 409 if isinstance(error, Overtaken) else 422
        except PermissionDenied as error:
            refusal, status = str(error), 403
    found = _found(root, year)
    report = AnnualReport.objects.filter(body=root, year=year).first()
    newest = report.latest if report else None
    tables = tables_html(build(root, year, found.form, found.cells))

    def parts_of(address: str, _: str) -> str:
        return reverse("desk-rollup-cell", args=[root.slug, year, address])

    return page(
        request,
        "route/rollup.html",
        f"{root.short_name}{year}年年报汇总",
        [*trail(LIST), (reverse("desk-rollups"), "年报汇总")],
        icon="list-ul",
        status=status,
        root=root,
        year=year,
        whole=found,
        bodies=len(found.parts) - 1,
        mine=_mine(request.user),
        report=report,
        newest=newest,
        is_rolled_up=bool(newest and newest.computation and _summed(newest)),
        is_current=bool(newest and is_current(newest, found)),
        differences=_differences(found, newest),
        tables=[linked(table, parts_of) for table in tables.values()],
        may_file=bodies_for(request.user, *FILERS).filter(pk=root.pk).exists(),
        refusal=refusal,
    )


def _mine(user: Someone) -> set[int]:
    """The bodies whose reports the person may open."""
    return set(bodies_for(user).values_list("pk", flat=True))


def _found(root: Body, year: int) -> RollUp:
    if year > timezone.localdate().year:
        raise Http404("这一年还没有开始。")
    try:
        return roll_up(root, year)
    except Refused as error:
        raise Http404(str(error)) from None


def _summed(version: object) -> bool:
    return hasattr(version.computation, "summation")  # type: ignore[attr-defined]


def _differences(found: RollUp, newest: object) -> list[tuple[str, str, str, str]]:
    """C28: the cells of the body's own newest report that are not the sum."""
    if newest is None:
        return []
    content = newest.as_report  # type: ignore[attr-defined]
    told = []
    for address, value in found.cells.items():
        has = content.value(address)
        if value is None or has is None or isinstance(has, str):
            continue
        if has != value:
            told.append((address, label(content, address), shown(has), shown(value)))
    return told


@staff(VIEW)
@require_safe
def cell(request: HttpRequest, slug: str, year: int, address: str) -> HttpResponse:
    """The parts of one sum, the largest first."""
    root = _root_or_404(request.user, slug)
    found = _found(root, year)
    try:
        parts = found.of(address)
    except KeyError:
        raise Http404("这一年的表格里没有这一格。") from None
    named = label(build(root, year, found.form, found.cells), address)
    mine = _mine(request.user)
    compiled = counted_versions(part.report for part, _ in parts if part.report)
    return page(
        request,
        "route/rollup_cell.html",
        named,
        [
            *trail(LIST),
            (reverse("desk-rollups"), "年报汇总"),
            (reverse("desk-rollup", args=[slug, year]), f"{root.short_name}{year}年"),
        ],
        icon="list-ul",
        root=root,
        year=year,
        address=address,
        value=shown(found.cells[address]),
        rows=[
            (part, shown(value), part.body in mine, (part.report, part.number) in compiled)
            for part, value in sorted(parts, key=lambda p: (-(p[1] or 0), p[0].name))
        ],
    )


urlpatterns = [
    path("rollups/", roots, name="desk-rollups"),
    path("rollups/<slug:slug>/<int:year>/", whole, name="desk-rollup"),
    path("rollups/<slug:slug>/<int:year>/<str:address>/", cell, name="desk-rollup-cell"),
]
