"""Whose turn it is: the one next deed of a case, who does it, or what is being waited for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.desk.deeds import BY_KEY
from gongkai.applications.models import Application, Approval, Assignment, Letter
from gongkai.applications.state import ENDED, REPLIES
from gongkai.bodies.models import Membership, Role
from gongkai.bodies.queries import Someone

State = Application.State
#: States in which the office or somebody it waits for still has something to do.
OPEN = tuple(s for s in State if s not in ENDED)


@dataclass(frozen=True, slots=True)
class Turn:
    """The next deed in words; ``key`` its button on the case page, ``roles`` who does it.

    ``waits`` names what is being waited for; then there is no button.
    """

    label: str
    key: str = ""
    roles: tuple[Role, ...] = ()
    waits: bool = False

    def url(self, case: Application) -> str:
        """The deed's own page where there is one, else the case page."""
        if self.key in BY_KEY:
            return reverse("desk-case-deed", args=[case.pk, self.key])
        return reverse("desk-case", args=[case.pk])


_OPINION = Turn("反馈承办意见", "opinion", (Role.HANDLER,))
_EXTENSION = Turn("审批延期", "approve-extension", (Role.HEAD,))
_LAPSED = Turn("期限已过，视为放弃")
_OF_STATE = {
    State.AWAITING_CONFIRMATION: Turn("确认收到", "confirm-receipt", (Role.CLERK,)),
    State.RECEIVED: Turn("登记", "register", (Role.CLERK,)),
    State.REGISTERED: Turn("交办", "assign", (Role.CLERK,)),
    State.AWAITING_CORRECTION: Turn("申请人补正", "receive-correction", waits=True),
    State.IN_REVIEW: Turn("作出决定", "decide", (Role.CLERK,)),
    State.CONSULTING: Turn("征求意见的回复", "consultation-reply", waits=True),
    State.AWAITING_PAYMENT: Turn("申请人缴费", "payment", waits=True),
    State.DRAFTED: Turn("送审", "submit-letter", (Role.CLERK,)),
    State.APPROVED: Turn("用印", "seal", (Role.SEAL_KEEPER,)),
    State.SEALED: Turn("送达", "deliver", (Role.CLERK,)),
    State.DELIVERED: Turn("办结", "close", (Role.CLERK,)),
    State.REANSWERING: Turn("重新答复", "decide", (Role.CLERK,)),
    State.CLOSED: Turn("归档", "archive", (Role.ARCHIVIST,)),
    State.ABANDONED: Turn("归档", "archive", (Role.ARCHIVIST,)),
    State.WITHDRAWN: Turn("归档", "archive", (Role.ARCHIVIST,)),
}
_OF_LETTER = {
    Letter.State.LEGAL: Turn("法制审核", "legal-review", (Role.LEGAL,)),
    Letter.State.SECRECY: Turn("保密审查", "secrecy-review", (Role.SECRECY,)),
    Letter.State.SIGNING: Turn("签发", "sign", (Role.LEADER, Role.HEAD)),
}
#: What ends by itself when its last day has passed (``actions.remind`` brings the copies up).
LAPSING = (State.AWAITING_CORRECTION, State.AWAITING_PAYMENT)


def with_turns(cases: QuerySet[Application]) -> QuerySet[Application]:
    """The cases with what ``turn_of`` needs: the reply's state, opinions and approvals open."""
    reply = (
        Letter.objects.filter(application=OuterRef("pk"), code__in=REPLIES)
        .exclude(state=Letter.State.CANCELLED)
        .order_by("-pk")
    )
    return cases.annotate(
        reply_state=Subquery(reply.values("state")[:1]),
        opinion_open=Exists(
            Assignment.objects.filter(application=OuterRef("pk"), answered_at=None)
        ),
        approval_open=Exists(
            Approval.objects.filter(
                application=OuterRef("pk"), kind=Approval.Kind.EXTENSION, approved=None
            )
        ),
    )


def turn_of(case: Any) -> Turn | None:
    """The next deed of a case from ``with_turns``; None when nothing is left to do."""
    if case.approval_open and case.state in OPEN:
        return _EXTENSION
    if case.state in LAPSING and case.waiting_until and case.waiting_until < clock.today():
        return _LAPSED
    if case.state == State.REVIEWING:
        return _OF_LETTER.get(case.reply_state)
    if case.state == State.IN_REVIEW and case.opinion_open:
        return _OPINION
    return _OF_STATE.get(case.state)


@dataclass(frozen=True, slots=True)
class Posts:
    """In which bodies a person holds which role, and in which sections he handles cases."""

    user: Someone
    bodies: dict[Role, set[int]] = field(default_factory=lambda: defaultdict(set))
    sections: set[int] = field(default_factory=set)
    everywhere: bool = False

    def within(self, *roles: Role) -> Q:
        """Cases of the bodies in which the person holds one of the roles."""
        if self.everywhere:
            return Q(body__isnull=False)
        found: set[int] = set()
        for role in roles:
            found |= self.bodies.get(role, set())
        return Q(body__in=found)

    def may(self, *roles: Role) -> bool:
        return self.everywhere or any(self.bodies.get(role) for role in roles)


def posts_of(user: Someone) -> Posts:
    """One query: what the person is, where. A superuser is everything everywhere."""
    posts = Posts(user, everywhere=bool(getattr(user, "is_superuser", False)))
    for body, role, section in Membership.objects.filter(user=user).values_list(  # type: ignore[misc]
        "body", "role", "section"
    ):
        posts.bodies[Role(role)].add(body)
        if role == Role.HANDLER and section:
            posts.sections.add(section)
    return posts


def my_turn(posts: Posts) -> Q:
    """Cases (from ``with_turns``) in which the next deed is this person's."""
    mine = Q(clerk=None) | Q(clerk=posts.user.pk)
    found = posts.within(Role.CLERK) & mine & (Q(state=State.IN_REVIEW, opinion_open=False))
    found |= posts.within(Role.HEAD) & Q(state__in=OPEN, approval_open=True)
    if posts.sections:
        waiting = Assignment.objects.filter(section__in=posts.sections, answered_at=None)
        found |= Q(state__in=OPEN, pk__in=waiting.values("application"))
    for letter_state, turn in _OF_LETTER.items():
        found |= posts.within(*turn.roles) & Q(state=State.REVIEWING, reply_state=letter_state)
    for state, turn in _OF_STATE.items():
        if turn.waits or state == State.IN_REVIEW:
            continue
        due = posts.within(*turn.roles) & Q(state=state)
        found |= due & mine if Role.CLERK in turn.roles else due
    return found
