"""Open data: the figures of all reports as CSV and JSON, the schema, the feed, the sitemap."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.resources import files
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index as sitemap_index
from django.contrib.sitemaps.views import sitemap as sitemap_view
from django.contrib.syndication.views import Feed
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gongkai.annual_report.check.subject import name_cell
from gongkai.annual_report.exchange import SCHEMA
from gongkai.base import ratelimit
from gongkai.base.feeds import Atom
from gongkai.base.nav import public_pages
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.base.streams import streamed
from gongkai.bodies.ledger.sitemap import Ledgers
from gongkai.bodies.models import Body
from gongkai.documents.tables import CSV, csv_pieces
from gongkai.engagement.public import sitemap as engagement
from gongkai.law.formats import FORMAT_IDS, report_format
from gongkai.publishing.public import sitemap as publishing
from gongkai.reporting import queries
from gongkai.reporting.forms import filter_from
from gongkai.reporting.models import AnnualReport

#: Reports fetched at a time while a table of all of them is sent.
CHUNK = 200
FACTS = ("机关", "机关标识", "区划代码", "地区", "年度", "格式", "公开时间", "网址")
#: One address may fetch the whole table so often in an hour.
WHOLE_TABLE_LIMIT = 30


@public
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    example = queries.published().first()
    return render(
        request,
        "reporting/public/data.html",
        {
            "column": column(
                "开放数据", "年报数据的下载地址和格式说明", "数据开放", "data", "开放数据,CSV,JSON"
            ),
            "crumbs": [("开放数据", None)],
            "example": example,
            "schema": SCHEMA,
            "counts": queries.counts(),
        },
    )


# --- tables of all reports -----------------------------------------------------------------


def addresses() -> tuple[str, ...]:
    """Every cell address of every format, in official order, the newest format first."""
    newest_first = reversed(FORMAT_IDS)
    return tuple(dict.fromkeys(a for f in newest_first for a in report_format(f).addresses))


def figures(content: dict[str, Any]) -> dict[str, Any]:
    """Cell address → value of a stored report, straight from its exchange form."""
    found = {
        f"t2.{row['row']}.{key}": value
        for row in content.get("table2") or ()
        for key, value in row["cells"].items()
    }
    if table3 := content.get("table3"):
        for key, values in table3["rows"].items():
            pairs = zip(table3["columns"], values, strict=True)
            found |= {f"t3.{key}.{name}": value for name, value in pairs}
    if table4 := content.get("table4"):
        pairs = zip(table4["columns"], table4["values"], strict=True)
        found |= {f"t4.{name}": value for name, value in pairs}
    return found


@public
@require_safe
def data_csv(request: HttpRequest) -> HttpResponseBase:
    """One line a report, one column a cell; the filter of the list works here too."""
    ratelimit.hit(request, "whole-table", limit=WHOLE_TABLE_LIMIT, seconds=3600)
    return streamed(csv_pieces(_rows(request)), CSV, "annual-reports.csv")


def _rows(request: HttpRequest) -> Iterator[list[Any]]:
    keys = addresses()
    yield [*FACTS, *keys]
    for stored in _all(request):
        assert stored.published is not None
        values = figures(stored.published.content)
        yield [*_facts(request, stored), *map(values.get, keys)]


@public
@require_safe
def data_json(request: HttpRequest) -> HttpResponseBase:
    """The list of reports with the address of each one's data."""
    ratelimit.hit(request, "whole-table", limit=WHOLE_TABLE_LIMIT, seconds=3600)
    return streamed(_json_lines(request), "application/json", "annual-reports.json")


def _json_lines(request: HttpRequest) -> Iterator[str]:
    yield '{"schema": "gongkai-annual-report-list/1", "reports": [\n'
    wanted = filter_from(request.GET).apply(queries.published())
    keys = ("body", "slug", "region_code", "region", "year", "format", "published_at", "page")
    for i, stored in enumerate(wanted.iterator(chunk_size=CHUNK)):
        item = dict(zip(keys, _facts(request, stored), strict=True))
        item["data"] = request.build_absolute_uri(
            reverse("report-file", args=[stored.body.slug, stored.year, "json"])
        )
        yield (",\n" if i else "") + json.dumps(item, ensure_ascii=False)
    yield "\n]}\n"


def _all(request: HttpRequest) -> Iterable[AnnualReport]:
    wanted = filter_from(request.GET).apply(queries.published())
    with_content = wanted.select_related("body__region", "published").defer("published__reading")
    return with_content.iterator(chunk_size=CHUNK)


