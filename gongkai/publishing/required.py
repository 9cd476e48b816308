"""What a draft must say before it is handed in, by its kind; saving asks for less."""

from __future__ import annotations

from collections.abc import Iterator

from gongkai.law.taxonomy import load
from gongkai.publishing.grounds import is_ground
from gongkai.publishing.models import Column, Document, ImportedDocument

Attribute = Document.Attribute
#: Items of Art 20 that are about money: budgets, fees, procurement.
MONEY_ITEMS = (7, 8, 9)


def missing(draft: Document) -> list[tuple[str, str]]:
    """(field, what to do) for everything that is still to be filled in before the review.

    What was taken over from an older site came without the metadata of today: what it lacks of
    them is told (``lacking``) and does not hold it up.
    """
    gaps = lacking(draft)
    if gaps and draft.pk and ImportedDocument.objects.filter(document=draft.pk).exists():
        gaps = []
    return [*_missing(draft), *gaps]


def lacking(draft: Document) -> list[tuple[str, str]]:
    """(field, what to do) for the metadata that the kind asks for (``document_metadata``)."""
    kind = "行政规范性文件" if draft.is_normative else f"“{draft.get_genre_display()}”"
    return [
        (one["field"], one["says"].format(kind=kind))
        for one in load("document_metadata")
        if (draft.genre in one["genres"] or (one["normative"] and draft.is_normative))
        and not getattr(draft, one["field"])
    ]


def _missing(draft: Document) -> Iterator[tuple[str, str]]:
    if not draft.text and not draft.attachments:
        yield "text", "还没有正文，也没有附件，请写正文或者上传附件。"
    if not draft.issuer:
        yield "issuer", "请填写发文机关。"
    if draft.is_normative:
        if not draft.doc_number:
            yield "doc_number", "行政规范性文件要有发文字号，请填写。"
        if draft.effective_on is None:
            yield "effective_on", "行政规范性文件要有施行日期，请填写。"
        if draft.expires_on is None:
            yield "expires_on", "行政规范性文件要有有效期，请填写“有效期至”。"
    if is_interpretation(draft) and draft.interprets_id is None:
        yield "interprets", "政策解读要关联它解读的文件，请选择。"
    if draft.attribute != Attribute.PUBLIC:
        if not is_ground(draft.withheld_ground):
            yield "withheld_ground", "不主动公开的，请选择依据。"
        if not draft.withheld_reason:
            yield "withheld_reason", "不主动公开的，请写明理由。"


def is_interpretation(draft: Document) -> bool:
    """Whether it explains another document."""
    return (
        draft.genre == Document.Genre.INTERPRETATION
        or Column.objects.filter(pk=draft.column_id, block=Column.Block.INTERPRETATION).exists()
    )
