"""Many documents of one import at once: handed in, reviewed step by step, let out.

Each is dealt with for itself through ``actions.review`` and ``actions.publish``, with every rule
of theirs: what one refuses stays behind with its reason, the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied

from gongkai.base.refusal import Refused
from gongkai.publishing.actions.core import By
from gongkai.publishing.actions.publish import publish
from gongkai.publishing.actions.review import due_step, review, submit
from gongkai.publishing.models import Document


@dataclass(slots=True)
class Outcome:
    """How many went on, and why the others did not."""

    done: int = 0
    left: list[tuple[Document, str]] = field(default_factory=list)


def submit_many(documents: Iterable[Document], *, by: By) -> Outcome:
    """Hand drafts in."""
    return _each(documents, lambda one: submit(one, by=by))


def review_many(
    documents: Iterable[Document],
    *,
    by: By,
    step: str,
    seen: dict[int, str],
    conclusion: str = "",
    opinion: str = "",
) -> Outcome:
    """Pass a step of several documents.

    ``seen``: the fingerprint of each as it stood on the page; what changed since stays behind.
    ``step``: the step that the person confirms; a document that waits for another stays behind.
    """

    def one(document: Document) -> None:
        due = due_step(document)
        if due is None or due.task.reviewtask.step != step:
            raise Refused("现在不在这个审查环节。")
        if not seen.get(document.pk):
            raise Refused("没有看到审查的内容，没有办理。请打开这份信息看过以后再办。")
        review(
            document,
            by=by,
            approve=True,
            step=step,
            conclusion=conclusion,
            opinion=opinion,
            sha256=seen[document.pk],
        )

    return _each(documents, one)


def publish_many(documents: Iterable[Document], *, by: By) -> Outcome:
    """Let approved documents out; an imported one keeps the time of the older site."""

    def one(document: Document) -> None:
        origin = getattr(document, "imported", None)
        first = document.release_id is None
        publish(document, by=by, at=origin.published_at if origin and first else None)

    return _each(documents, one)


def _each(documents: Iterable[Document], deed: Callable[[Document], object]) -> Outcome:
    outcome = Outcome()
    for document in documents:
        try:
            deed(document)
            outcome.done += 1
        except (Refused, PermissionDenied) as no:
            outcome.left.append((document, str(no) or "没有办理这份信息的权限。"))
    return outcome
