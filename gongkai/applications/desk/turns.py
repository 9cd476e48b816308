"""Whose turn it is: for lists of many cases, what ``next_step`` says of one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.desk.deeds import BY_KEY
from gongkai.applications.desk.next_step import HEADS_WORD, PAPERS, next_step
from gongkai.applications.due import notice_days
from gongkai.applications.models import (
    Application,
    Approval,
    Assignment,
    CaseEvent,
    Letter,
    RequestItem,
)
from gongkai.applications.state import ENDED, QUIET, REPLIES, proof_waits
from gongkai.base.audit import name_of
from gongkai.bodies.models import Body, Membership, Role
from gongkai.bodies.queries import Someone

State = Application.State
#: States in which the office or somebody it waits for still has something to do.
OPEN = tuple(s for s in State if s not in ENDED)
#: What ends by itself when its last day has passed (``actions.remind`` brings the copies up).
LAPSING = (State.AWAITING_CORRECTION, State.AWAITING_PAYMENT)
#: Deeds that wait for somebody outside the office.
_OUTSIDE = ("receive-correction", "consultation-reply", "payment", "signature")
_CLERK_STATES = (
    State.AWAITING_CONFIRMATION,
    State.RECEIVED,
    State.REGISTERED,
    State.REANSWERING,
    State.DELIVERED,
)
#: Who does the next deed on a letter, by the letter's state.
_LETTERS = {
    Role.CLERK: (Letter.State.DRAFT, Letter.State.SEALED),
    Role.LEGAL: (Letter.State.LEGAL,),
    Role.SECRECY: (Letter.State.SECRECY,),
    Role.LEADER: (Letter.State.SIGNING,),
    Role.HEAD: (Letter.State.SIGNING,),
    Role.SEAL_KEEPER: (Letter.State.SIGNED,),
}
#: Stations at which nobody takes his own draft further (``papers.why_not_by``); the seal he may.
_REVIEWED = (Letter.State.LEGAL, Letter.State.SECRECY, Letter.State.SIGNING)
_IN_OTHER_HANDS = (
    Letter.State.LEGAL,
    Letter.State.SECRECY,
    Letter.State.SIGNING,
    Letter.State.SIGNED,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """The next deed of a case in words, the page where it is done; ``waits`` for an outsider."""

    label: str
    url: str
    waits: bool = False


def with_turns(cases: QuerySet[Application]) -> QuerySet[Application]:
    """The cases with the papers that ``turn_of`` looks at: four queries for all of them."""
    return with_days(cases, notice_days()).prefetch_related(*papers())


def with_days(cases: QuerySet[Application], notice_on: Case) -> QuerySet[Application]:
    """The same without the papers; ``notice_on``: ``notice_days``, which several lists share."""
    return cases.annotate(proof_sent=_proof_sent(), notice_on=notice_on)


def papers() -> tuple[Prefetch[Any] | str, ...]:
    """The papers of cases that ``turn_of`` looks at."""
    letters = Letter.objects.only("application", "code", "state").order_by("pk")
    opinions = Assignment.objects.only("application", "answered_at", "section__name")
    return (
        Prefetch("letters", letters),
        "approvals",
        Prefetch("items", RequestItem.objects.only("application", "order", "decision")),
        Prefetch("assignments", opinions.select_related("section")),
    )


def turn_of(case: Application) -> Turn | None:
    """The next deed of a case from ``with_turns``; None when nothing is left to do."""
    page = reverse("desk-case", args=[case.pk])
    if case.state in LAPSING and case.waiting_until and case.waiting_until < clock.today():
        return Turn("期限已过，视为放弃", page)
    step = next_step(case)
    if not step.key:
        return None
    if step.key in BY_KEY:
        page = reverse("desk-case-deed", args=[case.pk, step.key])
    return Turn(step.label, page, waits=step.key in _OUTSIDE and not proof_waits(case))


@dataclass(frozen=True, slots=True)
class Posts:
    """In which bodies a person holds which role, and in which sections he handles cases."""

    user: Someone
    bodies: dict[Role, set[int]] = field(default_factory=lambda: defaultdict(set))
    sections: set[int] = field(default_factory=set)
    #: Body → for whom the person acts there (外出代行), and his posts without those.
    acting: dict[int, str] = field(default_factory=dict)
    own: Posts | None = None

    def within(self, *roles: Role) -> Q:
        """Cases of the bodies in which the person holds one of the roles."""
        found: set[int] = set()
        for role in roles:
            found |= self.bodies.get(role, set())
        return Q(body__in=found)

    def sees(self, *roles: Role) -> Q:
        """As ``queries.cases_for`` in these roles, of whom the posts are known already."""
        seen = self.within(*[r for r in roles if r != Role.HANDLER])
        if Role.HANDLER in roles and self.sections:
            given = Assignment.objects.filter(section__in=self.sections)
            seen |= Q(pk__in=given.values("application"))
        return seen

    def may(self, *roles: Role) -> bool:
        return any(self.bodies.get(role) for role in roles)


def posts_of(user: Someone) -> Posts:
    """One query: what the person is, where. A superuser looks on everywhere (``bodies_for``)."""
    posts = Posts(user)
    if getattr(user, "is_superuser", False):
        posts.bodies[Role.INSPECTOR] |= set(Body.objects.values_list("pk", flat=True))
    held = Membership.objects.filter(user=user).select_related("acting_for").order_by("pk")  # type: ignore[misc]
    own = Posts(user, sections=posts.sections)
    for one in held:
        for some in (posts, own) if one.acting_for is None else (posts,):
            some.bodies[Role(one.role)].add(one.body_id)
        if one.role == Role.HANDLER and one.section_id:
            posts.sections.add(one.section_id)
        if one.acting_for is not None:
            givers = [posts.acting.get(one.body_id, ""), name_of(one.acting_for)]
            posts.acting[one.body_id] = "、".join(filter(None, dict.fromkeys(givers)))
    return replace(posts, own=own) if posts.acting else posts


def my_turn(posts: Posts) -> Q:
    """Cases in which the next deed is this person's."""
    found = Q(pk__in=[])
    if posts.may(Role.CLERK):
        own = Q(clerk=None) | Q(clerk=posts.user.pk)
        found |= posts.within(Role.CLERK) & own & _clerks()
    if posts.sections:
        silent = Assignment.objects.filter(section__in=posts.sections, answered_at=None)
        found |= Q(state__in=OPEN, pk__in=silent.values("application"))
    for role, states in _LETTERS.items():
        if role != Role.CLERK and posts.may(role):
            found |= posts.within(role) & _letter_in(states, not_by=posts.user)
    if posts.may(Role.HEAD):
        asked = Approval.objects.filter(
            application=OuterRef("pk"), kind__in=HEADS_WORD, approved=None
        )
        found |= posts.within(Role.HEAD) & Q(state__in=OPEN) & Q(Exists(asked))
    if posts.may(Role.ARCHIVIST):
        done = Q(state=State.CLOSED) | Q(state__in=_GIVEN_UP) & _closed()
        found |= posts.within(Role.ARCHIVIST) & done
    return found


