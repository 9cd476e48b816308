"""The letter (L37) that tells the answer to a record correction (条例 Art 41), beside any case."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from gongkai.applications import clock, numbers
from gongkai.applications.actions.core import By
from gongkai.applications.actions.side import on_side, record_side, rectification_values
from gongkai.applications.files import content, keep_file
from gongkai.applications.letters.compose import DOCX, PDF
from gongkai.applications.letters.engine import fill
from gongkai.applications.letters.remedy import remedy_of
from gongkai.applications.letters.templates import current
from gongkai.applications.letters.values import office_values
from gongkai.applications.models import CaseFile, OfficeSettings, SideRequest
from gongkai.applications.roles import HEADS
from gongkai.base.refusal import Refused
from gongkai.bodies.queries import bodies_for
from gongkai.documents.docx import docx
from gongkai.documents.pdf import pdf
from gongkai.law.letters import document_number
from gongkai.law.taxonomy import letters

CODE = "L37"


def why_not_letter(request: SideRequest, by: By) -> str:
    """Why the person cannot sign the letter of this request now, or ""."""
    if why_not := _why_not_yet(request):
        return why_not
    if by is None or not bodies_for(by, *HEADS).filter(pk=request.body_id).exists():
        return "由" + "、".join(role.label for role in HEADS) + "签发。"
    return ""


def _why_not_yet(request: SideRequest) -> str:
    if request.kind != SideRequest.Kind.CORRECTION or not request.answer:
        return "答复更正请求以后才能签发更正告知书。"
    if request.letter_number:
        return "更正告知书已经签发。"
    if not OfficeSettings.objects.filter(body=request.body).exists():
        return "请先填写依申请公开设置，文号、救济途径从那里取。"
    return ""


def sign_side_letter(request: SideRequest, *, by: By, seen: int | None = None) -> SideRequest:
    """Number, DOCX and PDF of the letter, kept for good and open to the one who asked.

    Its numbers run by themselves: no case has a letter of this kind. Refused before the answer
    and a second time.
    """
    with on_side(request, by=by, seen=seen) as request:
        if why_not := _why_not_yet(request):
            raise Refused(why_not)
        if why_not := why_not_letter(request, by):
            raise PermissionDenied(why_not)
        on = clock.today()
        office = request.body.application_settings
        serial = numbers.next_serial(request.body, on.year, "side-letter")
        request.letter_number = document_number(CODE, code=office.agency_code, serial=serial, on=on)
        values = office_values(request.body, office) | rectification_values(request)
        values |= {
            "文号": request.letter_number,
            "落款日期": on,
            "收到日期": localdate(request.received_at),
            "收件人": (request.applicant or {}).get("name") or "请求人",
            "您": "您",
            "依据": letters()[CODE].basis,
            "救济": remedy_of(CODE, on, "您", office, by_net=True),
        }
        document = fill(CODE, current(request.body, CODE).text, values)
        name = f"{letters()[CODE].label}{request.letter_number}"
        for made, media_type, end in ((pdf(document), PDF, "pdf"), (docx(document), DOCX, "docx")):
            file = keep_file(None, CaseFile.Kind.LETTER, f"{name}.{end}", made, media_type, by=by)
            file.side_request, file.for_applicant = request, media_type == PDF
            file.save(update_fields=["side_request", "for_applicant"])
        record_side(request, "签发更正告知书", by=by, new={"文号": request.letter_number})
        return request


def letter_of(request: SideRequest) -> CaseFile | None:
    """The letter that the one who asked may fetch."""
    return request.files.filter(
        kind=CaseFile.Kind.LETTER, for_applicant=True, erased_at=None
    ).first()


def fetched(request: SideRequest, file: CaseFile, *, by_name: str) -> bytes:
    """The bytes of the letter; who fetched it is noted."""
    record_side(request, "下载更正告知书", by=None, by_name=by_name)
    return content(file)
