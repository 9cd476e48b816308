"""考核: the schemes of an office, the scores of a year, what one's score rests on."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongkai.base import audit
from gongkai.base.office import number_of
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.queries import Someone, bodies_for
from gongkai.documents.tables import XLSX, workbook
from gongkai.law.parameters import statute
from gongkai.registers.models import Assessment
from gongkai.reporting.assess import actions
from gongkai.reporting.assess.measures import MEASURES
from gongkai.reporting.assess.queries import offices_for, own_bodies, schemes_for
from gongkai.reporting.assess.scores import BOOK, PartScore, Row, lines, plain, results_for, rows_of
from gongkai.reporting.desk.access import page, trail
from gongkai.reporting.models import AssessmentScheme
from gongkai.reporting.roles import VIEW

ASSESS = ("desk-assessments", "考核")
Kind = AssessmentScheme.Kind
#: So many records of a measure are listed; their number is always said.
MOST = 200
_FIELDS = ("score", "reason", "outcome", "yearly_review")


def _scheme_or_404(user: Someone, pk: int) -> AssessmentScheme:
    scheme: AssessmentScheme | None = schemes_for(user).filter(pk=pk).first()
    if scheme is None:
        raise Http404("没有这个考核方案，或者您没有查看的权限。")
    return scheme


def _above(scheme: AssessmentScheme) -> list[tuple[str, str]]:
    return [*trail(ASSESS), (reverse("desk-assessment", args=[scheme.pk]), scheme.title)]


@staff(VIEW)
def schemes(request: HttpRequest) -> HttpResponse:
    """The schemes of the person's offices; a new one begins with the points of the sample."""
    offices = offices_for(request.user)
    refusal, status = "", 200
    if request.method == "POST":
        office = offices.filter(slug=request.POST.get("body", "")).first()
        year = number_of(request.POST.get("year"))
        kind = request.POST.get("kind", "")
        try:
            if office is None or not year or kind not in Kind.values:
                raise Refused("请选择考核机关、年度和考核对象。")
            made = actions.make_scheme(office, year, kind, by=request.user)
            messages.success(request, "方案已建立，评分是样例，请按本单位的方案核对修改。")
            return redirect("desk-assessment-edit", pk=made.pk)
        except Refused as error:
            refusal, status = str(error), 422
    today = timezone.localdate()
    since = statute().values["assessment.sample"][0].since.year
    return page(
        request,
        "assess/list.html",
        ASSESS[1],
        trail(),
        icon="list-ul",
        status=status,
        refusal=refusal,
        rows=schemes_for(request.user)[:200],
        results=results_for(own_bodies(request.user))[:MOST],
        offices=offices,
        years=range(today.year, since - 1, -1),
        kinds=Kind.choices,
        typed=request.POST,
        this_year=str(today.year),
    )


