"""What is done on an application of the demonstration, by the names that cases.yaml gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from gongkai.applications import clock
from gongkai.applications.actions import (
    closing,
    consulting,
    deciding,
    delivery,
    disputes,
    fees,
    papers,
    redact,
    reply,
)
from gongkai.applications.actions import handling as h
from gongkai.applications.desk.redact_view import occurrences, shown
from gongkai.applications.files import keep_file
from gongkai.applications.letters.enclosed import empty_handed
from gongkai.applications.models import Application, CaseFile, Dispute, Letter
from gongkai.bodies.models import Membership, Role, Section
from gongkai.documents.blocks import Cell, Document, Paragraph, Table
from gongkai.documents.pdf import pdf
from gongkai.law.calendar import national

By = AbstractBaseUser | None


@dataclass(slots=True)
class Story:
    """A case on its way, and who does what: nobody in the old bodies, else the demo's people."""

    case: Application
    staff: dict[str, By]

    def by(self, role: Role) -> By:
        return self.staff.get(role.value)

    @property
    def clerk(self) -> By:
        return self.by(Role.CLERK)

    def letter(self, code: str = "") -> Letter:
        """The newest letter that is not out yet (of this kind)."""
        waiting = self.case.letters.filter(frozen_sha256="").exclude(state="cancelled")
        papers_beside = ("L02", "L03", "L08", "L09", "L38", "L39")
        chosen = waiting.filter(code=code) if code else waiting.exclude(code__in=papers_beside)
        found = chosen.last()
        assert found is not None, (self.case.subject, code)
        return found


def _register(s: Story) -> None:
    texts = [item.text for item in s.case.items.all()]
    h.register(
        s.case,
        applicant_kind=s.case.applicant_kind,
        subject=s.case.subject,
        items=texts,
        by=s.clerk,
    )
    _send(s, "online" if s.case.route == "online" else "counter", "L02")


def _section(s: Story, name: str) -> Section:
    return Section.objects.get(body=s.case.body, name=name)


def _assign(s: Story, name: str) -> None:
    h.assign(s.case, [_section(s, name)], by=s.clerk)
    s.case.assignments.filter(section__name=name).update(assigned_at=_this_morning())


def _opinion(s: Story, name: str, text: str) -> None:
    """By the section's own person, or by the clerk for a section that has none."""
    section = _section(s, name)
    own = Membership.objects.filter(section=section, role=Role.HANDLER).exists()
    h.give_opinion(s.case, section, text, by=s.by(Role.HANDLER) if own else s.clerk)
    s.case.assignments.filter(section=section).update(answered_at=_this_morning())


def _this_morning() -> datetime:
    """On the day of the step, not on that of the seeding."""
    return datetime.combine(clock.today(), time(10), tzinfo=timezone.get_current_timezone())


def _search(s: Story, place: str, words: str, found: bool) -> None:
    h.record_search(
        s.case,
        section=None,
        place=place,
        words=words,
        searched_on=clock.today(),
        searcher="示例甲",
        result="找到相关文件" if found else "没有找到",
        found=found,
        by=s.clerk,
    )


def _correction(s: Story, problem: str, items: str) -> None:
    h.ask_correction(
        s.case,
        problem=problem,
        items=items,
        guidance="可以参照政府信息公开目录中的名称填写，也可以来电询问。",
        days=10,
        by=s.clerk,
    )


def _consult(s: Story, party: str, name: str, content: str) -> None:
    contact = {"name": name, "address": "示例市示例路100号", "phone": "0000-4000001"}
    consulting.consult(s.case, party, contact=contact, content=content, by=s.clerk)


def _replied(s: Story, position: str, reasons: str) -> None:
    consulting.note_reply(
        s.case, "C1", on=clock.today(), position=position, reasons=reasons, by=s.clerk
    )


