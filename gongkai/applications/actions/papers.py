"""The way of a letter: draft → legal → secrecy → signing → sealed; who may take which step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice

from gongkai.applications import clock, numbers
from gongkai.applications.actions.core import By, add_event, on_case, record
from gongkai.applications.files import FileDamaged, content
from gongkai.applications.letters.compose import draft_letter
from gongkai.applications.letters.enclosed import OTHERWISE, empty_handed
from gongkai.applications.models import Application, Letter, LetterStep
from gongkai.applications.queries import may_touch
from gongkai.applications.roles import HANDLERS, SIGNERS
from gongkai.applications.state import DEFENCE, QUIET
from gongkai.base import audit
from gongkai.base.masking import without_person
from gongkai.base.refusal import Overtaken, Refused
from gongkai.base.sealed import KeyMissing, mark
from gongkai.bodies.models import Role
from gongkai.law.shipped import shipped

State = Letter.State
#: What each station adds to the states a letter passes through.
_STATES = {
    "legal": (State.LEGAL,),
    "secrecy": (State.SECRECY,),
    "sign": (State.SIGNING, State.SIGNED),
    "seal": (State.SEALED,),
}
STATIONS = {"legal": "法制审核", "secrecy": "保密审查", "sign": "签发", "seal": "用印"}


@dataclass(frozen=True, slots=True)
class Move:
    """A step of a letter: its name on the button, who may take it, whether it needs words.

    ``key`` names its article (law/taxonomy/deeds.yaml); ``back``: to the drafter, to be mended.
    """

    key: str
    from_states: tuple[State, ...]
    verb: str
    roles: tuple[Role, ...]
    needs_note: bool
    hint: str
    back: bool = False


_WAITING = (State.LEGAL, State.SECRECY, State.SIGNING, State.SIGNED)
MOVES = {
    move.key: move
    for move in (
        Move("submit", (State.DRAFT,), "送审", HANDLERS, False, "文书内容齐全，送下一环节"),
        Move(
            "legal-review", (State.LEGAL,), "法制审核通过", (Role.LEGAL,), False, "事实、依据、程序"
        ),
        Move(
            "secrecy-review",
            (State.SECRECY,),
            "保密审查通过",
            (Role.SECRECY,),
            True,
            "写明审查结论、依据和意见",
        ),
        Move("sign", (State.SIGNING,), "签发", SIGNERS, False, "同意按此发出"),
        Move("seal", (State.SIGNED,), "用印", (Role.SEAL_KEEPER,), False, "核对签发后用印"),
        Move(
            "return",
            _WAITING,
            "退回修改",
            (Role.LEGAL, Role.SECRECY, *SIGNERS, Role.SEAL_KEEPER),
            True,
            "写明哪里要改、怎样改",
            back=True,
        ),
        Move(
            "cancel",
            (State.DRAFT, State.SEALED),
            "作废",
            HANDLERS,
            True,
            "写明为什么作废；文号不再使用",
        ),
    )
}
#: Who may send back from where: the one whose turn it is.
_TURN = {
    State.LEGAL: (Role.LEGAL,),
    State.SECRECY: (Role.SECRECY,),
    State.SIGNING: SIGNERS,
    State.SIGNED: (Role.SEAL_KEEPER, *SIGNERS),
}
SHEET, RECEIPT = "L39", "L02"
#: Papers that nobody is sent by themselves: forms, slips that go with a letter, internal sheets.
KEPT_IN_FILE = tuple(code for code in QUIET if code != RECEIPT)
#: So many letters at a time are compared with what was sent.
BATCH = 200
#: How the one who reviews is told of a reply without the files that it speaks of.
NOTHING_ATTACHED = "没有附文件，提供方式："
_REVIEWS = ("legal-review", "secrecy-review", "sign")


@dataclass(frozen=True, slots=True)
class Shipped:
    """The stations of a letter as it ships; ``fixed``: those that no body may leave out."""

    stations: tuple[str, ...]
    fixed: tuple[str, ...]


@cache
def shipped_routes() -> dict[str, Shipped]:
    """Letter code → its stations, for the letters that pass any."""
    return {
        code: Shipped(tuple(route["stations"]), tuple(route["fixed"]))
        for route in shipped("gongkai.applications", "letters/routes.yaml")
        for code in route["letters"]
    }


def stations(letter: Letter) -> tuple[str, ...]:
    """The stations this letter must pass in its body, in order; empty: the clerk sends it."""
    own = letter.application.body.application_settings.letter_routes
    ours = shipped_routes().get(letter.code)
    return tuple(own.get(letter.code, ours.stations if ours else ()))


def route(letter: Letter) -> tuple[State, ...]:
    """The states through which the letter goes, from the draft to where it may be sent."""
    return (State.DRAFT, *(s for name in stations(letter) for s in _STATES[name]))


def content_hash(letter: Letter) -> str:
    """What a reviewer saw: number, addressee, values and template, as a keyed hash."""
    seen = [letter.code, letter.number, letter.addressee, letter.values, letter.template_id]
    raw = json.dumps(seen, sort_keys=True, ensure_ascii=False, default=str)
    return mark("letter", hashlib.sha256(raw.encode()).hexdigest())


def altered(letter: Letter) -> bool:
    """Whether the values of a sent letter are no longer those that were sent.

    The kept PDF and DOCX with their hash are what counts; this tells that the database was
    changed behind the program. Erased personal data are no alteration.
    """
    return bool(letter.frozen_sha256) and letter.pk in altered_among([letter])


def altered_among(some: Iterable[Letter]) -> set[int]:
    """The keys of those letters that are ``altered``; their cases' letters may be of many cases."""
    sent = {x.pk: x for x in some if x.frozen_sha256 and x.application.erased_at is None}
    # The step that sent it and the one that proved its arrival saw the same.
    last = dict(
        LetterStep.objects.filter(letter__in=sent)
        .order_by("id")
        .values_list("letter_id", "seen_sha256")
    )
    return {pk for pk, x in sent.items() if pk in last and last[pk] != content_hash(x)}


