"""Reconsideration and litigation: register, deadlines, evidence, outcome (table 四)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Max

from gongkai.applications import clock
from gongkai.applications.actions.core import add_event, on_case
from gongkai.applications.letters.compose import draft_letter
from gongkai.applications.models import Application, CaseFile, Dispute, Evidence, Letter
from gongkai.applications.state import DEFENCE, REPLIES
from gongkai.base import audit
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.models import Body, Role
from gongkai.bodies.queries import require_role
from gongkai.documents.blocks import chinese_date
from gongkai.law.deadlines import Law
from gongkai.law.remedies import answer_due, defence_due, remedies

By = AbstractBaseUser | None
#: Who keeps the register of disputes and answers in them.
KEEPERS = (Role.CLERK, Role.LEGAL, Role.HEAD)
_UNDER_WAY = tuple(s for s in Letter.State if s not in (Letter.State.SENT, Letter.State.DELIVERED))


def register_dispute(
    body: Body,
    *,
    kind: str,
    institution: str,
    accepted_on: date,
    by: By,
    application: Application | None = None,
    served_on: date | None = None,
    summary: bool = False,
    case_number: str = "",
    claim: str = "",
    over_silence: bool = False,
    follows: Dispute | None = None,
) -> Dispute:
    """Note that a reconsideration was accepted or a suit was filed; its deadlines follow.

    ``served_on``: the body received the papers, day zero of its answer (行政复议法 Art 48, 54;
    行政诉讼法 Art 67). Refused for a suit after a review that is not named, or another body's case.
    """
    require_role(by, body, *KEEPERS)
    after = kind == Dispute.Kind.SUIT_AFTER_REVIEW
    if after != (follows is not None):
        raise Refused(
            "复议后起诉的，请选择先行的复议案件。" if after else "只有复议后起诉才填写先行案件。"
        )
    dispute = Dispute(
        body=body,
        application=application or (follows.application if follows else None),
        kind=kind,
        follows=follows,
        institution=institution,
        case_number=case_number,
        claim=claim,
        accepted_on=accepted_on,
        served_on=served_on,
        summary=summary,
        over_silence=over_silence,
    )
    _check(dispute)
    with transaction.atomic():
        _reckon(dispute)
        dispute.save()
        _record(dispute, f"登记{dispute.get_kind_display()}", by=by, new=_facts(dispute))
    return dispute


def _check(dispute: Dispute) -> None:
    """Refused when what is registered cannot be so."""
    served, case = dispute.served_on, dispute.application
    if case is not None and case.body_id != dispute.body_id:
        raise Refused("这件申请不属于本机关，请核对受理编号。")
    if max(dispute.accepted_on, served or dispute.accepted_on) > clock.today():
        raise Refused("日期不能晚于今天，请改正。")
    if served is not None and served < dispute.accepted_on:
        raise Refused("收到材料的日期不能早于受理（立案）日期，请核对。")
    if dispute.answered_on and (served or dispute.accepted_on) > dispute.answered_on:
        raise Refused("收到材料的日期不能晚于已经登记的提交答复日期，请核对。")
    if dispute.summary and dispute.kind != Dispute.Kind.RECONSIDERATION:
        raise Refused("简易程序的答复期限只适用于行政复议，请取消勾选。")
    if dispute.extended_days is not None:
        _check_extension(dispute, dispute.extended_days)


def _check_extension(dispute: Dispute, days: int) -> None:
    if dispute.summary or dispute.kind != Dispute.Kind.RECONSIDERATION:
        raise Refused("延长审理期限只登记适用普通程序的行政复议，这里请留空。")
    rule = clock.law_for(dispute.body).rules.rule(
        "reconsideration.decision_extension_days", on=dispute.accepted_on
    )
    if not 0 < days <= rule.value:
        raise Refused(
            f"复议审理最多延长{rule.value}日（{rule.article}），请核对通知；没有延长的请留空。"
        )


def doubts(dispute: Dispute) -> list[str]:
    """What should be looked at: entered twice, before the answer, or a suit over a refusal that
    reconsideration must come before."""
    case = dispute.application
    if case is None:
        return ["还没有对应的申请，统计核对会列出，请补填受理编号。"]
    said = []
    pending = case.disputes.filter(kind=dispute.kind, outcome=Dispute.Outcome.PENDING)
    if dispute.outcome == Dispute.Outcome.PENDING and pending.exclude(pk=dispute.pk).exists():
        said.append(
            f"这件申请还有尚未审结的{dispute.get_kind_display()}案件，请核对是不是重复登记。"
        )
    if dispute.over_silence:
        return said
    answers = case.letters.filter(code__in=REPLIES).exclude(sent_on=None).order_by("sent_on")
    answered = answers.values_list("sent_on", flat=True).first() or case.closed_on
    if answered is None or dispute.accepted_on < answered:
        when = f"答复送出（{chinese_date(answered)}）以前" if answered else "还没有送出答复时"
        said.append(
            f"这个案件在{when}就已受理，请核对日期；针对没有按期答复的，"
            "请用“更正登记”勾选“针对没有按期答复”。"
        )
    if dispute.kind == Dispute.Kind.DIRECT_SUIT and case.decision:
        found = remedies(case.decision, decided_on=case.closed_on or dispute.accepted_on)
        if found.reconsideration_first:
            said.append(
                "对这类决定应当先申请行政复议，法院直接立案的请核对案由；"
                f"统计时列为“未经复议直接起诉”（{found.articles[-1]}）。"
            )
    return said


def _reckon(dispute: Dispute) -> None:
    """The days that follow from service and acceptance; the law room counts them."""
    law = clock.law_for(dispute.body)
    dispute.answer_due_on = _answer_due(dispute, law)
    dispute.decision_due_on = _decision_due(dispute, law)


def _answer_due(dispute: Dispute, law: Law) -> date | None:
    if dispute.served_on is None:
        return None
    if dispute.kind == Dispute.Kind.RECONSIDERATION:
        return answer_due(
            dispute.served_on, summary=dispute.summary, calendar=law.calendar, rules=law.rules
        )
    return defence_due(dispute.served_on, calendar=law.calendar, rules=law.rules)


def _decision_due(dispute: Dispute, law: Law) -> date | None:
    if dispute.kind != Dispute.Kind.RECONSIDERATION:
        return None
    key = f"reconsideration.{'summary_' if dispute.summary else ''}decision_days"
    period = law.rules.find(key, on=dispute.accepted_on)
    if period is None:
        return None
    days = period.value + (dispute.extended_days or 0)
    return law.calendar.roll(dispute.accepted_on + timedelta(days=days))


@contextmanager
def on_dispute(dispute: Dispute, *, by: By, seen: int | None = None) -> Iterator[Dispute]:
    """Lock the dispute for one deed; Overtaken when somebody was faster."""
    with transaction.atomic():
        dispute = (
            Dispute.objects.select_for_update(of=("self",), no_key=True)
            .select_related("body")
            .get(pk=dispute.pk)
        )
        require_role(by, dispute.body, *KEEPERS)
        if seen is not None and seen != dispute.version:
            raise Overtaken("这个案件刚刚由他人改动过。请核对以后再办一次。")
        yield dispute
        dispute.version += 1
        dispute.save()


@contextmanager
def _case_first(dispute: Dispute) -> Iterator[None]:
    """Lock the case before the dispute, as the erasure does: else two may wait for ever."""
    with transaction.atomic():
        cases = Application.objects.select_for_update(no_key=True)
        cases.filter(pk=dispute.application_id).first()
        yield


def correct_dispute(dispute: Dispute, *, by: By, seen: int | None = None, **facts: Any) -> Dispute:
    """Correct what was registered; the deadlines follow. Refused once it has ended."""
    with on_dispute(dispute, by=by, seen=seen) as dispute:
        if dispute.outcome != Dispute.Outcome.PENDING:
            raise Refused("案件已经审结，登记内容不能再改。")
        old = _facts(dispute)
        for name, value in facts.items():
            setattr(dispute, name, value)
        _check(dispute)
        _reckon(dispute)
        new = _facts(dispute)
        _record(dispute, "更正复议诉讼登记", by=by, old=old, new=new)
    return dispute


def record_answer(dispute: Dispute, *, on: date, by: By, seen: int | None = None) -> Dispute:
    """The body handed in its answer or defence with the evidence on this day."""
    with on_dispute(dispute, by=by, seen=seen) as dispute:
        if on > clock.today():
            raise Refused("日期不能晚于今天，请改正。")
        if dispute.served_on and on < dispute.served_on:
            raise Refused("提交答复的日期不能早于收到材料的日期，请核对。")
        old = dispute.answered_on
        dispute.answered_on = on
        _record(
            dispute,
            "提交答复（答辩）",
            by=by,
            old={"日期": old and old.isoformat()},
            new={"日期": on.isoformat()},
        )
    return dispute


def draft_defence(dispute: Dispute, *, reasons: str, by: By, seen: int | None = None) -> Letter:
    """Draft the answer to the reviewing body, or the defence in court, with its evidence (L40).

    It goes on from the page of the application: signature, seal, sending. Refused without an
    application, when the dispute has ended, or while another one is under way.
    """
    if dispute.application is None:
        raise Refused("这个案件登记时没有填写对应的申请，不能从案卷起草。")
    locked = on_case(dispute.application, by=by, roles=KEEPERS, ended=True, joined=True)
    with locked as case, on_dispute(dispute, by=by, seen=seen) as dispute:
        if dispute.outcome != Dispute.Outcome.PENDING:
            raise Refused("案件已经审结，不用再起草。")
        if any(x.state in _UNDER_WAY for x in defences(dispute)):
            raise Refused("已经起草了一份还没有送出，请继续办理，或者先作废。")
        values = {"dispute": dispute.pk, "合法性理由": reasons.strip()}
        letter = draft_letter(case, DEFENCE, by=by, values=values)
        add_event(case, "draft", by=by, text=f"起草{letter.get_code_display()}")
        _record(dispute, "起草答复（答辩）", by=by, new={"受理编号": case.number})
    return letter


def defences(dispute: Dispute) -> list[Letter]:
    """What was drafted in this dispute, the oldest first; what was cancelled is left out."""
    found = Letter.objects.filter(application=dispute.application_id, code=DEFENCE)
    found = found.exclude(state=Letter.State.CANCELLED).order_by("pk")
    return [x for x in found if x.values.get("dispute") == dispute.pk]


def end_dispute(
    dispute: Dispute,
    *,
    outcome: str,
    on: date,
    by: By,
    detail: str = "",
    reanswer_due_on: date | None = None,
    seen: int | None = None,
) -> Dispute:
    """The decision or judgment: its result as table 四 counts it, and whether to answer anew.

    ``reanswer_due_on``: last day of the new reply that was ordered; the case is opened again with
    this day as its deadline. Only a corrected act is answered anew. A result can be registered
    once more: a slip, or what a higher court made of it; an order of a new answer that was not
    carried out yet then gets its new day, or falls where none is given.
    """
    with _case_first(dispute), on_dispute(dispute, by=by, seen=seen) as dispute:
        if outcome not in (
            Dispute.Outcome.UPHELD,
            Dispute.Outcome.CORRECTED,
            Dispute.Outcome.OTHER,
        ):
            raise Refused("请选择审理结果。")
        if on < dispute.accepted_on or on > clock.today():
            raise Refused("审结日期应当在受理（立案）之后、今天之前，请核对。")
        if reanswer_due_on is not None and outcome != Dispute.Outcome.CORRECTED:
            raise Refused("只有结果纠正的才需要重新答复，请核对审理结果。")
        if reanswer_due_on is not None and dispute.application is None:
            raise Refused("要重新答复，请先补填对应申请的受理编号。")
        deed = "更正审理结果" if dispute.ended_on else "登记审理结果"
        old = _facts(dispute)
        ordered, dispute.reanswer_due_on = dispute.reanswer_due_on, reanswer_due_on
        dispute.outcome, dispute.outcome_detail, dispute.ended_on = outcome, detail, on
        if reanswer_due_on != ordered:
            _order_answer(dispute, ordered, by)
        _record(dispute, deed, by=by, old=old, new=_facts(dispute))
    return dispute


def _order_answer(dispute: Dispute, ordered: date | None, by: By) -> None:
    """What the result means for the case; ``ordered``: the day that this dispute set before.

    A judgment on a review takes the place of the order that the review gave; an order that was
    entered on the page of the case, and of no other dispute, is taken for this one's.
    """
    from gongkai.applications.actions.closing import change_order, reopen, standing_order

    case, until = dispute.application, dispute.reanswer_due_on
    if case is None:
        return
    standing = standing_order(case)
    day = date.fromisoformat(standing.data["until"]) if standing is not None else None
    own = day is not None and day == ordered
    others = case.disputes.exclude(pk=dispute.pk).filter(reanswer_due_on=day)
    free = day is not None and until is not None and not others.exists()
    if free and day == until:
        return
    what = {
        "on": dispute.ended_on,
        "reason": f"{dispute.get_kind_display()}{dispute.case_number}",
        "by": by,
    }
    if standing is not None and (own or free or (until is not None and dispute.follows_id)):
        change_order(case, standing, until=until, **what)
    elif until is not None:
        reopen(case, until=until, **what)


# --- evidence ---------------------------------------------------------------------------------


def add_evidence(
    dispute: Dispute, *, title: str, proves: str, file: CaseFile | None, by: By
) -> Evidence:
    """One more entry at the end of the evidence list."""
    with on_dispute(dispute, by=by) as dispute:
        if file is not None and file.application_id not in (None, dispute.application_id):
            raise Refused("这份材料属于另一件申请，请重新选择。")
        last = dispute.evidence.aggregate(last=Max("order"))["last"] or 0
        entry = Evidence.objects.create(
            dispute=dispute, order=last + 1, title=title, proves=proves, file=file
        )
        _record(dispute, "增加证据", by=by, new={"证据": title})
    return entry


def remove_evidence(entry: Evidence, *, by: By) -> None:
    """Take an entry off the list; the ones after it move up."""
    with on_dispute(entry.dispute, by=by) as dispute:
        entry.delete()
        for order, other in enumerate(dispute.evidence.order_by("order"), 1):
            if other.order != order:
                other.order = order
                other.save(update_fields=["order"])
        _record(dispute, "删除证据", by=by, old={"证据": entry.title})


def _facts(dispute: Dispute) -> dict[str, Any]:
    """What the trail keeps; the claim is not in it, it may hold personal data."""
    days = (
        "accepted_on",
        "served_on",
        "answer_due_on",
        "answered_on",
        "ended_on",
        "reanswer_due_on",
    )
    extended = {"延长审理": f"{dispute.extended_days}日"} if dispute.extended_days else {}
    return {
        "种类": dispute.get_kind_display(),
        "机关": dispute.institution,
        "案号": dispute.case_number,
        "结果": dispute.get_outcome_display(),
        **extended,
        **{
            str(Dispute._meta.get_field(name).verbose_name): value.isoformat()
            for name in days
            if (value := getattr(dispute, name))
        },
    }


def _record(dispute: Dispute, action: str, *, by: By, **values: Any) -> None:
    audit.record(action, dispute, by=by, scope=dispute.body.slug, **values)
