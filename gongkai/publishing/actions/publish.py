"""The one way to the public: an approved draft is released; a document is taken down."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from gongkai.base import search
from gongkai.base.refusal import Refused
from gongkai.bodies.acting import signature
from gongkai.publishing import validity
from gongkai.publishing.actions.core import By, on_document, record
from gongkai.publishing.actions.proposals import on_released
from gongkai.publishing.actions.review import approved_way
from gongkai.publishing.content import FIELDS, draft_of, fingerprint, snapshot
from gongkai.publishing.index import KIND, entry_of
from gongkai.publishing.models import Change, Column, Document, PublishingSettings, Release
from gongkai.publishing.roles import PUBLISHERS

State = Document.State


def publish(document: Document, *, by: By, note: str = "", at: datetime | None = None) -> Release:
    """Release the approved draft: content, number, search, validity of what it changes.

    ``note``: what is different, required from the second release on. ``at``: the time of
    publication, now when not said (the system takes over an older site with its own times).
    Refused: no approved review of exactly this content.
    """
    with on_document(document, by=by, roles=PUBLISHERS) as document:
        way = approved_way(document)
        if document.state != State.APPROVED or way is None:
            raise Refused("这份信息还没有审查通过，或者审查后又有修改，不能发布。请先送审。")
        if document.release_id and not note.strip():
            raise Refused("这份信息以前发布过，请写明这次更正或者更新了什么。")
        now = at or timezone.now()
        draft = draft_of(document)
        release = Release.objects.create(
            document=document,
            number=1 + document.releases.count(),
            workflow_state=way,
            sha256=fingerprint(draft),
            content=snapshot(draft),
            note=note.strip(),
            at=now,
            by=by,
            by_name=signature(by, document.body, *PUBLISHERS),
        )
        for name in FIELDS:
            setattr(document, name, getattr(draft, name))
        if document.serial is None:
            _number(document, now)
        document.release, document.live, document.state = release, True, State.PUBLISHED
        document.published_at = document.published_at or now
        document.changed_at, document.publish_at, document.publish_note = now, None, ""
        # Before the row is written: its key changes (release, serial), and who holds the end of the
        # trail may wait to name it.
        record(
            document,
            "发布",
            by=by,
            new={
                "索引号": document.index_number,
                "标题": document.title,
                "说明": release.note,
                **({"紧急": document.urgent_reason} if document.urgent_reason else {}),
            },
        )
        document.save()
        touched = _note_changes(document)
        validity.refresh([document, *touched])
        Column.objects.filter(pk=document.column_id).update(newest_at=now)
        search.put(entry_of(document))
        # The next draft of it is an ordinary one unless somebody says why it is urgent.
        document.urgent_reason = ""
        on_released(document, by=by)
    return release


def schedule(document: Document, at: datetime | None, *, by: By, note: str = "") -> Document:
    """Let an approved draft go out by itself at a time (None: not any more).

    ``note``: what is different, required where it was released before.
    """
    with on_document(document, by=by, roles=PUBLISHERS) as document:
        if document.state != State.APPROVED:
            raise Refused("审查通过以后才能定时发布。")
        if at is not None and at <= timezone.now():
            raise Refused("定时发布的时间要晚于现在，请改正。")
        if at is not None and document.release_id and not note.strip():
            raise Refused("这份信息以前发布过，请写明这次更正或者更新了什么。")
        old = document.publish_at
        document.publish_at, document.publish_note = at, note.strip() if at else ""
        record(document, "定时发布", by=by, old={"时间": str(old)}, new={"时间": str(at)})
    return document


def publish_due(now: datetime | None = None) -> int:
    """Release what is approved and whose time has come; how many. What changed since stays."""
    waiting = Document.objects.filter(
        state=State.APPROVED, publish_at__lte=now or timezone.now()
    ).order_by("publish_at")
    done = 0
    for document in waiting:
        try:
            publish(document, by=None, note=document.publish_note)
            done += 1
        except Refused as no:
            with on_document(document, by=None) as kept:
                kept.publish_at = None
                record(kept, "定时发布未成", by=None, new={"原因": str(no)})
    return done


def withdraw(document: Document, reason: str, *, by: By) -> Document:
    """Take a document down; its releases stay, its address says that it was taken down."""
    with on_document(document, by=by, roles=PUBLISHERS) as document:
        if not document.live:
            raise Refused("这份信息没有公开，不用撤下。")
        if not reason.strip():
            raise Refused("请写明撤下的原因。")
        document.live, document.state = False, State.WITHDRAWN
        document.withdrawn_at = timezone.now()
        document.save()
        touched = _note_changes(document)
        validity.refresh(touched)
        search.forget(KIND, document.pk)
        record(document, "撤下", by=by, new={"原因": reason.strip()})
    return document


def _number(document: Document, at: datetime) -> None:
    """The next 索引号 of the body's year; its settings row is the lock, so none is lost."""
    rows = PublishingSettings.objects.select_for_update(no_key=True)
    settings, _ = rows.get_or_create(body=document.body)
    day = timezone.localdate(at)
    used = Document.objects.filter(body=document.body, year=day.year).aggregate(n=Max("serial"))
    document.year, document.serial = day.year, 1 + (used["n"] or 0)
    code = document.body.credit_code or document.body.slug
    part = f"{day:%Y%m}" if settings.index_by_month else str(day.year)
    document.index_number = f"{code}/{part}-{document.serial:05}"


def _note_changes(document: Document) -> list[Document]:
    """Make the rows of what the document does to others anew; those it touched, then and now."""
    made = list(document.changes_made.order_by().values_list("document", flat=True))
    before = list(Document.objects.filter(pk__in=made))
    if made:
        document.changes_made.all().delete()
    if not document.live:
        return before
    now = []
    for entry in document.changes:
        other = Document.objects.filter(pk=entry["document"]).first()
        if other is not None:
            Change.objects.create(by=document, document=other, does=entry["does"], on=entry["on"])
            now.append(other)
    return [*before, *now]
