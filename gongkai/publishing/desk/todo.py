"""待办 of documents on the first page: what is mine by the day it is due, what is late, duties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from gongkai.bodies.acting import for_whom
from gongkai.bodies.models import Role
from gongkai.publishing import duties
from gongkai.publishing.actions.upkeep import urgent_waiting
from gongkai.publishing.desk.access import bodies_to_write_for, documents_for, posts_of
from gongkai.publishing.desk.documents import UNPUBLISHED
from gongkai.publishing.desk.turns import to_publish, to_review, to_write, with_turns
from gongkai.publishing.duties import Duty
from gongkai.publishing.models import Document
from gongkai.publishing.models.review import Step
from gongkai.publishing.roles import REVIEWERS, WRITERS

#: So many of each are listed; the lists have them all.
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Heap:
    """The first documents of a kind, how many there are, the tab that has them all."""

    documents: list[Any]
    count: int
    tab: str


@dataclass(frozen=True, slots=True)
class DocumentTodo:
    """What is to be written, reviewed, let out, looked at again; what is late in the body."""

    review: Heap
    write: Heap
    publish: Heap
    late: Heap
    evaluate: int
    urgent: int
    duties: list[Duty]
    duty_count: int

    def __bool__(self) -> bool:
        heaps = (self.review, self.write, self.publish, self.late)
        return bool(any(h.count for h in heaps) or self.evaluate or self.urgent or self.duties)

    @property
    def of_several(self) -> bool:
        """Whether the columns are of more than one body: each is then told with its own."""
        return len({duty.column.body_id for duty in self.duties}) > 1

    @property
    def mine(self) -> int:
        return self.review.count + self.write.count + self.publish.count


def document_todo(user: Any) -> DocumentTodo:
    """What there is to do for a person, those due first at the top."""
    posts, said = posts_of(user), for_whom(user)
    every = Document.objects.all()
    today = timezone.localdate()
    writers = documents_for(user, *WRITERS, Role.HEAD)
    late = writers.filter(UNPUBLISHED, due_on__lt=today)
    near = writers.filter(state=Document.State.KEPT)
    soon = [pk for pk, on in near.values_list("pk", "re_evaluate_on") if _soon(on, today)]
    urgent = urgent_waiting().filter(body__in=posts.bodies(REVIEWERS[Step.SECTION])).count()
    due = _duties(user, today)
    return DocumentTodo(
        review=_heap(every.filter(to_review(posts)), posts, "review", said),
        write=_heap(documents_for(user).filter(to_write(posts)), posts, "drafts", said),
        publish=_heap(every.filter(to_publish(posts), publish_at=None), posts, "approved", said),
        late=_heap(late, posts, "due", said),
        evaluate=len(soon),
        urgent=urgent,
        duties=due[:SHOWN],
        duty_count=len(due),
    )


def _soon(on: Any, today: Any) -> bool:
    return duties.evaluation_near(on, today)[0] != "green"


def _duties(user: Any, today: Any) -> list[Duty]:
    """The columns that must be updated soon, for those who write for the body."""
    found = duties.of_bodies(bodies_to_write_for(user), today)
    return [duty for duty in found if duty.colour != "green"]


def _heap(documents: QuerySet[Document], posts: Any, tab: str, said: Any) -> Heap:
    ordered = documents.order_by(F("due_on").asc(nulls_last=True), "-pk")
    shown = list(ordered.select_related("body", "column", "section").defer("text")[:SHOWN])
    count = documents.count() if len(shown) == SHOWN else len(shown)
    for one in with_turns(shown, posts):
        one.acting = said(one.body_id, one.turn.roles) if one.turn else ""
    return Heap(shown, count, tab)
