"""开放台账: from a published number down to its de-identified rows; all of them to download."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.core.cache import cache
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from gongkai.annual_report.model import shown
from gongkai.annual_report.open_ledger import Ledger, Table, index, rows_behind, table_of
from gongkai.annual_report.render import KINDS, tables_html
from gongkai.applications.similar import decision_label
from gongkai.base import ratelimit
from gongkai.base.permissions import public
from gongkai.law.formats import report_format
from gongkai.reporting import queries
from gongkai.reporting.cells import label
from gongkai.reporting.compile.formulas import formula
from gongkai.reporting.linked import linked
from gongkai.reporting.models import AnnualReport, Snapshot, Summation
from gongkai.reporting.public.reports import COLUMN, open_ones
from gongkai.reporting.route.figures import figures

PER_PAGE = 50
#: Pages that can be turned; who wants more rows downloads them all.
MOST_PAGES = 200
#: How long it is remembered where the rows of a cell stand, in seconds.
KEPT = 30 * 24 * 3600
#: How often one address may ask for rows in an hour: each asking reads a table of the ledger.
LIMIT = 300
_DISPUTES = {
    "review": "行政复议",
    "direct": "未经复议直接起诉",
    "after_review": "复议后起诉",
    "upheld": "结果维持",
    "corrected": "结果纠正",
    "other": "其他结果",
}


def _snapshot(report: AnnualReport) -> Snapshot | None:
    return Snapshot.objects.filter(version=report.published_id).exclude(ledger="").first()


def _summation(report: AnnualReport) -> Summation | None:
    return Summation.objects.filter(computation__versions=report.published_id).first()


@public
@require_safe
def ledger(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The published tables with every number leading to its rows, and the download."""
    stored = queries.published_report(slug, year)
    snapshot, summation = _snapshot(stored), _summation(stored)
    if snapshot is None and summation is None:
        raise Http404
    assert stored.published is not None
    content = stored.published.as_report
    about: dict[str, Any] = {}
    if snapshot is not None:
        with snapshot.ledger.open("rb") as stream:
            about = Ledger(stream).about

    def rows(address: str, _: str) -> str:
        return reverse("ledger-cell", args=[slug, year, address])

    return render(
        request,
        "reporting/public/ledger.html",
        _page(
            stored,
            "开放台账",
            report=stored,
            snapshot=snapshot,
            summation=summation,
            about=about,
            file_name=f"ledger-{slug}-{year}.zip",
            data_name=f"{stored}{KINDS['json'].suffix}",
            tables=[linked(table, rows) for table in tables_html(content).values()],
        ),
    )


@public
@require_safe
def ledger_file(request: HttpRequest, slug: str, year: int) -> HttpResponseBase:
    """The open ledger as it was when this very report was sent on its way."""
    stored = queries.published_report(slug, year)
    snapshot = _snapshot(stored)
    if snapshot is None:
        raise Http404
    etag = f'"{snapshot.ledger_sha256[:32]}"'
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers={"ETag": etag})
    response = FileResponse(snapshot.ledger.open("rb"), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, f"ledger-{slug}-{year}.zip")
    response["ETag"] = etag
    response["Cache-Control"] = "public, no-cache"
    return response


@public
@require_safe
def cell(request: HttpRequest, slug: str, year: int, address: str) -> HttpResponse:
    """One published number: how it is counted, and its rows; of a sum its parts."""
    stored = queries.published_report(slug, year)
    snapshot, summation = _snapshot(stored), _summation(stored)
    assert stored.published is not None
    content = stored.published.as_report
    if (snapshot is None and summation is None) or address not in dict(content.cells()):
        raise Http404
    ratelimit.hit(request, "ledger-rows", limit=LIMIT, seconds=3600)
    form = report_format(content.format)
    context: dict[str, Any] = {
        "report": stored,
        "address": address,
        "value": shown(content.value(address)),
        "rule": formula(form.id, address).words,
        "change": None,
        "is_sum": summation is not None,
    }
    if summation is not None:
        context["parts"] = _parts(summation, year, address)
    else:
        assert snapshot is not None
        context |= _rows(snapshot, address, request.GET.get("page", ""))
    return render(
        request,
        "reporting/public/ledger_cell.html",
        _page(stored, label(content, address), below="开放台账", **context),
    )


