"""The list of annual reports, one report, and its downloads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

import gongkai
from gongkai.annual_report.render import KINDS
from gongkai.annual_report.render import render as render_report
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.base.streams import download
from gongkai.bodies.models import Body, Region
from gongkai.bodies.queries import depth, region_choices
from gongkai.reporting import cells, charts, queries
from gongkai.reporting.forms import filter_from
from gongkai.reporting.linked import linked
from gongkai.reporting.models import AnnualReport, ReportVersion
from gongkai.reporting.parts import Part, parts
from gongkai.reporting.public.awaited import awaited

PAGE_SIZE = 20
#: Bodies in a choice; beyond it one narrows by region or name first.
MOST_BODIES = 200
FORMATS = {"2021": "2021年格式", "2019": "2019年格式", "older": "更早的格式"}
COLUMN = column(
    "信息公开年报",
    "各行政机关历年政府信息公开工作年度报告，可查阅、对比和下载",
    "信息公开年报",
    "report-list",
    "政府信息公开工作年度报告,年报,依申请公开",
)
_KEPT = "reports_filter"


@public
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """The list, narrowed by the address; without one, by what the visitor chose last."""
    if "all" in request.GET:
        response = redirect("report-list")
        response.delete_cookie(_KEPT)
        return response
    kept = request.COOKIES.get(_KEPT, "")
    if not request.GET and kept:
        return redirect(f"{reverse('report-list')}?{kept}&kept=1")
    wanted = filter_from(request.GET)
    ids = wanted.apply(queries.published()).values_list("pk", flat=True)
    page = Paginator(ids, PAGE_SIZE).get_page(request.GET.get("page"))
    region = Region.objects.filter(code=wanted.region).first() if wanted.region else None
    body = Body.objects.filter(slug=wanted.body).first() if wanted.body else None
    waited = awaited(body) if body else []
    response = render(
        request,
        "reporting/public/list.html",
        {
            "column": COLUMN,
            "crumbs": [("信息公开年报", None)],
            "page": page,
            "reports": queries.by_ids(page.object_list),
            "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
            "wanted": wanted,
            "query": wanted.query(),
            "kept": "kept" in request.GET,
            "regions": [("　" * depth(r) + r.name, r.code) for r in region_choices(region)],
            "bodies": queries.bodies_to_choose(region, MOST_BODIES),
            "body": body,
            "awaited": [one for one in waited if wanted.year in (None, one.year)],
            "years": queries.published_years(),
            "formats": FORMATS,
        },
    )
    if wanted.given:
        response.set_cookie(
            _KEPT, wanted.query(), samesite="Lax", httponly=True, secure=request.is_secure()
        )
    return response


@public
@require_safe
def report(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    stored = queries.published_report(slug, year)
    assert stored.published is not None
    content = stored.published.as_report
    years = queries.years_of(stored.body)
    publications = queries.publications(stored)
    is_open = bool(open_ones([stored.published_id]))
    return render(
        request,
        "reporting/public/report.html",
        {
            "column": COLUMN,
            "article": article(request, stored),
            "crumbs": [
                ("信息公开年报", reverse("report-list")),
                (stored.body.name, reverse("body", args=[slug])),
                (f"{year}年度", None),
            ],
            "report": stored,
            "content": content,
            "title": content.title or str(stored),
            "format": FORMATS.get(content.format, ""),
            "parts": _leading_down(parts(content), stored) if is_open else parts(content),
            "charts": charts.charts(content, [(r.year, r.received, r.granted) for r in years]),
            "years": years,
            "others": [r for r in years if r.year != year][:4],
            "kinds": [(key, kind, file_address(stored, key)) for key, kind in KINDS.items()],
            "publications": publications,
            "is_open": is_open,
            "errata": [p for p in publications if p.former_id],
            "changes": [
                (cells.label(content, change.correction.address), change)
                for change in queries.manual_changes(stored.published)
            ],
        },
    )


@public
@require_safe
def former(request: HttpRequest, slug: str, year: int, number: int) -> HttpResponse:
    """What was public before it was put right: a version since replaced, and by which."""
    stored = queries.published_report(slug, year)
    errata = [p for p in queries.publications(stored) if p.former_id]
    replaced = next((p for p in errata if p.former.number == number), None)
    if replaced is None or stored.published_id == replaced.former_id:
        raise Http404
    content = replaced.former.as_report
    here = reverse("report", args=[slug, year])
    return render(
        request,
        "reporting/public/former.html",
        {
            "column": COLUMN,
            "crumbs": [
                ("信息公开年报", reverse("report-list")),
                (stored.body.name, reverse("body", args=[slug])),
                (f"{year}年度", here),
                (f"第{number}版", None),
            ],
            "report": stored,
            "title": content.title or str(stored),
            "number": number,
            "replaced": replaced,
            "parts": parts(content),
        },
    )


def _leading_down(found: list[Part], stored: AnnualReport) -> list[Part]:
    """The parts with every number of their tables leading to the rows behind it."""

    def rows(address: str, said: str) -> str | None:
        # An empty cell or a 0 has no rows.
        if not said.strip("0."):
            return None
        return reverse("ledger-cell", args=[stored.body.slug, stored.year, address])

    return [replace(part, table=linked(part.table, rows)) for part in found]


def open_ones(versions: Iterable[int | None]) -> set[int]:
    """Which of these versions can be followed down to rows (open ledger) or parts (a sum)."""
    rows = Q(snapshot__isnull=False) & ~Q(snapshot__ledger="")
    parts = Q(computation__summation__isnull=False)
    found = ReportVersion.objects.filter(rows | parts, pk__in=list(versions))
    return set(found.values_list("pk", flat=True))


def article(request: HttpRequest, stored: AnnualReport) -> dict[str, object]:
    """The article tags of one report (E.2: ArticleTitle, PubDate, ContentSource …)."""
    address = reverse("report", args=[stored.body.slug, stored.year])
    return {
        "title": str(stored),
        "published_at": stored.published_at,
        "source": stored.body.name,
        "keywords": f"{stored.body.short_name},{stored.year}年,政府信息公开工作年度报告",
        "description": f"{stored}全文、统计表、统计图和数据下载。",
        "url": request.build_absolute_uri(address),
    }


def file_address(stored: AnnualReport, kind: str) -> str:
    return reverse("report-file", args=[stored.body.slug, stored.year, kind])


@public
@require_safe
def report_file(request: HttpRequest, slug: str, year: int, kind: str) -> HttpResponseBase:
    """The published version in one of the forms; the browser asks again and is told "unchanged"."""
    if kind not in KINDS:
        raise Http404
    stored = queries.published_report(slug, year)
    assert stored.published is not None
    form = KINDS[kind]
    mark = f"{gongkai.__version__}|{stored.published_id}|{kind}|{stored.published.made_at}"
    etag = f'"{hashlib.sha256(mark.encode()).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "public, no-cache"}
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers=headers)
    body = render_report(stored.published.as_report, kind)
    return download(body, f"{stored}{form.suffix}", form.media_type, headers)
