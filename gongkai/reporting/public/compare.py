"""The comparison: years of one body, or bodies of one year. Chosen and shown without a script."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from gongkai.annual_report import exchange
from gongkai.annual_report.compare import Comparison, Line, Number, to_dict
from gongkai.annual_report.compare import compare as compare_reports
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.base.streams import download
from gongkai.documents.tables import CSV, csv_file
from gongkai.reporting import charts, queries
from gongkai.reporting.forms import filter_from, words
from gongkai.reporting.models import AnnualReport

COLUMN = column(
    "年报对比", "同一机关几个年度、同一年度几个机关的年报逐格对比", "数据发布", "report-compare"
)
#: Reports side by side: as many as a page and a chart can show.
MOST = 5
#: Bodies and years offered to choose from at a time.
MOST_CHOICES = 60
VIEWS = {"main": "主要数据（表三只看总计）", "changed": "有变化的数据", "all": "全部数据"}
TABLES = {
    "表二": "主动公开政府信息情况",
    "表三": "收到和处理政府信息公开申请情况",
    "表四": "行政复议、行政诉讼情况",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A value on the page: its text, what it is if no number, the change to its base."""

    text: str
    note: str
    change: str


@public
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    slugs, years = _asked(request)
    stored = _chosen(slugs, years)
    context: dict[str, object] = {
        "column": COLUMN,
        "crumbs": [("年报对比", None)],
        "stored": stored,
        "chosen": {(r.body.slug, r.year) for r in stored},
        "most": MOST,
        "too_many": len(slugs) * max(1, len(years)) > MOST and len(stored) == MOST,
        "q": request.GET.get("q", "").strip(),
    }
    context |= _choices(request, slugs, years, stored)
    if len(stored) >= 2:
        view = request.GET.get("view", "main")
        context |= _result(stored, view if view in VIEWS else "main")
        context["address"] = urlencode(
            [("body", r) for r in dict.fromkeys(r.body.slug for r in stored)]
            + [("year", y) for y in dict.fromkeys(r.year for r in stored)]
        )
        context["crumbs"] = [("年报对比", reverse("report-compare")), ("对比结果", None)]
    return render(request, "reporting/public/compare.html", context)


