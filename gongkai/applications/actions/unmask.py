"""The applicant's personal data in plain: a deed of its own, with its reason in the trail.

Whoever works on the case may look, saying why; an inspector of the supervising office asks the
head of the body first, and what is granted holds for one look (个人信息保护法 Art 6: as little
as the purpose needs).
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from gongkai.applications.actions.core import By, asked_by_another, record, with_article
from gongkai.applications.models import Application, Approval
from gongkai.applications.queries import may_touch
from gongkai.applications.roles import HEADS, STAFF
from gongkai.base import audit
from gongkai.base.masking import numbers_in
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Role
from gongkai.law.taxonomy import deed_articles

KIND = Approval.Kind.UNMASK
#: Field of ``Application.applicant`` → its name on the page, in the order shown.
LABELS = {
    "name": "姓名（名称）",
    "id_type": "证件种类",
    "id_number": "证件号码",
    "credit_code": "统一社会信用代码",
    "representative": "法定代表人（负责人）",
    "contact": "联系人",
    "agent": "代理人",
    "agent_id_number": "代理人证件号码",
    "phone": "联系电话",
    "email": "电子邮箱",
    "address": "联系地址",
    "post_code": "邮政编码",
}


def unmask(case: Application, *, by: By, reason: str) -> dict[str, str]:
    """The applicant's fields in plain, by their names on the page, and for who works on the case
    what he wrote where the page masks numbers in it; the look is noted.

    PermissionDenied for a stranger to the case; Refused without a reason, for an inspector
    without the head's consent, and when the data were erased.
    """
    _reason(reason)
    if case.erased_at is not None or not case.applicant:
        raise Refused("这件申请的个人信息已经按规定清除，无法查看。")
    works = _works_on(case, by)
    with transaction.atomic():
        if not works:
            _use_consent(case, by)
        record(case, "查看申请人个人信息", by=by, new={"理由": reason.strip()[:200]})
    who = {LABELS[k]: case.applicant[k] for k in LABELS if case.applicant.get(k)}
    written = {"内容描述": case.details, "用途": case.purpose} if works else {}
    return who | {label: text for label, text in written.items() if numbers_in(text)}


def ask_unmask(case: Application, *, by: By, reason: str) -> Approval:
    """An inspector asks the head of the body to let him see the personal data of one case."""
    _reason(reason)
    if not _inspects(case, by):
        raise PermissionDenied("您没有查看这件申请的权限，请联系管理员。")
    with transaction.atomic():
        Application.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
        if consent_of(case, by) is not None:
            raise Refused("负责人已经同意，请直接查看。")
        if _waiting(case).filter(asked_by=by).exists():
            raise Refused("已经请示过，请等机关负责人批示。")
        entry = Approval.objects.create(
            application=case,
            kind=KIND,
            asked={"reason": reason.strip()[:200]},
            asked_by=by,  # type: ignore[misc]
        )
        record(case, "请示查看个人信息", by=by, new={"理由": entry.asked["reason"]})
    return entry


def answer_unmask(entry: Approval, *, approved: bool, answer: str = "", by: By) -> Approval:
    """The head agrees or not; a refusal says why."""
    if not approved and not answer.strip():
        raise Refused("不同意的，请写明理由。")
    with transaction.atomic():
        entry = (
            Approval.objects.select_for_update(of=("self",), no_key=True)
            .select_related("application__body", "asked_by")
            .get(pk=entry.pk)
        )
        case = entry.application
        if by is not None and not may_touch(by, case, *HEADS):
            raise PermissionDenied("由这个机关的负责人批示。")
        if entry.kind != KIND or entry.approved is not None:
            raise Refused("这条请示已经批示过。")
        asked_by_another(entry, by)
        entry.approved, entry.answer = approved, answer.strip()[:300]
        entry.answered_by, entry.answered_at = by, timezone.now()  # type: ignore[assignment]
        entry.save()
        record(
            case,
            "批示查看个人信息",
            by=by,
            new={
                "请示人": audit.name_of(entry.asked_by),
                "批示": "同意" if approved else "不同意",
                "意见": entry.answer,
            },
        )
    return entry


def consent_of(case: Application, by: By) -> Approval | None:
    """The head's consent that this inspector has and has not used yet."""
    given = case.approvals.filter(kind=KIND, approved=True, asked_by=by)
    return next((e for e in given if "viewed_at" not in e.asked), None)


def waiting_for(case: Application) -> list[Approval]:
    """Requests that the head has not answered yet."""
    return list(_waiting(case).select_related("asked_by"))


def _waiting(case: Application) -> QuerySet[Approval]:
    return case.approvals.filter(kind=KIND, approved=None)


def _works_on(case: Application, by: By) -> bool:
    return by is None or may_touch(by, case, *STAFF)


def _inspects(case: Application, by: By) -> bool:
    return by is not None and may_touch(by, case, Role.INSPECTOR)


def _use_consent(case: Application, by: By) -> None:
    if not _inspects(case, by):
        raise PermissionDenied("您没有查看这件申请的权限，请联系管理员。")
    given = consent_of(case, by)
    locked = (
        Approval.objects.select_for_update(no_key=True).filter(pk=given.pk).first()
        if given
        else None
    )
    if locked is None or "viewed_at" in locked.asked:
        raise Refused(
            with_article(
                "检查人员查看个人信息，要先请示机关负责人同意，每次同意只看一次。",
                deed_articles()["unmask"],
            )
        )
    locked.asked |= {"viewed_at": timezone.now().isoformat(timespec="seconds")}
    locked.save(update_fields=["asked"])


def _reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("请写明查看的理由，例如“电话联系申请人补正”。")