#: Decision → reasons and discretion that fit its ground; the last is said of all others.
WORDS = {
    "deny_internal_affairs": (
        "经审查，该信息只涉及本机关内部管理，对外不产生影响",
        "公开会影响内部管理工作的正常开展，公开的公共利益不大于不公开的必要",
    ),
    "deny_enforcement_file": (
        "经审查，该信息是执法检查中形成、已经归入案卷、用来认定事实的记录",
        "案卷记载被检查单位的情况和调查的过程，处理结果已经依法公开，"
        "公开案卷的公共利益不大于不公开的必要",
    ),
    "deny_process_info": (
        "经审查，公开后会影响工作的正常开展",
        "该信息尚未定论，公开会影响意见的充分表达，公开的公共利益不大于不公开的必要",
    ),
}


def _decide(s: Story, decision: str, letter: str, facts: dict[str, Any]) -> None:
    reasons, discretion = WORDS.get(decision, WORDS["deny_process_info"])
    answers = deciding.answers_to(decision, letter)
    ruling = deciding.Ruling(answers, facts, reasons=reasons, discretion=discretion)
    item = s.case.items.get()
    deciding.decide_items(s.case, {item.pk: ruling}, by=s.clerk)


def _draft(s: Story) -> None:
    released = s.case.files.filter(kind=CaseFile.Kind.RELEASED).values_list("pk", flat=True)
    reply.draft_reply(s.case, files=released, by=s.clerk)


def _move(key: str, role: Role, note: str = "") -> Callable[[Story], None]:
    def step(s: Story) -> None:
        papers.move_letter(s.letter(), key, note=note, by=s.by(role))

    return step


#: Station → deed, who does it, with what words.
_STATIONS = {
    "legal": ("legal-review", Role.LEGAL, ""),
    "secrecy": ("secrecy-review", Role.SECRECY, "可以按此发出，未见国家秘密"),
    "sign": ("sign", Role.LEADER, ""),
    "seal": ("seal", Role.SEAL_KEEPER, ""),
}


def _send(s: Story, way: str, code: str = "") -> None:
    letter = s.letter(code)
    stations = papers.stations(letter)
    if stations:
        bare = way != "online" and empty_handed(letter)
        otherwise = "纸质复印件随告知书一并交付" if bare else ""
        papers.move_letter(letter, "submit", otherwise=otherwise, by=s.clerk)
    for name in stations:
        key, role, note = _STATIONS[name]
        letter = papers.move_letter(letter, key, note=note, by=s.by(role))
    tracking = "1099000000000" if way == "post" else ""
    delivery.deliver_letter(letter, way=way, on=clock.today(), tracking=tracking, by=s.clerk)


def _reply(s: Story, way: str) -> None:
    _draft(s)
    _send(s, way)


def _given(s: Story, name: str, rows: list[list[str]]) -> None:
    """A list that goes with the reply as a file; the first row names its columns."""
    head, *lines = ([Cell(text, head=not n) for text in row] for n, row in enumerate(rows))
    table = Table((tuple(head), *map(tuple, lines)), (1.0,) * len(head), heads=1)
    paper = pdf(Document(f"{name}（演示）", (table,)))
    kind = CaseFile.Kind.RELEASED
    keep_file(s.case, kind, f"{name}.pdf", paper, "application/pdf", by=s.clerk)


#: What the contract says of a person and the public copy does not.
PRIVATE = ("示例周某", "990101198001010014", "13800000099")


def _original(s: Story) -> None:
    paper = pdf(
        Document(
            "检验设备维护合同（演示）",
            (
                Paragraph("甲方：示例市卫生健康委员会　乙方：示例设备维护有限公司"),
                Paragraph("维护范围：全自动生化分析仪2台，期限一年，合同价款人民币12.6万元。"),
                Paragraph(f"乙方联系人：{PRIVATE[0]}，证件号码{PRIVATE[1]}，电话{PRIVATE[2]}。"),
                Paragraph("双方按季度结算，验收合格后付款。"),
            ),
        )
    )
    name = "检验设备维护合同.pdf"
    keep_file(s.case, CaseFile.Kind.ORIGINAL, name, paper, "application/pdf", by=s.clerk)


def _redact(s: Story) -> None:
    original = s.case.files.get(kind=CaseFile.Kind.ORIGINAL)
    why = {"ground": "deny_third_party", "reason": "属于个人隐私，公开会损害本人权益"}
    lines = shown(original).lines
    passages = [place | why for secret in PRIVATE for place in occurrences(lines, secret)]
    redact.release_redacted(original, passages, by=s.clerk)