def not_as_sent() -> Iterator[str]:
    """Sent letters whose content is no longer what went out, each in a sentence.

    Looks at the values, and at the kept PDF and DOCX with their hash. For ``gongkai audit``.
    """
    every = (
        Letter.objects.exclude(frozen_sha256="")
        .filter(application__erased_at=None)
        .select_related("application", "pdf", "docx")
        .order_by("pk")
    )
    rows = every.iterator(chunk_size=BATCH)
    while some := list(islice(rows, BATCH)):
        found = altered_among(some)
        for letter in some:
            if letter.pk in found:
                yield f"{_where(letter)}：内容要素与送出时不一致"
            elif not _kept_whole(letter):
                yield f"{_where(letter)}：存档文件与送出时不一致"


def _where(letter: Letter) -> str:
    return f"申请{letter.application.number} {name(letter)}"


def _kept_whole(letter: Letter) -> bool:
    if letter.pdf is None or letter.docx is None:
        return False
    try:
        kept = content(letter.pdf) + content(letter.docx)
    except (FileDamaged, KeyMissing, OSError):
        return False
    return hashlib.sha256(kept).hexdigest() == letter.frozen_sha256


def why_not_sent(letter: Letter) -> str:
    """Why the letter may not go out yet, or ""."""
    if letter.frozen_sha256:
        return "这份文书已经送出。"
    if letter.state == State.CANCELLED:
        return "这份文书已经作废，请另行拟稿。"
    way = route(letter)
    if letter.state != way[-1]:
        left = [STATIONS[n] for n in stations(letter) if not _passed(letter, n)]
        return f"这份文书还没有经过{'、'.join(left)}，不能送出。" if left else "请先送审。"
    return _changed(letter)


def _passed(letter: Letter, station: str) -> bool:
    way = route(letter)
    return letter.state in way and way.index(State(letter.state)) >= way.index(
        _STATES[station][-1]
    ) + (1 if station in ("legal", "secrecy") else 0)


def _changed(letter: Letter) -> str:
    """Why the reviews no longer cover the letter: it was changed after one of them, or ""."""
    now = content_hash(letter)
    wanted = {_STATES[name][0] for name in stations(letter) if name != "seal"}
    for step in letter.steps.order_by("-id"):
        if step.to_state == State.DRAFT:
            break
        if step.from_state in wanted and step.seen_sha256 != now:
            return "文书内容在审核之后有改动，请退回拟稿人重新送审。"
    return ""


def own_draft(letter: Letter, by: By) -> bool:
    """Whether the person wrote the letter, or any part of it."""
    if by is None:
        return False
    return (
        letter.made_by_id == by.pk
        or letter.steps.filter(by=by, from_state=State.DRAFT, to_state=State.DRAFT).exists()
    )


def move_letter(
    letter: Letter,
    key: str,
    *,
    by: By,
    note: str = "",
    otherwise: str = "",
    on: date | None = None,
    looked: str = "",
    seen: int | None = None,
) -> Letter:
    """Take a letter one step (``MOVES``): submit, review, sign, seal, return, cancel.

    ``on``: the day of the signature or the seal, today when not given. ``looked``: the
    ``content_hash`` of what the person had on the screen; Overtaken when the draft was changed
    meanwhile. ``otherwise``: how information is given that goes with no file and names no place;
    the letter says it then. Without it such a letter is not submitted, for others it is nothing.
    Nobody reviews or signs what he drafted. Refused where it is not the letter's turn.
    """
    move, note, otherwise = MOVES[key], note.strip(), otherwise.strip().rstrip("。")
    own = key in ("return", "cancel") or letter.code in QUIET
    after = letter.code == DEFENCE
    with on_case(
        letter.application, by=by, roles=move.roles, seen=seen, joined=own, ended=after
    ) as case:
        letter = _locked(case, letter)
        _check(letter, move, note, by, looked, on)
        if key == "submit" and empty_handed(letter):
            if not otherwise:
                raise Refused(
                    f"{name(letter)}答复提供信息，但是没有附上文件，也没有写明在哪里取得。"
                    "请附上要提供的文件，或者写明怎样提供（地点、网址或者随信的纸质件），再送审。"
                )
            # The applicant reads it, and who reviews.
            letter.values = letter.values | {"提供方式": otherwise, OTHERWISE: otherwise}
            note = f"{NOTHING_ATTACHED}{otherwise}。{note}"
        former = State(letter.state)
        take(case, letter, move, note, by=by, on=on or clock.today())
        record(
            case,
            move.verb,
            by=by,
            old={"文书": name(letter), "状态": former.label},
            new={"状态": State(letter.state).label} | ({"意见": "已填写"} if note else {}),
        )
        return letter


