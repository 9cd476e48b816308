"""Writing: a document begins, its draft is saved, files come and go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gongkai.base.masking import mask_text
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked
from gongkai.bodies.models import Body, Section
from gongkai.publishing import files
from gongkai.publishing.actions.core import By, on_document, record, require, set_due, today
from gongkai.publishing.actions.review import recall
from gongkai.publishing.content import FIELDS, clean_html, draft_of, fingerprint, without_title
from gongkai.publishing.models import Column, Document, PublishedFile
from gongkai.publishing.queries import usual_theme, within_reach
from gongkai.publishing.roles import WRITERS
from gongkai.publishing.scan import look

State = Document.State


def create_document(
    body: Body, column: Column, title: str, *, by: By, section: Section | None = None, **facts: Any
) -> Document:
    """A new draft with its first revision; ``facts``: further content and work fields.

    Formed today by the body itself, on what its column is mostly about, when they do not say.
    """
    require(by, body, *WRITERS)
    if "theme" not in facts:
        facts["theme"] = usual_theme(body, column)
    document = Document(
        body=body,
        column=column,
        title=title.strip(),
        section=section or column.section,
        author=by,
        **{"issuer": body.name, "formed_on": today(), **facts},
    )
    _tidy(document)
    set_due(document)
    document.save()
    document.save_revision(user=by, clean=False)
    record(document, "拟稿", by=by, new={"标题": document.title, "栏目": column.name})
    look(document)
    return document


def save_draft(
    document: Document, values: Mapping[str, Any], *, by: By, seen: int | None = None
) -> Document:
    """Save a new revision of the draft. What was being reviewed, or waited to go out, goes back.

    ``values``: content fields (``content.FIELDS``), and the work fields ``section``,
    ``urgent_reason``, ``changed_on``, ``re_evaluate_on``. A draft that did not change makes no
    revision and recalls nothing.
    """
    with on_document(document, by=by, roles=WRITERS, seen=seen) as document:
        draft = draft_of(document)
        before = fingerprint(draft)
        for name in ("section", "urgent_reason", "changed_on", "re_evaluate_on"):
            if name in values:
                setattr(document, name, values[name])
        for name, value in values.items():
            if name in FIELDS or f"{name}_id" in FIELDS:
                setattr(draft, name, value)
        _tidy(draft)
        if fingerprint(draft) == before:
            return document
        _changed(document, draft, "内容有修改", by)
        record(document, "修改草稿", by=by, new={"标题": draft.title})
        look(document)
    return document


def attach(document: Document, given: list[Checked], *, by: By) -> list[PublishedFile]:
    """Put files beside the draft, at the end of the list."""
    read = [(file, files.read(file)) for file in given]  # before anything is locked
    with on_document(document, by=by, roles=WRITERS) as document:
        kept = [files.keep(document, file, by=by, words=words) for file, words in read]
        draft = draft_of(document)
        draft.attachments = [*draft.attachments, *map(entry, kept)]
        _changed(document, draft, "附件有变动", by)
        names = [mask_text(one["name"]) for one in draft.attachments]
        record(document, "添加附件", by=by, new={"附件": names})
        look(document)
    return kept


def entry(file: PublishedFile) -> dict[str, Any]:
    """What the content says of a file."""
    return {"file": file.pk, "name": file.name, "sha256": file.sha256}


def _changed(document: Document, draft: Document, why: str, by: By) -> None:
    """Keep the new revision; what was being reviewed, or waited to go out, goes back."""
    if document.state in (State.REVIEW, State.APPROVED):
        recall(document, why, by=by)
    keep_revision(document, draft, by)
    document.state = State.DRAFT


def keep_revision(document: Document, draft: Document, by: By) -> None:
    draft.latest_revision = document.latest_revision
    draft.save_revision(user=by, clean=False)
    document.latest_revision = draft.latest_revision
    if not document.live and document.release_id is None:
        # Never public: the row shows the newest draft in the lists of the office.
        for name in FIELDS:
            setattr(document, name, getattr(draft, name))


def _tidy(draft: Document) -> None:
    draft.title = " ".join(draft.title.split())
    if not draft.title:
        raise Refused("请填写标题，再保存。")
    draft.text = without_title(clean_html(draft.text), draft.title)
    named = {entry["document"] for entry in draft.changes}
    if named and within_reach(draft.body).filter(pk__in=named).count() != len(named):
        raise Refused("只能修改、废止本机关的、本机关联合印发的和下级机关的文件，请核对。")
