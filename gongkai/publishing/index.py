"""What the search of the site knows of a public document."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from gongkai.base.search import Entry
from gongkai.publishing.content import words
from gongkai.publishing.models import Document, PublishedFile

KIND = "document"


def entry_of(document: Document) -> Entry:
    """The document with its metadata, its words and those of its attachments."""
    files = PublishedFile.objects.filter(pk__in=[one["file"] for one in document.attachments])
    facts = (document.doc_number, document.index_number, document.keywords, document.summary)
    text = "\n".join(p for p in (*facts, words(document.text), *(f.text for f in files)) if p)
    return Entry(
        kind=KIND,
        object_id=document.pk,
        title=document.title,
        text=text,
        url=document.get_absolute_url(),
        body_id=document.body_id,
        on=timezone.localdate(document.published_at) if document.published_at else None,
    )


def everything() -> Iterator[Entry]:
    """Every public document, for a new start of the index."""
    for document in Document.objects.filter(live=True).select_related("body").iterator():
        yield entry_of(document)
