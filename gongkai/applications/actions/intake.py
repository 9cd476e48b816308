"""An application comes in: by whatever channel, with its number and its first event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from gongkai.applications import clock, numbers
from gongkai.applications.actions.core import APPLICANT, By, add_event, on_case, record
from gongkai.applications.files import keep_file
from gongkai.applications.letters.compose import draft_letter
from gongkai.applications.models import (
    Application,
    CaseFile,
    CaseNote,
    OfficeSettings,
    RequestItem,
)
from gongkai.applications.roles import CLERKS
from gongkai.applications.state import state_of
from gongkai.base.refusal import Refused
from gongkai.base.sealed import mark
from gongkai.bodies.calendars import same_calendar
from gongkai.bodies.models import Body
from gongkai.bodies.queries import bodies_for
from gongkai.law.deadlines import EventType, Outcome, run
from gongkai.law.parameters import statute
from gongkai.law.taxonomy import channels

_FIRST_EVENT = {
    "receipt.in_person": EventType.APPLICATION_SUBMITTED,
    "receipt.signed_post": EventType.SIGNED_FOR,
    "receipt.ordinary_mail": EventType.ORDINARY_MAIL_ARRIVED,
    "receipt.online": EventType.APPLICATION_SUBMITTED,
}
_FIRST_TEXT = {
    "receipt.in_person": "当面提交申请",
    "receipt.signed_post": "签收申请邮件",
    "receipt.ordinary_mail": "收到平常信函",
    "receipt.online": "提交申请",
}
#: What the office did next about the receipt: nothing yet, both sides confirmed it, or the
#: applicant could not be reached (条例 Art 31, 国办公开办函〔2015〕207号).
Then = Literal["", "confirmed", "contact_failed"]
_THEN: dict[str, tuple[EventType, str, str]] = {
    "confirmed": (
        EventType.RECEIPT_CONFIRMED_BY_BOTH,
        "confirm-receipt",
        "与申请人确认收到申请",
    ),
    "contact_failed": (
        EventType.CONTACT_ATTEMPT_FAILED,
        "contact",
        "按申请人留下的联系方式没有联系上",
    ),
}


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that comes with an application, already looked at by ``base.uploads``."""

    kind: CaseFile.Kind
    name: str
    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What an application says. ``on``: day of submission, signature or arrival (channel).

    ``applicant`` holds the fields named at ``Application.applicant``; ``items`` the single
    things asked for, at least one. ``then`` happened on ``then_on`` (``on`` when not given);
    ``call`` is the record of how it was confirmed. ``kept`` are files stored beforehand, while
    the form was being checked, and not yet of any case.
    """

    body: Body
    channel: str
    applicant_kind: str
    applicant: dict[str, str]
    subject: str
    details: str
    on: date | None = None
    items: tuple[str, ...] = ()
    document_number: str = ""
    purpose: str = ""
    form: str = Application.Form.ELECTRONIC
    route: str = Application.Route.ONLINE
    fee_relief: str = ""
    help_needed: str = ""
    submission_key: str | None = None
    then: Then = ""
    then_on: date | None = None
    call: str = ""
    tracking: str = ""
    files: tuple[NewFile, ...] = ()
    kept: tuple[CaseFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Filed:
    """``code`` is told to the applicant now and never stored; ``again``: it was there already
    (then ``code`` is empty once another has taken its place)."""

    case: Application
    code: str
    again: bool = False


def expected(intake: Intake) -> Outcome:
    """What the clock will say of the application once it is filed: nothing is saved."""
    known = [clock.make_event(kind, on, data) for kind, on, data in _law_events(intake)]
    return run(known, law=clock.law_for(intake.body), as_of=clock.today())


def _law_events(intake: Intake) -> list[tuple[EventType, date, dict[str, Any]]]:
    """The first event of the application and what followed it, as the clock takes them."""
    on = intake.on or clock.today()
    first = _FIRST_EVENT[channels()[intake.channel].receipt]
    data = {"channel": intake.channel, "applicant": intake.applicant_kind}
    known: list[tuple[EventType, date, dict[str, Any]]] = [(first, on, data)]
    if intake.then:
        known.append((_THEN[intake.then][0], intake.then_on or on, {}))
    return known


def entered_late(intake: Intake) -> int:
    """Working days from the day of the application to today when they are too many, else 0."""
    on, today = intake.on or clock.today(), clock.today()
    allowed: int = statute().rule("convention.backdated_intake", on=today).value
    passed = clock.law_for(intake.body).calendar.count(on, today) if on < today else 0
    return passed if passed > allowed else 0


def file_at_desk(intake: Intake, *, by: By) -> Filed:
    """Take an application in at the desk, with the draft of its 登记回执 (L02), all or nothing."""
    with transaction.atomic():
        filed = file_application(intake, by=by)
        if not filed.again:
            with on_case(filed.case, by=by, roles=CLERKS) as case:
                draft_letter(case, "L02", by=by, values={})
    filed.case.refresh_from_db()
    return filed


def file_application(intake: Intake, *, by: By) -> Filed:
    """Take an application in; number and first event in one transaction.

    ``by`` None: the applicant himself, online. A form sent twice (``submission_key``) gives the
    same application and the same query code. Refused where something is missing.
    """
    if intake.submission_key and (known := _known(intake)):
        return known
    try:
        with transaction.atomic(), same_calendar():
            return _file(intake, by)
    except IntegrityError:
        if intake.submission_key and (known := _known(intake)):
            return known
        raise


def _known(intake: Intake) -> Filed | None:
    case = Application.objects.filter(submission_key=intake.submission_key).first()
    return Filed(case, numbers.code_of_form(case), again=True) if case else None


def _file(intake: Intake, by: By) -> Filed:
    if by is not None and not bodies_for(by, *CLERKS).filter(pk=intake.body.pk).exists():
        raise PermissionDenied("您没有在这个机关收件的权限，请联系管理员。")
    if not OfficeSettings.objects.filter(body=intake.body).exists():
        raise Refused("这个机关还没有开通依申请公开，请改为当面或者邮寄提出申请。")
    if not intake.subject.strip():
        raise Refused("请写明需要什么信息。")
    on = intake.on or clock.today()
    if on > clock.today():
        raise Refused("收到日期不能晚于今天，请改正。")
    serial = numbers.next_serial(intake.body, on.year)
    number = numbers.tracking_number(on.year, intake.body.pk, serial)
    code = numbers.new_code(intake.submission_key)
    who = intake.applicant
    case = Application(
        body=intake.body,
        year=on.year,
        serial=serial,
        number=number,
        code_mark=numbers.code_mark(number, code),
        submission_key=intake.submission_key or None,
        channel=intake.channel,
        submitted_on=on,
        applicant_kind=intake.applicant_kind,
        applicant=who,
        identity_mark=mark("identity", who.get("id_number") or who.get("credit_code") or ""),
        name_mark=mark("name", who.get("name", "")),
        phone_mark=mark("phone", who.get("phone", "")),
        subject=intake.subject.strip(),
        document_number=intake.document_number,
        details=intake.details,
        purpose=intake.purpose,
        form=intake.form,
        route=intake.route,
        fee_relief=intake.fee_relief,
        help_needed=intake.help_needed,
        clerk=by,
        version=1,
    )
    # As ``refresh`` would say once the events are there.
    found = expected(intake)
    clock.copy_days(case, found)
    case.state = state_of(case, found, split=False)
    case.save(force_insert=True)
    for order, text in enumerate(intake.items or (_matter(intake),), 1):
        RequestItem.objects.create(application=case, order=order, text=text)
    name = "" if by is not None else APPLICANT
    _add_events(case, intake, by=by, by_name=name)
    _add_papers(case, intake, by=by)
    record(
        case,
        "接收政府信息公开申请",
        by=by,
        by_name=name,
        new={"受理编号": number, "渠道": channels()[intake.channel].label},
    )
    return Filed(case, code)


def _matter(intake: Intake) -> str:
    """The only item of an application: what is wanted, with what is said of it more closely.

    The description alone may say the year or the form only; letters name the item by its text.
    """
    name, details = intake.subject.strip().rstrip("。；;"), intake.details.strip()
    if not details:
        return intake.subject.strip()
    return details if name in details else f"{name}：{details}"


def _add_events(case: Application, intake: Intake, *, by: By, by_name: str) -> None:
    channel = channels()[intake.channel]
    text = _FIRST_TEXT[channel.receipt]
    if channel.label not in text:
        text += f"（{channel.label}）"
    (first, on, data), *later = _law_events(intake)
    if intake.tracking:
        text = f"{text}，邮件号{intake.tracking}"
        data["tracking"] = intake.tracking
    if late := entered_late(intake):
        text = f"{text}，补录（已过{late}个工作日）"
    add_event(
        case,
        "submit",
        by=by,
        by_name=by_name,
        law_type=first,
        on=on,
        text=text,
        public_text=f"{_FIRST_TEXT[channel.receipt]}，受理编号{case.number}",
        **data,
    )
    for kind, day, more in later:
        _, deed, said = _THEN[intake.then]
        add_event(
            case,
            deed,
            by=by,
            by_name=by_name,
            law_type=kind,
            on=day,
            text=said,
            public_text=said,
            **more,
        )


def _add_papers(case: Application, intake: Intake, *, by: By) -> None:
    for new in intake.files:
        keep_file(case, new.kind, new.name, new.data, new.media_type, by=by)
    for file in intake.kept:
        # Taken once only: a file that already belongs to a case stays where it is.
        CaseFile.objects.filter(pk=file.pk, application=None).update(application=case)
    if intake.call.strip():
        CaseNote.objects.create(
            application=case,
            kind=CaseNote.Kind.CALL if intake.then else CaseNote.Kind.NOTE,
            text=intake.call.strip(),
            result=_THEN[intake.then][2] if intake.then else "",
            happened_at=timezone.now(),
            by=by,
        )