def _rows(snapshot: Snapshot, address: str, asked: str) -> dict[str, Any]:
    """The rows behind a cell, one page of them; no row after the page is read."""
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    number = max(number, 1)
    with snapshot.ledger.open("rb") as stream:
        opened = Ledger(stream)
        table = table_of(opened, address)
        count, pages = _index(snapshot, opened, table).get(address, (0, [])) if table else (0, [])
        if number > max(len(pages), 1):
            raise Http404
        left = min(count - (number - 1) * PER_PAGE, PER_PAGE)
        begins = pages[number - 1] if pages else 0
        shown_rows = list(islice(rows_behind(opened, address, begins), left))
        change = opened.changes.get(address, ("", None))[1]
    head = [words.split("（")[0].split("；")[0].split("：")[0] for words in _columns(table)]
    return {
        "table": table,
        "head": head,
        "rows": [list(zip(head, _told(row, table), strict=True)) for row in shown_rows],
        "count": count,
        "number": number,
        "last": max(len(pages), 1),
        "is_cut": count > len(pages) * PER_PAGE,
        "change": change,
    }


def _index(snapshot: Snapshot, opened: Ledger, table: Table) -> dict[str, tuple[int, list[int]]]:
    """Where the rows of each cell stand; a table that never changes is gone through once."""
    key = f"ledger-index:{snapshot.ledger_sha256}:{table.name}:{PER_PAGE}"
    return cache.get_or_set(key, lambda: index(opened, table, PER_PAGE, MOST_PAGES), KEPT)


def _columns(table: Table | None) -> list[str]:
    return list(table.columns.values()) if table else []


def _told(row: dict[str, str], table: Table | None) -> list[str]:
    """A row in words: keys of rows and columns as the form calls them."""
    if table is None:
        return []
    told = []
    for key in table.columns:
        value = row.get(key, "")
        if key == "applicant":
            value = _APPLICANTS.get(value, value)
        elif key == "decision" and value:
            value = decision_label(value) or value
        elif table.name == "disputes" and key in ("kind", "outcome"):
            value = _DISPUTES.get(value, value)
        elif key == "in_force":
            value = "有效" if value == "1" else "无效"
        elif table.name == "service-items" and key == "kind":
            value = _ROWS.get(value, value)
        told.append(value)
    return told


_APPLICANTS = {c.key: c.label for c in report_format("2021").table3_columns}
_ROWS = {r.key: r.label for b in report_format("2019").table2 for r in b.rows}


def _parts(summation: Summation, year: int, address: str) -> list[dict[str, Any]]:
    """The bodies of a sum with what each adds; a link where its report is public in that form."""
    ids = [p["version"] for p in summation.parts if p["version"]]
    public_ones = {
        r.published_id: r
        for r in AnnualReport.objects.filter(published__in=ids).select_related("body", "published")
    }
    followed = open_ones(public_ones)
    told = []
    for part in summation.parts:
        report = public_ones.get(part["version"])
        line: dict[str, Any] = {"name": part["name"], "value": "", "url": ""}
        if report is not None and report.published is not None:
            line["value"] = shown(figures(report.published.content).get(address))
            name = "ledger-cell" if report.published_id in followed else "report"
            args = [report.body.slug, year, *([address] if name == "ledger-cell" else [])]
            line["url"] = reverse(name, args=args)
        told.append(line)
    return told


def _page(stored: AnnualReport, title: str, below: str = "", **context: Any) -> dict[str, Any]:
    slug, year = stored.body.slug, stored.year
    crumbs: list[tuple[str, str | None]] = [
        ("信息公开年报", reverse("report-list")),
        (f"{stored.body.name}{year}年度", reverse("report", args=[slug, year])),
    ]
    if below:
        crumbs.append((below, reverse("ledger", args=[slug, year])))
    return {"column": COLUMN, "crumbs": [*crumbs, (title, None)], "title": title, **context}


urlpatterns = [
    path("reports/<slug:slug>/<int:year>/ledger/", ledger, name="ledger"),
    path("reports/<slug:slug>/<int:year>/ledger.zip", ledger_file, name="ledger-file"),
    path("reports/<slug:slug>/<int:year>/ledger/<str:address>/", cell, name="ledger-cell"),
]