_GIVEN_UP = (State.ABANDONED, State.WITHDRAWN)


def _clerks() -> Q:
    """What is the clerk's to do, unless a letter of the case is in other hands."""
    silent = Exists(Assignment.objects.filter(application=OuterRef("pk"), answered_at=None))
    states = Q(state__in=_CLERK_STATES) | Q(state=State.IN_REVIEW) & ~Q(silent)
    states |= Q(state=State.AWAITING_PAYMENT) & Q(_proof_sent())
    ended = Q(state__in=_GIVEN_UP) & ~_closed()
    return _letter_in(_LETTERS[Role.CLERK]) | states & ~_letter_in(_IN_OTHER_HANDS) | ended


def _proof_sent() -> Exists:
    """A proof of payment from the applicant that no payment was entered after."""
    later = CaseEvent.objects.filter(
        application=OuterRef("application"), deed="payment", pk__gt=OuterRef("pk")
    )
    proofs = CaseEvent.objects.filter(application=OuterRef("pk"), deed="payment-proof")
    return Exists(proofs.filter(~Exists(later)))


def _closed() -> Q:
    done = CaseEvent.objects.filter(application=OuterRef("pk"), deed="close", voided_by=None)
    return Q(Exists(done))


def _letter_in(states: tuple[Letter.State, ...], *, not_by: Someone | None = None) -> Q:
    """Open cases with a letter in one of the states; a reply counts once the case is that far.

    ``not_by``: who reviews and signs; what he drafted himself is another's.
    """
    waiting = Letter.objects.filter(application=OuterRef("pk"), state__in=states)
    waiting = waiting.exclude(code__in=QUIET)
    if not_by is not None:
        waiting = waiting.exclude(made_by=not_by.pk, state__in=_REVIEWED)
    others = tuple(s for s in OPEN if s not in PAPERS)
    return Q(state__in=PAPERS) & Q(Exists(waiting)) | Q(state__in=others) & Q(
        Exists(waiting.exclude(code__in=REPLIES))
    )
