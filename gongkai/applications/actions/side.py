"""Record correction (条例 Art 41), suggestion to publish (44), complaint (47, 51): from the
citizen's form to the answer.

Corrections and suggestions belong to the body's own people. A complaint belongs to the
inspectors of the body that supervises it; the accused body neither sees it nor its trail.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from gongkai.applications import clock, numbers
from gongkai.applications.actions.core import APPLICANT, By
from gongkai.applications.actions.notify import notify_side
from gongkai.applications.files import content, keep_file
from gongkai.applications.models import Application, CaseFile, SideRequest
from gongkai.applications.side_queries import may_handle
from gongkai.base import audit
from gongkai.base.refusal import Overtaken, Refused
from gongkai.base.uploads import Checked
from gongkai.bodies.models import Body

Kind, State = SideRequest.Kind, SideRequest.State
#: First digit of their numbers, so that no application ever has the same.
LEAD = "9"
#: kind → result → how it is called. A ``passed_on`` names the body in the answer.
RESULTS: dict[str, dict[str, str]] = {
    Kind.CORRECTION: {
        "corrected": "予以更正",
        "not_corrected": "不予更正",
        "passed_on": "转送有权更正的机关处理",
        "told_where": "告知向有权更正的机关提出",
    },
    Kind.SUGGESTION: {
        "published": "已经主动公开",
        "not_published": "不纳入主动公开",
    },
    Kind.COMPLAINT: {
        "upheld": "情况属实，已督促整改",
        "partly_upheld": "部分属实，已督促整改",
        "not_upheld": "经核查不属实",
        "not_ours": "不属于受理范围，已告知途径",
    },
}
_VERBS = {
    Kind.CORRECTION: "更正政府信息记录请求",
    Kind.SUGGESTION: "主动公开建议",
    Kind.COMPLAINT: "投诉举报",
}


@dataclass(frozen=True, slots=True)
class SideIntake:
    """What a form says. ``subject`` holds nothing personal; ``text`` and ``applicant`` may.

    ``case_number``: the application that a complaint is about, as the citizen wrote it.
    """

    kind: str
    body: Body
    subject: str
    text: str
    applicant: dict[str, str] = field(default_factory=dict)
    identity: Sequence[Checked] = ()
    evidence: Sequence[Checked] = ()
    case_number: str = ""
    submission_key: str | None = None


@dataclass(frozen=True, slots=True)
class FiledSide:
    """``code`` is told now and never stored; ``again``: the same form was sent before."""

    request: SideRequest
    code: str
    again: bool = False


def file_side(intake: SideIntake) -> FiledSide:
    """Take a request in, once however often its form is sent."""
    if known := _known(intake):
        return known
    try:
        with transaction.atomic():
            return _file(intake)
    except IntegrityError:
        if known := _known(intake):
            return known
        raise


def _known(intake: SideIntake) -> FiledSide | None:
    if not intake.submission_key:
        return None
    found = SideRequest.objects.filter(submission_key=intake.submission_key).first()
    return FiledSide(found, numbers.new_code(intake.submission_key), True) if found else None


def _file(intake: SideIntake) -> FiledSide:
    body = intake.body
    if intake.kind == Kind.COMPLAINT and body.supervised_by_id is None:
        raise Refused("本平台没有登记这个机关的主管部门，请向它的上一级行政机关投诉、举报。")
    if intake.kind == Kind.CORRECTION and not intake.evidence:
        raise Refused("请上传证明记录不准确的材料。")
    on = clock.today()
    serial = numbers.next_serial(body, on.year, "side")
    number = numbers.tracking_number(on.year, body.pk, serial, lead=LEAD)
    code = numbers.new_code(intake.submission_key)
    text = intake.text
    case = Application.objects.filter(body=body, number=intake.case_number or "-").first()
    if intake.case_number and case is None:
        # Whether there is such an application is not told to one who may be guessing.
        text = f"申请的受理编号：{intake.case_number}\n{text}"
    request = SideRequest.objects.create(
        kind=intake.kind,
        body=body,
        application=case,
        number=number,
        code_mark=numbers.code_mark(number, code),
        submission_key=intake.submission_key or None,
        applicant=dict(intake.applicant),
        subject=intake.subject,
        text=text,
    )
    for kind, files in (
        (CaseFile.Kind.IDENTITY, intake.identity),
        (CaseFile.Kind.EVIDENCE, intake.evidence),
    ):
        for one in files:
            keep_side_file(request, kind, one)
    record_side(request, f"收到{_VERBS[Kind(intake.kind)]}", by=None, by_name=APPLICANT)
    notify_side(request, "side_received")
    return FiledSide(request, code)


def keep_side_file(request: SideRequest, kind: str, one: Checked) -> CaseFile:
    """Keep a file that belongs to the request, not to an application."""
    file = keep_file(None, kind, one.name, one.data, one.media_type, by=None)
    file.side_request = request
    file.save(update_fields=["side_request"])
    return file


def take_in_hand(request: SideRequest, *, by: By, seen: int | None = None) -> SideRequest:
    """Somebody looks into it; the citizen sees that."""
    with on_side(request, by=by, seen=seen) as request:
        if request.state != State.RECEIVED:
            raise Refused("已经有人登记为办理中，不用再登记；可以直接答复。")
        request.state = State.IN_HAND
        record_side(request, f"开始办理{_VERBS[Kind(request.kind)]}", by=by)
        return request


def answer_side(
    request: SideRequest, result: str, text: str, *, by: By, seen: int | None = None
) -> SideRequest:
    """The answer, with one of ``RESULTS``; a refusal says why, a passing-on says to whom."""
    with on_side(request, by=by, seen=seen) as request:
        if request.state == State.ANSWERED:
            raise Refused("已经答复过，不能再次答复。")
        if result not in RESULTS[Kind(request.kind)]:
            raise Refused("请选择处理结论。")
        if not text.strip():
            raise Refused("请写明核查情况和理由；转送的，写明转送到哪个机关。")
        request.result, request.answer = result, text.strip()
        request.state, request.answered_at = State.ANSWERED, timezone.now()
        record_side(
            request,
            f"答复{_VERBS[Kind(request.kind)]}",
            by=by,
            new={"处理结论": RESULTS[Kind(request.kind)][result]},
        )
        notify_side(request, "side_answered")
        return request


def rectification_values(request: SideRequest) -> dict[str, str]:
    """The variables of letter L37 (更正、不予更正或者转送告知书) for an answered correction."""
    asked = [line.strip().rstrip("。；") for line in (request.text or "").splitlines()]
    return {
        # What was asked for in several fields, as the one sentence of the letter.
        "更正请求": "；".join(line for line in asked if line),
        "核查结果": request.answer or "",
        "处理决定": RESULTS[Kind.CORRECTION].get(request.result, ""),
    }


def see_person(request: SideRequest, *, by: By) -> dict[str, str]:
    """Who asks, unmasked; noted in the trail (个人信息保护法)."""
    require_handler(request, by)
    with transaction.atomic():
        record_side(request, "查看请求人个人信息", by=by)
        return dict(request.applicant or {})


def side_file(request: SideRequest, file: CaseFile, *, by: By) -> bytes:
    """The bytes of a file that came with the request; noted in the trail."""
    require_handler(request, by)
    if file.side_request_id != request.pk:
        raise PermissionDenied
    with transaction.atomic():
        record_side(request, f"查看{file.get_kind_display()}", by=by, new={"材料": file.pk})
        return content(file)


@contextmanager
def on_side(request: SideRequest, *, by: By, seen: int | None) -> Iterator[SideRequest]:
    """Lock the request for one deed and count it; nothing is kept when the deed is refused."""
    with transaction.atomic():
        request = (
            SideRequest.objects.select_for_update(of=("self",), no_key=True)
            .select_related("body")
            .get(pk=request.pk)
        )
        require_handler(request, by)
        if seen is not None and seen != request.version:
            raise Overtaken("刚刚有人办理过，您看到的不是最新情况。请核对以后再办一次。")
        yield request
        request.version += 1
        request.save()


def require_handler(request: SideRequest, by: By) -> None:
    if by is None or not may_handle(by, request):
        raise PermissionDenied("您没有办理这件请求的权限，请联系管理员。")


def handled_by(request: SideRequest) -> Body | None:
    """The body itself; of a complaint, the one that supervises it (条例 Art 47)."""
    return request.body.supervised_by if request.kind == Kind.COMPLAINT else request.body


def record_side(
    request: SideRequest,
    action: str,
    *,
    by: By,
    by_name: str = "",
    new: dict[str, object] | None = None,
) -> None:
    """One entry of the trail of the body that handles the request, which nobody else reads."""
    about = handled_by(request)
    audit.record(
        action,
        request,
        by=by,
        by_name=by_name,
        scope=about.slug if about else "",
        new={"编号": request.number, **(new or {})},
    )
