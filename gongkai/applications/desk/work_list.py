"""Work list: mine, my section, the body, the bodies I supervise; with colours, counts, export."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache

from gongkai.applications import clock
from gongkai.applications.desk import urge
from gongkai.applications.desk.case_filter import (
    ALL,
    COLOURS,
    TABS,
    CaseFilter,
    by_state,
    cases_of,
    colour_counts,
    in_order,
    late_by,
    may_see_late,
    narrow,
    tabs_for,
)
from gongkai.applications.desk.export import FORMATS, MOST, as_file
from gongkai.applications.desk.turns import Posts, posts_of, turn_of, with_turns
from gongkai.applications.models import Application
from gongkai.applications.models.case import CHANNELS, KINDS
from gongkai.applications.queries import cases_for
from gongkai.applications.roles import CLERKS, HEADS, VIEW
from gongkai.applications.similar import decision_label
from gongkai.base import audit
from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.bodies.models import Body, Section
from gongkai.law.deadlines.duties import COLOUR_LABELS
from gongkai.law.taxonomy import decisions

PER_PAGE = 50
KEPT = "desk-case-filter"
#: What a row does not show is not decrypted either.
NOT_SHOWN = ("details", "purpose", "fee_relief", "satisfaction_note")


@staff(VIEW)
def work_list(request: HttpRequest) -> HttpResponse:
    """The cases of one tab, those due first at the top; the filter is remembered."""
    if request.method == "POST" or "clear" in request.GET:
        return _remember(request)
    posts = posts_of(request.user)
    tabs = tabs_for(posts)
    chosen = _chosen(request, tabs)
    request.session[KEPT] = chosen.kept()
    today = clock.today()
    names = chosen.tab != "supervised"
    whole = cases_of(chosen.tab, request.user, posts)
    found = in_order(with_turns(narrow(whole, chosen, today, names=names)))
    hidden = NOT_SHOWN if names else (*NOT_SHOWN, "applicant")
    page = Paginator(found.select_related("body", "section", "clerk").defer(*hidden), PER_PAGE)
    rows = page.get_page(request.GET.get("p"))
    for row in rows:
        row.turn = turn_of(row)
        row.decision_label = decision_label(row.decision)
    heads = chosen.tab == "body" and may_see_late(request.user)
    return office_page(
        request,
        "applications/desk/work_list.html",
        "申请办理",
        [("/office/", "待办")],
        icon="list-ul",
        tabs=_tab_counts(request, posts, tabs, {} if chosen.narrowed else {chosen.tab: page.count}),
        chosen=chosen,
        names=names,
        rows=rows,
        colours=colour_counts(whole, today),
        late=late_by(whole, today) if heads else None,
        may_file=posts.may(*CLERKS),
        may_plain=names and posts.may(*CLERKS, *HEADS),
        states=Application.State.choices,
        all_states=ALL,
        colour_choices=[(c, COLOUR_LABELS[c]) for c in COLOURS],
        channels=CHANNELS,
        kinds=KINDS,
        sections=_sections(whole),
        decisions=[(key, decision_label(key)) for key in decisions()],
        years=range(today.year, today.year - 10, -1),
        one_body=len({row.body_id for row in rows}) < 2,
    )


def _chosen(request: HttpRequest, tabs: list[str]) -> CaseFilter:
    """From the address, else as it was left. A name once searched for stays with its tab."""
    kept = CaseFilter.of(request.session.get(KEPT, {}))
    given = {k: v for k, v in request.GET.items() if k != "p"}
    if given:
        chosen = CaseFilter.of(given | {"tab": given.get("tab", kept.tab)})
        if given.get("named"):
            chosen = CaseFilter.of(chosen.kept() | {"name_mark": kept.name_mark})
    else:
        chosen = kept
    if tabs and chosen.tab not in tabs:
        chosen = CaseFilter(tab=tabs[0])
    return chosen


def _remember(request: HttpRequest) -> HttpResponse:
    """Clear the filter, or look for a name: it is posted, so that it stands in no address."""
    kept = CaseFilter.of(request.session.get(KEPT, {}))
    chosen = CaseFilter(tab=kept.tab)
    if request.method == "POST":
        chosen = CaseFilter(tab=kept.tab, state=ALL).named(request.POST.get("name", "")[:60])
    request.session[KEPT] = chosen.kept()
    return redirect("desk-cases")


def _tab_counts(
    request: HttpRequest, posts: Posts, tabs: list[str], known: dict[str, int]
) -> list[tuple[str, str, int]]:
    """Each tab with the number of its open cases; ``known``: those that are listed anyway."""
    out = []
    for tab in tabs:
        if (number := known.get(tab)) is None:
            cases = by_state(cases_of(tab, request.user, posts), CaseFilter(tab=tab))
            number = cases.order_by().count()
        out.append((tab, TABS[tab], number))
    return out


def _sections(cases: QuerySet[Application]) -> QuerySet[Section]:
    """Sections of the bodies whose cases are listed."""
    return Section.objects.filter(body__in=cases.order_by().values("body").distinct())


# --- export -----------------------------------------------------------------------------------


@staff(VIEW)
@never_cache
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The filtered list as a file. POST with a reason: names in clear, noted in the trail."""
    posts = posts_of(request.user)
    chosen = _chosen(request, tabs_for(posts))
    names = chosen.tab != "supervised"
    cases = narrow(cases_of(chosen.tab, request.user, posts), chosen, clock.today(), names=names)
    plain = request.method == "POST"
    if plain:
        if not (names and posts.may(*CLERKS, *HEADS)):
            raise PermissionDenied("您没有导出个人信息的权限。")
        cases = cases.filter(pk__in=cases_for(request.user, *CLERKS, *HEADS).values("pk"))
    reason = request.POST.get("reason", "").strip()[:200]
    number = cases.order_by().count()
    if plain and not reason:
        messages.error(request, "没有导出。请写明为什么需要完整的个人信息，理由将记入操作记录。")
        return redirect("desk-cases")
    if number > MOST:
        messages.error(request, f"没有导出。符合条件的有{number}件，超过{MOST}件，请缩小范围。")
        return redirect("desk-cases")
    with transaction.atomic():
        if plain:
            _note(cases, kind, reason, by=request.user)
        rows = in_order(with_turns(cases)).select_related("body", "section", "clerk")
        content = as_file(rows.defer(*NOT_SHOWN), kind, names=names, plain=plain)
    return HttpResponse(
        content,
        headers={
            "Content-Type": FORMATS[kind],
            "Content-Disposition": f'attachment; filename="cases-{clock.today()}.{kind}"',
        },
    )


def _note(cases: QuerySet[Application], kind: str, reason: str, *, by: Any) -> None:
    """One entry in the trail of each body whose applicants are shown in clear."""
    counted = dict(cases.order_by().values_list("body").annotate(n=Count("pk")))
    for body in Body.objects.filter(pk__in=counted).order_by("slug"):
        audit.record(
            "导出申请列表（含个人信息）",
            body,
            by=by,
            scope=body.slug,
            new={"件数": counted[body.pk], "格式": kind, "理由": reason},
        )


urlpatterns: list[URLPattern] = [
    path("", work_list, name="desk-cases"),
    *(path(f"cases.{kind}", export, {"kind": kind}, name=f"desk-cases-{kind}") for kind in FORMATS),
    *urge.urlpatterns,
]
