"""依申请转主动公开: proposals of other rooms arrive, are decided, and are told the address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.base import audit
from gongkai.base.proposals import Decision, decided, suggestions
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body, Role
from gongkai.publishing.actions.core import By, require, today
from gongkai.publishing.actions.drafts import create_document
from gongkai.publishing.models import Column, Document, Proposal

State = Proposal.State
DECIDERS = (Role.CLERK, Role.HEAD)


@transaction.atomic
def collect(body: Body) -> int:
    """Bring in what the rooms suggest now; how many are new. What is decided stays decided."""
    new = 0
    for one in suggestions(body):
        found, made = Proposal.objects.get_or_create(
            key=one.key,
            defaults={
                "body": body,
                "kind": one.kind,
                "subject": one.subject[:200],
                "people": one.people,
                "address": one.address,
            },
        )
        new += made
        if not made and found.people != one.people:
            Proposal.objects.filter(pk=found.pk).update(people=one.people)
    return new


def accept(
    proposal: Proposal,
    *,
    by: By,
    column: Column | None = None,
    document: Document | None = None,
) -> Document:
    """Take it up: a new draft in a column, or a document that is there already.

    When the document is public, now or later, the one who proposed is told its address.
    """
    with _on(proposal, by) as proposal:
        if proposal.state != State.OPEN:
            raise Refused("这条建议已经研究过，不用重复办理。")
        if document is None:
            if column is None or column.body_id != proposal.body_id:
                raise Refused("请选择要放入的栏目，或者选择已经公开的信息。")
            document = create_document(
                proposal.body, column, proposal.subject, by=by, formed_on=today()
            )
        elif document.body_id != proposal.body_id:
            raise Refused("这份信息不是本机关的，请重新选择。")
        proposal.document, proposal.state = document, State.ACCEPTED
        _decide(proposal, by, "采纳主动公开建议", {"信息": document.title})
        if document.live:
            _tell(proposal, by)
    return document


def refuse(proposal: Proposal, reason: str, *, by: By) -> Proposal:
    """Do not take it up, with a reason that the one who proposed reads."""
    with _on(proposal, by) as proposal:
        if proposal.state != State.OPEN:
            raise Refused("这条建议已经研究过，不用重复办理。")
        if not reason.strip():
            raise Refused("请写明不予采纳的理由。")
        proposal.state, proposal.reason = State.REFUSED, reason.strip()
        _decide(proposal, by, "不采纳主动公开建议", {"理由": proposal.reason})
        decided(Decision(proposal.key, published=False, reason=proposal.reason), by=by)
    return proposal


def on_released(document: Document, *, by: By) -> None:
    """A document went out: whoever proposed it is told where. Called by ``publish``."""
    for proposal in Proposal.objects.select_for_update(of=("self",), no_key=True).filter(
        document=document, state=State.ACCEPTED
    ):
        _tell(proposal, by)
        proposal.save()


def _tell(proposal: Proposal, by: By) -> None:
    document = proposal.document
    assert document is not None
    proposal.state = State.PUBLISHED
    address = document.get_absolute_url()
    decided(Decision(proposal.key, published=True, address=address), by=by)
    audit.record(
        "主动公开建议已公开", proposal, by=by, scope=proposal.body.slug, new={"网址": address}
    )


def _decide(proposal: Proposal, by: By, action: str, new: dict[str, Any]) -> None:
    proposal.decided_by, proposal.decided_at = by, timezone.now()  # type: ignore[assignment]
    audit.record(action, proposal, by=by, scope=proposal.body.slug, new=new)


@contextmanager
def _on(proposal: Proposal, by: By) -> Iterator[Proposal]:
    with transaction.atomic():
        proposal = (
            Proposal.objects.select_for_update(of=("self",), no_key=True)
            .select_related("body")
            .get(pk=proposal.pk)
        )
        require(by, proposal.body, *DECIDERS)
        yield proposal
        proposal.save()
