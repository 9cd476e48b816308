"""Scheduled erasure of personal data; what is left is a tombstone that still counts.

Each case in its own transaction; its files go after the commit. Killed in between, the rows say
that the files are erased and ``sweep`` removes them (个人信息保护法 Art 47).
"""

from __future__ import annotations

import re
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from gongkai.applications import clock
from gongkai.applications.actions.core import By, add_event, on_case, record
from gongkai.applications.actions.side import handled_by, record_side
from gongkai.applications.files import FOLDER
from gongkai.applications.grounds import WITHHELD, bare
from gongkai.applications.models import (
    Application,
    Approval,
    CaseEvent,
    CaseFile,
    Dispute,
    Evidence,
    FeeNotice,
    LetterStep,
    OfficeSettings,
    Payment,
    SideRequest,
)
from gongkai.base import kept_files
from gongkai.base.kept_files import Swept
from gongkai.base.masking import mask_text
from gongkai.law.remedies import add_months

ERASED = "（个人信息已清除）"
#: The information itself, as it was released, holds nothing of the applicant.
KEPT = (CaseFile.Kind.RELEASED,)


def due_for_erasure(*, on: date | None = None) -> list[Application]:
    """Archived cases whose term for personal data is over on the day, none in dispute."""
    day = on or clock.today()
    waiting = (
        Application.objects.filter(archived_on__isnull=False, erased_at=None)
        .exclude(disputes__outcome=Dispute.Outcome.PENDING)
        .select_related("body__application_settings")
        .order_by("pk")
    )
    return [
        case
        for case in waiting
        if case.archived_on is not None
        and add_months(case.archived_on, 12 * case.body.application_settings.personal_data_years)
        <= day
    ]


class _Done(Exception):
    """Somebody else erased it at the same moment."""


def erase_case(case: Application, *, by: By = None) -> bool:
    """Erase the personal data of one case; False, and nothing counted, when it was done already.

    Number, dates, decisions, events, letters' numbers and hashes stay, so every count does.
    """
    try:
        _erase_case(case, by=by)
    except _Done:
        return False
    return True


def _erase_case(case: Application, *, by: By) -> None:
    with on_case(case, by=by, ended=True, joined=True) as case:
        if case.erased_at is not None:
            raise _Done  # undoes the deed, so that no new version is counted
        case.erased_at = timezone.now()
        _erase_free_words(case)
        case.subject = mask_text(case.subject, case.applicant)[:200]
        case.document_number = mask_text(case.document_number, case.applicant)[:200]
        case.applicant = {}
        case.identity_mark = case.name_mark = case.phone_mark = ""
        case.details = case.purpose = case.fee_relief = case.satisfaction_note = ""
        case.help_needed = ""
        case.save()
        _erase_items(case)
        _erase_papers(case)
        gone = _erase_files(case.files.exclude(kind__in=KEPT))
        case.account_links.all().delete()
        add_event(case, "erase", by=by, text=f"个人信息已清除，删除材料{gone}件")
        record(case, "清除个人信息", by=by, new={"删除材料": gone})


def _erase_files(files: QuerySet[CaseFile]) -> int:
    """Mark the files as erased and take them from the disk after the commit; how many."""
    files_left = list(files.filter(erased_at=None))
    now = timezone.now()
    for file in files_left:
        file.name, file.erased_at, file.for_applicant = "", now, False
    CaseFile.objects.bulk_update(files_left, ["name", "erased_at", "for_applicant"])
    paths = [file.path for file in files_left]
    transaction.on_commit(lambda: kept_files.unlink(paths))
    return len(files_left)


def _erase_items(case: Application) -> None:
    for item in case.items.all():
        grounds = bare(item.particulars)
        item.text = ""
        item.particulars = {WITHHELD: grounds} if grounds else {}
        item.reasons = ERASED if item.reasons else ""
        item.discretion = ERASED if item.discretion else ""
        item.save()
    for redaction in case.redactions.all():
        redaction.passages = [
            {k: p[k] for k in ("page", "ground") if k in p} for p in redaction.passages
        ]
        redaction.save(update_fields=["passages"])


