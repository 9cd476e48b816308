"""Office pages of 查阅点: where people read, and how many came."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.base.uploads import SafeFilesField
from gongkai.publishing.actions import channels as actions
from gongkai.publishing.desk.access import seen_bodies
from gongkai.publishing.desk.shared import DAY, HOME, body_of, form_page, holds
from gongkai.publishing.models import ReadingPoint
from gongkai.publishing.roles import DRAFT, VIEW

LIST = ("desk-channels", "发布渠道")
POINTS = ("desk-points", "查阅点")


class PointForm(forms.ModelForm):
    picture = SafeFilesField(label="照片", kinds=("jpg", "png"), max_files=1, required=False)

    class Meta:
        model = ReadingPoint
        fields = (*("kind", "name", "address", "hours", "phone", "equipment", "sign", "closed_on"),)
        widgets = {"closed_on": DAY}

    def _post_clean(self) -> None:
        """The action saves; the form only reads."""


class VisitsForm(forms.Form):
    year = forms.IntegerField(label="年", min_value=2008, max_value=2999)
    month = forms.IntegerField(label="月", min_value=1, max_value=12)
    people = forms.IntegerField(label="人次", min_value=0, max_value=1_000_000)


@staff(VIEW)
@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """The reading points with their visitors of the year."""
    body, bodies = body_of(request)
    year = timezone.localdate().year
    found = ReadingPoint.objects.filter(body=body).prefetch_related("visits")
    return office_page(
        request,
        "publishing/desk/points.html",
        "政府信息查阅点",
        [HOME, (reverse(LIST[0]), LIST[1])],
        icon="site",
        body=body,
        bodies=bodies,
        year=year,
        points=[(one, sum(v.people for v in one.visits.all() if v.year == year)) for one in found],
        may=holds(request, body, *actions.KEEPERS),
    )


@staff(DRAFT)
def point_form(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Register a reading point, or change it."""
    body, _ = body_of(request)
    known = None
    if pk is not None:
        known = get_object_or_404(ReadingPoint, pk=pk, body__in=seen_bodies(request.user))
        body = known.body
    form = PointForm(
        request.POST or None, request.FILES or None, instance=known or ReadingPoint(body=body)
    )

    def act(values: dict[str, Any]) -> ReadingPoint:
        files = values.pop("picture")
        return actions.save_point(
            body, values, by=request.user, pk=pk, photo=files[0] if files else None
        )

    return form_page(
        request,
        form,
        act,
        title="修改查阅点" if pk else "登记查阅点",
        trail=[(reverse(POINTS[0]), POINTS[1])],
        button="保存",
        done="查阅点已保存。",
        back=reverse(POINTS[0]),
        kept_photo=known.photo if known else None,
    )


@staff(DRAFT)
def visits(request: HttpRequest, pk: int) -> HttpResponse:
    """How many came in a month."""
    point = get_object_or_404(ReadingPoint, pk=pk, body__in=seen_bodies(request.user))
    today = timezone.localdate()
    form = VisitsForm(request.POST or None, initial={"year": today.year, "month": today.month})
    return form_page(
        request,
        form,
        lambda values: actions.count_visits(point, **values, by=request.user),
        title=f"登记人次：{point.name}",
        trail=[(reverse(POINTS[0]), POINTS[1])],
        button="保存",
        done="人次已登记。",
        back=reverse(POINTS[0]),
        intro="同一个月重新登记的，以后一次为准。",
    )


urlpatterns: list[URLPattern] = [
    path("publishing/points/", points, name="desk-points"),
    path("publishing/points/new/", point_form, name="desk-point-new"),
    path("publishing/points/<int:pk>/", point_form, name="desk-point"),
    path("publishing/points/<int:pk>/visits/", visits, name="desk-point-visits"),
]
