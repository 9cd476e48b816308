"""Filing a correction, suggestion or complaint, its receipt, and where it stands."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.applications import numbers
from gongkai.applications.actions.core import APPLICANT
from gongkai.applications.actions.side import RESULTS, file_side
from gongkai.applications.actions.side_letter import fetched, letter_of
from gongkai.applications.files import FileDamaged
from gongkai.applications.models import CaseFile, SideRequest
from gongkai.applications.public.side.forms import FORMS, SideForm
from gongkai.applications.public.track.entrance import open_session, tracked
from gongkai.applications.public.track.page import attachment
from gongkai.applications.queries import office_of
from gongkai.base import question, ratelimit
from gongkai.base.entrance import is_person
from gongkai.base.permissions import public
from gongkai.base.public import column, error_page
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body
from gongkai.law.remedies import clause
from gongkai.law.taxonomy import deed_articles

TITLE = "更正、建议和投诉举报"
COLUMN = column(TITLE, "更正与自己有关的信息、建议主动公开、投诉举报", "咨询投诉", "side-requests")
ARTICLES = {
    SideRequest.Kind.CORRECTION: "record-correction",
    SideRequest.Kind.SUGGESTION: "suggest-publication",
    SideRequest.Kind.COMPLAINT: "complaint",
}
#: One address may send so many forms in an hour, wrong answers counted.
TRIES = 20
#: Session mark of one just filed: its receipt shows the query code.
FRESH = "track-fresh"


def article(kind: str) -> str:
    """The article that a request of this kind rests on."""
    return deed_articles()[ARTICLES[SideRequest.Kind(kind)]]


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The three kinds."""
    return render(
        request,
        "applications/public/side.html",
        {
            "column": COLUMN,
            "crumbs": [(TITLE, None)],
            "kinds": [(kind, form, article(kind)) for kind, form in FORMS.items()],
        },
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of one kind; sent twice it is one request."""
    if kind not in FORMS:
        raise Http404
    sent = request.method == "POST"
    make = FORMS[kind]
    form = (
        make(request.POST, request.FILES)
        if sent
        else make(initial={"body": _named(request.GET.get("body", ""))})
    )
    refusal = ""
    if sent:
        ratelimit.hit(request, "side-request", limit=TRIES, seconds=3600)
    if sent and form.is_valid() and _is_person(request, form):
        try:
            filed = file_side(form.intake())
        except Refused as no:
            refusal = str(no)
        else:
            open_session(request, filed.request)
            request.session[FRESH] = filed.request.pk
            return redirect("side-status")
    key = (form.data if sent else form.initial).get("key", "")
    return render(
        request,
        "applications/public/side_form.html",
        {
            "column": COLUMN,
            "crumbs": [(TITLE, "/requests/"), (form.title, None)],
            "form": form,
            "cited": article(kind),
            "refusal": refusal,
            "question": question.ask(key),
        },
        status=422 if refusal or form.errors else 200,
    )


def _is_person(request: HttpRequest, form: SideForm) -> bool:
    key = form.cleaned_data["key"]
    known = SideRequest.objects.filter(submission_key=key).exists()
    return is_person(request, form, about=key, came_before=known)


def _named(slug: str) -> int | None:
    return Body.objects.filter(slug=slug[:60]).values_list("pk", flat=True).first()


@tracked(SideRequest)
@require_safe
def status(request: HttpRequest, side: SideRequest) -> HttpResponse:
    """One request, as the one who made it sees it; just filed, with its query code."""
    code = ""
    if request.session.get(FRESH) == side.pk and side.submission_key:
        code = numbers.grouped(numbers.new_code(side.submission_key))
    correction = side.kind == SideRequest.Kind.CORRECTION
    return render(
        request,
        "applications/public/side_status.html",
        {
            "column": COLUMN,
            "crumbs": [(TITLE, "/requests/"), (side.get_kind_display(), None)],
            "side": side,
            "code": code,
            "cited": article(side.kind),
            "handled_by": side.body if side.kind != "complaint" else side.body.supervised_by,
            "result": RESULTS[SideRequest.Kind(side.kind)].get(side.result, ""),
            "files": side.files.exclude(kind=CaseFile.Kind.LETTER),
            "letter": letter_of(side),
            "remedy": _remedy(side) if correction and side.answered_at else "",
        },
    )


@tracked(SideRequest)
@require_safe
def letter(request: HttpRequest, side: SideRequest) -> HttpResponse:
    """The letter that tells the answer, as PDF."""
    file = letter_of(side)
    if file is None:
        raise Http404
    try:
        data = fetched(side, file, by_name=APPLICANT)
    except (FileDamaged, OSError):
        return error_page(
            request,
            503,
            "这份文件暂时不能下载",
            f"文件没有通过完整性核对，请与{side.body.name}联系，工作人员会重新提供。",
        )
    return attachment(data, file.media_type, file.name or "")


def _remedy(side: SideRequest) -> str:
    """The remedies against the answer to a correction; it is no decision of table 三."""
    office = office_of(side.body)
    if office is None or side.answered_at is None:
        return ""
    return clause(
        "other_other",
        decided_on=timezone.localdate(side.answered_at),
        government=office.government,
        court=office.court,
        **({"upper": office.upper} if office.upper else {}),
    )


urlpatterns: list[URLPattern] = [
    path("requests/", index, name="side-requests"),
    path("requests/<slug:kind>/", new, name="side-new"),
    path("track/request/", status, name="side-status"),
    path("track/request/letter/", letter, name="side-letter"),
]