#: What a deed is called stands before these signs in an event, what somebody wrote behind them.
_FREE_TAIL = re.compile("[：（。]")
#: Free words of the staff on a case, by the rows that hold them.
_FREE: dict[str, tuple[str, ...]] = {
    "assignments": ("asked", "opinion"),
    "searches": ("words", "result"),
    "disputes": ("outcome_detail",),
}


def _erase_free_words(case: Application) -> None:
    """What the staff wrote stays without the applicant's data; why he need not pay tells how he
    lives, and why somebody looked at him who he is: those go as a whole."""
    who = case.applicant
    for rows, names in _FREE.items():
        for row in getattr(case, rows).all():
            for name in names:
                longest = row._meta.get_field(name).max_length
                setattr(row, name, mask_text(getattr(row, name), who)[:longest])
            row.save(update_fields=names)
    Payment.objects.filter(fee__application=case).exclude(note="").update(note=ERASED)
    for entry in Evidence.objects.filter(dispute__application=case):
        entry.title, entry.proves = mask_text(entry.title, who), mask_text(entry.proves, who)
        entry.title, entry.proves = entry.title[:200], entry.proves[:300]
        entry.save(update_fields=["title", "proves"])
    FeeNotice.objects.filter(application=case).exclude(reason="").update(reason=ERASED)
    for approval in case.approvals.all():
        about_him = approval.kind != Approval.Kind.EXTENSION
        if reason := approval.asked.get("reason"):
            approval.asked["reason"] = ERASED if about_him else mask_text(reason, who)
        if approval.answer:
            approval.answer = ERASED if about_him else mask_text(approval.answer, who)[:300]
        approval.save(update_fields=["asked", "answer"])


def _erase_papers(case: Application) -> None:
    case.letters.update(values={}, addressee="")
    case.notes.update(text="", result="")
    case.consultations.update(contact={}, reasons="", content=ERASED)
    case.notices.update(to="", text="")
    case.disputes.update(claim="")
    LetterStep.objects.filter(letter__application=case).exclude(note="").update(note="")
    for event in case.events.exclude(text=""):
        if (said := _FREE_TAIL.split(event.text, maxsplit=1)[0]) != event.text:
            CaseEvent.objects.filter(pk=event.pk).update(text=said)


# --- corrections, suggestions, complaints (条例 Arts 41, 44, 47) --------------------------------


def sides_due_for_erasure(*, on: date | None = None) -> list[SideRequest]:
    """Answered requests whose own term, that of the body handling them, is over on the day.

    It runs from the answer, whether they are about an application or not.
    """
    day = on or clock.today()
    years = dict(OfficeSettings.objects.values_list("body", "personal_data_years"))
    usual = OfficeSettings._meta.get_field("personal_data_years").get_default()
    waiting = (
        SideRequest.objects.filter(state=SideRequest.State.ANSWERED, erased_at=None)
        .select_related("body__supervised_by")
        .order_by("pk")
    )

    def term(request: SideRequest) -> int:
        body = handled_by(request)
        return 12 * years.get(body.pk if body else None, usual)

    return [
        one
        for one in waiting
        if one.answered_at is not None
        and add_months(timezone.localdate(one.answered_at), term(one)) <= day
    ]


def erase_side(request: SideRequest, *, by: By = None) -> bool:
    """Erase the personal data of one request; False when it was done already.

    Number, kind, days and result stay, so that it still counts.
    """
    with transaction.atomic():
        request = (
            SideRequest.objects.select_for_update(of=("self",), no_key=True)
            .select_related("body__supervised_by")
            .get(pk=request.pk)
        )
        if request.erased_at is not None:
            return False
        request.erased_at = timezone.now()
        request.applicant = {}
        request.subject = request.text = request.answer = ""
        request.version += 1
        request.save()
        request.notices.update(to="", text="")
        gone = _erase_files(request.files.all())
        record_side(request, "清除个人信息", by=by, new={"删除材料": gone})
        return True


def sweep(*, young: int = kept_files.YOUNG_SECONDS) -> Swept:
    """Remove files of cases that should be gone: after a deed undone, or an erasure cut off.

    ``young``: seconds for which a file without a row is left alone.
    """
    rows = dict(CaseFile.objects.values_list("path", "erased_at"))
    return kept_files.sweep(FOLDER, rows, young=young)
