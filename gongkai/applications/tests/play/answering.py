"""Deeds from the consultation to the archive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from gongkai.applications import clock
from gongkai.applications.actions import (
    closing,
    consulting,
    deciding,
    delivery,
    erase,
    fees,
    papers,
    redact,
)
from gongkai.applications.actions import handling as h
from gongkai.applications.actions.case_files import add_files
from gongkai.applications.models import Application, CaseFile, Letter
from gongkai.applications.tests.play.stage import By, Play, some
from gongkai.applications.tests.test_decide import ruling
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked, check_upload
from gongkai.documents.blocks import Document, Paragraph
from gongkai.documents.pdf import pdf
from gongkai.law.taxonomy import decisions


def consult(p: Play, case: Application, by: By) -> Any:
    party = p.choose(("third_party", "joint_maker", "other_agency"))
    contact = {"name": "某公司", "address": "示例县解放路2号", "phone": "0000-1234567"}
    return consulting.consult(
        case, party, contact=contact, content="合同", by=by, seen=case.version
    )


def reference(p: Play, case: Application) -> str:
    return str(p.choose(some(case.consultations.values_list("reference", flat=True))))


def note_service(p: Play, case: Application, by: By) -> Any:
    return consulting.note_service(case, reference(p, case), on=p.day, by=by, seen=case.version)


def note_reply(p: Play, case: Application, by: By) -> Any:
    return consulting.note_reply(
        case,
        reference(p, case),
        on=p.day,
        position=p.choose(("agrees", "partly", "objects")),
        reasons="涉及商业秘密",
        by=by,
        seen=case.version,
    )


def judge(p: Play, case: Application, by: By) -> Any:
    return consulting.judge_objection(
        case,
        reference(p, case),
        reasonable=p.choose((True, False)),
        why="属于商业秘密",
        by=by,
        seen=case.version,
    )


def extend(p: Play, case: Application, by: By) -> Any:
    days = p.choose((5, 20, 21))
    return h.request_extension(case, days, "材料很多", by=by, seen=case.version)


def answer_extension(p: Play, case: Application, by: By) -> Any:
    said = p.choose((True, True, False))
    return h.answer_extension(case, approved=said, answer="已阅", by=by, seen=case.version)


def fee(p: Play, case: Application, by: By) -> Any:
    pages = p.choose((12, 60, 120))
    return fees.draft_fee_notice(case, "per_page", pages=pages, by=by, seen=case.version)


def pay(p: Play, case: Application, by: By) -> Any:
    if not hasattr(case, "fee"):
        raise Refused("没有收费通知。")
    amount = p.choose((case.fee.amount, 10))
    return fees.record_payment(case, amount, on=p.day, by=by, seen=case.version)


def refund(p: Play, case: Application, by: By) -> Any:
    return fees.refund(case, 10, on=p.day, note="多收", by=by, seen=case.version)


def answer_waiver(p: Play, case: Application, by: By) -> Any:
    said = p.choose((True, False))
    return fees.answer_waiver(case, approved=said, answer="已阅", by=by, seen=case.version)


#: Decisions with their letters.
RULINGS = [(key, code) for key, d in decisions().items() for code in d.letters]
#: Those tried most: they need nothing, or little, to have happened before.
USUAL = [
    ("granted", "L14"),
    ("granted", "L15"),
    ("partial", "L16"),
    ("deny_process_info", "L22"),
    ("unable_not_held", "L25"),
    ("unable_needs_creation", "L27"),
    ("decline_petition", "L29"),
]


def decide(p: Play, case: Application, by: By) -> Any:
    forced = clock.outcome(case).decision
    if case.closed_on is not None and forced and decisions()[forced].whole:
        usual = [(forced, decisions()[forced].letters[0])]
    else:
        usual = p.choose((USUAL, USUAL, USUAL, RULINGS))
    rulings = {item.pk: ruling(*p.choose(usual)) for item in case.items.all()}
    return deciding.decide_items(case, rulings, by=by, seen=case.version)


def waiting(case: Application, *states: str) -> list[Letter]:
    return some(case.letters.filter(state__in=states, frozen_sha256=""))


def move(key: str, *states: str) -> Callable[[Play, Application, By], Any]:
    def move(p: Play, case: Application, by: By) -> Any:
        letter = p.choose(waiting(case, *states))
        given = p.choose(("", "纸质复印件随信寄出")) if key == "submit" else ""
        return papers.move_letter(
            letter, key, by=by, note="已核对，可以发出", otherwise=given, seen=case.version
        )

    return move


def deliver(p: Play, case: Application, by: By) -> Any:
    letters = case.letters.exclude(code__in=("L03", "L08", "L38", "L39"))
    ready = [x for x in letters.filter(frozen_sha256="") if not papers.why_not_sent(x)]
    way = p.choose(("counter", "post", "online", "email", "fax", "through"))
    return delivery.deliver_letter(
        p.choose(some(ready)),
        way=way,
        on=p.day,
        tracking="EX123456789CN" if way == "post" else "",
        carrier="示例镇人民政府" if way == "through" else "",
        signed_on=p.choose((None, p.day)) if way in ("post", "through") else None,
        by=by,
        seen=case.version,
    )


def sign_for(p: Play, case: Application, by: By) -> Any:
    letter = p.choose(some(case.letters.filter(state=Letter.State.SENT)))
    return delivery.record_signature(letter, on=p.day, by=by, seen=case.version)


def reopen(p: Play, case: Application, by: By) -> Any:
    until = p.day + timedelta(days=30)
    reason = "示政复〔2026〕18号"
    return closing.reopen(case, on=p.day, until=until, reason=reason, by=by, seen=case.version)


def erase_archived(case: Application) -> Any:
    if case.archived_on is None or case.erased_at is not None:
        raise Refused("没有归档，或者已经清除。")
    erase.erase_case(case)


def add_original(p: Play, case: Application, by: By) -> Any:
    return add_files(case, CaseFile.Kind.ORIGINAL, [paper()], by=by, seen=case.version)


@cache
def paper() -> Checked:
    """A contract of one page with a telephone number."""
    lines = (Paragraph("乙方联系人电话13800000099。"), Paragraph("双方按季度结算。"))
    return check_upload("合同.pdf", pdf(Document("设备维护合同", lines)))


def release(p: Play, case: Application, by: By) -> Any:
    original = p.choose(some(case.files.filter(kind=CaseFile.Kind.ORIGINAL, erased_at=None)))
    box = {"page": 1, "box": [0, 0, 300, 300], "ground": "deny_third_party", "reason": "个人隐私"}
    return redact.release_redacted(original, [box], by=by, seen=case.version)