def _dispute(s: Story) -> None:
    known = Dispute.objects.count()
    disputes.register_dispute(
        s.case.body,
        kind="reconsideration",
        institution=f"{s.case.body.region.name}人民政府",
        case_number=f"示政复〔{clock.today().year}〕{18 + known}号（演示）",
        accepted_on=clock.today(),
        served_on=clock.today(),
        claim="请求撤销不予公开决定",
        application=s.case,
        by=s.by(Role.LEGAL),
    )


def _corrected(s: Story, days: int) -> None:
    """The reconsideration orders a new answer within so many working days."""
    dispute = s.case.disputes.get()
    today, by = clock.today(), s.by(Role.LEGAL)
    disputes.end_dispute(
        dispute,
        outcome="corrected",
        on=today,
        detail="撤销不予公开决定，责令重新答复",
        reanswer_due_on=national().add(today, days),
        by=by,
    )


def _split(s: Story, *subjects: str) -> None:
    parts = [h.Part(subject, f"请提供{subject}。") for subject in subjects]
    h.split(s.case, parts, "两个事项互不相干", by=s.clerk)


def _merge(s: Story, subject: str) -> None:
    """Into the same applicant's earlier application of this subject."""
    into = Application.objects.get(body=s.case.body, subject=subject, name_mark=s.case.name_mark)
    h.merge(s.case, into, "同一申请人就同一事项补充提出", by=s.clerk)


def _repeat(s: Story) -> None:
    """The same applicant asked for the same before."""
    same = {"body": s.case.body, "subject": s.case.subject, "name_mark": s.case.name_mark}
    earlier = Application.objects.filter(**same).exclude(pk=s.case.pk).get()
    h.link_repeat(s.case, earlier, by=s.clerk)


def _pay(s: Story) -> None:
    amount = s.case.fee.amount
    fees.record_payment(s.case, amount, on=clock.today(), receipt_number="示财票0001", by=s.clerk)


DEEDS: dict[str, Callable[..., Any]] = {
    "confirm": lambda s: h.confirm_receipt(s.case, how="电话", by=s.clerk),
    "missed": lambda s: h.note_contact(s.case, reached=False, how="电话无人接听", by=s.clerk),
    "register": _register,
    "assign": _assign,
    "note": lambda s, text: h.add_note(s.case, text, kind="call", by=s.clerk),
    "search": _search,
    "opinion": _opinion,
    "correction": _correction,
    "corrected": lambda s, text: h.receive_correction(s.case, text=text, by=s.clerk),
    "reasons": lambda s, counts: h.ask_reasons(s.case, counts=counts, days=10, by=s.clerk),
    "consult": _consult,
    "replied": _replied,
    "assess": lambda s, yes, why: consulting.judge_objection(
        s.case, "C1", reasonable=yes, why=why, by=s.clerk
    ),
    "extend": lambda s, days, reason: h.request_extension(s.case, days, reason, by=s.clerk),
    "approve": lambda s: h.answer_extension(s.case, approved=True, by=s.by(Role.HEAD)),
    "fee": lambda s, pages: fees.draft_fee_notice(s.case, "per_page", pages=pages, by=s.clerk),
    "pay": _pay,
    "repeat": _repeat,
    "decide": _decide,
    "draft": _draft,
    "submit": _move("submit", Role.CLERK),
    "legal-review": _move(*_STATIONS["legal"]),
    "secrecy-review": _move(*_STATIONS["secrecy"]),
    "sign": _move(*_STATIONS["sign"]),
    "seal": _move(*_STATIONS["seal"]),
    "send": _send,
    "reply": _reply,
    "original": _original,
    "redact": _redact,
    "given": _given,
    "withdraw": lambda s: closing.withdraw_case(s.case, on=clock.today(), by=s.clerk),
    "dispute": _dispute,
    "corrected-by-review": _corrected,
    "split": _split,
    "merge": _merge,
    "close": lambda s: closing.close_case(s.case, by=s.clerk),
    "archive": lambda s: closing.archive_case(s.case, by=s.by(Role.ARCHIVIST)),
}
