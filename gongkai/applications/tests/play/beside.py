"""Deeds beside the way of a case: disputes, side requests, answers for all, looks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from gongkai.applications.actions import (
    answers,
    applicant,
    disputes,
    drafts,
    erase,
    redact,
    side,
    unmask,
)
from gongkai.applications.actions.resend import RETURNABLE, Return, resend_letter
from gongkai.applications.actions.served import Sending
from gongkai.applications.actions.side_letter import sign_side_letter
from gongkai.applications.models import Application, Dispute, Letter, SideRequest
from gongkai.applications.roles import HANDLERS, HEADS, STAFF
from gongkai.applications.tests.play.stage import CLERK, By, Deed, Play, some
from gongkai.base.uploads import Checked, check_upload
from gongkai.bodies.models import Role
from gongkai.documents.blocks import Document, Paragraph
from gongkai.documents.pdf import pdf

Kind, State = SideRequest.Kind, SideRequest.State
KEEPERS = disputes.KEEPERS


# --- disputes -------------------------------------------------------------------------------------


def register_dispute(p: Play, case: Application, by: By) -> Any:
    kind = p.choose(("reconsideration", "direct_suit", "suit_after_review"))
    before = case.disputes.filter(kind="reconsideration")
    return disputes.register_dispute(
        case.body,
        application=case,
        kind=kind,
        follows=p.choose(some(before)) if kind == "suit_after_review" else None,
        institution="示例县人民政府",
        case_number="示政复〔2026〕18号",
        accepted_on=p.day,
        served_on=p.choose((None, p.day)),
        over_silence=case.closed_on is None,
        by=by,
    )


def a_dispute(p: Play, case: Application) -> Dispute:
    found: Dispute = p.choose(some(case.disputes.all()))
    return found


def correct_dispute(p: Play, case: Application, by: By) -> Any:
    one = a_dispute(p, case)
    change = p.choose(({"summary": True}, {"served_on": p.day}, {"claim": "请求撤销答复"}))
    return disputes.correct_dispute(one, by=by, seen=one.version, **change)


def end_dispute(p: Play, case: Application, by: By) -> Any:
    """Also a result that is corrected: the order of a new answer changes, falls, or comes."""
    one = a_dispute(p, case)
    outcome = p.choose(("upheld", "corrected", "corrected", "other"))
    days = p.choose((None, 30, 45)) if outcome == "corrected" else None
    return disputes.end_dispute(
        one,
        outcome=outcome,
        on=p.day,
        reanswer_due_on=p.day + timedelta(days=days) if days else None,
        by=by,
        seen=one.version,
    )


def record_answer(p: Play, case: Application, by: By) -> Any:
    return disputes.record_answer(a_dispute(p, case), on=p.day, by=by)


def draft_defence(p: Play, case: Application, by: By) -> Any:
    return disputes.draft_defence(a_dispute(p, case), reasons="依法答复", by=by)


def add_evidence(p: Play, case: Application, by: By) -> Any:
    file = p.choose((None, *case.files.filter(erased_at=None)[:3]))
    title, proves = "答复书", "已经依法答复"
    return disputes.add_evidence(a_dispute(p, case), title=title, proves=proves, file=file, by=by)


def remove_evidence(p: Play, case: Application, by: By) -> Any:
    return disputes.remove_evidence(p.choose(some(a_dispute(p, case).evidence.all())), by=by)


# --- corrections, suggestions, complaints ---------------------------------------------------------


@cache
def proof() -> Checked:
    return check_upload("证明.pdf", pdf(Document("证明", (Paragraph("记录有误。"),))))


def file_side(p: Play, case: Application, by: By) -> Any:
    kind = p.choose(Kind.values)
    return side.file_side(
        side.SideIntake(
            kind=kind,
            body=case.body,
            subject="接种信息",
            text="出生日期写错了。",
            applicant={"name": "周申请", "phone": "13800000000"},
            evidence=[proof()] if kind == Kind.CORRECTION else [],
            case_number=p.choose(("", case.number)),
        )
    )


def requests(case: Application, complaints: bool, *states: str) -> Any:
    found = SideRequest.objects.filter(body_id=case.body_id, state__in=states or State.values)
    of_kind = (
        found.filter(kind=Kind.COMPLAINT) if complaints else found.exclude(kind=Kind.COMPLAINT)
    )
    return of_kind.order_by("pk")


def on_side(
    complaints: bool, do: Callable[[Play, SideRequest, By], Any], *states: str
) -> Callable[[Play, Application, By], Any]:
    return lambda p, case, by: do(p, p.choose(some(requests(case, complaints, *states))), by)


def answer_side(p: Play, one: SideRequest, by: By) -> Any:
    result = p.choose([*side.RESULTS[Kind(one.kind)]])
    return side.answer_side(one, result, "已经核查", by=by, seen=one.version)


def see_file(p: Play, one: SideRequest, by: By) -> Any:
    return side.side_file(one, p.choose(some(one.files.filter(erased_at=None))), by=by)


def take(p: Play, one: SideRequest, by: By) -> Any:
    return side.take_in_hand(one, by=by, seen=one.version)


def see(p: Play, one: SideRequest, by: By) -> Any:
    return side.see_person(one, by=by)


def sign(p: Play, one: SideRequest, by: By) -> Any:
    return sign_side_letter(one, by=by, seen=one.version)


def erase_side(p: Play, case: Application, by: By) -> Any:
    done = SideRequest.objects.filter(body_id=case.body_id, erased_at=None, state=State.ANSWERED)
    return erase.erase_side(p.choose(some(done)))


def _side(name: str, roles: tuple[Role, ...], do: Any, complaints: bool, *states: str) -> Deed:
    return Deed(
        name,
        roles,
        lambda c: requests(c, complaints, *states).exists(),
        on_side(complaints, do, *states),
    )


# --- answers for all, looks, a letter once more ---------------------------------------------------


def publish_answer(p: Play, case: Application, by: By) -> Any:
    question, answer = "接种门诊有哪些", "名单见附件。"
    return answers.publish_answer(case, question=question, answer=answer, by=by, seen=case.version)


def withdraw_answer(p: Play, case: Application, by: By) -> Any:
    return answers.withdraw_answer(p.choose(some(case.public_answers.all())), by=by)


def look(p: Play, case: Application, by: By) -> Any:
    return unmask.unmask(case, by=by, reason="电话联系申请人补正")


def answer_look(p: Play, case: Application, by: By) -> Any:
    said = p.choose((True, True, False))
    entry = p.choose(some(unmask.waiting_for(case)))
    return unmask.answer_unmask(entry, approved=said, answer="已阅", by=by)


def out(case: Application, *states: str) -> Any:
    return case.letters.filter(state__in=states)


def resend(p: Play, case: Application, by: By) -> Any:
    letter = p.choose(some(out(case, Letter.State.SENT)))
    way = p.choose(("post", "counter", "online"))
    sending = Sending(way, p.day, "EX987654321CN" if way == "post" else "", "", None)
    back = Return(p.day, ours=p.choose((True, False)))
    return resend_letter(letter, back, sending, by=by, seen=case.version)


def change_draft(p: Play, case: Application, by: By) -> Any:
    letter = p.choose(some(out(case, Letter.State.DRAFT)))
    plain = (v for v in drafts.writable(letter) if not (v.number or v.date or v.fields or v.key))
    asked = some(plain)
    return drafts.change_draft(letter, {p.choose(asked).name: "改写"}, by=by, seen=case.version)


def newest_template(p: Play, case: Application, by: By) -> Any:
    letter = p.choose(some(out(case, Letter.State.DRAFT)))
    return drafts.use_newest_template(letter, by=by, seen=case.version)


def attach_files(p: Play, case: Application, by: By) -> Any:
    released = some(case.files.filter(kind="released", erased_at=None))
    letter = p.choose(some(out(case, Letter.State.DRAFT)))
    return drafts.attach_files(letter, [p.choose(released).pk], by=by, seen=case.version)


def mark_passage(p: Play, case: Application, by: By) -> Any:
    original = p.choose(some(case.files.filter(kind="original", erased_at=None)))
    box = {"page": 1, "box": [0, 0, 300, 300], "ground": "deny_third_party", "reason": "个人隐私"}
    return redact.save_passages(original, add=[box], by=by, seen=case.version)


def confirm_reply(p: Play, case: Application, by: By) -> Any:
    there = out(case, Letter.State.SENT, Letter.State.DELIVERED)
    return applicant.confirm_reply(case, p.choose(some(there)), seen=case.version)


def _never(case: Application) -> bool:
    return False


def _has(kind: str) -> Callable[[Application], bool]:
    return lambda case: case.files.filter(kind=kind, erased_at=None).exists()


DEEDS = (
    Deed(
        "register a dispute",
        KEEPERS,
        lambda c: c.closed_on is not None and not c.disputes.filter(outcome="pending").exists(),
        register_dispute,
    ),
    Deed("correct a dispute", KEEPERS, lambda c: c.disputes.exists(), correct_dispute),
    Deed("end a dispute", KEEPERS, lambda c: c.disputes.exists(), end_dispute),
    Deed("hand in the answer", KEEPERS, lambda c: c.disputes.exists(), record_answer),
    Deed("draft the defence", KEEPERS, lambda c: c.disputes.exists(), draft_defence),
    Deed("add evidence", KEEPERS, lambda c: c.disputes.exists(), add_evidence),
    Deed("remove evidence", KEEPERS, lambda c: c.disputes.exists(), remove_evidence),
    Deed("ask beside", (), lambda c: not requests(c, False, "received").exists(), file_side),
    _side("take a request in hand", (CLERK, *HEADS), take, False, State.RECEIVED),
    _side("take a complaint in hand", (Role.INSPECTOR,), take, True, State.RECEIVED),
    _side("answer a request", (CLERK, *HEADS), answer_side, False, State.RECEIVED, State.IN_HAND),
    _side("answer a complaint", (Role.INSPECTOR,), answer_side, True, State.IN_HAND),
    _side("sign the letter of a correction", HEADS, sign, False, State.ANSWERED),
    _side("see who asks beside", (CLERK, *HEADS), see, False, State.IN_HAND),
    _side("see what came with it", (CLERK, *HEADS), see_file, False, State.IN_HAND),
    Deed("erase beside", (), lambda c: c.state == "archived", erase_side),
    Deed(
        "publish the answer",
        HEADS,
        lambda c: c.closed_on is not None and not c.public_answers.exists(),
        publish_answer,
    ),
    Deed("take the answer down", HEADS, lambda c: c.public_answers.exists(), withdraw_answer),
    # The inspector only with the head's consent: without it he is refused.
    Deed("look", (*STAFF, Role.INSPECTOR), lambda c: c.registered_at is None, look),
    Deed(
        "ask to look",
        (Role.INSPECTOR,),
        lambda c: not c.approvals.exists(),
        lambda p, c, by: unmask.ask_unmask(c, by=by, reason="检查办理情况"),
    ),
    Deed("answer the look", HEADS, lambda c: bool(unmask.waiting_for(c)), answer_look),
    Deed(
        "send again",
        (CLERK,),
        lambda c: out(c, Letter.State.SENT).filter(way__in=RETURNABLE).exists(),
        resend,
    ),
    Deed("change a draft", HANDLERS, lambda c: out(c, Letter.State.DRAFT).exists(), change_draft),
    Deed("use the newest template", HANDLERS, _never, newest_template),
    Deed(
        "the applicant answers for reasons",
        (),
        lambda c: out(c, Letter.State.SENT, Letter.State.DELIVERED).filter(code="L05").exists(),
        lambda p, c, by: applicant.answer_reasons(c, "研究需要", seen=c.version),
    ),
    Deed(
        "the applicant says that he has it",
        (),
        lambda c: out(c, Letter.State.DELIVERED).exists(),
        confirm_reply,
    ),
    Deed(
        "the applicant asks for help",
        (),
        lambda c: not c.help_needed,
        lambda p, c, by: applicant.ask_accessible(c, [applicant.HELP[0]], seen=c.version),
    ),
)
#: Deeds with files that take long: not for every test.
FILE_DEEDS = (
    Deed("mark a passage", HANDLERS, _has("original"), mark_passage),
    Deed("attach what is released", HANDLERS, _has("released"), attach_files),
    Deed(
        "the applicant shows that he paid",
        (),
        lambda c: c.state == "awaiting_payment",
        lambda p, c, by: applicant.send_payment_proof(c, [proof()], seen=c.version),
    ),
)
