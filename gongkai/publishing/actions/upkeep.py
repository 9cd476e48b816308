"""What is looked at again: withheld information (条例 Art 18), and what went out urgently."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from wagtail.models import Revision

from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.publishing.actions.core import By, next_evaluation, on_document, record, today
from gongkai.publishing.actions.drafts import keep_revision
from gongkai.publishing.actions.review import URGENT
from gongkai.publishing.content import draft_of
from gongkai.publishing.models import Document, Evaluation
from gongkai.publishing.models.review import Step
from gongkai.publishing.roles import PUBLISHERS, REVIEWERS, WRITERS

State = Document.State
Result = Evaluation.Result
Kind = Evaluation.Kind
#: Who looks again at what is withheld.
EVALUATORS = (*WRITERS, *PUBLISHERS, *REVIEWERS[Step.SECRECY])


def evaluate(
    document: Document,
    result: str,
    opinion: str,
    *,
    by: By,
    next_on: date | None = None,
    seen: int | None = None,
) -> Evaluation:
    """Look again at what is not published (条例 Art 18).

    What may be published now becomes a draft again, whose period runs from today, and takes the
    whole review. Refused: a document that is not withheld, a result without its reason.
    """
    with on_document(document, by=by, roles=EVALUATORS, seen=seen) as document:
        if document.state != State.KEPT:
            raise Refused("只有审定为不主动公开的信息才需要评估。")
        if result not in (Result.KEEP, Result.OPEN, Result.PARTLY):
            raise Refused("请选择评估的结果。")
        if not opinion.strip():
            raise Refused("请写明评估的理由。")
        if result == Result.KEEP:
            next_on = next_on or next_evaluation(today())
            if next_on <= today():
                raise Refused("下次评估的日期要晚于今天，请改正。")
            document.re_evaluate_on = next_on
        else:
            next_on = None
            draft = draft_of(document)
            draft.attribute = Document.Attribute.PUBLIC
            draft.withheld_ground = draft.withheld_reason = ""
            keep_revision(document, draft, by)
            document.state, document.re_evaluate_on = State.DRAFT, None
            document.changed_on = today()
        done = Evaluation.objects.create(
            document=document,
            kind=Kind.WITHHELD,
            result=result,
            opinion=opinion.strip(),
            next_on=next_on,
            by=by,
            by_name=audit.name_of(by),
        )
        record(
            document,
            "评估不公开的信息",
            by=by,
            new={"结果": done.get_result_display(), "下次评估": str(next_on or "")},
        )
    return done


def check_afterwards(document: Document, result: str, opinion: str, *, by: By) -> Evaluation:
    """The section's own review of what went out urgently, made up afterwards."""
    with on_document(document, by=by, roles=REVIEWERS[Step.SECTION]) as document:
        if not urgent_waiting().filter(pk=document.pk).exists():
            raise Refused("这份信息没有等待补办的初审。")
        if by is not None and Revision.objects.for_instance(document).filter(user=by).exists():
            raise PermissionDenied("您参与过起草，不能自己补办初审，请由其他人办理。")
        if result not in (Result.FINE, Result.MEND):
            raise Refused("请选择初审的结果。")
        if not opinion.strip():
            raise Refused("请写明初审意见。")
        done = Evaluation.objects.create(
            document=document,
            kind=Kind.URGENT,
            result=result,
            opinion=opinion.strip(),
            by=by,
            by_name=audit.name_of(by),
        )
        record(document, "补办初审", by=by, new={"结果": done.get_result_display()})
    return done


def urgent_waiting() -> QuerySet[Document]:
    """Documents whose present release went the urgent way and was not looked at afterwards."""
    looked = Evaluation.objects.filter(
        document=OuterRef("pk"), kind=Kind.URGENT, at__gte=OuterRef("release__at")
    )
    return Document.objects.filter(
        release__workflow_state__workflow__name__startswith=URGENT
    ).filter(~Exists(looked))
