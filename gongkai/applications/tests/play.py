"""A play without an end: the people of an office do deeds on its applications, day after day.

Used by the tests of random histories, of many people at once and of killed processes. Which
deed, on which case, by whom and with what words is left to ``choose``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any, TypeVar

from django.contrib.auth.models import User

from gongkai.applications import clock
from gongkai.applications.actions import (
    applicant,
    closing,
    consulting,
    deciding,
    delivery,
    erase,
    fees,
    papers,
    redact,
    reply,
)
from gongkai.applications.actions import handling as h
from gongkai.applications.actions.case_files import add_files
from gongkai.applications.actions.handling.receipt import STRIKABLE
from gongkai.applications.models import Application, CaseFile, Letter
from gongkai.applications.state import ENDED, REPLIES
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.applications.tests.test_decide import ruling
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked, check_upload
from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Role
from gongkai.bodies.tests.cast import person
from gongkai.documents.blocks import Document, Paragraph
from gongkai.documents.pdf import pdf
from gongkai.law.taxonomy import decisions

T = TypeVar("T")
State = Application.State
By = User | None
CHANNELS = ("in_person", "ems", "ordinary", "online", "email")
CLERK, HANDLER = Role.CLERK, Role.HANDLER


@dataclass
class Play:
    """The stage: who is there, and what day it is."""

    cast: Cast
    choose: Callable[[Sequence[Any]], Any]
    day: date
    last: date = date.max
    people: list[tuple[Role | None, User]] = field(default_factory=list)

    def __post_init__(self) -> None:
        c = self.cast
        if not self.people:
            self.people = [
                (CLERK, c.clerk),
                (HANDLER, c.handler),
                (Role.LEGAL, c.legal),
                (Role.SECRECY, c.secrecy),
                (Role.HEAD, c.head),
                (Role.LEADER, c.leader),
                (Role.SEAL_KEEPER, c.seal_keeper),
                (Role.ARCHIVIST, c.archivist),
                (None, c.reviewer),
                (None, c.inspector),
                (None, c.stranger),
            ]

    def turn_the_page(self, days: Sequence[int]) -> None:
        """Some days pass."""
        self.day = min(self.last, self.day + timedelta(days=int(self.choose(days))))

    def may(self, role: Role | None, user: User, deed: Deed, case: Application) -> bool:
        """Whether a person may do the deed at all; reckoned here, not asked of the program."""
        if role not in deed.roles:
            return False
        if role is not HANDLER:
            return True
        return case.assignments.filter(section=self.cast.section).exists()

    def able(self, deed: Deed, case: Application) -> list[User]:
        return [u for r, u in self.people if self.may(r, u, deed, case)]

    def unable(self, deed: Deed, case: Application) -> list[User]:
        return [u for r, u in self.people if not self.may(r, u, deed, case)]

    def file(self, *, days_ago: int = 0) -> Application:
        """A new application, by one of three applicants."""
        who = self.choose(("周申请", "吴申请", "郑申请"))
        number = {"周申请": "11010519491231002X", "吴申请": "110105194912310038"}.get(who, "")
        filed = an_application(
            self.cast.body,
            on=self.day - timedelta(days=days_ago),
            channel=self.choose(CHANNELS),
            applicant_kind=self.choose(("natural", "commercial", "legal")),
            applicant={
                "name": who,
                "id_number": number,
                "phone": "13800000000",
                "email": "a@example.com",
                "address": "示例县人民路1号",
                "post_code": "000000",
            },
            items=self.choose((("名单",), ("名单", "电话"))),
        )
        return filed.case


@dataclass(frozen=True)
class Deed:
    """Something to do on a case: by whom, when it makes sense, and how. No roles: the applicant."""

    name: str
    roles: tuple[Role, ...]
    fits: Callable[[Application], bool]
    do: Callable[[Play, Application, By], Any]


def some(found: Any) -> Any:
    """What there is to choose from; with nothing there the deed is not possible."""
    listed = list(found)
    if not listed:
        raise Refused("没有可以办理的对象。")
    return listed


def _register(p: Play, case: Application, by: By) -> Any:
    return h.register(
        case,
        applicant_kind=p.choose((case.applicant_kind, "research")),
        subject=case.subject,
        items=p.choose((["名单"], ["名单", "电话"], [i.text for i in case.items.all()])),
        by=by,
        seen=case.version,
    )


def _correct_register(p: Play, case: Application, by: By) -> Any:
    changes = p.choose(
        (
            {"applicant_kind": "welfare"},
            {"submitted_on": case.submitted_on - timedelta(days=3)},
            {"submitted_on": case.submitted_on + timedelta(days=1)},
            {"channel": "in_person"},
            {"channel": "email"},
            {"subject": "全县接种门诊一览表"},
            {"items": ["名单", "电话", "地址"]},
        )
    )
    return h.correct_register(case, changes, reason="录入有误", by=by, seen=case.version)


def _strike_out(p: Play, case: Application, by: By) -> Any:
    events = clock.in_force(case.events.all())
    event = p.choose(some([e for e in events if e.deed in STRIKABLE] or events))
    return h.strike_out(case, event.pk, "录入有误", by=by, seen=case.version)


def _ask_correction(p: Play, case: Application, by: By) -> Any:
    return h.ask_correction(
        case,
        problem="没有写明年度",
        items="写明年度",
        guidance="可以来电询问",
        days=p.choose((7, 10, 15)),
        by=by,
        seen=case.version,
    )


def _receive_correction(p: Play, case: Application, by: By) -> Any:
    late = p.choose((False, True))
    return h.receive_correction(case, text="2025年", good_reason=late, by=by, seen=case.version)


def _set_delay(p: Play, case: Application, by: By) -> Any:
    until = (case.due_on or p.day) + timedelta(days=p.choose((-1, 10, 60)))
    return h.set_delay(case, until, "数量很大", by=by, seen=case.version)


def _assign(p: Play, case: Application, by: By) -> Any:
    both = (p.cast.section, p.cast.other_section)
    return h.assign(case, p.choose(((both[0],), (both[1],), both)), by=by, seen=case.version)


def _hand_over(p: Play, case: Application, by: By) -> Any:
    to = p.choose((p.cast.section, p.cast.other_section))
    return h.hand_over(case, to, "职责在他科", by=by, seen=case.version)


def _search(p: Play, case: Application, by: By) -> Any:
    return h.record_search(
        case,
        section=None,
        place="档案室",
        words="接种",
        searched_on=p.day,
        searcher="陈承办",
        result="没有找到",
        found=False,
        by=by,
        seen=case.version,
    )


def _opinion(p: Play, case: Application, by: By) -> Any:
    given = p.choose(some(case.assignments.all()))
    return h.give_opinion(case, given.section, "可以提供", by=by, seen=case.version)


def _consult(p: Play, case: Application, by: By) -> Any:
    party = p.choose(("third_party", "joint_maker", "other_agency"))
    contact = {"name": "某公司", "address": "示例县解放路2号", "phone": "0000-1234567"}
    return consulting.consult(
        case, party, contact=contact, content="合同", by=by, seen=case.version
    )


def _reference(p: Play, case: Application) -> str:
    return str(p.choose(some(case.consultations.values_list("reference", flat=True))))


def _note_service(p: Play, case: Application, by: By) -> Any:
    return consulting.note_service(case, _reference(p, case), on=p.day, by=by, seen=case.version)


def _note_reply(p: Play, case: Application, by: By) -> Any:
    return consulting.note_reply(
        case,
        _reference(p, case),
        on=p.day,
        position=p.choose(("agrees", "partly", "objects")),
        reasons="涉及商业秘密",
        by=by,
        seen=case.version,
    )


def _judge(p: Play, case: Application, by: By) -> Any:
    return consulting.judge_objection(
        case,
        _reference(p, case),
        reasonable=p.choose((True, False)),
        why="属于商业秘密",
        by=by,
        seen=case.version,
    )


def _extend(p: Play, case: Application, by: By) -> Any:
    days = p.choose((5, 20, 21))
    return h.request_extension(case, days, "材料很多", by=by, seen=case.version)


def _answer_extension(p: Play, case: Application, by: By) -> Any:
    said = p.choose((True, True, False))
    return h.answer_extension(case, approved=said, answer="已阅", by=by, seen=case.version)


def _fee(p: Play, case: Application, by: By) -> Any:
    pages = p.choose((12, 60, 120))
    return fees.draft_fee_notice(case, "per_page", pages=pages, by=by, seen=case.version)


def _pay(p: Play, case: Application, by: By) -> Any:
    if not hasattr(case, "fee"):
        raise Refused("没有收费通知。")
    amount = p.choose((case.fee.amount, 10))
    return fees.record_payment(case, amount, on=p.day, by=by, seen=case.version)


def _refund(p: Play, case: Application, by: By) -> Any:
    return fees.refund(case, 10, on=p.day, note="多收", by=by, seen=case.version)


def _answer_waiver(p: Play, case: Application, by: By) -> Any:
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


def _decide(p: Play, case: Application, by: By) -> Any:
    forced = clock.outcome(case).decision
    if case.closed_on is not None and forced and decisions()[forced].whole:
        usual = [(forced, decisions()[forced].letters[0])]
    else:
        usual = p.choose((USUAL, USUAL, USUAL, RULINGS))
    rulings = {item.pk: ruling(*p.choose(usual)) for item in case.items.all()}
    return deciding.decide_items(case, rulings, by=by, seen=case.version)


def _waiting(case: Application, *states: str) -> list[Letter]:
    return some(case.letters.filter(state__in=states, frozen_sha256=""))


def _move(key: str, *states: str) -> Callable[[Play, Application, By], Any]:
    def move(p: Play, case: Application, by: By) -> Any:
        letter = p.choose(_waiting(case, *states))
        return papers.move_letter(letter, key, by=by, note="已核对，可以发出", seen=case.version)

    return move


def _deliver(p: Play, case: Application, by: By) -> Any:
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


def _sign_for(p: Play, case: Application, by: By) -> Any:
    letter = p.choose(some(case.letters.filter(state=Letter.State.SENT)))
    return delivery.record_signature(letter, on=p.day, by=by, seen=case.version)


def _reopen(p: Play, case: Application, by: By) -> Any:
    until = p.day + timedelta(days=30)
    reason = "示政复〔2026〕18号"
    return closing.reopen(case, on=p.day, until=until, reason=reason, by=by, seen=case.version)


def _split(p: Play, case: Application, by: By) -> Any:
    parts = [h.Part("接种门诊名单"), h.Part("接种门诊电话")]
    return h.split(case, parts, "两个事项", by=by, seen=case.version)


def _earlier(p: Play, case: Application) -> Application:
    found = Application.objects.filter(pk__lt=case.pk).order_by("-pk")[:4]
    chosen: Application = p.choose(some(found))
    return chosen


def _merge(p: Play, case: Application, by: By) -> Any:
    return h.merge(case, _earlier(p, case), "内容相同", by=by, seen=case.version)


def _repeat(p: Play, case: Application, by: By) -> Any:
    return h.link_repeat(case, _earlier(p, case), by=by, seen=case.version)


def _alive(case: Application) -> bool:
    return case.registered_at is not None and case.state not in ENDED


def _is(*states: str) -> Callable[[Application], bool]:
    return lambda case: case.state in states


def _has(*states: str) -> Callable[[Application], bool]:
    return lambda case: case.letters.filter(state__in=states, frozen_sha256="").exists()


def _decided(case: Application) -> bool:
    return not case.items.filter(decision="").exists() and not _answering(case)


def _answering(case: Application) -> bool:
    left = case.letters.filter(code__in=REPLIES, frozen_sha256="")
    return left.exclude(state=Letter.State.CANCELLED).exists()


def _asked_for_reasons(yes: bool) -> Callable[[Application], bool]:
    return lambda case: _alive(case) and case.letters.filter(code="L05").exists() is yes


def _asked_of_the_head(kind: str) -> Callable[[Application], bool]:
    return lambda case: case.approvals.filter(approved=None, kind=kind).exists()


def _never(case: Application) -> bool:
    return False


HANDLERS = (CLERK, HANDLER)
STAFF = tuple(r for r in Role if r not in (Role.REVIEWER, Role.INSPECTOR))
_OPEN = Letter.State
DEEDS = (
    Deed(
        "confirm",
        (CLERK,),
        _is(State.AWAITING_CONFIRMATION),
        lambda p, c, by: h.confirm_receipt(c, how="电话", by=by, seen=c.version),
    ),
    Deed(
        "contact",
        (CLERK,),
        _is(State.AWAITING_CONFIRMATION),
        lambda p, c, by: h.note_contact(c, reached=p.choose((False, True)), by=by, seen=c.version),
    ),
    Deed("register", (CLERK,), lambda c: not c.registered_at and bool(c.received_on), _register),
    Deed("correct the register", (CLERK,), _never, _correct_register),
    Deed("strike out", (CLERK,), _never, _strike_out),
    Deed("split", (CLERK,), _never, _split),
    Deed("merge", (CLERK,), _never, _merge),
    Deed("link a repeat", (CLERK,), _never, _repeat),
    Deed("ask for a correction", (CLERK,), lambda c: _alive(c) and not c.extended, _ask_correction),
    Deed(
        "receive a correction",
        (CLERK,),
        _is(State.AWAITING_CORRECTION, State.ABANDONED),
        _receive_correction,
    ),
    Deed(
        "ask for reasons",
        (CLERK,),
        _asked_for_reasons(False),
        lambda p, c, by: h.ask_reasons(c, counts="本月40件", days=10, by=by, seen=c.version),
    ),
    Deed(
        "receive reasons",
        HANDLERS,
        _asked_for_reasons(True),
        lambda p, c, by: h.receive_reasons(
            c, text="研究需要", reasonable=True, judgement="数量合理", by=by, seen=c.version
        ),
    ),
    Deed("set a delay", (CLERK,), _asked_for_reasons(True), _set_delay),
    Deed("assign", (CLERK,), lambda c: _alive(c) and c.section_id is None, _assign),
    Deed("hand over", (CLERK,), lambda c: _alive(c) and c.section_id is not None, _hand_over),
    Deed("search", HANDLERS, lambda c: _alive(c) and not c.searches.exists(), _search),
    Deed("opinion", HANDLERS, lambda c: c.assignments.filter(opinion="").exists(), _opinion),
    Deed("consult", HANDLERS, lambda c: _alive(c) and not c.consultations.exists(), _consult),
    Deed("note service", HANDLERS, _is(State.CONSULTING), _note_service),
    Deed("note a reply", HANDLERS, _is(State.CONSULTING), _note_reply),
    Deed("judge", HANDLERS, lambda c: c.consultations.filter(position="objects").exists(), _judge),
    Deed("extend", HANDLERS, lambda c: _alive(c) and not c.approvals.exists(), _extend),
    Deed(
        "answer the extension",
        (Role.HEAD,),
        _asked_of_the_head("extension"),
        _answer_extension,
    ),
    Deed("fee", HANDLERS, lambda c: _alive(c) and not hasattr(c, "fee"), _fee),
    Deed("pay", (CLERK,), _is(State.AWAITING_PAYMENT), _pay),
    Deed("refund", (CLERK,), lambda c: hasattr(c, "fee") and c.fee.payments.exists(), _refund),
    Deed(
        "ask for relief",
        HANDLERS,
        lambda c: hasattr(c, "fee") and not c.fee.waived,
        lambda p, c, by: fees.request_waiver(c, "低保户", by=by, seen=c.version),
    ),
    Deed(
        "answer the relief",
        (Role.HEAD,),
        lambda c: c.approvals.filter(approved=None, kind="fee_waiver").exists(),
        _answer_waiver,
    ),
    Deed("decide", HANDLERS, lambda c: bool(c.registered_at) and not _answering(c), _decide),
    Deed(
        "draft the reply",
        HANDLERS,
        _decided,
        lambda p, c, by: reply.draft_reply(c, by=by, seen=c.version),
    ),
    Deed("submit", HANDLERS, _has(_OPEN.DRAFT), _move("submit", _OPEN.DRAFT)),
    Deed("legal", (Role.LEGAL,), _has(_OPEN.LEGAL), _move("legal-review", _OPEN.LEGAL)),
    Deed("secrecy", (Role.SECRECY,), _has(_OPEN.SECRECY), _move("secrecy-review", _OPEN.SECRECY)),
    Deed("sign", (Role.LEADER, Role.HEAD), _has(_OPEN.SIGNING), _move("sign", _OPEN.SIGNING)),
    Deed("seal", (Role.SEAL_KEEPER,), _has(_OPEN.SIGNED), _move("seal", _OPEN.SIGNED)),
    Deed("return", (Role.LEGAL,), _never, _move("return", _OPEN.LEGAL)),
    Deed("cancel", HANDLERS, _never, _move("cancel", _OPEN.DRAFT)),
    Deed("deliver", (CLERK,), _has(_OPEN.DRAFT, _OPEN.SIGNED, _OPEN.SEALED), _deliver),
    Deed("sign for", (CLERK,), lambda c: c.letters.filter(state="sent").exists(), _sign_for),
    Deed(
        "withdraw",
        (CLERK,),
        _never,
        lambda p, c, by: closing.withdraw_case(c, on=p.day, by=by, seen=c.version),
    ),
    Deed(
        "close",
        (CLERK,),
        _is(State.DELIVERED, State.ABANDONED, State.WITHDRAWN),
        lambda p, c, by: closing.close_case(c, by=by, seen=c.version),
    ),
    Deed(
        "reopen",
        (CLERK, Role.LEGAL, Role.HEAD),
        _is(State.DELIVERED, State.CLOSED, State.ARCHIVED),
        _reopen,
    ),
    Deed(
        "archive",
        (Role.ARCHIVIST,),
        _is(State.CLOSED, State.WITHDRAWN),
        lambda p, c, by: closing.archive_case(c, on=p.day, by=by, seen=c.version),
    ),
    Deed(
        "note",
        STAFF,
        _never,
        lambda p, c, by: h.add_note(c, "已经电话说明", by=by),
    ),
    # --- the applicant himself, and the system ---
    Deed(
        "the applicant corrects",
        (),
        _is(State.AWAITING_CORRECTION),
        lambda p, c, by: applicant.send_correction(c, "2025年的名单", seen=c.version),
    ),
    Deed("the applicant withdraws", (), _never, lambda p, c, by: applicant.withdraw(c)),
    Deed(
        "the applicant rates",
        (),
        lambda c: c.closed_on is not None and c.satisfaction is None,
        lambda p, c, by: applicant.rate(c, p.choose((1, 5)), "谢谢", seen=c.version),
    ),
    Deed("erase", (), _is(State.ARCHIVED), lambda p, c, by: _erase(c)),
)


def _erase(case: Application) -> Any:
    if case.archived_on is None or case.erased_at is not None:
        raise Refused("没有归档，或者已经清除。")
    erase.erase_case(case)


def _add_original(p: Play, case: Application, by: By) -> Any:
    return add_files(case, CaseFile.Kind.ORIGINAL, [_paper()], by=by, seen=case.version)


@cache
def _paper() -> Checked:
    """A contract of one page with a telephone number."""
    lines = (Paragraph("乙方联系人电话13800000099。"), Paragraph("双方按季度结算。"))
    return check_upload("合同.pdf", pdf(Document("设备维护合同", lines)))


def _release(p: Play, case: Application, by: By) -> Any:
    original = p.choose(some(case.files.filter(kind=CaseFile.Kind.ORIGINAL, erased_at=None)))
    box = {"page": 1, "box": [0, 0, 300, 300], "ground": "deny_third_party", "reason": "个人隐私"}
    return redact.release_redacted(original, [box], by=by, seen=case.version)


#: Deeds with files that take long: not for every test.
FILE_DEEDS = (
    Deed("add an original", HANDLERS, _alive, _add_original),
    Deed(
        "release",
        HANDLERS,
        lambda c: c.files.filter(kind="original", erased_at=None).exists(),
        _release,
    ),
)
#: Deeds that bring a case nearer to its end are done more often than the others.
_FORWARD = frozenset(
    [
        *("register", "decide", "draft the reply", "submit", "legal", "secrecy", "sign", "seal"),
        *("deliver", "sign for", "close", "archive", "pay", "answer the extension"),
    ]
)


def likely(case: Application, deeds: Sequence[Deed] = DEEDS) -> list[Deed]:
    """The deeds that make sense in the state of the case, those that bring it forward thrice."""
    fitting = [deed for deed in deeds if deed.fits(case)]
    return fitting + 2 * [deed for deed in fitting if deed.name in _FORWARD]


def with_other_handler(cast: Cast, play: Play) -> Play:
    """The play with one more person: a handler of no section that ever gets a case."""
    from gongkai.bodies.models import Section

    aside = Section.objects.create(body=cast.body, name="机关党委")
    user = person("pangren", "沈", "旁科")
    grant_role(user, cast.body, Role.HANDLER, by=None, section=aside)
    play.people.append((None, user))
    return play
