"""Staff pages: tables 三 and 四 for any period, the cases behind a cell, the monthly report."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter
from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode

from gongkai.applications import clock
from gongkai.applications.desk.disputes import READERS
from gongkai.applications.models import Application, Dispute
from gongkai.applications.queries import cases_for
from gongkai.applications.roles import VIEW
from gongkai.applications.statistics.measures import GROUPS, Measures, measures
from gongkai.applications.statistics.proofs import proofs
from gongkai.applications.statistics.tables import (
    Period,
    cell_cases,
    cell_disputes,
    table3,
    table4,
)
from gongkai.base.charts import Chart, bar_chart, lines
from gongkai.base.inputs import DayInput
from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.bodies.models import Body
from gongkai.bodies.queries import bodies_for
from gongkai.documents.tables import XLSX
from gongkai.law.calendar import FIRST_YEAR, LAST_YEAR
from gongkai.law.counting import Table3
from gongkai.law.decisions import report_row
from gongkai.law.formats import Row
from gongkai.law.taxonomy import decisions

HOME = ("/office/", "待办")
PER_PAGE = 50
DAY = DayInput()
_NO_YEAR = f"年度请写成四位数字，{FIRST_YEAR} 至 {LAST_YEAR}，例如 2026。"
_NOT_OFFERED = {"invalid_choice": "请从列出的选项中选择。"}
_NO_DAY = {"invalid": "看不懂这个日期，请重新选择。"}


class PeriodForm(forms.Form):
    """Whose numbers, and for which time: a year, a month of it, or from one day to another."""

    body = forms.ModelChoiceField(
        Body.objects.none(),
        required=False,
        label="机关",
        empty_label="全部机关合计",
        error_messages=_NOT_OFFERED,
    )
    year = forms.IntegerField(
        label="年度",
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _NO_YEAR),
    )
    month = forms.TypedChoiceField(
        label="月份",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "全年"), *((m, f"{m}月") for m in range(1, 13))],
        error_messages=_NOT_OFFERED,
    )
    first = forms.DateField(label="或者从", required=False, widget=DAY, error_messages=_NO_DAY)
    last = forms.DateField(label="到", required=False, widget=DAY, error_messages=_NO_DAY)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies_for(user)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if (first is None) != (last is None):
            raise forms.ValidationError("请把开始和结束日期都填上，或者都不填。")
        if first and last and first > last:
            raise forms.ValidationError("开始日期晚于结束日期，请对调。")
        return data

    @property
    def period(self) -> Period:
        """The period asked for; this year when none is."""
        data = self.cleaned_data if self.is_valid() else {}
        if data.get("first"):
            return Period(data["first"], data["last"])
        year = data.get("year") or clock.today().year
        if data.get("month"):
            return Period.of_month(year, data["month"])
        return Period.of_year(year)


def _chosen(
    request: HttpRequest,
) -> tuple[PeriodForm, QuerySet[Application], QuerySet[Dispute]]:
    this_year = {"year": clock.today().year}
    form = PeriodForm(request.GET or None, user=request.user, initial=this_year)
    body = form.cleaned_data.get("body") if form.is_valid() else None
    bodies = Body.objects.filter(pk=body.pk) if body else bodies_for(request.user)
    cases = cases_for(request.user).filter(body__in=bodies)
    # A 承办人 sees his section's cases only, and no disputes: they are the body's.
    disputes = Dispute.objects.filter(body__in=bodies).filter(
        body__in=bodies_for(request.user, *READERS)
    )
    return form, cases, disputes


@staff(VIEW)
def statistics(request: HttpRequest) -> HttpResponse:
    """Tables, proofs and measures for one period."""
    form, cases, disputes = _chosen(request)
    period = form.period
    asked = _asked(form)
    found = measures(cases, period, clock.Law.national().calendar)
    return office_page(
        request,
        "applications/desk/statistics.html",
        "依申请公开统计",
        [HOME],
        icon="doc-full",
        status=422 if form.errors else 200,
        form=form,
        period=period,
        asked=asked,
        rows=_rows(table3(cases, period), period, asked),
        note=period.form.table3_note,
        columns=period.form.table3_columns,
        blocks=_blocks(table4(disputes, period), period, asked),
        proofs=proofs(cases, disputes, period, _whole(request.user, form)),
        found=found,
        charts=_charts(cases, period, found),
        group_labels=GROUPS.values(),
        sections=[
            (s.name, s.concluded, s.groups.values(), _rate(s.on_time, s.judged))
            for s in found.sections
        ],
        on_time=_rate(found.on_time, found.judged),
        repeats=_rate(found.repeats, found.concluded),
        sentence=_sentence(found, period),
        refusals=[(_label(period, key), n) for key, n in found.refusals],
    )


def _whole(user: Any, form: PeriodForm) -> Body | None:
    """The one body whose every case is counted; a 承办人 sees those of his section alone."""
    chosen = form.cleaned_data.get("body") if form.is_valid() else None
    bodies = [chosen] if chosen else list(bodies_for(user)[:2])
    whole = len(bodies) == 1 and bodies_for(user, *READERS).filter(pk=bodies[0].pk).exists()
    return bodies[0] if whole else None


def _asked(form: PeriodForm) -> dict[str, str]:
    """The question, to be carried on to the lists behind the cells."""
    data = form.data if form.is_bound else {}
    return {k: data[k] for k in ("body", "year", "month", "first", "last") if data.get(k)}


def _rows(cells: Table3, period: Period, asked: dict[str, str]) -> list[dict[str, Any]]:
    address = reverse("desk-statistics-cases")
    out: list[dict[str, Any]] = []
    labels = _labels(period.form.table3_rows)
    for row in period.form.table3_rows:
        values = [
            {
                "number": cells[row.key][column.key],
                "label": f"{row.label}，{column.label}",
                "url": f"{address}?{urlencode({**asked, 'row': row.key, 'column': column.key})}",
            }
            for column in period.form.table3_columns
        ]
        out.append({"labels": labels[row.key], "cells": values})
    return out


def _labels(rows: Sequence[Row]) -> dict[str, list[dict[str, Any]]]:
    """Of every row the label cells that begin with it, merged as in the official table: all
    results stand under one label, those of a group under its own."""
    size = Counter(row.group for row in rows)
    under = [row.group for row in rows if row.group]
    out: dict[str, list[dict[str, Any]]] = {}
    begun: set[str] = set()
    for row in rows:
        cells = out[row.key] = []
        if row.group and not begun:
            cells.append({"text": under[0], "down": len(under)})
            begun.add(under[0])
        if row.group and row.group not in begun:
            cells.append({"text": row.group, "down": size[row.group]})
            begun.add(row.group)
        wide = 3 if not row.group else 2 if row.group == under[0] else 1
        cells.append({"text": row.label, "wide": wide})
    return out


def _blocks(cells: dict[str, int], period: Period, asked: dict[str, str]) -> list[dict[str, Any]]:
    address = reverse("desk-statistics-cases")
    return [
        {
            "label": block.label,
            "cells": [
                {
                    "label": column.label,
                    "number": cells[f"{block.key}_{column.key}"],
                    "url": f"{address}?"
                    + urlencode({**asked, "dispute": f"{block.key}_{column.key}"}),
                }
                for column in period.form.table4_columns
            ],
        }
        for block in period.form.table4_blocks
    ]


def _rate(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.1f}%".replace(".0%", "%") if whole else "—"


def _label(period: Period, decision: str) -> str:
    row = report_row(decision, period.form)
    return f"{row.group.partition('）')[2] if row.group else ''}：{row.label}"


def _sentence(found: Measures, period: Period) -> str:
    said = f"{_span(period)}，新收政府信息公开申请{found.received}件，办结{found.concluded}件。"
    if found.median_days is not None:
        said += f"从收到到答复送达，半数在{found.median_days:g}个工作日以内"
        if found.p90_days is not None:
            said += f"，九成在{found.p90_days:g}个工作日以内"
        said += "。"
    if found.judged:
        said += f"有答复的{found.judged}件中，按期答复{found.on_time}件"
        said += f"（{_rate(found.on_time, found.judged)}）。"
    if found.overdue:
        said += f"另有{found.overdue}件已经超过答复期限、还没有答复。"
    return said


def _span(period: Period) -> str:
    first, last = period.first, period.last
    if period == Period.of_year(first.year):
        return f"{first.year}年"
    if period == Period.of_month(first.year, first.month):
        return f"{first.year}年{first.month}月"
    return f"{first.year}年{first.month}月{first.day}日至{last.year}年{last.month}月{last.day}日"


def _charts(cases: QuerySet[Application], period: Period, found: Measures) -> list[Chart]:
    if not found.concluded and not found.received:
        return []
    groups = [(GROUPS[key], n) for key, n in found.groups.items()]
    most = max(groups, key=lambda pair: pair[1])
    said = (
        f"办结{found.concluded}件，其中“{most[0]}”最多，{most[1]}件。"
        if found.concluded
        else "这段时间没有办结申请。"
    )
    out = [bar_chart("result", "办理结果", said, groups, found.concluded)]
    months = [Period.of_month(period.last.year, m) for m in range(1, 13)]
    months = [m for m in months if m.first <= min(period.last, clock.today())]
    if period == Period.of_year(period.first.year) and len(months) > 1:
        new = _by_month(cases.filter(counted=True), "received_on", months)
        done = _by_month(cases.filter(counted=True), "closed_on", months)
        names = [str(m.first.month) for m in months]
        drawing = lines(names, [("新收", new), ("办结", done)], "各月新收和办结数量折线图")
        busiest = max(range(len(months)), key=lambda at: new[at])
        said = f"新收最多的是{months[busiest].first.month}月，{new[busiest]}件。"
        table = tuple(
            (f"{name}月", str(a), str(b)) for name, a, b in zip(names, new, done, strict=True)
        )
        head = ("月份", "新收", "办结")
        out.append(Chart("months", "各月新收和办结", said, drawing, head, table))
    return out


def _by_month(cases: QuerySet[Application], field: str, months: list[Period]) -> list[int]:
    days: list[date] = list(
        cases.filter(**{f"{field}__range": (months[0].first, months[-1].last)})
        .order_by()
        .values_list(field, flat=True)
    )
    counts = [0] * len(months)
    for day in days:
        counts[day.month - months[0].first.month] += 1
    return counts


@staff(VIEW)
def behind(request: HttpRequest) -> HttpResponse:
    """The cases behind one cell of table 三 or 四."""
    form, cases, disputes = _chosen(request)
    period = form.period
    found: QuerySet[Any]
    try:
        if key := request.GET.get("dispute"):
            found, title = cell_disputes(disputes, period, key).order_by("accepted_on"), "表四案件"
        else:
            row, column = request.GET.get("row", ""), request.GET.get("column", "")
            found = cell_cases(cases, period, row, column)
            found = found.select_related("body", "section").order_by("received_on", "pk")
            label = next(r.label for r in period.form.table3_rows if r.key == row)
            title = (
                f"{label}：{next(c.label for c in period.form.table3_columns if c.key == column)}"
            )
    except KeyError:
        raise Http404 from None
    asked = _asked(form)
    return office_page(
        request,
        "applications/desk/statistics_cases.html",
        title,
        [HOME, (f"{reverse('desk-statistics')}?{urlencode(asked)}", "依申请公开统计")],
        icon="list-ul",
        pages=Paginator(found, PER_PAGE).get_page(request.GET.get("p")),
        span=_span(period),
        disputes=bool(request.GET.get("dispute")),
        labels={key: _label(period, key) for key in decisions()},
        query=urlencode({k: v for k, v in request.GET.items() if k != "p"}),
    )


@staff(VIEW)
def workbook(request: HttpRequest) -> HttpResponse:
    """The tables and measures of the period as XLSX: the monthly report's annex."""
    form, cases, disputes = _chosen(request)
    period = form.period
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center"})
    cell = book.add_format({"border": 1, "text_wrap": True})
    sheet = book.add_worksheet("表三")
    sheet.set_column(0, 0, 48)
    sheet.write_row(0, 0, ["办理情况", *(c.label for c in period.form.table3_columns)], head)
    counts = table3(cases, period)
    for at, row in enumerate(period.form.table3_rows, 1):
        sheet.write_row(at, 0, [row.label, *counts[row.key].values()], cell)
    sheet = book.add_worksheet("表四")
    sheet.set_column(0, 1, 28)
    sheet.write_row(0, 0, ["种类", "结果", "件数"], head)
    four = table4(disputes, period)
    at = 1
    for block in period.form.table4_blocks:
        for column in period.form.table4_columns:
            key = f"{block.key}_{column.key}"
            sheet.write_row(at, 0, [block.label, column.label, four[key]], cell)
            at += 1
    sheet = book.add_worksheet("办理质量")
    sheet.set_column(0, 0, 40)
    found = measures(cases, period, clock.Law.national().calendar)
    sheet.write(0, 0, _sentence(found, period))
    for at, (key, n) in enumerate(found.refusals, 2):
        sheet.write_row(at, 0, [_label(period, key), n], cell)
    book.close()
    response = HttpResponse(
        out.getvalue(),
        content_type=XLSX,
    )
    name = f"statistics-{period.first:%Y%m%d}-{period.last:%Y%m%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


urlpatterns: list[URLPattern] = [
    path("statistics/", statistics, name="desk-statistics"),
    path("statistics/cases/", behind, name="desk-statistics-cases"),
    path("statistics/tables.xlsx", workbook, name="desk-statistics-file"),
]
