"""Whose turn a document is, and what he does next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from gongkai.bodies.models import Role
from gongkai.publishing.desk.access import Posts, at_level_of, due_steps
from gongkai.publishing.levels import Stage, stages
from gongkai.publishing.models import Document
from gongkai.publishing.roles import PUBLISHERS, REVIEWERS, WRITERS

State = Document.State
#: What a writer works on.
WRITING = (State.DRAFT, State.RETURNED)


@dataclass(frozen=True, slots=True)
class Turn:
    """The next deed; ``waits``: it is somebody else's; ``roles``: those that may do it."""

    label: str
    url: str = ""
    roles: tuple[Role, ...] = ()

    @property
    def waits(self) -> bool:
        return not self.url


def waiting_at(*steps: str) -> QuerySet[Any]:
    """The ids of the documents that wait at one of the steps."""
    found = due_steps().filter(task__reviewtask__step__in=steps)
    return found.order_by().values("document_id")


def to_review(posts: Posts) -> Q:
    """Documents whose next step is this person's. His own drafts are told on the page."""
    theirs = at_level_of(posts)
    for role in {role for _, role in posts.held}:
        bodies = [body for body, held in posts.held if held == role]
        level = {"task__reviewtask__level__role": role}
        theirs |= Q(**level, task__reviewtask__level__body__in=bodies)
    levels = due_steps().filter(theirs).order_by()
    mine = Q(state=State.REVIEW, pk__in=levels.values("document_id"))
    for step, roles in REVIEWERS.items():
        bodies = posts.bodies(roles)
        if bodies:
            mine |= Q(state=State.REVIEW, body__in=bodies, pk__in=waiting_at(step))
    return mine


def to_write(posts: Posts) -> Q:
    """Drafts and what came back: his own, and those of the section whose 承办人 he is."""
    own = Q(author=posts.user.pk) | Q(section__in=posts.sections)
    return Q(state__in=WRITING) & own


def to_publish(posts: Posts) -> Q:
    """Approved and not yet out, where he may let it out."""
    return Q(state=State.APPROVED, body__in=posts.bodies(PUBLISHERS))


def with_turns(documents: list[Any], posts: Posts) -> list[Any]:
    """Put ``turn`` and ``step`` on each document of a page, with one query."""
    reviewing = [d for d in documents if d.state == State.REVIEW]
    waiting = due_steps(reviewing).values_list("document_id", "task__reviewtask__step")
    steps = dict(waiting if reviewing else ())
    known = {one.key: one for one in stages(sorted(set(steps.values())))}
    for document in documents:
        document.step = steps.get(document.pk, "")
        document.turn = turn_of(document, posts, known.get(document.step))
    return documents


def turn_of(document: Document, posts: Posts, due: Stage | None = None) -> Turn | None:
    """What is to be done next with a document, as this person sees it."""
    if document.state in WRITING:
        label = "修改后送审" if document.state == State.RETURNED else "继续起草"
        return _mine(label, "desk-edit-document", document, posts, WRITERS, "等起草人")
    if document.state == State.REVIEW and due is not None:
        if posts.may_take(document, due):
            return Turn(due.name, reverse("desk-review", args=[document.pk]), tuple(due.roles))
        return Turn(f"等{due.name}")
    if document.state == State.APPROVED:
        if document.publish_at is not None:
            return Turn("等定时发布")
        return _mine("发布", "desk-document-publish", document, posts, PUBLISHERS, "等发布")
    return None


def _mine(
    label: str, route: str, document: Document, posts: Posts, roles: tuple[Role, ...], other: str
) -> Turn:
    if posts.may(document, *roles):
        return Turn(label, reverse(route, args=[document.pk]), roles)
    return Turn(other)
