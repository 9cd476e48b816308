"""Attachments read again, after the reader has learnt to see more than it did."""

from __future__ import annotations

from collections.abc import Callable, Sized
from dataclasses import asdict, dataclass, field

from django.db import transaction

from gongkai.base import search
from gongkai.base.masking import mask_text
from gongkai.bodies.models import Body
from gongkai.documents.readable.ocr import installed
from gongkai.publishing import files
from gongkai.publishing.actions.core import on_document, record
from gongkai.publishing.actions.review import recall
from gongkai.publishing.content import draft_of
from gongkai.publishing.index import entry_of
from gongkai.publishing.models import Document, PublishedFile
from gongkai.publishing.scan import look
from gongkai.publishing.scan.look import read

State = Document.State


@dataclass(slots=True)
class Run:
    """What one run did. ``public``: index number and open questions of what the public sees."""

    read: int = 0
    changed: int = 0
    called_back: int = 0
    damaged: int = 0
    #: Scans whose words were recognised: without the extra they are left as they are.
    left: int = 0
    public: dict[str, int] = field(default_factory=dict)


def reread(body: Body | None = None, *, tell: Callable[[int, int], None] | None = None) -> Run:
    """Read every attachment (of a body) with today's reader; safe to run again.

    What is found anew is asked about at the draft; a draft under review in which questions come
    up goes back to its writer. What is public stays as it is: it is found by its new words, and
    its open questions stand in the 待办 of its office. ``tell``: how many of how many.
    """
    run = Run()
    waiting = PublishedFile.objects.filter(replaced_by=None)
    if body is not None:
        waiting = waiting.filter(document__body=body)
    numbers = list(waiting.order_by("pk").values_list("pk", flat=True))
    for count, pk in enumerate(numbers, 1):
        file = PublishedFile.objects.select_related("document").get(pk=pk)
        if file.recognised_at is not None and not installed():
            run.left += 1
        else:
            _again(file, run)
        if tell is not None:
            tell(count, len(numbers))
    return run


def _again(file: PublishedFile, run: Run) -> None:
    try:
        data = files.content(file)
    except (files.FileDamaged, OSError):
        run.damaged += 1
        return
    found = files.readable(data, file.media_type, recognise=file.recognised_at is not None)
    new = {
        "text": found.text,
        "hidden": [asdict(one) for one in found.hidden[: files.MOST_HIDDEN]],
        "notice": found.notice[:200],
    }
    run.read += 1
    if all(getattr(file, name) == value for name, value in new.items()):
        return
    run.changed += 1
    with transaction.atomic():
        PublishedFile.objects.filter(pk=file.pk).update(**new)
        with on_document(file.document, by=None) as document:
            _tell(document, file, run)


def _tell(document: Document, file: PublishedFile, run: Run) -> None:
    """Ask about what the new reading found, and let the public find it."""
    asked: Sized = ()
    shown = document.live and _of(file, document.attachments)
    if _of(file, draft_of(document).attachments):
        asked = look(document)
        if asked and document.state in (State.REVIEW, State.APPROVED):
            recall(document, "附件重新读取后，机器发现需要核对的内容", by=None)
            run.called_back += 1
    elif shown:  # the newest draft has it no more
        asked = [hit for hit in read(document) if hit.place.get("file") == file.pk]
    if shown:
        search.put(entry_of(document))
        if asked:
            run.public[document.index_number] = len(asked)
    new = {"附件": mask_text(file.name), "需要核对的地方": len(asked)}
    record(document, "重新读取附件", by=None, new=new)


def _of(file: PublishedFile, attachments: list[dict[str, object]]) -> bool:
    return any(one["file"] == file.pk for one in attachments)
