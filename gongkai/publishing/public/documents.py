"""One document as the public reads it, and what changed in it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.views.decorators.http import require_safe

from gongkai.base import qr
from gongkai.base.page_cache import kept
from gongkai.base.permissions import public
from gongkai.publishing import queries
from gongkai.publishing.differences import differences
from gongkai.publishing.models import Document, PublishedFile
from gongkai.publishing.public.tags import (
    article_tags,
    column_address,
    column_tags,
    dublin_core,
    schema_org,
)

#: Others of the same column that are shown beneath a document.
BESIDE = 5
#: Releases whose differences are worked out on one page; older ones are only listed.
COMPARED = 20


@public
@kept
@require_safe
def document(request: HttpRequest, slug: str, year: int, serial: int) -> HttpResponse:
    """The document with its metadata; 410 with the reason where it was taken down."""
    found = get_object_or_404(queries.shown_once(slug, year, serial))
    if not found.live:
        return withdrawn(request, found)
    article = article_tags(request, found)
    files = queries.files_of(found)
    beside = queries.live().filter(column=found.column_id).exclude(pk=found.pk)[:BESIDE]
    explained = found.interprets if found.interprets and found.interprets.live else None
    return render(
        request,
        "publishing/public/document.html",
        {
            "document": found,
            "column": column_tags(found.column),
            "article": article,
            "crumbs": [*_crumbs(found), (found.title, None)],
            "facts": facts(found),
            "undergone": (undergone := queries.undergone(found)),
            "not_worked_in": queries.not_worked_in(found, undergone),
            "made": queries.made(found),
            "explained": explained,
            "interpretations": queries.interpretations(found),
            "files": [(file, file_address(found, file)) for file in files],
            "releases": queries.releases(found),
            "beside": beside,
            "column_address": column_address(found.column),
            "qr": qr.svg(article["url"], words="本页地址的二维码"),
            "dublin_core": dublin_core(found, article["url"]),
            "schema": schema_org(
                found,
                article["url"],
                [
                    (file.name, file.media_type, request.build_absolute_uri(address))
                    for file in files
                    if (address := file_address(found, file))
                ],
            ),
        },
    )


def withdrawn(request: HttpRequest, document: Document) -> HttpResponse:
    """410: it was public and is not any more; neither title nor text is shown again."""
    return render(
        request,
        "publishing/public/withdrawn.html",
        {
            "document": document,
            "column": column_tags(document.column),
            "crumbs": [*_crumbs(document), ("已经撤下的信息", None)],
        },
        status=410,
    )


@public
@kept
@require_safe
def releases(request: HttpRequest, slug: str, year: int, serial: int) -> HttpResponse:
    """Every release since it is public, with what is different from the one before."""
    found = get_object_or_404(queries.shown_once(slug, year, serial))
    if not found.live:
        return withdrawn(request, found)
    shown = queries.releases(found)
    changed = {
        new.pk: differences(old.content, new.content)
        for new, old in pairwise(shown[: COMPARED + 1])
    }
    return render(
        request,
        "publishing/public/releases.html",
        {
            "document": found,
            "column": column_tags(found.column),
            "crumbs": [*_crumbs(found), (found.title, found.get_absolute_url()), ("版本", None)],
            "releases": [(release, changed.get(release.pk)) for release in shown],
        },
    )


def facts(document: Document) -> list[tuple[str, Any]]:
    """The metadata of 国办发〔2017〕47号 in their order; what a document lacks is left out."""
    repealed = document.validity == Document.Validity.REPEALED
    pairs = (
        ("索引号", document.index_number),
        ("主题分类", document.theme),
        ("体裁", document.get_genre_display()),
        ("解读形式", document.get_explains_by_display()),
        ("发文机关", document.issuer),
        ("成文日期", document.formed_on),
        ("发文字号", document.doc_number),
        ("发布日期", document.published_at),
        ("施行日期", document.effective_on),
        ("原定有效期至" if repealed else "有效期至", document.expires_on),
        ("主题词", document.keywords),
        ("信息来源", document.source if document.source != document.issuer else ""),
        ("公开属性", document.get_attribute_display()),
    )
    return [(label, value) for label, value in pairs if value]


def file_address(document: Document, file: PublishedFile, name: str = "document-file") -> str:
    """Where an attachment is downloaded, or read (``document-read``)."""
    where = [document.body.slug, document.year, document.serial, file.pk]
    try:
        return reverse(name, args=where)
    except NoReverseMatch:
        return ""


def _crumbs(document: Document) -> list[tuple[str, str | None]]:
    body, column = document.body, document.column
    return [
        (body.short_name, reverse("body", args=[body.slug])),
        (column.name, column_address(column)),
    ]


urlpatterns: list[URLPattern] = [
    path("documents/<slug:slug>/<int:year>/<int:serial>/", document, name="document"),
    path(
        "documents/<slug:slug>/<int:year>/<int:serial>/releases/",
        releases,
        name="document-releases",
    ),
]
