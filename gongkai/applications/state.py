"""Where a case stands: derived from its events and papers in one place, never set by hand."""

from __future__ import annotations

from gongkai.applications.models import Application, Letter
from gongkai.law.deadlines import Outcome
from gongkai.law.taxonomy import letters

State = Application.State
#: The main letter's state, as the case shows it.
_OF_LETTER = {
    Letter.State.DRAFT: State.DRAFTED,
    Letter.State.LEGAL: State.REVIEWING,
    Letter.State.SECRECY: State.REVIEWING,
    Letter.State.SIGNING: State.REVIEWING,
    Letter.State.SIGNED: State.APPROVED,
    Letter.State.SEALED: State.SEALED,
    Letter.State.SENT: State.SEALED,
}
#: Letters that answer the application: they carry remedies and go to the applicant.
REPLIES = frozenset(
    number
    for number, letter in letters().items()
    if letter.to == "申请人" and letter.suffix in ("告", "不告")
)
#: Papers of the file: they wait for nobody.
QUIET = ("L01", "L02", "L03", "L08", "L38", "L39")
#: What the body says in a dispute over its answer: also when the case is in the archive.
DEFENCE = "L40"
#: States in which nothing more is expected of anyone but the archivist.
ENDED = (
    State.CLOSED,
    State.ARCHIVED,
    State.ABANDONED,
    State.WITHDRAWN,
    State.SPLIT,
    State.MERGED,
)


def is_split(case: Application) -> bool:
    """Whether it lives on in its parts; a split that was undone has merged them back into it."""
    return any(into != case.pk for into in case.parts.values_list("merged_into_id", flat=True))


def is_closed(case: Application) -> bool:
    """Whether the end was noted and no new answer ordered since; abandoned and withdrawn cases
    keep their state when they are closed."""
    entries = list(case.events.all())
    struck = {e.voids_id for e in entries}
    ends = [e for e in entries if e.deed in ("close", "reopen") and e.pk not in struck]
    return bool(ends) and max(ends, key=lambda e: e.pk).deed == "close"


def proof_waits(case: Application) -> bool:
    """Whether the applicant sent a proof of payment that nobody has looked at since.

    From the events where they are read; a list brings the answer with it (``turns``).
    """
    known: bool | None = getattr(case, "proof_sent", None)
    if known is not None:
        return known
    money = [e for e in case.events.all() if e.deed in ("payment-proof", "payment")]
    return bool(money) and max(money, key=lambda e: e.pk).deed == "payment-proof"


def elsewhere(case: Application) -> str:
    """Where a case that was split or merged is worked on since, in one sentence; else ""."""
    if case.state == State.MERGED and case.merged_into is not None:
        return f"申请{case.number}已经并入{case.merged_into.number}一并答复，请在那一件上办理。"
    if case.state != State.SPLIT:
        return ""
    parts = sorted(p.number for p in case.parts.all() if p.merged_into_id != case.pk)
    return (
        f"申请{case.number}已经拆分，请在拆分出的各件上分别办理，"
        f"要撤回的也请逐件撤回：{'、'.join(parts)}。"
    )


def state_of(case: Application, found: Outcome, *, split: bool | None = None) -> State:
    """The state that follows from the case's papers and what the clock says of it.

    ``split``: what ``is_split`` says, where it was asked already.
    """
    if case.archived_on is not None:
        return State.ARCHIVED
    if case.merged_into_id is not None:
        return State.MERGED
    if is_split(case) if split is None else split:
        return State.SPLIT
    if found.status == "withdrawn":
        return State.WITHDRAWN
    if found.status == "reanswering":
        return State.REANSWERING
    if found.status == "replied":
        return State.CLOSED if is_closed(case) else State.DELIVERED
    if found.status == "abandoned":
        return State.ABANDONED
    if found.received_on is None:
        return State.AWAITING_CONFIRMATION
    if found.status == "awaiting_correction":
        return State.AWAITING_CORRECTION
    if found.status == "awaiting_payment":
        return State.AWAITING_PAYMENT
    if case.registered_at is None:
        return State.RECEIVED
    if any(said == "pending" for _, said in found.consultations):
        return State.CONSULTING
    replies = case.letters.filter(code__in=REPLIES).exclude(state="cancelled")
    newest = replies.values_list("state", flat=True).last()
    if newest in _OF_LETTER:
        return _OF_LETTER[Letter.State(newest)]
    return State.IN_REVIEW if case.assignments.exists() else State.REGISTERED
