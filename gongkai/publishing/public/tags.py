"""What a page says of itself to machines: the tags of 47号, schema.org, Dublin Core."""

from __future__ import annotations

import json
import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from gongkai.publishing.content import words
from gongkai.publishing.models import Column, Document

#: Never ends the script element that holds the data.
_ESCAPED = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}
Validity = Document.Validity
_FORCE = {
    Validity.VALID: "InForce",
    Validity.AMENDED: "PartiallyInForce",
    Validity.REPEALED: "NotInForce",
    Validity.EXPIRED: "NotInForce",
    Validity.NOT_YET: "NotInForce",
}


def column_tags(column: Column, url_name: str = "public-catalogue") -> dict[str, str]:
    """The column tags of a page of this column; ``url_name``: what the navigation marks."""
    return {
        "name": column.name,
        "description": column.description,
        "keywords": column.keywords or f"{column.name},{column.body.short_name},政府信息公开",
        "type": column.column_type,
        "url_name": url_name,
    }


def article_tags(request: HttpRequest, document: Document) -> dict[str, Any]:
    """The article tags of a document."""
    return {
        "title": document.title,
        "published_at": document.published_at,
        "source": document.source or document.issuer,
        "keywords": ",".join(re.split(r"[\s,，、;；]+", document.keywords)),
        "description": described(document),
        "url": request.build_absolute_uri(document.get_absolute_url()),
    }


def described(document: Document) -> str:
    """What it says in a sentence or two: its summary, else how its text begins, else its title."""
    if document.summary:
        return document.summary
    begins = " ".join(words(document.text[:2_000]).split())
    return f"{begins[:119]}…" if len(begins) > 120 else begins or document.title


def dublin_core(document: Document, url: str) -> list[tuple[str, str]]:
    """Names and contents of the Dublin Core tags; empty ones are left out."""
    assert document.published_at is not None
    pairs = (
        ("DC.title", document.title),
        ("DC.creator", document.issuer),
        ("DC.publisher", document.body.name),
        ("DC.subject", document.keywords or document.theme),
        ("DC.description", described(document)),
        ("DC.type", document.get_genre_display()),
        ("DC.format", "text/html"),
        ("DC.language", "zh-CN"),
        ("DC.identifier", url),
        ("DCTERMS.bibliographicCitation", document.doc_number),
        ("DCTERMS.created", document.formed_on.isoformat()),
        ("DCTERMS.issued", timezone.localdate(document.published_at).isoformat()),
        (
            "DCTERMS.modified",
            timezone.localdate(document.changed_at).isoformat() if document.changed_at else "",
        ),
        (
            "DCTERMS.valid",
            document.effective_on.isoformat() if document.effective_on else "",
        ),
    )
    return [(name, content) for name, content in pairs if content]


def schema_org(document: Document, url: str, files: list[tuple[str, str, str]]) -> SafeString:
    """The document as schema.org data. ``files``: name, media type, address of each attachment."""
    assert document.published_at is not None
    kind = "Legislation" if document.is_normative else "Article"
    issuer = {"@type": "GovernmentOrganization", "name": document.issuer}
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": url,
        "url": url,
        "name": document.title,
        "headline": document.title,
        "identifier": document.index_number,
        "inLanguage": "zh-CN",
        "author": issuer,
        "publisher": {"@type": "GovernmentOrganization", "name": document.body.name},
        "dateCreated": document.formed_on.isoformat(),
        "datePublished": timezone.localtime(document.published_at).isoformat(timespec="seconds"),
        "isPartOf": {"@type": "WebSite", "name": settings.GONGKAI_SITE["name"]},
        "isAccessibleForFree": True,
    }
    if document.changed_at:
        data["dateModified"] = timezone.localtime(document.changed_at).isoformat(timespec="seconds")
    data["description"] = described(document)
    if document.keywords:
        data["keywords"] = document.keywords
    if document.is_normative:
        data["legislationIdentifier"] = document.doc_number or document.index_number
        data["legislationPassedBy"] = issuer
        data["legislationDate"] = document.formed_on.isoformat()
        force = _FORCE[Validity(document.validity)]
        data["legislationLegalForce"] = f"https://schema.org/{force}"
    if files:
        data["associatedMedia"] = [
            {"@type": "MediaObject", "name": name, "encodingFormat": kind, "contentUrl": address}
            for name, kind, address in files
        ]
    # Marked safe after the characters that could end the element were escaped.
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_ESCAPED))


def column_address(column: Column) -> str:
    """The page of a column; guide and rules of a body have pages of their own."""
    own = {Column.Block.GUIDE: "body-guide", Column.Block.RULES: "body-rules"}
    name = own.get(Column.Block(column.block))
    if name:
        return reverse(name, args=[column.body.slug])
    return reverse("column", args=[column.body.slug, column.key])