@staff(VIEW)
@require_safe
def scheme(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody's scores in the scheme: confirmed, proposed, or not known."""
    found = _scheme_or_404(request.user, pk)
    rows = rows_of(found)
    return page(
        request,
        "assess/scheme.html",
        found.title,
        trail(ASSESS),
        icon="list-ul",
        scheme=found,
        rows=rows,
        parts=[(Assessment.Part(p["part"]).label, p["full"]) for p in found.parts],
        full=_full(found),
        is_running=_is_running(found),
        may_change=actions.may_assess(request.user, found.body) and not lines(found),
    )


def _full(scheme: AssessmentScheme) -> str:
    return plain(sum((Decimal(p["full"]) for p in scheme.parts), Decimal(0)))


def _is_running(scheme: AssessmentScheme) -> bool:
    return bool(scheme.year >= timezone.localdate().year)


@staff(VIEW)
@require_safe
@never_cache
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of results as a workbook: score and reasons of every part, one line for each."""
    found = _scheme_or_404(request.user, pk)
    rows = rows_of(found)
    content = workbook("考核结果", _sheet(found, rows))
    audit.record(
        "导出考核结果", found, by=request.user, scope=found.body.slug, new={"条数": len(rows)}
    )
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="assessment-{found.pk}.xlsx"'},
    )


def _sheet(scheme: AssessmentScheme, rows: list[Row]) -> list[list[str]]:
    head = ["考核对象", "考核内容", "满分", "建议分", "得分", "扣分、加分事由"]
    lines = [[*head, "等次、奖惩", "年度考核"]]
    for row in rows:
        for one in row.parts:
            line = one.line
            proposed = plain(one.proposal)
            told = line.reason if line else one.words
            ends = [line.outcome, line.get_yearly_review_display()] if line else ["", ""]
            score = plain(one.score) if line else "未确认"
            lines.append([row.name, one.label, plain(one.full), proposed, score, told, *ends])
        total = "未确认" if row.total is None else plain(row.total)
        lines.append([row.name, "合计", _full(scheme), "", total, "", row.outcome, ""])
    return lines


@staff(VIEW)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The points of a scheme: full marks of each part, what each measure takes off."""
    found = _scheme_or_404(request.user, pk)
    refusal: Refused | str = ""
    status, typed = 200, None
    if request.method == "POST":
        typed = request.POST
        try:
            seen = number_of(typed.get("seen")) or 0
            points = {key: typed.get(key, "") for key in (*Assessment.Part.values, *MEASURES)}
            title = typed.get("title", "")
            actions.change_scheme(found, title, points, by=request.user, seen=seen)
            messages.success(request, "方案已保存。")
            return redirect("desk-assessment", pk=pk)
        except Refused as error:
            refusal, status = error, 409 if error.overtaken else 422
            found.refresh_from_db()
        except PermissionDenied as error:
            refusal, status = str(error), 403
    now = {p["part"]: p["full"] for p in found.parts}
    now |= {key: each for p in found.parts for key, each in p["takes"].items()}
    values = typed or now
    sample = statute().values["assessment.sample"][-1]
    fixed = actions.FIXED if lines(found) else ""
    return page(
        request,
        "assess/edit.html",
        "修改考核方案",
        _above(found),
        icon="edit",
        status=status,
        refusal=refusal,
        scheme=found,
        named=typed.get("title", "") if typed else found.title,
        parts=[
            (
                part,
                values.get(part, ""),
                [(m, values.get(m.key, "")) for m in MEASURES.values() if m.part == part],
            )
            for part in Assessment.Part
        ],
        source=sample.article,
        may_change=actions.may_assess(request.user, found.body) and not fixed,
        fixed=fixed,
    )


@staff(VIEW)
def one(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """What the score of one rests on, part by part; here it is confirmed."""
    found = _scheme_or_404(request.user, pk)
    refusal: Refused | str = ""
    status, part = 200, ""
    if request.method == "POST":
        part = request.POST.get("part", "")
        values = {name: request.POST.get(name, "") for name in _FIELDS}
        seen = number_of(request.POST.get("seen"))
        try:
            actions.confirm(found, key, part, values, by=request.user, seen=seen)
            messages.success(request, "得分已确认，登记在台账“考核和表彰”。")
            return redirect("desk-assessed", pk=pk, key=key)
        except Refused as error:
            refusal, status = error, 409 if error.overtaken else 422
        except PermissionDenied as error:
            refusal, status = str(error), 403
    row = next(iter(rows_of(found, [key])), None)
    if row is None:
        raise Http404("这个方案不考核它，或者它已经撤并。")
    whose = found.body_id if found.kind == Kind.SECTIONS else key
    return page(
        request,
        "assess/one.html",
        row.name,
        _above(found),
        icon="list-ul",
        status=status,
        refusal=refusal,
        scheme=found,
        row=row,
        full=_full(found),
        parts=[(p, _typed(request, p) if p.part == part else _kept(p)) for p in row.parts],
        reviews=Assessment.Review.choices,
        opens=bodies_for(request.user).filter(pk=whose).exists(),
        most=f":{MOST}",
        number=MOST,
        book=BOOK,
        opens_book=bodies_for(request.user).filter(pk=found.body_id).exists(),
        is_running=_is_running(found),
        may_confirm=actions.may_assess(request.user, found.body),
    )


def _typed(request: HttpRequest, part: PartScore) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in _FIELDS}


def _kept(part: PartScore) -> dict[str, str]:
    """What the form of a part begins with: what was confirmed, else what is proposed."""
    line = part.line
    score = part.score if line else part.proposal
    return {
        "score": "" if score is None else plain(score),
        "reason": "",
        "outcome": line.outcome if line else "",
        "yearly_review": line.yearly_review if line else "",
    }


urlpatterns = [
    path("assessments/", schemes, name="desk-assessments"),
    path("assessments/<int:pk>/", scheme, name="desk-assessment"),
    path("assessments/<int:pk>/results.xlsx", export, name="desk-assessment-export"),
    path("assessments/<int:pk>/points/", edit, name="desk-assessment-edit"),
    path("assessments/<int:pk>/<int:key>/", one, name="desk-assessed"),
]
