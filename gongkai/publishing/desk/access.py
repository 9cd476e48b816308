"""The guarded door of the office pages: which documents a person sees, what he may do with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.functions import Cast
from django.http import Http404
from django.utils.text import Truncator
from wagtail.models import TaskState

from gongkai.bodies.models import Body, Membership, Role
from gongkai.bodies.queries import Held, Someone, bodies_for, held_by
from gongkai.publishing.actions.core import may_take, may_touch
from gongkai.publishing.levels import Stage
from gongkai.publishing.models import Document, ReviewState
from gongkai.publishing.roles import STAFF

HOME = ("/office/", "待办")
#: Characters of a title in the way above a page.
CRUMB = 24
#: Who sees the documents of a body, drafts too; an inspector those of the bodies he supervises.
SEES = (*STAFF, Role.ARCHIVIST, Role.INSPECTOR)


def crumb(title: str) -> str:
    """A title in the way above a page, cut visibly where it is long."""
    return Truncator(title).chars(CRUMB, truncate="…")


def documents_for(user: Someone, *roles: Role) -> QuerySet[Document]:
    """Documents of the bodies in which the user holds one of the roles (any that sees them).

    A 承办人 sees those of his section only.
    """
    wanted = roles or SEES
    held = held_by(user)
    wide = [role for role in wanted if role != Role.HANDLER]
    seen = Q(body__in=held.bodies(*wide)) if wide else Q(pk=None)
    if Role.HANDLER in wanted:
        seen |= Q(section__in=held.sections)
    if not roles:
        seen |= Q(pk__in=waiting_at_levels(held))
    return Document.objects.filter(seen)


def waiting_at_levels(held: Held) -> QuerySet[Any]:
    """The ids of the documents that wait at a level of this person or of his section."""
    return due_steps().filter(at_level_of(held)).order_by().values("document_id")


def at_level_of(person: Held | Posts) -> Q:
    """The steps at a level of this person or of one of his sections."""
    return Q(task__reviewtask__level__person=person.user.pk) | Q(
        task__reviewtask__level__section__in=person.sections
    )


def due_steps(documents: Iterable[Document] | None = None) -> QuerySet[ReviewState]:
    """The steps that wait for somebody, with ``document_id``; of these documents or of all."""
    found = ReviewState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        workflow_state__status="in_progress",
        workflow_state__content_type__app_label="publishing",
        workflow_state__content_type__model="document",
    ).annotate(document_id=Cast("workflow_state__object_id", BigIntegerField()))
    if documents is not None:
        found = found.filter(workflow_state__object_id__in=[str(d.pk) for d in documents])
    return found


def document_or_404(user: Someone, pk: int, *roles: Role) -> Document:
    """The document, when the person may see it (in one of the roles)."""
    near = ("body", "column", "section", "latest_revision")
    found = Document.objects.select_related(*near).filter(pk=pk).first()
    # Mostly it is of his own body or section; the long question is asked where it is not.
    if found is not None and (
        may_touch(user, found, *(roles or SEES))
        or documents_for(user, *roles).filter(pk=pk).exists()
    ):
        return found
    raise Http404("没有这份信息，或者您没有查看它的权限。")


@dataclass(frozen=True, slots=True)
class Posts:
    """The roles of a person by body, and the sections in which he is 承办人; one query for all."""

    held: frozenset[tuple[int, str]]
    sections: frozenset[int]
    user: Any

    def may(self, document: Document, *roles: Role) -> bool:
        """As ``actions.core.may_touch``, without a query."""
        wide = [role for role in roles if role != Role.HANDLER]
        if any((document.body_id, role.value) in self.held for role in wide):
            return True
        return Role.HANDLER in roles and document.section_id in self.sections

    def may_take(self, document: Document, due: Stage) -> bool:
        """As ``actions.core.may_take``, without a query but for the level of one person."""
        level = due.level
        if level is None or level.role:
            return self.may(document, *due.roles)
        if level.person is None:
            return level.section_id in self.sections
        return may_take(self.user, document, due)

    def bodies(self, roles: Iterable[Role]) -> list[int]:
        """The bodies in which one of the roles is held."""
        wanted = {role.value for role in roles}
        return sorted({body for body, role in self.held if role in wanted})


def posts_of(user: Any) -> Posts:
    """The posts of a signed-in person."""
    rows = Membership.objects.filter(user=user.pk).values_list("body", "role", "section")
    return Posts(
        frozenset((body, role) for body, role, _ in rows if role != Role.HANDLER),
        frozenset(s for _, role, s in rows if role == Role.HANDLER and s is not None),
        user,
    )


def bodies_to_write_for(user: Someone) -> QuerySet[Body]:
    """The bodies for which the person may begin a document."""
    return bodies_for(user, Role.CLERK, Role.HANDLER).order_by("name")


def seen_bodies(user: Someone) -> QuerySet[Body]:
    """The bodies whose lists and registers the person may read whole."""
    return bodies_for(user, *[r for r in SEES if r != Role.HANDLER]).order_by("name")