def take(case: Application, letter: Letter, move: Move, note: str, *, by: By, on: date) -> None:
    """One step of a letter's way, and nothing else: who may take it, and whether it is its turn,
    was asked before. Call it inside ``on_case``."""
    former = State(letter.state)
    letter.state = _next(letter, move)
    if move.key == "sign":
        letter.dated_on = on
    if move.key == "seal":
        letter.seal_number = _seal_number(case, on)
    letter.save()
    step(letter, former, note, by, name=case.done_by)
    if move.key == "secrecy-review":
        _review_sheet(case, letter, by)
    add_event(case, move.key, by=by, on=on, text=f"{move.verb}：{letter.get_code_display()}")


def _review_sheet(case: Application, letter: Letter, by: By) -> None:
    """The 审查呈批单 (L39) of a letter, drafted once; it says what the steps of the letter say."""
    known = (s.values.get("letter_id") for s in case.letters.filter(code=SHEET))
    if letter.pk not in known:
        draft_letter(case, SHEET, by=by, values={"letter_id": letter.pk})


def step(letter: Letter, former: State, note: str, by: By, *, name: str = "") -> LetterStep:
    """One entry of the letter's way, bound to its content as it is now; ``name``: as it names
    who took the step, where that is not only his own name."""
    return LetterStep.objects.create(
        letter=letter,
        from_state=former,
        to_state=letter.state,
        note=without_person(letter.application.applicant, note),
        seen_sha256=content_hash(letter),
        by=by,
        by_name=name or audit.name_of(by),
    )


def _locked(case: Application, letter: Letter) -> Letter:
    return (
        Letter.objects.select_for_update(of=("self",), no_key=True)
        .select_related("application__body__application_settings")
        .get(pk=letter.pk, application=case)
    )


def may_cancel(letter: Letter) -> bool:
    """A draft, or what was sealed and not sent; anything on its way once the case is over."""
    over = letter.application.closed_on is not None and letter.state in _WAITING
    return not letter.frozen_sha256 and (over or letter.state in MOVES["cancel"].from_states)


def _check(letter: Letter, move: Move, note: str, by: By, looked: str, on: date | None) -> None:
    fits = may_cancel(letter) if move.key == "cancel" else letter.state in move.from_states
    if not fits:
        raise Refused(
            f"这份文书现在是“{letter.get_state_display()}”，不能{move.verb}。请按文书流转的次序办理。"
        )
    if looked and looked != content_hash(letter):
        raise Overtaken("这份文书刚刚被修改过，您看到的不是最新内容。请重新看过后再办。")
    if why_not := why_not_by(letter, move, by):
        raise Refused(why_not)
    if move.needs_note and not note:
        raise Refused(f"请填写意见：{move.hint}。")
    if len(note) > 500:
        raise Refused("意见请控制在500字以内。")
    if on is not None and on > clock.today():
        raise Refused("日期不能晚于今天，请改正。")
    if move.key == "submit" and len(route(letter)) == 1:
        raise Refused("这种文书不需要审核签发，可以直接送出。")
    if move.key in ("sign", "seal") and (why_not := _changed(letter)):
        raise Refused(why_not)
    if move.key == "seal" and on is not None and letter.dated_on and on < letter.dated_on:
        raise Refused("用印日期不能早于签发日期，请改正。")


def why_not_by(letter: Letter, move: Move, by: By) -> str:
    """Why this person may not take this step, whatever his role: his own draft, not his turn."""
    if move.key in _REVIEWS and own_draft(letter, by):
        return "这份文书是您拟的，请由另一人审核、签发。"
    if move.back and by is not None:
        turn = _TURN.get(State(letter.state), ())
        if turn and not may_touch(by, letter.application, *turn):
            return "由" + "、".join(r.label for r in turn) + "退回"
    return ""


def _next(letter: Letter, move: Move) -> State:
    if move.key == "cancel":
        return State.CANCELLED
    if move.back:
        return State.DRAFT
    way = route(letter)
    return way[way.index(State(letter.state)) + 1]


def _seal_number(case: Application, on: date) -> str:
    serial = numbers.next_serial(case.body, on.year, "seal")
    return f"{case.body.application_settings.agency_code}印〔{on.year}〕{serial}号"


def name(letter: Letter) -> str:
    """A letter in the trail: its kind and number, no names."""
    return f"{letter.get_code_display()} {letter.number}".strip()
