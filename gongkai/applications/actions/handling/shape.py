"""One matter, one application: split into parts, merged with an earlier one, linked as a repeat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.applications import clock, numbers
from gongkai.applications.actions import accounts
from gongkai.applications.actions.core import By, add_event, on_case, record, refresh
from gongkai.applications.actions.handling.receipt import (
    OWN_PAPERS,
    cancel_drafts,
    draft_register_papers,
)
from gongkai.applications.models import Application, Approval, CaseEvent, Letter, RequestItem
from gongkai.applications.roles import CLERKS
from gongkai.applications.similar import OWN, asks_same, is_substantive
from gongkai.applications.state import ENDED, QUIET
from gongkai.base import audit
from gongkai.base.refusal import Refused

#: What a part takes over from the application that it was part of.
_SHARED = (
    "body",
    "year",
    "channel",
    "submitted_on",
    "applicant_kind",
    "applicant",
    "identity_mark",
    "name_mark",
    "phone_mark",
    "document_number",
    "purpose",
    "form",
    "route",
    "fee_relief",
    "help_needed",
    "clerk",
)


@dataclass(frozen=True, slots=True)
class Part:
    """One matter of an application that asks for several."""

    subject: str
    details: str = ""


def split(
    case: Application, parts: Sequence[Part], reason: str, *, by: By, seen: int | None = None
) -> list[Application]:
    """Make each matter an application of its own: own serial, same days and events.

    From then on the parts are counted and the whole is not (DOMAIN B.4). Of a form
    the parts have its query code; of paper each has one of its own, in ``told`` for now only.
    """
    wanted = [p for p in parts if p.subject.strip()]
    if len(wanted) < 2:
        raise Refused("拆分至少要有两个事项，请分别写明。")
    with on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        _unanswered(case, "拆分")
        if case.split_from_id is not None:
            raise Refused("这件申请已经是拆分出来的一件，不能再拆分。")
        made = [_part(case, one, by) for one in wanted]
        accounts.link_parts(case, made)
        listed = "、".join(p.number for p in made)
        cancel_drafts(case, OWN_PAPERS, "已拆分，由各件分别出具", by=by)
        add_event(
            case,
            "split",
            by=by,
            text=f"按一事一申请拆分为{len(made)}件：{listed}。{reason.strip()}"[:300],
            public_text=f"申请包含多个事项，分为{len(made)}件分别答复，受理编号：{listed}"[:300],
        )
        record(case, "拆分申请", by=by, new={"拆分为": listed, "理由": reason.strip()})
    return made


def _part(case: Application, part: Part, by: By) -> Application:
    serial = numbers.next_serial(case.body, case.year)
    number = numbers.tracking_number(case.year, case.body_id, serial)
    kept = numbers.code_of_form(case)
    code = kept or numbers.new_code()
    shared: dict[str, Any] = {name: getattr(case, name) for name in _SHARED}
    made = Application.objects.create(
        **shared,
        serial=serial,
        number=number,
        code_mark=numbers.code_mark(number, code),
        subject=part.subject.strip()[:200],
        details=part.details.strip() or part.subject.strip(),
        split_from=case,
        registered_at=timezone.now() if case.registered_at else None,
    )
    RequestItem.objects.create(application=made, order=1, text=made.details)
    for event in clock.in_force(case.events.all()):
        if not event.law_type:
            continue
        CaseEvent.objects.create(
            application=made,
            deed=event.deed,
            law_type=event.law_type,
            on=event.on,
            data=event.data,
            text=f"{event.text}（自{case.number}拆分转入）"[:300],
            public_text=event.public_text.replace(case.number, number),
            by=by,
            by_name=audit.name_of(by),
        )
    made.told = "" if kept else code
    draft_register_papers(made, by=by)
    refresh(made)
    record(made, "拆分出一件申请", by=by, new={"受理编号": number, "拆分自": case.number})
    return made


def _unanswered(case: Application, verb: str) -> None:
    """Refused when something is under way that belongs to the whole application."""
    if case.state in ENDED or case.closed_on is not None:
        raise Refused(f"这件申请已经办结，不能再{verb}。")
    over = (Letter.State.CANCELLED, Letter.State.DELIVERED)
    busy = case.letters.exclude(code__in=QUIET).exclude(state__in=over).first()
    if busy is not None:
        raise Refused(f"“{busy.get_code_display()}”正在办理，请先办完或者作废，再{verb}。")
    asked = case.approvals.filter(approved=None).exclude(kind=Approval.Kind.UNMASK).first()
    if asked is not None:
        raise Refused(f"{asked.get_kind_display()}正在等待负责人批示，批示以后再{verb}。")
    if case.consultations.exists():
        raise Refused(f"已经征求意见，不能再{verb}，请分项作出决定。")
    if hasattr(case, "fee"):
        raise Refused(f"已经发出收费通知，不能再{verb}。")


def same_applicant(one: Application, other: Application) -> bool:
    """By identity number or credit code; without one, by name and telephone together."""
    if one.identity_mark and other.identity_mark:
        return one.identity_mark == other.identity_mark
    by_name = bool(one.name_mark) and one.name_mark == other.name_mark
    return by_name and bool(one.phone_mark) and one.phone_mark == other.phone_mark


def earlier_cases(case: Application, most: int = 50) -> list[Application]:
    """Earlier applications of the same applicant to the same body, the latest first."""
    found = Application.objects.filter(body=case.body, pk__lt=case.pk)
    if case.identity_mark:
        found = found.filter(identity_mark=case.identity_mark)
    elif case.name_mark and case.phone_mark:
        found = found.filter(name_mark=case.name_mark, phone_mark=case.phone_mark)
    else:
        return []
    return list(found.order_by("-pk")[:most])


def earlier_answers(case: Application) -> list[Application]:
    """Of the earlier ones those answered: what asks for the same first, of that the earliest
    substantive answer, on which a repeat rests (Art 36(6)); what only points to it comes after.
    """
    found = [c for c in earlier_cases(case, OWN) if c.effective_on is not None]
    return sorted(found, key=lambda c: (not asks_same(case, c), not is_substantive(c), c.pk))[:50]


def merge(
    case: Application, into: Application, reason: str, *, by: By, seen: int | None = None
) -> Application:
    """Join the case to an earlier one of the same applicant on the same matter.

    It is answered there and counted once. What it asks for besides becomes an item there.
    """
    if not reason.strip():
        raise Refused("请写明为什么合并。")
    with _both(case, into), on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        _unanswered(case, "合并")
        with on_case(into, by=by, roles=CLERKS) as into:
            _fits(case, into)
            if into.state in ENDED or into.closed_on is not None:
                raise Refused("那件申请已经办结，不能并入；内容相同的，请关联为重复申请。")
            known = {i.text for i in into.items.all()}
            place, added = into.items.count(), []
            for item in case.items.all():
                if item.text not in known:
                    place += 1
                    added.append(
                        RequestItem.objects.create(application=into, order=place, text=item.text)
                    )
            case.merged_into = into
            case.save(update_fields=["merged_into"])
            add_event(
                into,
                "merge",
                by=by,
                text=f"{case.number}并入本件，一并答复",
                merged=case.pk,
                items=[item.pk for item in added],
            )
            record(into, "并入一件申请", by=by, new={"并入": case.number})
        cancel_drafts(case, OWN_PAPERS, "已并入他件", by=by)
        add_event(
            case,
            "merge",
            by=by,
            text=f"并入{into.number}一并答复。{reason.strip()}"[:300],
            public_text=f"与受理编号{into.number}的申请内容相同，合并办理，一并答复",
        )
        record(case, "合并申请", by=by, new={"并入": into.number, "理由": reason.strip()})
    return case


@contextmanager
def _both(case: Application, into: Application) -> Iterator[None]:
    """Lock both in the order of their keys, as every run over many cases does: a run that holds
    the one and waits for the other would else wait for ever.
    """
    with transaction.atomic():
        list(
            Application.objects.select_for_update(no_key=True)
            .filter(pk__in=(case.pk, into.pk))
            .order_by("pk")
            .values_list("pk")
        )
        yield


def _fits(case: Application, earlier: Application) -> None:
    if earlier.body_id != case.body_id:
        raise Refused("只能选择本机关受理的申请。")
    if earlier.pk >= case.pk:
        raise Refused("只能选择更早的一件申请。")
    if not same_applicant(case, earlier):
        raise Refused("两件申请的申请人不同，不能合并或者关联为重复申请。")


def link_repeat(
    case: Application, earlier: Application, *, by: By, seen: int | None = None
) -> Application:
    """Note that the same applicant has had an answer to the same before (Art 36(6))."""
    with on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        _fits(case, earlier)
        if earlier.effective_on is None:
            raise Refused("那件申请还没有答复，不属于重复申请；内容相同的，可以合并办理。")
        case.repeats = earlier
        case.save(update_fields=["repeats"])
        add_event(case, "repeat", by=by, text=f"关联为{earlier.number}的重复申请")
        record(case, "关联重复申请", by=by, new={"前一件": earlier.number})
    return case
