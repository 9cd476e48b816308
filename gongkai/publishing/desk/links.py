"""Outside links of what is public that do not open any more."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.publishing.actions.links import dead_links
from gongkai.publishing.desk.access import HOME, documents_for
from gongkai.publishing.models import LinkCheck
from gongkai.publishing.roles import VIEW

PER_PAGE = 50


@staff(VIEW)
@require_safe
def links(request: HttpRequest) -> HttpResponse:
    """The documents with a link that failed more than once, the oldest first."""
    seen = documents_for(request.user)
    found = dead_links().filter(document__in=seen).select_related("document__body")
    newest = LinkCheck.objects.filter(document__in=seen).order_by("-checked_at").first()
    return office_page(
        request,
        "publishing/desk/links.html",
        "外部链接",
        [HOME],
        icon="link",
        rows=Paginator(found, PER_PAGE).get_page(request.GET.get("p")),
        checked=newest.checked_at if newest else None,
    )


urlpatterns: list[URLPattern] = [path("documents/links/", links, name="desk-links")]