@public
@require_safe
def compare_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The comparison as CSV or JSON."""
    stored = _chosen(*_asked(request))
    if len(stored) < 2 or kind not in ("csv", "json"):
        raise Http404
    comparison = _compared(stored)
    if kind == "json":
        text = exchange.dumps(to_dict(comparison)) + "\n"
        return download(text.encode(), "年报对比.json", "application/json")
    body = _csv(comparison).encode()
    return download(body, "年报对比.csv", CSV)


# --- what is compared ----------------------------------------------------------------------


def _asked(request: HttpRequest) -> tuple[list[str], list[int]]:
    years = [int(y) for y in words(request.GET.getlist("year")) if y.isascii() and y.isdigit()]
    return words(request.GET.getlist("body")), [y for y in dict.fromkeys(years) if y < 10_000]


def _chosen(slugs: list[str], years: list[int]) -> list[AnnualReport]:
    """The published reports asked for, at most ``MOST``; one body alone: its newest years.

    Several years: ordered by year; bodies of one year: in the order asked for.
    """
    if not slugs:
        return []
    found = queries.published().filter(body__slug__in=slugs)
    if years:
        found = found.filter(year__in=years)
    elif len(slugs) > 1:
        return []
    newest = sorted(found[: 10 * MOST], key=lambda r: (-r.year, slugs.index(r.body.slug)))[:MOST]
    return sorted(newest, key=lambda r: (r.year, slugs.index(r.body.slug)))


def _compared(stored: list[AnnualReport]) -> Comparison:
    contents = queries.contents(stored)
    reports = [contents[r.pk].as_report for r in stored]
    if len({r.body_id for r in stored}) == 1:
        return compare_reports(reports, kind="years")
    one_year = len({r.year for r in stored}) == 1
    return compare_reports(reports, kind="bodies" if one_year else "mixed")


def _choices(
    request: HttpRequest, slugs: list[str], years: list[int], stored: list[AnnualReport]
) -> dict[str, object]:
    """What can be chosen next: years of the one body, bodies of the one year, or where to begin."""
    if len(slugs) == 1:
        own = list(queries.published().filter(body__slug=slugs[0])[:MOST_CHOICES])
        return {"mode": "years", "body": own[0].body if own else None, "options": own}
    if years:
        wanted = filter_from(request.GET)
        narrowed: QuerySet[AnnualReport] = queries.Filter(
            q=wanted.q, region=wanted.region, year=years[0]
        ).apply(queries.published())
        ordered = narrowed.order_by("body__region__path", "body__name")
        options = list(dict.fromkeys([*stored, *ordered[: MOST_CHOICES + 1]]))
        return {
            "mode": "bodies",
            "year": years[0],
            "options": options[:MOST_CHOICES],
            "more": len(options) > MOST_CHOICES,
        }
    return {
        "mode": "start",
        "years": queries.published_years(),
        "found": queries.bodies_with_reports(request.GET.get("q", ""), MOST_CHOICES),
    }


# --- how it is shown -----------------------------------------------------------------------


def _result(stored: list[AnnualReport], view: str) -> dict[str, object]:
    comparison = _compared(stored)
    groups = []
    for key, label in TABLES.items():
        lines = [ln for ln in comparison.lines if ln.table == key and _wanted(ln, view)]
        if lines:
            rows = [
                (ln.row, "" if _only_total(ln, view) else ln.column, _values(ln)) for ln in lines
            ]
            groups.append((label, rows))
    same_body = len({r.body_id for r in stored}) == 1
    names = [f"{r.year}年" if same_body else r.body.short_name or r.body.name for r in stored]
    if comparison.kind == "mixed":
        names = [f"{r.body.short_name or r.body.name}{r.year}年" for r in stored]
    return {
        "comparison": comparison,
        "sides": list(zip(names, stored, strict=True)),
        "groups": groups,
        "view": view,
        "views": VIEWS,
        "carries": [
            (stored[c.earlier].year, stored[c.later].year, c)
            for c in comparison.carries
            if c.column == "total" or c.agrees is False
        ],
        "charts": _charts(stored, names, same_body),
        "base": "前一个年度" if same_body else "第一份",
    }


def _charts(stored: list[AnnualReport], names: list[str], same_body: bool) -> list[charts.Chart]:
    if same_body:
        figures = [(r.year, r.received, r.granted) for r in stored]
        made = [charts.over_years("逐年变化", figures, [r.year for r in stored])]
    else:
        made = [charts.side_by_side(list(zip(names, (r.received for r in stored), strict=True)))]
    return [chart for chart in made if chart is not None]


def _only_total(line: Line, view: str) -> bool:
    return view == "main" and line.table == "表三"


def _wanted(line: Line, view: str) -> bool:
    if view == "changed":
        return line.changed
    if view == "main" and line.table == "表三":
        return line.address.endswith(".total")
    return True


def _values(line: Line) -> list[Shown]:
    return [
        Shown(
            "" if value is None else _plain(value),
            {"blank": "空", "none": "本格式没有", "sum": "合计"}.get(state, ""),
            _change(difference, ratio),
        )
        for value, state, difference, ratio in zip(
            line.values, line.states, line.differences, line.growths, strict=True
        )
    ]


def _plain(value: Number | str) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _change(difference: Number | None, ratio: Decimal | None) -> str:
    if difference is None:
        return ""
    if not difference:
        return "不变"
    word = "增" if difference > 0 else "减"
    share = "" if ratio is None else f"，{abs(ratio) * 100:.1f}%".replace(".0%", "%")
    return f"{word} {_plain(abs(difference))}{share}"


def _csv(comparison: Comparison) -> str:
    head = ["地址", "表", "行", "列"]
    for name in comparison.names:
        head += [name, f"{name}增减", f"{name}增长率"]
    rows = [head]
    for line in comparison.lines:
        row = [line.address, line.table, line.row, line.column]
        for value, difference, ratio in zip(
            line.values, line.differences, line.growths, strict=True
        ):
            row += ["" if v is None else _plain(v) for v in (value, difference, ratio)]
        rows.append(row)
    return csv_file(rows)
