"""An application is confirmed, registered, and put right where it was entered wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from gongkai.applications import clock, numbers
from gongkai.applications.actions.core import (
    By,
    add_event,
    on_case,
    record,
    void_event,
    with_article,
)
from gongkai.applications.actions.intake import _FIRST_EVENT, _FIRST_TEXT
from gongkai.applications.actions.notify import notify
from gongkai.applications.letters.compose import draft_letter
from gongkai.applications.models import Application, CaseEvent, Letter, LetterStep, RequestItem
from gongkai.applications.roles import CLERKS
from gongkai.base import audit
from gongkai.base.masking import mask_text, masked
from gongkai.base.refusal import Refused
from gongkai.documents.blocks import chinese_dates
from gongkai.law.deadlines import EventType
from gongkai.law.taxonomy import applicant_kinds, channels, deed_articles

#: Deeds whose entry can be struck out by itself; papers and fees have ways back of their own.
STRIKABLE = frozenset(
    {
        "confirm-receipt",
        "contact",
        "contact-restored",
        "register",
        "receive-correction",
        "set-delay",
        "consultation-served",
        "consultation-reply",
    }
)
#: Form, receipt and sheet of the register: each case has its own.
OWN_PAPERS = ("L01", "L02", "L03")


def confirm_receipt(
    case: Application, *, on: date | None = None, how: str = "", by: By, seen: int | None = None
) -> Application:
    """Both sides confirm that the application has arrived: the day of receipt (Art 31).

    ``on``: the day of the confirmation, today when not given; ``how``: by telephone, e-mail …
    Refused where the day of receipt is fixed already or follows from something else.
    """
    with on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        add_event(
            case,
            "confirm-receipt",
            by=by,
            law_type=EventType.RECEIPT_CONFIRMED_BY_BOTH,
            on=on,
            text=f"与申请人确认收到申请（{how}）" if how else "与申请人确认收到申请",
            public_text="双方确认收到申请，答复期限开始计算",
        )
        record(case, "确认收到申请", by=by, new={"方式": how} if how else None)
    return case


def note_contact(
    case: Application,
    *,
    reached: bool,
    on: date | None = None,
    how: str = "",
    by: By,
    seen: int | None = None,
) -> Application:
    """The applicant could not be reached, or was reached again: then it is received that day."""
    kind = EventType.CONTACT_RESTORED if reached else EventType.CONTACT_ATTEMPT_FAILED
    said = "与申请人恢复联系，申请于当日收到" if reached else "联系申请人未果"
    with on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        add_event(
            case,
            "contact-restored" if reached else "contact",
            by=by,
            law_type=kind,
            on=on,
            text=f"{said}（{how}）" if how else said,
            public_text=said if reached else "本机关联系您未果，请与本机关联系",
        )
        record(case, said, by=by)
    return case


def register(
    case: Application,
    *,
    applicant_kind: str,
    subject: str,
    items: Sequence[str],
    document_number: str = "",
    form: str | None = None,
    route: str | None = None,
    by: By,
    seen: int | None = None,
) -> Application:
    """Enter the application in the register (Art 45): class, matter, items; L02 and L03 follow."""
    texts = [text.strip() for text in items if text.strip()]
    if not texts:
        raise Refused("请至少填写一项申请事项。")
    with on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        if case.received_on is None:
            raise Refused(
                with_article(
                    "还没有确定收到申请之日，请先确认收到。", deed_articles()["confirm-receipt"]
                )
            )
        if case.registered_at is not None:
            raise Refused("这件申请已经登记，需要改动的请用“更正登记”。")
        if applicant_kind != case.applicant_kind:
            replace_first(case, "登记时确认申请人类别", by=by, applicant=applicant_kind)
        case.applicant_kind = applicant_kind
        case.subject = subject.strip() or case.subject
        case.document_number = document_number.strip()
        case.form, case.route = form or case.form, route or case.route
        case.registered_at = timezone.now()
        case.clerk = case.clerk or by
        set_items(case, texts)
        add_event(
            case,
            "register",
            by=by,
            text=f"登记，共{len(texts)}项",
            public_text="申请已登记，进入办理",
        )
        draft_register_papers(case, by=by)
        notify(case, "received")
        record(
            case,
            "登记政府信息公开申请",
            by=by,
            new={
                "申请人类别": applicant_kinds()[applicant_kind].label,
                "事项": len(texts),
                "收到申请之日": case.received_on.isoformat(),
            },
        )
    return case


def set_items(case: Application, texts: Sequence[str]) -> None:
    """The items of the case; Refused once one of them is decided."""
    now = list(case.items.order_by("order"))
    if [i.text for i in now] == list(texts):
        return
    if any(i.decision for i in now):
        raise Refused("已有事项作出决定，不能再改动申请事项，请先撤销该项决定。")
    for item, text in zip(now, texts, strict=False):
        item.text = text
        item.save(update_fields=["text"])
    for item in now[len(texts) :]:
        item.delete()
    for order in range(len(now), len(texts)):
        RequestItem.objects.create(application=case, order=order + 1, text=texts[order])


def draft_register_papers(case: Application, *, by: By) -> None:
    """L02 for the applicant and L03 for the file, each once; L01 for who asked by word of mouth:
    the work unit fills in the form, he signs it (Art 29).
    """
    known = set(
        case.letters.exclude(state=Letter.State.CANCELLED)
        .filter(code__in=OWN_PAPERS)
        .values_list("code", flat=True)
    )
    if "L02" not in known:
        draft_letter(case, "L02", by=by, values={})
    if "L03" not in known:
        draft_letter(case, "L03", by=by, values={})
    if case.channel == "oral" and "L01" not in known:
        draft_letter(case, "L01", by=by, values={})


def replace_first(
    case: Application,
    reason: str,
    *,
    by: By,
    channel: str | None = None,
    on: date | None = None,
    applicant: str | None = None,
) -> None:
    """Strike out how the application came in and enter it anew; Refused when what followed
    would no longer be legal. Call it inside ``on_case``.
    """
    # A letter submitted for review bears the same name; the clock knows nothing of that.
    known = clock.in_force(case.events.all())
    first = next(e for e in known if e.deed == "submit" and e.law_type)
    channel = channel or case.channel
    how = channels()[channel].receipt
    day = on or first.on
    if day > clock.today():
        raise Refused("日期不能晚于今天，请改正。")
    data = {**first.data, "channel": channel, "replaces": first.data.get("replaces", first.pk)}
    data["applicant"] = applicant or case.applicant_kind
    new = CaseEvent(
        application=case,
        deed="submit",
        law_type=_FIRST_EVENT[how].value,
        on=day,
        data=data,
        text=f"{_FIRST_TEXT[how]}（{channels()[channel].label}）",
        public_text=f"{_FIRST_TEXT[how]}，受理编号{case.number}",
        by=by,
        by_name=audit.name_of(by),
    )
    others = [e for e in clock.in_force(case.events.all()) if e.pk != first.pk]
    refused = clock.refusals(case, [*others, new])
    if refused:
        raise Refused(f"这样更正以后，后面的办理事项不能成立：{chinese_dates(refused[0].message)}")
    CaseEvent.objects.create(
        application=case,
        deed="void",
        on=first.on,
        text=f"更正：{first.text}。{reason}"[:300],
        by=by,
        by_name=audit.name_of(by),
        voids=first,
    )
    new.save()


#: Field of the register → its name in the audit trail. Their old and new values stand there in
#: clear; of the others (personal data) only masked ones.
_PLAIN = {
    "applicant_kind": "申请人类别",
    "channel": "申请渠道",
    "submitted_on": "提交日期",
    "subject": "所需信息",
    "document_number": "文号或者其他特征",
    "form": "获取方式",
    "route": "获取途径",
}
_HIDDEN = {"details": "内容描述", "purpose": "用途", "fee_relief": "减免理由"}


def correct_register(
    case: Application, changes: dict[str, Any], *, reason: str, by: By, seen: int | None = None
) -> Application:
    """Put wrong register data right; the audit trail keeps old and new, personal data masked.

    ``changes``: fields of the application, ``applicant`` (whole) and ``items`` (texts) among
    them. Another channel, day or class replaces the first event, so that the clock follows.
    """
    if not reason.strip():
        raise Refused("请写明为什么更正。")
    with on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        old: dict[str, Any] = {}
        new: dict[str, Any] = {}
        for name, label in (_PLAIN | _HIDDEN).items():
            if name in changes and changes[name] != getattr(case, name):
                hidden = name in _HIDDEN
                old[label] = "（原内容）" if hidden else _shown(case, name)
                setattr(case, name, changes[name])
                new[label] = "（已更正）" if hidden else _shown(case, name)
        if "applicant" in changes and changes["applicant"] != case.applicant:
            before, after = masked(case.applicant), masked(changes["applicant"])
            told = [
                k
                for k in {**before, **after}
                if (case.applicant or {}).get(k) != changes["applicant"].get(k)
            ]
            old["申请人信息"] = {k: before.get(k, "") for k in told}
            new["申请人信息"] = {k: after.get(k, "") for k in told}
            case.applicant = changes["applicant"]
            numbers.mark_applicant(case)
        if "items" in changes and changes["items"] != [i.text for i in case.items.all()]:
            old["申请事项"], new["申请事项"] = case.items.count(), len(changes["items"])
            set_items(case, changes["items"])
        if not new:
            raise Refused("没有改动。")
        if {"申请人类别", "申请渠道", "提交日期"} & new.keys():
            replace_first(
                case,
                reason,
                by=by,
                channel=case.channel,
                on=case.submitted_on,
                applicant=case.applicant_kind,
            )
        add_event(case, "correct-register", by=by, text=f"更正登记：{'、'.join(new)}")
        record(case, "更正登记", by=by, old=old, new=new | {"更正理由": reason.strip()})
    return case


def _shown(case: Application, name: str) -> str:
    value = getattr(case, name)
    named = getattr(case, f"get_{name}_display", None)
    if isinstance(value, date):
        return value.isoformat()
    return str(named()) if named else mask_text(value, case.applicant)


def strike_out(
    case: Application, event_pk: int, reason: str, *, by: By, seen: int | None = None
) -> CaseEvent:
    """Strike out an entry made by mistake; both stay to be seen. Refused when others rest on it."""
    if not reason.strip():
        raise Refused("请写明为什么更正。")
    with on_case(case, by=by, roles=CLERKS, seen=seen, joined=True) as case:
        event = next((e for e in clock.in_force(case.events.all()) if e.pk == event_pk), None)
        if event is None:
            raise Refused(
                "这条记录已经更正过，或者不在这件申请里。请从申请页面的“办理经过”重新选择。"
            )
        if event.deed not in STRIKABLE or "letter" in event.data:
            raise Refused("这条记录不能单独更正：登记内容请用“更正登记”，文书请先撤回或者作废。")
        done = void_event(event, reason.strip(), by=by)
        if event.deed == "register":
            case.registered_at = None
            cancel_drafts(case, OWN_PAPERS, "登记有误，已更正", by=by)
        _follow_events(case)
        record(case, "更正办理记录", by=by, old={"记录": event.text}, new={"理由": reason.strip()})
    return done


def _follow_events(case: Application) -> None:
    """Bring the days of the consultations into line with the events in force."""
    days: dict[tuple[str, str], date] = {}
    for event in clock.in_force(case.events.all()):
        if event.law_type.startswith("consultation_"):
            days[(event.law_type, event.data.get("id", "C1"))] = event.on
    for one in case.consultations.all():
        one.sent_on = days.get((EventType.CONSULTATION_SENT, one.reference), one.sent_on)
        one.delivered_on = days.get((EventType.CONSULTATION_DELIVERED, one.reference))
        one.replied_on = days.get((EventType.CONSULTATION_REPLY, one.reference))
        if one.replied_on is None:
            one.position, one.reasonable = "", None
        one.save()


def cancel_drafts(case: Application, codes: Sequence[str], note: str, *, by: By) -> None:
    """Set aside the drafts of these kinds; a letter under way is left as it is."""
    for letter in case.letters.filter(code__in=codes, state=Letter.State.DRAFT):
        letter.state = Letter.State.CANCELLED
        letter.save(update_fields=["state"])
        LetterStep.objects.create(
            letter=letter,
            from_state=Letter.State.DRAFT,
            to_state=Letter.State.CANCELLED,
            note=note,
            by=by,
            by_name=audit.name_of(by),
        )
