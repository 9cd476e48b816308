"""Staff pages: corrections and suggestions to the body, complaints to the supervising office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST, require_safe

from gongkai.applications.actions.side import (
    RESULTS,
    answer_side,
    rectification_values,
    see_person,
    side_file,
    take_in_hand,
)
from gongkai.applications.actions.side_letter import sign_side_letter, why_not_letter
from gongkai.applications.models import SideRequest
from gongkai.applications.public.side.pages import article
from gongkai.applications.public.track.page import attachment
from gongkai.applications.roles import VIEW
from gongkai.applications.side_queries import (
    HANDLING,
    asked_often,
    side_request_or_404,
    side_requests_for,
)
from gongkai.base.office import number_of, office_page, seen_again
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.queries import bodies_for

PER_PAGE = 50
_KEPT = "desk-side-filter"
_NAMES = ("kind", "state")
TITLE = "更正、建议和投诉举报"


class AnswerForm(forms.Form):
    """The result, and the words that the citizen reads."""

    result = forms.ChoiceField(
        label="处理结论",
        error_messages={"required": "请选择处理结论。", "invalid_choice": "请从列表中选择。"},
    )
    text = forms.CharField(
        label="答复内容",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="写明核查情况、理由；转送的，写明转送到哪个机关。请求人凭编号和查询码看到这些文字。",
        error_messages={"required": "请写明核查情况和理由。"},
    )

    where = forms.CharField(
        label="公开在哪里",
        max_length=500,
        required=False,
        help_text="已经主动公开的必填：网址，或者公报的期号、张贴的地点。会写进答复。",
    )

    def __init__(self, *args: object, kind: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if kind != SideRequest.Kind.SUGGESTION:
            del self.fields["where"]
        self.fields["result"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *RESULTS[SideRequest.Kind(kind)].items(),
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("result") == "published" and not found.get("where"):
            self.add_error("where", "请写明公开在哪里，建议人好去查看。")
        return found

    def words(self) -> str:
        """The answer as the citizen reads it."""
        said, where = self.cleaned_data["text"], self.cleaned_data.get("where")
        return f"{said}\n公开在：{where}" if where else str(said)


@staff(VIEW)
@require_safe
def side_list(request: HttpRequest) -> HttpResponse:
    """Everything of the person's bodies, what waits longest first; and what is asked often."""
    if "clear" in request.GET:
        request.session.pop(_KEPT, None)
        return redirect("desk-side-requests")
    if any(name in request.GET for name in _NAMES):
        chosen = {name: request.GET.get(name, "")[:20] for name in _NAMES}
        request.session[_KEPT] = chosen
    else:
        chosen = request.session.get(_KEPT, {"kind": "", "state": "open"})
    found = side_requests_for(request.user).select_related("body", "body__supervised_by")
    if chosen["kind"] in SideRequest.Kind.values:
        found = found.filter(kind=chosen["kind"])
    if chosen["state"] == "open":
        found = found.exclude(state=SideRequest.State.ANSWERED)
    elif chosen["state"] in SideRequest.State.values:
        found = found.filter(state=chosen["state"])
    bodies = list(bodies_for(request.user, *HANDLING)[:5])
    return office_page(
        request,
        "applications/desk/side_requests.html",
        TITLE,
        [(reverse("wagtailadmin_home"), "待办")],
        icon="mail",
        entries=Paginator(found.order_by("received_at", "id"), PER_PAGE).get_page(
            request.GET.get("p")
        ),
        chosen=chosen,
        kinds=SideRequest.Kind.choices,
        states=SideRequest.State.choices,
        often=[(body, asked_often(body)[:10]) for body in bodies],
        often_article=article(SideRequest.Kind.SUGGESTION),
    )


@staff(VIEW)
def side_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what is asked, by whom (masked), what can be done."""
    side = side_request_or_404(request.user, pk)
    sent = request.method == "POST"
    form = AnswerForm(request.POST if sent else None, kind=side.kind)
    refusal: Refused | None = None
    if sent and form.is_valid():
        try:
            answer_side(
                side,
                form.cleaned_data["result"],
                form.words(),
                by=request.user,
                # Of one that is answered this is what must be said, not that somebody was faster.
                seen=None if side.answer else number_of(request.POST.get("seen")),
            )
        except Refused as no:
            refusal = no
        else:
            messages.success(request, "已经答复，请求人可以在查询页看到。")
            return redirect("desk-side-request", pk=pk)
    return _show(request, side, form=form, refusal=refusal)


def _show(
    request: HttpRequest,
    side: SideRequest,
    *,
    form: AnswerForm | None = None,
    refusal: Refused | None = None,
    person: dict[str, str] | None = None,
) -> HttpResponse:
    correction = side.kind == SideRequest.Kind.CORRECTION
    form = form or AnswerForm(kind=side.kind)
    return office_page(
        request,
        "applications/desk/side_request.html",
        f"{side.get_kind_display()} {side.number}",
        [
            (reverse("wagtailadmin_home"), "待办"),
            (reverse("desk-side-requests"), TITLE),
        ],
        icon="mail",
        status=422 if refusal or form.errors else 200,
        side=side,
        form=form,
        refusal=refusal,
        seen=seen_again(request, side.version, refusal),
        unsaved=form.cleaned_data["text"] if refusal and side.answer else "",
        article=article(side.kind),
        result=RESULTS[SideRequest.Kind(side.kind)].get(side.result, ""),
        files=side.files.all(),
        person=person,
        letter=rectification_values(side) if correction and side.answer else None,
        letter_not=why_not_letter(side, request.user),
    )


@staff(VIEW)
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody looks into it."""
    side = side_request_or_404(request.user, pk)
    try:
        take_in_hand(side, by=request.user, seen=number_of(request.POST.get("seen")))
    except Refused as no:
        messages.error(request, str(no))
    else:
        messages.success(request, "已登记为办理中。")
    return redirect("desk-side-request", pk=pk)


@staff(VIEW)
@require_POST
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The head signs the letter that tells the answer to a correction."""
    side = side_request_or_404(request.user, pk)
    try:
        side = sign_side_letter(side, by=request.user, seen=number_of(request.POST.get("seen")))
    except Refused as no:
        messages.error(request, str(no))
    else:
        messages.success(request, f"已签发{side.letter_number}，请求人可以在查询页下载。")
    return redirect("desk-side-request", pk=pk)


@staff(VIEW)
@require_POST
def unmask(request: HttpRequest, pk: int) -> HttpResponse:
    """Who asks, in full; a deed that is noted."""
    side = side_request_or_404(request.user, pk)
    response = _show(request, side, person=see_person(side, by=request.user))
    response["Cache-Control"] = "private, no-store"
    return response


@staff(VIEW)
@require_safe
def file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """A file that came with the request."""
    side = side_request_or_404(request.user, pk)
    found = get_object_or_404(side.files, pk=file_pk)
    response = attachment(side_file(side, found, by=request.user), found.media_type, found.name)
    response["Cache-Control"] = "private, no-store"
    return response


urlpatterns: list[URLPattern] = [
    path("requests/", side_list, name="desk-side-requests"),
    path("requests/<int:pk>/", side_page, name="desk-side-request"),
    path("requests/<int:pk>/take/", take, name="desk-side-take"),
    path("requests/<int:pk>/letter/", letter, name="desk-side-letter"),
    path("requests/<int:pk>/person/", unmask, name="desk-side-person"),
    path("requests/<int:pk>/files/<int:file_pk>/", file, name="desk-side-file"),
]
