"""What this room proposes to publish for all (条例 Art 44), and what it does with the answer.

The other end is ``base.proposals``; the rooms do not know each other.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from gongkai.applications.actions.side import answer_side
from gongkai.applications.models import Application, CaseNote, SideRequest
from gongkai.applications.side_queries import asked_often
from gongkai.base import audit
from gongkai.base.proposals import Decision, Suggestion
from gongkai.bodies.models import Body

_SIDE, _OFTEN = "applications:side:", "applications:often:"


def suggested(body: Body) -> Iterator[Suggestion]:
    """Open suggestions of citizens, and what two or more applicants asked for."""
    for side in SideRequest.objects.filter(body=body, kind=SideRequest.Kind.SUGGESTION).exclude(
        state=SideRequest.State.ANSWERED
    ):
        yield Suggestion(
            f"{_SIDE}{side.pk}",
            "公众建议主动公开",
            side.subject,
            1,
            reverse("desk-side-request", args=[side.pk]),
        )
    for group in asked_often(body):
        # The oldest application names the group: it stays when more come.
        first = min(group.cases, key=lambda case: case.pk)
        yield Suggestion(
            f"{_OFTEN}{first.pk}",
            "多人申请同样的信息",
            first.shown_subject,
            group.people,
            reverse("desk-case", args=[first.pk]),
        )


def decided(decision: Decision, *, by: object) -> None:
    """Answer the suggestion, or leave the address on the case where the next clerk sees it."""
    words = f"已经主动公开：{decision.address}" if decision.published else decision.reason
    if decision.key.startswith(_SIDE):
        side = SideRequest.objects.filter(pk=decision.key.removeprefix(_SIDE)).first()
        if side is not None and side.state != SideRequest.State.ANSWERED:
            result = "published" if decision.published else "not_published"
            answer_side(side, result, words, by=by)  # type: ignore[arg-type]
        return
    case = Application.objects.filter(pk=decision.key.removeprefix(_OFTEN)).first()
    if case is None:
        return
    with transaction.atomic():
        CaseNote.objects.create(
            application=case,
            kind=CaseNote.Kind.NOTE,
            text=f"多人申请的同类信息：{words}",
            happened_at=timezone.now(),
            by=by,
        )
        audit.record(
            "主动公开建议的研究结果",
            case,
            by=by,  # type: ignore[arg-type]
            scope=case.body.slug,
            new={"结果": "已经主动公开" if decision.published else "不予采纳"},
        )
