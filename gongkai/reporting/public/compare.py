"""The comparison: years of one body, or bodies of one year."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.bodies.models import Body
from gongkai.reporting import queries

COLUMN = column(
    "年报对比", "同一机关几个年度、同一年度几个机关的年报逐格对比", "数据发布", "report-compare"
)


@public
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    body = Body.objects.filter(slug=request.GET.get("body", "")).first()
    return render(
        request,
        "reporting/public/compare.html",
        {
            "column": COLUMN,
            "crumbs": [("年报对比", None)],
            "body": body,
            "reports": queries.years_of(body) if body else [],
        },
    )
