"""An application comes in: by whatever channel, with its number and its first event."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from gongkai.applications import clock, numbers
from gongkai.applications.actions.core import APPLICANT, By, add_event, record, refresh
from gongkai.applications.models import Application, OfficeSettings, RequestItem
from gongkai.applications.roles import CLERKS
from gongkai.base.refusal import Refused
from gongkai.base.sealed import mark
from gongkai.bodies.models import Body
from gongkai.bodies.queries import bodies_for
from gongkai.law.deadlines import EventType
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


@dataclass(frozen=True, slots=True)
class Intake:
    """What an application says. ``on``: day of submission, signature or arrival (channel).

    ``applicant`` holds the fields named at ``Application.applicant``; ``items`` the single
    things asked for, at least one.
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
    more: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filed:
    """``code`` is told to the applicant now and never stored; ``again``: it was there already."""

    case: Application
    code: str
    again: bool = False


def file_application(intake: Intake, *, by: By) -> Filed:
    """Take an application in; number and first event in one transaction.

    ``by`` None: the applicant himself, online. A form sent twice (``submission_key``) gives the
    same application and the same query code. Refused where something is missing.
    """
    if intake.submission_key and (known := _known(intake)):
        return known
    try:
        with transaction.atomic():
            return _file(intake, by)
    except IntegrityError:
        if intake.submission_key and (known := _known(intake)):
            return known
        raise


def _known(intake: Intake) -> Filed | None:
    case = Application.objects.filter(submission_key=intake.submission_key).first()
    code = numbers.new_code(intake.submission_key)
    return Filed(case, code, again=True) if case else None


def _file(intake: Intake, by: By) -> Filed:
    if by is not None and not bodies_for(by, *CLERKS).filter(pk=intake.body.pk).exists():
        raise PermissionDenied("您没有在这个机关登记申请的权限，请联系管理员。")
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
    case = Application.objects.create(
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
    )
    for order, text in enumerate(intake.items or (intake.details or intake.subject,), 1):
        RequestItem.objects.create(application=case, order=order, text=text)
    how = channels()[intake.channel].receipt
    name = "" if by is not None else APPLICANT
    add_event(
        case,
        "submit",
        by=by,
        by_name=name,
        law_type=_FIRST_EVENT[how],
        on=on,
        text=f"{_FIRST_TEXT[how]}（{channels()[intake.channel].label}）",
        public_text=f"{_FIRST_TEXT[how]}，受理编号{number}",
        channel=intake.channel,
        applicant=intake.applicant_kind,
    )
    refresh(case)
    record(
        case,
        "接收政府信息公开申请",
        by=by,
        by_name=name,
        new={"受理编号": number, "渠道": channels()[intake.channel].label},
    )
    return Filed(case, code)
