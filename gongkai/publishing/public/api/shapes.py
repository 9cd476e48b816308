"""Public things as plain values, the same in the API, the dumps and the catalogue."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from gongkai.bodies.models import Body
from gongkai.publishing.content import words
from gongkai.publishing.models import Column, Document, PublishedFile, PublishingSettings


def documents() -> QuerySet[Document]:
    """What the public sees, with what every shape needs."""
    return Document.objects.filter(live=True).select_related("body", "column", "interprets__body")


def document(request: HttpRequest, one: Document) -> dict[str, Any]:
    """The metadata of a document (国办发〔2017〕47号)."""
    explained = one.interprets if one.interprets and one.interprets.live else None
    assert one.published_at is not None
    return {
        "index_number": one.index_number,
        "title": one.title,
        "doc_number": one.doc_number,
        "genre": one.get_genre_display(),
        "theme": one.theme,
        "issuer": one.issuer,
        "body": one.body.slug,
        "column": one.column.key,
        "column_name": one.column.name,
        "keywords": one.keywords,
        "summary": one.summary,
        "source": one.source or one.issuer,
        "formed_on": one.formed_on.isoformat(),
        "effective_on": one.effective_on.isoformat() if one.effective_on else None,
        "expires_on": one.expires_on.isoformat() if one.expires_on else None,
        "published_at": moment(one.published_at),
        "changed_at": moment(one.changed_at or one.published_at),
        "validity": one.validity,
        "validity_label": one.get_validity_display(),
        "is_normative": one.is_normative,
        "interprets": _url(request, explained.get_absolute_url()) if explained else None,
        "attachment_count": len(one.attachments),
        "page": _url(request, one.get_absolute_url()),
        "data": _url(request, reverse("api-document", args=where(one))),
    }


def whole_document(request: HttpRequest, one: Document) -> dict[str, Any]:
    """The document with its text and its attachments."""
    files = PublishedFile.objects.defer("text", "hidden").in_bulk(
        [entry["file"] for entry in one.attachments]
    )
    return {
        **document(request, one),
        "text": words(one.text),
        "html": one.text,
        "changed_by": [
            {
                "does": change.get_does_display(),
                "on": change.on.isoformat(),
                "page": _url(request, change.by.get_absolute_url()),
            }
            for change in one.changes_undergone.filter(by__live=True).select_related("by__body")
        ],
        "attachments": [
            {
                "name": entry["name"],
                "media_type": file.media_type,
                "bytes": file.size,
                "sha256": file.sha256,
                "url": _url(request, reverse("document-file", args=[*where(one), file.pk])),
                "read": _url(request, reverse("document-read", args=[*where(one), file.pk])),
            }
            for entry in one.attachments
            if (file := files.get(entry["file"])) is not None
        ],
    }


def column(request: HttpRequest, one: Column) -> dict[str, Any]:
    """A column of a body."""
    return {
        "body": one.body.slug,
        "key": one.key,
        "name": one.name,
        "block": one.get_block_display(),
        "description": one.description,
        "art20_item": one.art20_item,
        "opens_on": one.opens_on.isoformat() if one.opens_on else None,
        "closes_on": one.closes_on.isoformat() if one.closes_on else None,
        "newest_at": moment(one.newest_at) if one.newest_at else None,
        "documents": _url(
            request, f"{reverse('api-documents')}?body={one.body.slug}&column={one.key}"
        ),
    }


def terms_of(one: Body) -> str:
    """On what terms the data of a body may be used: its own, else those of the site."""
    own: PublishingSettings | None = getattr(one, "publishing_settings", None)
    return (own.data_terms if own else "") or str(settings.GONGKAI_SITE["data_terms"])


def own_terms() -> QuerySet[PublishingSettings]:
    """The bodies that state terms of their own."""
    return (
        PublishingSettings.objects.exclude(data_terms="")
        .select_related("body")
        .order_by("body__name")
    )


def body(request: HttpRequest, one: Body) -> dict[str, Any]:
    """A body and how to reach it."""
    return {
        "slug": one.slug,
        "name": one.name,
        "short_name": one.short_name,
        "region_code": one.region.code,
        "region": one.region.full_name,
        "kind": one.get_kind_display(),
        "sector": one.sector,
        "credit_code": one.credit_code,
        "address": one.address,
        "post_code": one.post_code,
        "phone": one.phone,
        "office_hours": one.office_hours,
        "data_terms": terms_of(one),
        "page": _url(request, reverse("body", args=[one.slug])),
    }


def where(one: Document) -> list[Any]:
    """The parts of its address."""
    return [one.body.slug, one.year, one.serial]


def moment(at: Any) -> str:
    """An instant in Beijing time."""
    return str(timezone.localtime(at).isoformat(timespec="seconds"))


def _url(request: HttpRequest, path: str) -> str:
    return request.build_absolute_uri(path)