def _facts(request: HttpRequest, stored: AnnualReport) -> tuple[object, ...]:
    assert stored.published_at is not None
    page = reverse("report", args=[stored.body.slug, stored.year])
    return (
        stored.body.name,
        stored.body.slug,
        stored.body.region.code,
        stored.body.region.full_name,
        stored.year,
        stored.format,
        stored.published_at.isoformat(timespec="minutes"),
        request.build_absolute_uri(page),
    )


@public
@require_safe
def data_columns(request: HttpRequest) -> HttpResponseBase:
    """What each column of the table means: address, the formats that have it, its name."""
    rows = [("列名", "含义", *(f"{f}年格式" for f in FORMAT_IDS))]
    for address in addresses():
        formats = [f for f in FORMAT_IDS if address in report_format(f).addresses]
        there = ("有" if f in formats else "" for f in FORMAT_IDS)
        rows.append((address, name_cell(address, formats[-1]), *there))
    return streamed(csv_pieces(rows), CSV, "columns.csv")


@public
@require_safe
def data_schema(request: HttpRequest) -> HttpResponse:
    """The published JSON Schema of one report."""
    folder = files("gongkai.annual_report") / "schema"
    text = (folder / "gongkai-annual-report-1.json").read_text("utf-8")
    return HttpResponse(text, content_type="application/schema+json")


# --- feed and sitemap ----------------------------------------------------------------------


class LatestReports(Feed):
    """The newest published reports, as Atom."""

    feed_type = Atom
    title = "最近公开的政府信息公开工作年度报告"
    subtitle = "新公开和更正后重新公开的年报"
    author_name = "本站"

    def link(self) -> str:
        return reverse("report-list")

    def feed_url(self) -> str:
        return reverse("feed")

    def items(self) -> Iterable[AnnualReport]:
        return (
            queries.published()
            .select_related("body__region", "published")
            .defer("published__reading", "published__content")
            .order_by("-published_at", "-year", "body_id")[:50]
        )

    def item_title(self, item: AnnualReport) -> str:
        return str(item)

    def item_link(self, item: AnnualReport) -> str:
        return reverse("report", args=[item.body.slug, item.year])

    def item_description(self, item: AnnualReport) -> str:
        known = [
            f"{name} {value} 件"
            for name, value in (("新收申请", item.received), ("予以公开", item.granted))
            if value is not None
        ]
        return f"{item.body.region.full_name}，{item.year}年度。" + "，".join(known)

    def item_pubdate(self, item: AnnualReport) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: AnnualReport) -> datetime | None:
        return max(t for t in (item.published_at, item.published and item.published.made_at) if t)

    def item_author_name(self, item: AnnualReport) -> str:
        return item.body.name


_feed = LatestReports()


@public
@require_safe
def feed(request: HttpRequest) -> HttpResponseBase:
    return _feed(request)


class Columns(Sitemap):
    def items(self) -> list[str]:
        return [page.url_name for page in public_pages()]

    def location(self, item: str) -> str:
        return reverse(item)


class Reports(Sitemap):
    limit = 5000

    def items(self) -> Any:
        return queries.published().order_by("-year", "body_id")

    def location(self, item: AnnualReport) -> str:
        return reverse("report", args=[item.body.slug, item.year])

    def lastmod(self, item: AnnualReport) -> datetime | None:
        return item.published_at

    def get_latest_lastmod(self) -> datetime | None:
        return self.items().aggregate(newest=Max("published_at"))["newest"]


class Bodies(Sitemap):
    limit = 5000

    def items(self) -> Any:
        return Body.objects.order_by("id")

    def location(self, item: Body) -> str:
        return reverse("body", args=[item.slug])


SITEMAPS: dict[str, type[Sitemap]] = {
    "pages": Columns,
    "reports": Reports,
    "bodies": Bodies,
    "sections": publishing.Sections,
    "columns": publishing.Columns,
    "documents": publishing.Documents,
    "mailboxes": engagement.Mailboxes,
    "letters": engagement.Letters,
    "surveys": engagement.Surveys,
    "ledgers": Ledgers,
}


@public
@require_safe
def sitemap(request: HttpRequest) -> HttpResponseBase:
    """Every address in one file; on a large site an index of the files of its sections."""
    if any(found().paginator.num_pages > 1 for found in SITEMAPS.values()):
        return sitemap_index(request, sitemaps=SITEMAPS, sitemap_url_name="sitemap-section")
    return sitemap_view(request, sitemaps=SITEMAPS)


@public
@require_safe
def sitemap_section(request: HttpRequest, section: str) -> HttpResponseBase:
    """One section of the site map; ``?p=`` pages on."""
    return sitemap_view(request, sitemaps=SITEMAPS, section=section)
