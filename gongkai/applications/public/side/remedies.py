"""行政复议、行政诉讼 before and after an answer: what the law gives, and where it is sought."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongkai.applications.models import OfficeSettings
from gongkai.applications.queries import office_of, reviewing_body
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.bodies.models import Body
from gongkai.law.parameters import statute
from gongkai.law.remedies import Way, ways
from gongkai.law.taxonomy import deed_articles

TITLE = "行政复议和行政诉讼"
COLUMN = column(TITLE, "对答复不服或者没有按期收到答复，怎样申请行政复议", "咨询投诉", "remedies")


@public
@require_safe
def remedies(request: HttpRequest) -> HttpResponse:
    """The remedies against replies of today, those against earlier ones below; of one body
    with the names and addresses that are known."""
    slug = request.GET.get("body", "").strip()
    body = get_object_or_404(Body, slug=slug) if slug else None
    office = office_of(body) if body else None
    today = timezone.localdate()
    since = statute().rule("reconsideration.body", on=today).since
    return render(
        request,
        "applications/public/remedies.html",
        {
            "column": COLUMN,
            "crumbs": [("更正、建议和投诉举报", reverse("side-requests")), (TITLE, None)],
            "body": body,
            "office": office,
            "institution": office and reviewing_body(office),
            "ways": _ways(office, today),
            "basis": deed_articles()["seek-remedy"],
            "since": since,
            "earlier": _ways(office, since - timedelta(days=1)),
        },
    )


def _ways(office: OfficeSettings | None, on: date) -> tuple[Way, ...]:
    if office is None:
        return ways(on)
    return ways(on, government=office.government, upper=office.upper, court=office.court)


urlpatterns: list[URLPattern] = [path("requests/remedies/", remedies, name="remedies")]
