"""Public pages of the bodies: the tree by 行政区划, one body with its work unit (条例 Art 12)."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.bodies import queries
from gongkai.bodies.models import Body, Region

COLUMN = column(
    "公开机关",
    "按行政区划查找行政机关，查看政府信息公开工作机构的名称、地址、电话和办公时间",
    "机构职能",
    "body-list",
    "行政机关,政府信息公开工作机构",
)
#: Names found by a search that are shown; beyond it the visitor narrows the words.
MOST_FOUND = 100


@public
@require_safe
def body_list(request: HttpRequest) -> HttpResponse:
    """The regions below the chosen one with their bodies; a small tree is shown whole."""
    q = request.GET.get("q", "").replace("\0", "").strip()[:100]
    code = request.GET.get("region", "").strip()
    region = Region.objects.filter(code=code).first() if code else None
    if code and region is None:
        raise Http404
    found = None
    if q:
        names = Q(name__icontains=q) | Q(short_name__icontains=q)
        found = list(
            Body.objects.filter(names | Q(region__full_name__icontains=q))
            .select_related("region")
            .order_by("region__path", "name")[: MOST_FOUND + 1]
        )
    crumbs: list[tuple[str, str | None]] = [("公开机关", reverse("body-list") if region else None)]
    if region is not None:
        above = Region.objects.filter(code__in=region.path.strip("/").split("/"))
        crumbs += [
            (r.name, f"{reverse('body-list')}?region={r.code}" if r.pk != region.pk else None)
            for r in above.order_by("path")
        ]
    return render(
        request,
        "bodies/list.html",
        {
            "column": COLUMN,
            "crumbs": crumbs,
            "region": region,
            "branches": queries.branches(region),
            "q": q,
            "found": found and found[:MOST_FOUND],
            "more": found is not None and len(found) > MOST_FOUND,
        },
    )


@public
@require_safe
def body(request: HttpRequest, slug: str) -> HttpResponse:
    """One body: its work unit, and what the other rooms have to show of it (``body_panel``)."""
    found = get_object_or_404(Body.objects.select_related("region", "supervised_by"), slug=slug)
    return render(
        request,
        "bodies/body.html",
        {
            "column": COLUMN,
            "crumbs": [
                ("公开机关", reverse("body-list")),
                (found.region.name, f"{reverse('body-list')}?region={found.region.code}"),
                (found.name, None),
            ],
            "body": found,
            "facts": facts(found),
            "panels": panels(found),
        },
    )


def facts(body: Body) -> list[tuple[str, str]]:
    """What Art 12 wants in a guide and is known of the body; what is not known is left out."""
    pairs = (
        ("类别", body.get_kind_display()),
        ("所在区划", body.region.full_name),
        ("政府信息公开工作机构", body.work_unit),
        ("办公地址", body.address),
        ("邮政编码", body.post_code),
        ("联系电话", body.phone),
        ("办公时间", body.office_hours),
        ("电子邮箱", body.email),
        ("统一社会信用代码", body.credit_code),
    )
    return [(label, value) for label, value in pairs if value]


def panels(body: Body) -> list[dict[str, Any]]:
    """What rooms above this one show on a body's page: they name a function in their AppConfig.

    It takes the body and returns ``{"template": …, …}``, the context of that template; ``order``
    places it, ``style`` is a stylesheet and ``feed`` the address of a feed it brings along.
    """
    makers = (getattr(app, "body_panel", None) for app in apps.get_app_configs())
    found = [import_string(path)(body) for path in makers if path]
    return sorted(found, key=lambda panel: panel.get("order", 50))
