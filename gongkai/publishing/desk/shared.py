"""What the pages of registers, catalogue, channels and transfers share: the body, forms, files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from gongkai.base.inputs import DayInput
from gongkai.base.office import office_page
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body, Role
from gongkai.bodies.queries import bodies_for
from gongkai.publishing.desk.access import HOME, seen_bodies

DAY = DayInput()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_KEPT = "desk-body"

__all__ = [
    *("DAY", "DOCX", "HOME", "XLSX"),
    *("body_of", "download", "form_page", "holds", "required", "year_of"),
]


def body_of(request: HttpRequest) -> tuple[Body, list[Body]]:
    """The body whose register is shown (asked for, else the last one, else the first), and those
    that the person may choose from. 404 where there is none."""
    bodies = list(seen_bodies(request.user))
    if not bodies:
        raise Http404("没有您可以查看的机关。")
    asked = request.GET.get("body", "") or request.session.get(_KEPT, "")
    found = next((body for body in bodies if body.slug == asked), bodies[0])
    if request.GET.get("body"):
        request.session[_KEPT] = found.slug
    return found, bodies


def holds(request: HttpRequest, body: Body, *roles: Role) -> bool:
    """Whether the person holds one of the roles in the body."""
    return bodies_for(request.user, *roles).filter(pk=body.pk).exists()


def form_page(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    trail: Sequence[tuple[str, str]],
    button: str,
    done: str,
    back: str | Callable[[Any], str],
    icon: str = "edit",
    renew: dict[str, str] | None = None,
    **context: Any,
) -> HttpResponse:
    """A page with one form. ``act`` gets its values; what it refuses stands above the form.

    ``renew``: field → value in the form of who was overtaken: what is to be read or said anew.

    ``back``: where to go afterwards, an address or a function of what ``act`` gave.
    """
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            result = act(form.cleaned_data)
        except Refused as no:
            refusal = no
            if no.overtaken and renew:
                form.data = {**form.data.dict(), **renew}
        else:
            messages.success(request, done)
            return redirect(back if isinstance(back, str) else back(result))
    return office_page(
        request,
        context.pop("template", "publishing/desk/form.html"),
        title,
        [HOME, *trail],
        icon=icon,
        status=422 if refusal or form.errors else 200,
        form=form,
        refusal=refusal,
        button=button,
        back="" if callable(back) else back,
        **context,
    )


def required(words: str) -> dict[str, str]:
    """Error messages of a field in Chinese."""
    return {
        "required": words,
        "invalid": "填写得不对，请改正。",
        "invalid_choice": "请从列表中选择。",
    }


def year_of(text: str) -> int | None:
    """The year that a filter names; None where it is none."""
    year = int(text) if text.isdecimal() and len(text) == 4 else 0
    return year if 1900 <= year < 2200 else None
