"""What the database itself refuses in this room, whatever the program says.

- a release rests on an approved review of this very document and revision, whose every step saw
  this very content;
- what the public sees changes only together with a release of it, of the same document.

Triggers of ``base.guards``.
"""

from __future__ import annotations

from collections.abc import Iterator

from gongkai.base.guards import Guard, changed
from gongkai.publishing.content import FIELDS
from gongkai.publishing.models import Document, Release, ReviewState

_DOCUMENT, _RELEASE = Document._meta.db_table, Release._meta.db_table
_REVIEW = ReviewState._meta.db_table


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
    yield Guard(
        f"{_DOCUMENT}_begins_as_draft",
        _DOCUMENT,
        "INSERT",
        "NEW.live",
        "a document begins as a draft",
    )
