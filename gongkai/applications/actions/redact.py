"""区分处理: what is taken out of an original before the rest is given (条例 Art 37)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from gongkai.applications.actions.core import By, add_event, on_case, record
from gongkai.applications.files import content, keep_file
from gongkai.applications.grounds import ground_word, grounds
from gongkai.applications.models import Application, CaseFile, Redaction
from gongkai.applications.queries import may_touch
from gongkai.applications.roles import HANDLERS, ORIGINAL, SEES_ORIGINALS
from gongkai.base.refusal import Refused
from gongkai.base.uploads import safe_name
from gongkai.documents.incoming import KINDS
from gongkai.documents.redact.worker import isolated
from gongkai.documents.safety import UnusableInput

PDF, DOCX = KINDS["pdf"].media_type, KINDS["docx"].media_type
MAX_PASSAGES = 3_000
#: Kinds that only those may open who may see originals; each opening is in the audit trail.
GUARDED = (CaseFile.Kind.ORIGINAL, CaseFile.Kind.IDENTITY, CaseFile.Kind.AUTHORISATION)
_BOX = 4


def may_see_originals(user: Any, case: Application) -> bool:
    """Originals are kept under a stricter permission than the case, and it is held for the case:
    who is 经办人 of one body and 法制审核 of another sees those of the first only.
    """
    return bool(user.has_perm(ORIGINAL)) and may_touch(user, case, *SEES_ORIGINALS)


def draft_of(original: CaseFile, *, by: By) -> Redaction:
    """The list that is being made for this original; a new one starts from the last release."""
    with transaction.atomic():
        original = CaseFile.objects.select_for_update(of=("self",), no_key=True).get(pk=original.pk)
        found = original.redactions.filter(made_at=None).first()
        if found is not None:
            return found
        last = original.redactions.exclude(made_at=None).order_by("-pk").first()
        return Redaction.objects.create(
            application_id=original.application_id,
            original=original,
            passages=last.passages if last else [],
            made_by=by,
        )


def new_id() -> str:
    """A name for a passage; it says nothing of what is hidden."""
    return uuid.uuid4().hex[:12]


def save_passages(
    original: CaseFile,
    *,
    by: By,
    seen: int | None = None,
    add: Iterable[dict[str, Any]] = (),
    drop: Iterable[str] = (),
    change: dict[str, dict[str, str]] | None = None,
) -> Redaction:
    """Add passages to the list of an original, take some out, or give others a new ground.

    Nothing is released by it. Refused: a passage without ground or reason, or with a ground
    that the law does not know.
    """
    case = _case(original)
    with on_case(case, by=by, roles=HANDLERS, seen=seen) as case:
        draft = draft_of(original, by=by)
        old, gone = len(draft.passages), set(drop)
        passages = [p for p in draft.passages if p["id"] not in gone]
        for passage in passages:
            passage.update((change or {}).get(passage["id"], {}))
        passages += [{"id": new_id(), **p} for p in add]
        passages.sort(key=lambda p: (p["page"], p.get("start", 0), p.get("box", [])))
        draft.passages, draft.made_by = [checked(p) for p in passages], by
        if len(draft.passages) > MAX_PASSAGES:
            raise Refused(f"一份文件最多处理 {MAX_PASSAGES} 处，请把文件拆成几份。")
        draft.save(update_fields=["passages", "made_by"])
        marked = {"材料": original.pk, "处数": len(draft.passages)}
        record(case, "标注区分处理", by=by, old={"处数": old}, new=marked)
    return draft


def checked(passage: dict[str, Any]) -> dict[str, Any]:
    """A passage as it is stored: places, ground and reason, never the text that it hides."""
    ground, reason = str(passage.get("ground", "")), str(passage.get("reason", "")).strip()
    if ground not in dict(grounds()):
        raise Refused("请为每一处选择不予公开的依据。")
    if not reason:
        raise Refused("请写明不予公开的理由，理由会写进答复文书。")
    found: dict[str, Any] = {
        "id": str(passage.get("id") or new_id()),
        "page": int(passage["page"]),
        "ground": ground,
        "reason": reason[:200],
    }
    if "box" in passage:
        x0, y0, x1, y1 = (round(float(v), 2) for v in passage["box"][:_BOX])
        if not (x0 < x1 and y0 < y1):
            raise Refused("画的框没有大小，请重新画。")
        found["box"] = [x0, y0, x1, y1]
        found["excerpt_hidden"] = "画框"
    else:
        start, end = int(passage["start"]), int(passage["end"])
        if not 0 <= start < end:
            raise Refused("没有选中文字，请重新选择。")
        found |= {"start": start, "end": end, "excerpt_hidden": f"{end - start} 字"}
    return found


def redacted(original: CaseFile, passages: list[dict[str, Any]]) -> tuple[dict[str, Any], bytes]:
    """The file without the passages, checked; with what ``release_pdf`` says of it: ``name`` is
    the name that it may have outside.

    Refused: a file that cannot be handled, or one in which something would be left.
    """
    chosen = [p | {"label": ground_word(p["ground"])} for p in map(checked, passages)]
    stem = original.name.rpartition(".")[0] or original.name
    try:
        data = content(original)
        if original.media_type == PDF:
            data = isolated("prepare", data)[1]
        elif original.media_type != DOCX:
            raise Refused("只有 PDF 和 DOCX 文件可以在线处理，请另存为 PDF 后上传。")
        task = "release_pdf" if original.media_type == PDF else "release_docx"
        facts, made = isolated(task, data, chosen=chosen, name=stem)
    except UnusableInput as no:
        raise Refused(str(no)) from None
    return facts | {"name": f"{facts['name']}（区分处理）"}, made


def release_redacted(
    original: CaseFile,
    passages: list[dict[str, Any]],
    *,
    name: str = "",
    by: By,
    seen: int | None = None,
) -> Redaction:
    """Make the file that may be given to the applicant, and keep it beside the original.

    ``name``: as the clerk names it; without one that of the original, less what is hidden.
    The original stays as it is. An earlier release of the same original that has not been
    given out is replaced. Refused: nothing chosen, or something would be left.
    """
    case = _case(original)
    if by is not None and not may_see_originals(by, case):
        raise PermissionDenied("您没有查看信息原件的权限。")
    if not passages:
        raise Refused("还没有选择要隐去的内容；如果全部可以公开，请直接添加为对外提供的信息。")
    clean = [checked(p) for p in passages]
    # Before the case is locked: it may take a minute.
    facts, data = redacted(original, clean)
    with on_case(case, by=by, roles=HANDLERS, seen=seen) as case:
        former = _replace(original, by=by)
        extension = "pdf" if original.media_type == PDF else "docx"
        released = keep_file(
            case,
            CaseFile.Kind.RELEASED,
            safe_name(name.strip() or facts["name"], extension),
            data,
            original.media_type,
            by=by,
        )
        draft = draft_of(original, by=by)
        draft.passages, draft.released = clean, released
        draft.made_by, draft.made_at = by, timezone.now()
        draft.save()
        add_event(case, "sever", by=by, text=f"区分处理：隐去 {len(clean)} 处")
        record(
            case,
            "区分处理",
            by=by,
            old={"被替换的处理": former} if former else None,
            new={"原件": original.pk, "处理后": released.pk, "清单": _plain(clean)},
        )
    return draft


def _replace(original: CaseFile, *, by: By) -> list[dict[str, Any]]:
    """Set aside the releases of this original that nobody outside has: their lists as they were."""
    old = []
    for former in original.redactions.exclude(released=None).select_related("released"):
        if former.released is None or former.released.for_applicant or not former.passages:
            continue
        old.append({"文件": former.released_id, "清单": _plain(former.passages)})
        former.released.kind = CaseFile.Kind.OTHER
        former.released.save(update_fields=["kind"])
        former.passages = []
        former.save(update_fields=["passages"])
    return old


def _plain(passages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Page and ground of each passage: what the trail may hold (a reason is free text)."""
    return [{"page": p["page"], "ground": p["ground"]} for p in passages]


def _case(original: CaseFile) -> Application:
    if original.application is None:
        raise Refused("这份文件不属于任何申请。")
    return original.application
