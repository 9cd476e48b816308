"""The tracking page: where it stands, by when and why, what happened, what to fetch and do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from gongkai.applications import clock
from gongkai.applications.actions.applicant import confirmed_letters, downloaded, sent_letters
from gongkai.applications.due import awaited, near
from gongkai.applications.files import FileDamaged
from gongkai.applications.letters.compose import file_names
from gongkai.applications.models import Application, CaseFile, Letter
from gongkai.applications.public.track.deeds import by_when, possible
from gongkai.applications.public.track.entrance import COLUMN, tracked
from gongkai.applications.public.track.words import reckoning, stand, timeline
from gongkai.applications.queries import office_of
from gongkai.applications.suits import suits_open
from gongkai.base.public import error_page
from gongkai.base.streams import named
from gongkai.law.deadlines import DueWarning, Outcome, warning
from gongkai.law.remedies import clause
from gongkai.law.taxonomy import letters


@tracked(Application)
@require_safe
def case_page(request: HttpRequest, case: Application) -> HttpResponse:
    """One application, as its applicant sees it."""
    return render(
        request,
        "applications/public/track_case.html",
        {"column": COLUMN, "crumbs": [("查询办理进度", None)], **page(case)},
    )


def page(case: Application) -> dict[str, Any]:
    """Everything the page shows of the case today."""
    found = clock.outcome(case)
    calendar = clock.law_for(case.body).calendar
    deeds = possible(case, found)
    urgent = next((d for d in deeds if d.urgent), None)
    return {
        "case": case,
        "stand": stand(case, sent_letters(case)),
        "due": due(case, found),
        "reckoning": reckoning(found, calendar),
        "timeline": timeline(case),
        "papers": papers(case),
        "own_files": [f for f in case.files.all() if f.kind in _OWN and f.added_by_id is None],
        "deeds": deeds,
        "urgent": urgent,
        "by_when": by_when(case, urgent.key) if urgent else "",
        "remedy": remedy(case, found),
        "suits": suits_open(case),
        "fee": getattr(case, "fee", None),
        "office": office_of(case.body),
    }


# --- by when ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """The day that counts now. ``whose``: office or applicant; ``near`` None: it has passed well.

    ``said`` stands in place of a day where none runs.
    """

    label: str
    day: date | None
    near: DueWarning | None
    provisional: bool
    whose: str
    said: str = ""


def due(case: Application, found: Outcome) -> Due:
    """The reply's last day, the applicant's own, or why there is none."""
    calendar = clock.law_for(case.body).calendar

    def own(label: str, day: date) -> Due:
        how_near = warning(day, clock.today(), calendar=calendar)
        return Due(label, day, how_near, calendar.is_provisional(day), "applicant")

    if found.status == "awaiting_correction" and found.correction_due:
        return own("请您补正", found.correction_due)
    if found.status == "awaiting_payment" and found.payment_due:
        return own("请您缴费", found.payment_due)
    how_near, day = near(case), awaited(case)
    if how_near is not None and day is not None:
        again = "重新" if case.state == Application.State.REANSWERING else ""
        return Due(f"本机关{again}答复", day, how_near, calendar.is_provisional(day), "office")
    if found.closed_on is not None:
        late = {True: "在期限内", False: "超过了期限", None: ""}[found.on_time]
        return Due(stand(case).name, found.closed_on, None, False, "done", late)
    if case.state in (Application.State.SPLIT, Application.State.MERGED):
        said = "答复期限以另外的受理编号为准，编号见下面的“办理经过”。"
        return Due("答复期限", None, None, False, "done", said)
    said = (
        "还没有确定收到申请之日，答复期限尚未起算。"
        if found.received_on is None
        else "正在征求意见，所需时间不计入答复期限；收到意见后，这里会显示新的日期。"
    )
    return Due("答复期限", None, None, False, "still", said)


# --- what to fetch ------------------------------------------------------------------------------

Kind = CaseFile.Kind
#: What the applicant himself may have sent.
_OWN = {
    Kind.REQUEST,
    Kind.IDENTITY,
    Kind.AUTHORISATION,
    Kind.CORRECTION,
    Kind.REASONS,
    Kind.PAYMENT,
}


@dataclass(frozen=True, slots=True)
class Paper:
    """Something that was sent to the applicant. ``file``: to be downloaded; ``confirm``: he may
    say that he has it; ``confirmed``: he has said so."""

    title: str
    note: str
    on: date | None
    file: CaseFile | None
    letter: Letter | None = None
    confirm: bool = False
    confirmed: bool = False


def papers(case: Application) -> list[Paper]:
    """The letters that went out, and the files opened to the applicant with them."""
    said = confirmed_letters(case)
    sent = sent_letters(case)
    open_ = case.archived_on is None
    found = [
        Paper(
            title=letters()[one.code].label,
            note="，".join(
                x
                for x in (
                    one.number,
                    one.get_way_display(),
                    one.tracking and f"邮件号 {one.tracking}",
                )
                if x
            ),
            on=one.sent_on,
            file=one.pdf if one.pdf and _open(one.pdf) else None,
            letter=one,
            confirm=open_ and one.way in _CONFIRMED_WAYS and one.pk not in said,
            confirmed=one.pk in said,
        )
        for one in sent
    ]
    of_letters = {pk for one in sent for pk in (one.pdf_id, one.docx_id)}
    others = case.files.filter(for_applicant=True, erased_at=None).exclude(kind=Kind.LETTER)
    found += [
        Paper(file.get_kind_display(), file.name, None, file)
        for file in others
        if file.pk not in of_letters
    ]
    return found


#: At the counter the signature confirms it.
_CONFIRMED_WAYS = (Letter.Way.ONLINE, Letter.Way.EMAIL)


def _open(file: CaseFile) -> bool:
    return file.for_applicant and file.erased_at is None


@tracked(Application)
@require_safe
def download(request: HttpRequest, case: Application, pk: int) -> HttpResponse:
    """A file of this case that is open to the applicant; noted in the trail."""
    file = get_object_or_404(case.files.filter(for_applicant=True, erased_at=None), pk=pk)
    letter = next((x for x in sent_letters(case) if x.pdf_id == file.pk), None)
    if file.kind == Kind.LETTER and letter is None:
        raise Http404
    try:
        with transaction.atomic():
            data = downloaded(case, file)
    except (FileDamaged, OSError):
        return error_page(
            request,
            503,
            "这份文件暂时不能下载",
            f"文件没有通过完整性核对，请与{case.body.name}联系，工作人员会重新提供。",
        )
    if letter is None:
        return attachment(data, file.media_type, file.name)
    letter.application = case
    return attachment(data, file.media_type, *file_names(letter, "pdf"))


def attachment(data: bytes, media_type: str, name: str, plain: str = "") -> HttpResponse:
    """A download that no browser opens in the page and no cache keeps."""
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = named(name, plain)
    response["X-Content-Type-Options"] = "nosniff"
    return response


# --- remedies -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Remedy:
    """How to seek a remedy against the reply, with the last days where they are known.

    ``guessed``: one of the days may still move, with the holiday notice of its year.
    """

    clause: str
    days: tuple[tuple[str, date, bool], ...]
    first: bool

    @property
    def guessed(self) -> bool:
        return any(guess for _, _, guess in self.days)


def remedy(case: Application, found: Outcome) -> Remedy | None:
    """The clause of the law in force on the day of the reply; None before a reply."""
    reply, told = found.case.reply, found.remedies
    if reply is None or reply.decided is None or told is None or not found.decision:
        return None
    office = office_of(case.body)
    if office is None:
        return None
    days = (
        ("申请行政复议", "reconsideration_due", told.reconsideration_due),
        ("提起行政诉讼", "litigation_due", told.litigation_due),
    )
    return Remedy(
        clause(
            found.decision,
            decided_on=reply.decided,
            government=office.government,
            court=office.court,
            **({"upper": office.upper} if office.upper else {}),
        ),
        tuple((label, day, k in found.provisional) for label, k, day in days if day is not None),
        bool(told.reconsideration_first),
    )


urlpatterns: list[URLPattern] = [
    path("track/case/", case_page, name="track-case"),
    path("track/case/files/<int:pk>/", download, name="track-file"),
]
