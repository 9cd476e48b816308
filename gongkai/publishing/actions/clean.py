"""清除隐藏内容: an attachment is made anew with what is seen; the original is kept apart."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied

from gongkai.base.masking import mask_text
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked
from gongkai.bodies.models import Role
from gongkai.documents.incoming import KINDS
from gongkai.documents.readable import Readable
from gongkai.documents.redact.verify import plain
from gongkai.documents.redact.worker import isolated
from gongkai.documents.safety import UnusableInput
from gongkai.publishing import files
from gongkai.publishing.actions.core import By, may_touch, on_document, record
from gongkai.publishing.actions.drafts import entry, keep_revision
from gongkai.publishing.actions.review import recall
from gongkai.publishing.content import draft_of
from gongkai.publishing.models import Document, Finding, PublishedFile
from gongkai.publishing.roles import WRITERS
from gongkai.publishing.scan import look

State = Document.State
_TASKS = {KINDS[kind].media_type: f"clean_{kind}" for kind in ("pdf", "docx", "xlsx")}
#: Who may still read an original that was replaced, besides the one who put it there.
KEEPERS = (Role.SECRECY, Role.HEAD)
_WORDS = {
    "comment": "批注",
    "annotation": "批注",
    "insertion": "没有接受的修订",
    "deletion": "修订中删去的文字",
    "hidden_text": "隐藏的文字",
    "hidden_sheet": "隐藏的工作表",
    "hidden_rows": "隐藏的行",
    "hidden_columns": "隐藏的列",
    "embedded": "嵌入的文件",
    "thumbnail": "缩略图",
    "properties": "文件属性",
    "tucked": "正文以外的文字",
}


def can_clean(finding: Finding, known: dict[int, PublishedFile]) -> bool:
    """Whether it is about what an attachment of a kind that can be made anew hides.

    ``known``: the attachments of the draft, by number.
    """
    file = known.get((finding.place or {}).get("file", 0))
    return (
        file is not None
        and bool(file.hidden)
        and "start" not in finding.place
        and file.media_type in _TASKS
    )


def clean(document: Document, file: PublishedFile, *, by: By) -> str:
    """Put the file, made anew without what it hides, in its place; what went, in a sentence.

    Refused: nothing is hidden, the file cannot be made anew, something would be left, or the
    words that a reader sees would not be the same.
    """
    if by is not None and not may_touch(by, document, *WRITERS):
        raise PermissionDenied("您没有办理这份信息的权限，请联系管理员。")
    made, words = _cleaned(file)  # takes a while: before anything is locked
    with on_document(document, by=by, roles=WRITERS) as document:
        draft = draft_of(document)
        if not any(one["file"] == file.pk for one in draft.attachments):
            raise Refused("草稿里已经没有这个附件，不用再清除。")
        suffix = file.name.rpartition(".")[2]
        checked = Checked(file.name, file.media_type, made, suffix)
        new = files.keep(document, checked, by=by, words=words)
        replace(draft, file, new)
        if document.state in (State.REVIEW, State.APPROVED):
            recall(document, "清除附件的隐藏内容", by=by)
        keep_revision(document, draft, by)
        document.state = State.DRAFT
        gone = _gone(file)
        record(document, "清除隐藏内容", by=by, new={"附件": mask_text(file.name), "清除": gone})
        look(document)
    return f"附件“{file.name}”已经清除：{gone}。看得见的文字没有变化；原件另外保存，不会公开。"


def replace(draft: Document, old: PublishedFile, new: PublishedFile) -> None:
    """Let a new file stand where the old one stood in the draft; the old one is kept apart."""
    draft.attachments = [
        (entry(new) | {"name": one["name"]}) if one["file"] == old.pk else one
        for one in draft.attachments
    ]
    PublishedFile.objects.filter(pk=old.pk).update(replaced_by=new)


def may_read(user: AbstractBaseUser, file: PublishedFile) -> bool:
    """Whether the user may read the bytes of a file that he may see the document of."""
    if file.replaced_by_id is None or file.added_by_id == user.pk:
        return True
    return may_touch(user, file.document, *KEEPERS)


def _cleaned(file: PublishedFile) -> tuple[bytes, Readable]:
    task = _TASKS.get(file.media_type)
    if task is None:
        raise Refused("这种附件不能由系统清除，请在原软件中清除后重新上传。")
    if not file.hidden:
        raise Refused("这个附件里没有隐藏的内容，不用清除。")
    data = files.content(file)
    try:
        made = isolated(task, data)[1]
    except UnusableInput as no:
        raise Refused(str(no)) from None
    before = files.readable(data, file.media_type)
    after = files.readable(made, file.media_type)
    if after.notice and not before.notice:
        raise Refused("清除以后文件读不出来，没有保存。请在原软件中清除后重新上传。")
    if after.hidden:
        raise Refused("有的地方清除不干净，没有保存。请在原软件中清除后重新上传。")
    if plain(after.text) != plain(before.text):
        raise Refused("清除以后看得见的文字会有变化，没有保存。请在原软件中清除后重新上传。")
    return made, after


def _gone(file: PublishedFile) -> str:
    hidden: list[dict[str, Any]] = file.hidden
    counted = Counter(_WORDS.get(one["kind"], "看不见的内容") for one in hidden)
    return "、".join(f"{what}{n}处" for what, n in counted.items())
