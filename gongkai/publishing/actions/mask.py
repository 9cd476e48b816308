"""遮盖: the characters of a passage go out of the draft for good, in the text or a file."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone

from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked
from gongkai.documents.incoming import KINDS
from gongkai.documents.redact.worker import isolated
from gongkai.documents.safety import UnusableInput
from gongkai.publishing import files
from gongkai.publishing.actions.clean import replace
from gongkai.publishing.actions.core import By, on_document, record
from gongkai.publishing.actions.drafts import keep_revision
from gongkai.publishing.actions.review import recall
from gongkai.publishing.content import LINES, draft_of, words
from gongkai.publishing.models import Document, Finding, PublishedFile
from gongkai.publishing.passages import cover_html, cover_text
from gongkai.publishing.roles import WRITERS
from gongkai.publishing.scan import look

State = Document.State
PDF, DOCX, XLSX = (KINDS[kind].media_type for kind in ("pdf", "docx", "xlsx"))
_LABEL = "已遮盖"


def can_mask(finding: Finding, draft: Document) -> bool:
    """Whether the machine can take the passage out itself."""
    place = finding.place or {}
    if "start" not in place or "end" not in place:
        return False
    if "file" in place:
        file = PublishedFile.objects.filter(pk=place["file"]).defer("text").first()
        return file is not None and file.media_type in (PDF, DOCX, XLSX)
    return "name_of" in place or place.get("field") == "text" or place.get("field") in LINES


def mask(finding: Finding, *, by: By) -> Finding:
    """Replace every character of the passage; a PDF, DOCX or XLSX is made anew without it.

    Refused: the passage is not there any more, or stands in a file that only its own program
    can change.
    """
    with on_document(finding.document, by=by, roles=WRITERS) as document:
        look(document)  # places count characters of the newest draft
        finding = Finding.objects.select_for_update(of=("self",), no_key=True).get(pk=finding.pk)
        if finding.state != Finding.State.OPEN:
            raise Refused("这一处已经处理过了。")
        draft = draft_of(document)
        if not can_mask(finding, draft):
            raise Refused("这一处不能直接遮盖，请在原文件中删去后重新上传，或者写明理由。")
        place = finding.place
        if "file" in place:
            _mask_file(document, draft, place, by)
        elif "name_of" in place:
            _mask_name(draft, place)
        else:
            _mask_field(draft, place)
        if document.state in (State.REVIEW, State.APPROVED):
            recall(document, "遮盖内容", by=by)
        keep_revision(document, draft, by)
        document.state = State.DRAFT
        finding.state, finding.excerpt = Finding.State.MASKED, ""
        finding.settled_at, finding.settled_by = timezone.now(), by
        finding.save()
        record(document, "遮盖", by=by, new={"问题": finding.message})
        look(document)
        finding.refresh_from_db()
        if finding.state == Finding.State.OPEN:
            raise Refused("同样的内容还在别处，没有遮盖干净。请在草稿中改正。")
    return finding


def _mask_field(draft: Document, place: dict[str, Any]) -> None:
    """Every place of the field that says the same: one answer holds for all of them."""
    name, start, end = place["field"], int(place["start"]), int(place["end"])
    text = words(draft.text) if name == "text" else getattr(draft, name)
    for match in re.finditer(re.escape(text[start:end]), text) if start < end else ():
        if name == "text":
            draft.text = cover_html(draft.text, text, *match.span())
        else:
            setattr(draft, name, cover_text(getattr(draft, name), *match.span()))


def _mask_name(draft: Document, place: dict[str, Any]) -> None:
    """Every place in the names of attachments that says the same; the kept files keep theirs,
    which the public never sees."""
    names = {one["file"]: one["name"] for one in draft.attachments}
    secret = names[place["name_of"]][int(place["start"]) : int(place["end"])]
    covered = cover_text(secret, 0, len(secret))
    draft.attachments = [
        one | {"name": one["name"].replace(secret, covered)} for one in draft.attachments
    ]


def _mask_file(document: Document, draft: Document, place: dict[str, Any], by: By) -> None:
    """Every place of the attachment that says the same goes out; the new file takes its place."""
    old = PublishedFile.objects.get(pk=place["file"], document=document)
    secret = old.text[int(place["start"]) : int(place["end"])]
    try:
        data = _without(files.content(old), old.media_type, secret)
    except UnusableInput as no:
        raise Refused(str(no)) from None
    suffix = old.name.rpartition(".")[2]
    new = files.keep(document, Checked(old.name, old.media_type, data, suffix), by=by)
    replace(draft, old, new)


def _without(data: bytes, media_type: str, secret: str) -> bytes:
    wanted = re.compile(r"\s*".join(re.escape(c) for c in secret if not c.isspace()))
    chosen: list[dict[str, Any]] = []
    if media_type == XLSX:
        made = isolated("release_xlsx", data, secret=secret)[1]
        return _other(made, data)
    if media_type == PDF:
        _, data = isolated("prepare", data)
        for number, page in enumerate(isolated("pages", data)[0], 1):
            text, starts = _joined(page["lines"])
            chosen += [_chosen(number, starts, m) for m in wanted.finditer(text)]
        task = "release_pdf"
    else:
        for paragraph in isolated("paragraphs", data)[0]:
            for match in wanted.finditer(paragraph["text"]):
                start, end = match.span()
                chosen.append(
                    {"page": paragraph["number"], "start": start, "end": end, "label": _LABEL}
                )
        task = "release_docx"
    if not chosen:
        raise Refused(
            "在附件里没有找到这一处，可能在表头、批注或者图片里。请在原文件中删去后重新上传。"
        )
    return _other(isolated(task, data, chosen=chosen)[1], data)


def _other(made: bytes, data: bytes) -> bytes:
    if made == data:
        raise Refused("附件没有变化，请在原文件中删去后重新上传。")
    return made


def _joined(lines: list[dict[str, Any]]) -> tuple[str, list[int]]:
    """The text of a page and, for each of its characters, where it stands on the page."""
    text, starts = [], []
    for line in lines:
        for offset, char in enumerate(line["text"]):
            text.append(char)
            starts.append(line["start"] + offset)
        text.append("\n")
        starts.append(line["end"])
    return "".join(text), starts


def _chosen(page: int, starts: list[int], match: re.Match[str]) -> dict[str, Any]:
    return {
        "page": page,
        "start": starts[match.start()],
        "end": starts[match.end() - 1] + 1,
        "label": _LABEL,
    }
