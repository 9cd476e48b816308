"""What the search of the site knows of a public document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone

from gongkai.base.search import Entry, restate
from gongkai.publishing.content import words
from gongkai.publishing.models import Column, Document, PublishedFile

KIND = "document"
Validity = Document.Validity
#: What holds, or will: found before what does not any more.
CURRENT = (Validity.VALID, Validity.AMENDED, Validity.NOT_YET)


def entry_of(document: Document) -> Entry:
    """The document with its metadata, its words and those of its attachments."""
    files = PublishedFile.objects.filter(pk__in=[one["file"] for one in document.attachments])
    pieces = (document.summary, words(document.text), *(f.text for f in files))
    text = "\n".join(piece for piece in pieces if piece)
    facts = (
        ("主题词", document.keywords),
        ("发文字号", document.doc_number),
        ("索引号", document.index_number),
    )
    return Entry(
        kind=KIND,
        object_id=document.pk,
        title=document.title,
        text=text,
        url=document.get_absolute_url(),
        body_id=document.body_id,
        on=timezone.localdate(document.published_at) if document.published_at else None,
        **_headed(document.column),
        genre=document.get_genre_display(),
        standing=Validity(document.validity).label,
        current=document.validity in CURRENT,
        codes=(document.doc_number, document.index_number),
        facts=tuple(fact for fact in facts if fact[1]),
    )


def _headed(column: Column) -> dict[str, str]:
    """What the entries of a column's documents say of it."""
    return {"item": str(column.art20_item or ""), "heading": column.name}


def follow_column(column: Column) -> None:
    """Tell the search that a column has another name or holds another item of the law."""
    documents = Document.objects.filter(live=True, column=column)
    restate(KIND, documents.order_by().values_list("pk", flat=True), **_headed(column))


def follow(validity: str, documents: Iterable[int]) -> None:
    """Tell the search that the validity of documents (their ids) is another one now."""
    state = Validity(validity)
    restate(KIND, documents, standing=state.label, current=state in CURRENT)


def everything() -> Iterator[Entry]:
    """Every public document, for a new start of the index."""
    public = Document.objects.filter(live=True).select_related("body", "column")
    for document in public.order_by("published_at", "pk").iterator(chunk_size=500):
        yield entry_of(document)
