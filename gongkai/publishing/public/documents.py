"""One document as the public reads it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from gongkai.base.permissions import public
from gongkai.publishing.models import Document


@public
@require_safe
def document(request: HttpRequest, slug: str, year: int, serial: int) -> HttpResponse:
    """The document; 410 with the reason where it was taken down."""
    found = get_object_or_404(
        Document.objects.select_related("body", "column", "release"),
        body__slug=slug,
        year=year,
        serial=serial,
        release__isnull=False,
    )
    column = found.column
    return render(
        request,
        "publishing/public/document.html",
        {
            "document": found,
            "column": {
                "name": column.name,
                "description": column.description,
                "keywords": column.keywords or column.name,
                "type": column.column_type,
                "url_name": "",
            },
            "article": {
                "title": found.title,
                "published_at": found.published_at,
                "source": found.source or found.issuer,
                "keywords": found.keywords,
                "description": found.summary,
                "url": request.build_absolute_uri(found.get_absolute_url()),
            },
            "crumbs": [
                (found.body.name, reverse("body", args=[found.body.slug])),
                (found.title, None),
            ],
        },
        status=200 if found.live else 410,
    )


urlpatterns: list[URLPattern] = [
    path("documents/<slug:slug>/<int:year>/<int:serial>/", document, name="document"),
]
