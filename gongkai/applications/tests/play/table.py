"""Every deed of the play: by whom, when it makes sense, and how."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gongkai.applications.actions import (
    applicant,
    closing,
    fees,
    reply,
)
from gongkai.applications.actions import handling as h
from gongkai.applications.models import Application, Letter
from gongkai.applications.state import ENDED, REPLIES, is_split
from gongkai.applications.tests.play import answering, beside, handling
from gongkai.applications.tests.play.stage import (
    CLERK,
    HANDLER,
    Deed,
    State,
)
from gongkai.bodies.models import Role


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


def _joined(case: Application) -> bool:
    return bool(case.merged_into_id or case.repeats_id or is_split(case))


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
    Deed(
        "register",
        (CLERK,),
        lambda c: not c.registered_at and bool(c.received_on),
        handling.register,
    ),
    Deed("correct the register", (CLERK,), _never, handling.correct_register),
    Deed("strike out", (CLERK,), _never, handling.strike_out),
    Deed("split", (CLERK,), _never, handling.split),
    Deed("merge", (CLERK,), _never, handling.merge),
    Deed(
        "hand over the receipt",
        (CLERK,),
        lambda c: c.letters.filter(code="L02", state=_OPEN.DRAFT).exists() and not _joined(c),
        handling.hand_over_receipt,
    ),
    Deed("renew the query code", (CLERK,), _never, handling.renew_code),
    Deed("link a repeat", (CLERK,), _never, handling.repeat),
    Deed("undo a split, merger or link", (CLERK,), _joined, handling.undo),
    Deed(
        "ask for a correction",
        (CLERK,),
        lambda c: _alive(c) and not c.extended,
        handling.ask_correction,
    ),
    Deed(
        "receive a correction",
        (CLERK,),
        _is(State.AWAITING_CORRECTION, State.ABANDONED),
        handling.receive_correction,
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
    Deed("set a delay", (CLERK,), _asked_for_reasons(True), handling.set_delay),
    Deed("assign", (CLERK,), lambda c: _alive(c) and c.section_id is None, handling.assign),
    Deed(
        "hand over", (CLERK,), lambda c: _alive(c) and c.section_id is not None, handling.hand_over
    ),
    Deed("search", HANDLERS, lambda c: _alive(c) and not c.searches.exists(), handling.search),
    Deed(
        "opinion", HANDLERS, lambda c: c.assignments.filter(opinion="").exists(), handling.opinion
    ),
    Deed(
        "consult", HANDLERS, lambda c: _alive(c) and not c.consultations.exists(), answering.consult
    ),
    Deed("note service", HANDLERS, _is(State.CONSULTING), answering.note_service),
    Deed("note a reply", HANDLERS, _is(State.CONSULTING), answering.note_reply),
    Deed(
        "judge",
        HANDLERS,
        lambda c: c.consultations.filter(position="objects").exists(),
        answering.judge,
    ),
    Deed("extend", HANDLERS, lambda c: _alive(c) and not c.approvals.exists(), answering.extend),
    Deed(
        "answer the extension",
        (Role.HEAD,),
        _asked_of_the_head("extension"),
        answering.answer_extension,
    ),
    Deed("fee", HANDLERS, lambda c: _alive(c) and not hasattr(c, "fee"), answering.fee),
    Deed("pay", (CLERK,), _is(State.AWAITING_PAYMENT), answering.pay),
    Deed(
        "refund",
        (CLERK,),
        lambda c: hasattr(c, "fee") and c.fee.payments.exists(),
        answering.refund,
    ),
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
        answering.answer_waiver,
    ),
    Deed(
        "decide", HANDLERS, lambda c: bool(c.registered_at) and not _answering(c), answering.decide
    ),
    Deed(
        "draft the reply",
        HANDLERS,
        _decided,
        lambda p, c, by: reply.draft_reply(c, by=by, seen=c.version),
    ),
    Deed("submit", HANDLERS, _has(_OPEN.DRAFT), answering.move("submit", _OPEN.DRAFT)),
    Deed("legal", (Role.LEGAL,), _has(_OPEN.LEGAL), answering.move("legal-review", _OPEN.LEGAL)),
    Deed(
        "secrecy",
        (Role.SECRECY,),
        _has(_OPEN.SECRECY),
        answering.move("secrecy-review", _OPEN.SECRECY),
    ),
    Deed(
        "sign", (Role.LEADER, Role.HEAD), _has(_OPEN.SIGNING), answering.move("sign", _OPEN.SIGNING)
    ),
    Deed("seal", (Role.SEAL_KEEPER,), _has(_OPEN.SIGNED), answering.move("seal", _OPEN.SIGNED)),
    Deed("return", (Role.LEGAL,), _never, answering.move("return", _OPEN.LEGAL)),
    Deed("cancel", HANDLERS, _never, answering.move("cancel", _OPEN.DRAFT)),
    Deed("deliver", (CLERK,), _has(_OPEN.DRAFT, _OPEN.SIGNED, _OPEN.SEALED), answering.deliver),
    Deed(
        "sign for", (CLERK,), lambda c: c.letters.filter(state="sent").exists(), answering.sign_for
    ),
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
        answering.reopen,
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
    Deed("erase", (), _is(State.ARCHIVED), lambda p, c, by: answering.erase_archived(c)),
    *beside.DEEDS,
)


#: Deeds with files that take long: not for every test.
FILE_DEEDS = (
    Deed("add an original", HANDLERS, _alive, answering.add_original),
    Deed(
        "release",
        HANDLERS,
        lambda c: c.files.filter(kind="original", erased_at=None).exists(),
        answering.release,
    ),
    *beside.FILE_DEEDS,
)
#: Deeds that bring a case nearer to its end are done more often than the others.
_FORWARD = frozenset(
    [
        *("register", "decide", "draft the reply", "submit", "legal", "secrecy", "sign", "seal"),
        *("deliver", "sign for", "close", "archive", "pay", "answer the extension"),
        *("register a dispute", "end a dispute"),
    ]
)


_BESIDE = frozenset((*beside.DEEDS, *beside.FILE_DEEDS))


def likely(
    case: Application,
    choose: Callable[[Sequence[Deed]], Deed],
    deeds: Sequence[Deed] = DEEDS,
) -> Deed:
    """One of the deeds that make sense in the state of the case: those on its way thrice as often
    as those beside it, and those that bring it forward thrice again; any where none does."""
    own = [deed for deed in deeds if deed not in _BESIDE]
    left = [*deeds, *2 * own, *6 * [deed for deed in deeds if deed.name in _FORWARD]]
    while left:
        deed = choose(left)
        if deed.fits(case):
            return deed
        left = [other for other in left if other is not deed]
    return choose(deeds)
