"""Words of scans: recognised after the upload, so that nobody waits for them, then read."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from gongkai.base import search
from gongkai.documents.readable.ocr import installed
from gongkai.publishing import files
from gongkai.publishing.actions.core import on_document, record
from gongkai.publishing.actions.review import recall
from gongkai.publishing.content import draft_of
from gongkai.publishing.index import entry_of
from gongkai.publishing.models import Document, PublishedFile
from gongkai.publishing.scan import look

State = Document.State


@dataclass(slots=True)
class Run:
    """What one run did."""

    read: int = 0
    empty: int = 0
    called_back: int = 0
    damaged: int = 0


def recognise(limit: int = 50) -> Run:
    """Read the scans that nobody has read yet, the newest first; each is tried once.

    A draft under review in which the words raise new questions goes back to its writer; what is
    public is found by these words from now on. Without the extra nothing is done.
    """
    run = Run()
    if not installed():
        return run
    waiting = PublishedFile.objects.filter(files.UNREAD_SCANS)
    for file in waiting.order_by("-pk")[:limit]:
        try:
            found = files.readable(files.content(file), file.media_type, recognise=True)
        except (files.FileDamaged, OSError):
            run.damaged += 1
            continue
        _keep(file, found.text, found.notice, run)
    return run


@transaction.atomic
def _keep(file: PublishedFile, text: str, notice: str, run: Run) -> None:
    PublishedFile.objects.filter(pk=file.pk).update(
        text=text, notice=notice[:200], recognised_at=timezone.now()
    )
    if not text:
        run.empty += 1
    else:
        run.read += 1
    with on_document(file.document, by=None) as document:
        if any(one["file"] == file.pk for one in draft_of(document).attachments):
            asked = look(document)
            if asked and document.state in (State.REVIEW, State.APPROVED):
                recall(document, "附件识别出文字，机器发现需要核对的内容", by=None)
                run.called_back += 1
        if text and document.live and any(one["file"] == file.pk for one in document.attachments):
            search.put(entry_of(document))
        record(document, "识别附件文字", by=None, new={"字数": len(text)})
