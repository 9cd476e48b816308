"""What the database itself refuses in this room, whatever the program says.

- a release rests on an approved review of this very document and revision, whose every step saw
  this very content;
- what the public sees changes only together with a release of it, of the same document;
- a document comes before the public only by a newer release, and goes by being withdrawn: what
  was taken down is not shown again by its old release.

Triggers of ``base.guards``; that a release stays as it was made is ``base.append_only``.
"""

from __future__ import annotations

from collections.abc import Iterator

from gongkai.base.guards import Guard, changed
from gongkai.publishing.content import FIELDS
from gongkai.publishing.models import Document, Release, ReviewState

_DOCUMENT, _RELEASE = Document._meta.db_table, Release._meta.db_table
_REVIEW = ReviewState._meta.db_table
_PUBLISHED, _WITHDRAWN = Document.State.PUBLISHED.value, Document.State.WITHDRAWN.value


def guards(vendor: str) -> Iterator[Guard]:
    """Every trigger in the words of the database."""
    text = "VARCHAR" if vendor == "postgresql" else "TEXT"
    step = f'FROM wagtailcore_taskstate t LEFT JOIN "{_REVIEW}" r ON r.taskstate_ptr_id = t.id '
    approved = (
        "EXISTS (SELECT 1 FROM wagtailcore_workflowstate w WHERE w.id = NEW.workflow_state_id "
        f"AND w.status = 'approved' AND w.object_id = CAST(NEW.document_id AS {text}))"
    )
    seen = f"EXISTS (SELECT 1 {step} WHERE t.workflow_state_id = NEW.workflow_state_id)"
    other = (
        f"EXISTS (SELECT 1 {step} WHERE t.workflow_state_id = NEW.workflow_state_id "
        "AND (t.status <> 'approved' OR r.seen_sha256 IS NULL OR r.seen_sha256 <> NEW.sha256))"
    )
    yield Guard(
        f"{_RELEASE}_reviewed",
        _RELEASE,
        "INSERT",
        f"NOT {approved} OR NOT {seen} OR {other}",
        "a release rests on an approved review of this content",
    )
    columns = " OR ".join(changed(name, vendor) for name in FIELDS)
    ours = (
        f'EXISTS (SELECT 1 FROM "{_RELEASE}" l WHERE l.id = NEW.release_id '
        "AND l.document_id = NEW.id)"
    )
    yield Guard(
        f"{_DOCUMENT}_released",
        _DOCUMENT,
        "UPDATE",
        f"NEW.live AND (NOT {ours} OR (({columns}) AND NOT {changed('release_id', vendor)}))",
        "what the public sees changes by a release only",
    )
    # Shown (again, or otherwise) by the last release alone, and by one it did not have before.
    newer = (
        f'EXISTS (SELECT 1 FROM "{_RELEASE}" n, "{_RELEASE}" l WHERE n.id = NEW.release_id '
        "AND l.document_id = NEW.id AND l.number > n.number)"
    )
    released, stamped = changed("release_id", vendor), changed("withdrawn_at", vendor)
    yield Guard(
        f"{_DOCUMENT}_last_deed",
        _DOCUMENT,
        "UPDATE",
        f"(NEW.live AND ((NOT OLD.live AND NOT ({released})) OR (({released}) AND {newer}))) "
        f"OR (NOT NEW.live AND OLD.release_id IS NOT NULL AND ({released})) "
        f"OR (NEW.live AND NEW.state = '{_WITHDRAWN}') "
        f"OR (NOT NEW.live AND NEW.state = '{_PUBLISHED}') "
        f"OR (OLD.live AND NOT NEW.live AND (NEW.state <> '{_WITHDRAWN}' OR NOT ({stamped}))) "
        "OR (OLD.withdrawn_at IS NOT NULL "
        "AND (NEW.withdrawn_at IS NULL OR NEW.withdrawn_at < OLD.withdrawn_at))",
        "a document is shown by its last release and hidden by being withdrawn",
    )
    yield Guard(
        f"{_DOCUMENT}_begins_as_draft",
        _DOCUMENT,
        "INSERT",
        "NEW.live",
        "a document begins as a draft",
    )
