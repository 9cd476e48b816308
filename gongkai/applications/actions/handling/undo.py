"""A split, a merger or a link entered by mistake is undone while the applicant has not heard of it.

The register is the office's own: what is wrong in it is put right openly (条例 Art 45), both
entries stay. Once a letter went out that rests on it, it stands.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from gongkai.applications import clock
from gongkai.applications.actions.core import By, add_event, on_case, record, void_event
from gongkai.applications.actions.handling.receipt import (
    OWN_PAPERS,
    cancel_drafts,
    draft_register_papers,
)
from gongkai.applications.models import Application, CaseEvent, Letter, LetterStep
from gongkai.applications.roles import CLERKS
from gongkai.applications.state import QUIET, is_split
from gongkai.base.refusal import Refused


def undo_shape(case: Application, reason: str, *, by: By, seen: int | None = None) -> Application:
    """Undo what joins the case to others: its merger, its split, or its link as a repeat."""
    return _wanted(case)[0](case, reason, by=by, seen=seen)


def why_not_undo(case: Application) -> str:
    """Why nothing of the kind can be undone, or ""."""
    return _wanted(case)[1](case)


def _wanted(case: Application) -> tuple[Callable[..., Application], Callable[..., str]]:
    if case.merged_into_id is not None:
        return undo_merge, _merger_stands
    if is_split(case):
        return undo_split, _split_stands
    return undo_repeat, _link_stands


def undo_split(case: Application, reason: str, *, by: By, seen: int | None = None) -> Application:
    """Merge the parts back: the whole is under way again, with its own days, and is counted.

    The parts keep their numbers, which are never reused. Refused once something was sent or
    done on a part.
    """
    with on_case(case, by=by, roles=CLERKS, seen=seen, joined=True) as case:
        if why_not := _split_stands(case):
            raise Refused(why_not)
        entry = _entry(case, "split")
        assert entry is not None
        for part in case.parts.exclude(merged_into=case).order_by("pk"):
            with on_case(part, by=by, roles=CLERKS) as part:
                part.merged_into = case
                cancel_drafts(part, OWN_PAPERS, "拆分已撤销", by=by)
                add_event(part, "undo-shape", by=by, text=f"拆分已撤销，由{case.number}一并办理")
                record(part, "撤销拆分", by=by, new={"并入": case.number})
        _put_right(case, entry, reason, by=by)
        add_event(
            case,
            "undo-shape",
            by=by,
            text="撤销拆分，恢复为一件办理",
            public_text="此前的拆分已经更正，您的申请仍作为一件办理",
        )
        if case.registered_at is not None:
            draft_register_papers(case, by=by)
        record(case, "撤销拆分", by=by, new={"理由": reason.strip()})
    return case


def _split_stands(case: Application) -> str:
    """Why the split stands, or ""."""
    entry = _entry(case, "split")
    if entry is None or not is_split(case):
        return "这件申请没有拆分。"
    for part in case.parts.exclude(merged_into=case):
        if part.archived_on is not None:
            return f"{part.number}已经归档，拆分不能撤销。"
        if sent_since(part, entry):
            return f"{part.number}已经送出文书，拆分不能撤销。"
        later = clock.in_force(part.events.filter(pk__gt=entry.pk))
        if any(e.law_type for e in later) or part.merged.exists() or part.merged_into_id:
            return f"{part.number}已经分别办理，拆分不能撤销。"
        if part.items.exclude(decision="").exists():
            return f"{part.number}已经拟定决定，请先撤销该项决定。"
        if _busy(part):
            return f"{part.number}有文书正在办理，请先作废。"
    return ""


def undo_merge(case: Application, reason: str, *, by: By, seen: int | None = None) -> Application:
    """Take the case out of the one it was merged into: it is answered and counted by itself.

    Its days follow from its own events, as if it had never been merged. What it added to the
    other one goes.
    """
    into = case.merged_into
    if into is None:
        raise Refused("这件申请没有并入别的申请。")
    with transaction.atomic():
        # In the order of their keys, as every run over many cases locks them.
        list(
            Application.objects.select_for_update(no_key=True)
            .filter(pk__in=(case.pk, into.pk))
            .order_by("pk")
            .values_list("pk")
        )
        with on_case(case, by=by, roles=CLERKS, seen=seen, joined=True) as case:
            if why_not := _merger_stands(case):
                raise Refused(why_not)
            entry = _entry(case, "merge")
            assert entry is not None
            with on_case(into, by=by, roles=CLERKS, joined=True) as into:
                theirs = _entry_of(into, case)
                if theirs is not None:
                    into.items.filter(pk__in=theirs.data.get("items", [])).delete()
                    _put_right(into, theirs, reason, by=by)
                record(into, "撤销并入", by=by, new={"并入": case.number, "理由": reason.strip()})
            case.merged_into = None
            _put_right(case, entry, reason, by=by)
            add_event(
                case,
                "undo-shape",
                by=by,
                text=f"撤销并入{into.number}，单独办理",
                public_text="此前的合并办理已经更正，这件申请单独答复",
            )
            if case.registered_at is not None:
                draft_register_papers(case, by=by)
            record(case, "撤销合并", by=by, new={"理由": reason.strip()})
    return case


def _merger_stands(case: Application) -> str:
    """Why the merger stands, or ""."""
    into, entry = case.merged_into, _entry(case, "merge")
    if into is None or entry is None:
        return "这件申请没有并入别的申请。"
    if case.split_from_id == into.pk:
        return "这是撤销拆分时并回的一件，需要分开的，请在原件上重新拆分。"
    if into.archived_on is not None or into.closed_on is not None:
        return "并入的那件申请已经办结，合并不能撤销。"
    if sent_since(case, entry) or sent_since(into, entry):
        return "合并以后已经送出文书，合并不能撤销。"
    theirs = _entry_of(into, case)
    added = into.items.filter(pk__in=theirs.data.get("items", [])) if theirs else into.items.none()
    if added.exclude(decision="").exists():
        return "并入的事项已经拟定决定，请先撤销该项决定。"
    if _busy(into):
        return "并入的那件申请有文书正在办理，请先办完或者作废。"
    return ""


def undo_repeat(case: Application, reason: str, *, by: By, seen: int | None = None) -> Application:
    """Take the link to the earlier application back: it is no repeat (Art 36(6))."""
    with on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        if why_not := _link_stands(case):
            raise Refused(why_not)
        entry, earlier = _entry(case, "repeat"), case.repeats
        assert entry is not None and earlier is not None
        case.repeats = None
        _put_right(case, entry, reason, by=by)
        record(
            case,
            "撤销重复申请关联",
            by=by,
            old={"前一件": earlier.number},
            new={"理由": reason.strip()},
        )
    return case


def _link_stands(case: Application) -> str:
    """Why the link stands, or ""."""
    entry = _entry(case, "repeat")
    if entry is None or case.repeats_id is None:
        return "这件申请没有拆分、合并，也没有关联为重复申请。"
    if sent_since(case, entry):
        return "关联以后已经送出文书，不能撤销。"
    if _busy(case):
        return "有文书正在办理，请先办完或者作废。"
    return ""


def _entry(case: Application, deed: str) -> CaseEvent | None:
    """The latest entry of the deed that was not struck out."""
    known = [e for e in clock.in_force(case.events.all()) if e.deed == deed]
    return max(known, key=lambda e: e.pk, default=None)


def _entry_of(into: Application, case: Application) -> CaseEvent | None:
    """The entry on ``into`` that says that ``case`` was merged into it."""
    known = clock.in_force(into.events.filter(deed__in=("merge", "void")))
    return next((e for e in known if e.data.get("merged") == case.pk), None)


def _put_right(case: Application, entry: CaseEvent, reason: str, *, by: By) -> None:
    if not reason.strip():
        raise Refused("请写明为什么撤销。")
    void_event(entry, reason.strip(), by=by)


def sent_since(case: Application, entry: CaseEvent) -> bool:
    """Whether a letter of this case went out after the entry was made."""
    out = (Letter.State.SENT, Letter.State.DELIVERED)
    return LetterStep.objects.filter(
        letter__application=case, to_state__in=out, at__gt=entry.at
    ).exists()


def _busy(case: Application) -> bool:
    """A letter that the applicant or a third party is to get is on its way."""
    over = (Letter.State.CANCELLED, Letter.State.DELIVERED)
    return case.letters.exclude(code__in=QUIET).exclude(state__in=over).exists()
