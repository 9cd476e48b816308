"""The entrance of the tracking pages: number and query code, then a short session.

Nothing of it stands in an address: the number is posted, the session knows the rest. Whether
the number or the code is wrong makes no difference that can be seen.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST

from gongkai.applications.models import Application, SideRequest
from gongkai.applications.numbers import code_fits
from gongkai.base import ratelimit
from gongkai.base.permissions import public
from gongkai.base.public import column

KEY = "track"
#: Seconds without a click after which the number and code are asked for again.
IDLE = 30 * 60
WRONG = "受理编号或者查询码不对，请对照回执核对后再试。"
#: Compared with where there is no such number, so that the answer takes as long.
NOTHING = "0" * 64
#: First digit of the numbers of corrections, suggestions and complaints.
SIDE_LEAD = "9"
COLUMN = column("查询办理进度", "用受理编号和查询码查看办理情况、下载答复", "办事服务", "track")
Thing = Application | SideRequest
_PAGES: dict[type[Thing], str] = {Application: "track-case", SideRequest: "side-status"}


class LookUp(forms.Form):
    """受理编号 and 查询码 however they were copied: blanks, dashes, small or wide letters."""

    number = forms.CharField(
        label="受理编号",
        max_length=60,
        error_messages={"required": "请填写受理编号，在回执上。"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    code = forms.CharField(
        label="查询码",
        max_length=60,
        error_messages={"required": "请填写查询码，在回执上。"},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_number(self) -> str:
        return _plain(self.cleaned_data["number"])

    def clean_code(self) -> str:
        return _plain(self.cleaned_data["code"])


def _plain(text: str) -> str:
    """Letters and digits only, as they are printed on the receipt."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())


def find(number: str, code: str) -> Thing | None:
    """What the number and its code open; None for anything else, in the same time."""
    found: Thing | None
    if number.startswith(SIDE_LEAD):
        found = SideRequest.objects.filter(number=number, erased_at=None).first()
    else:
        found = Application.objects.filter(number=number, erased_at=None).first()
    fits = code_fits(number, code, found.code_mark if found else NOTHING)
    return found if fits else None


def open_session(request: HttpRequest, thing: Thing) -> str:
    """Let this browser see ``thing`` for a while; the name of its page."""
    request.session.cycle_key()
    request.session[KEY] = {"kind": _kind(type(thing)), "pk": thing.pk, "at": int(time.time())}
    return _PAGES[type(thing)]


def close_session(request: HttpRequest) -> None:
    """Forget it; what else the browser has (a sign-in of the office) stays."""
    request.session.pop(KEY, None)
    request.session.cycle_key()


def current(request: HttpRequest, model: type[Thing]) -> Any:
    """What this browser may see, when it is a ``model``; None after half an hour's silence."""
    held = request.session.get(KEY)
    now = int(time.time())
    if not held or held["kind"] != _kind(model):
        return None
    if now - held["at"] > IDLE:
        close_session(request)
        return None
    if now - held["at"] > IDLE // 30:  # not a write for every click
        request.session[KEY] = {**held, "at": now}
    return model._default_manager.select_related("body").filter(pk=held["pk"]).first()


def _kind(model: type[Thing]) -> str:
    return model._meta.model_name or ""


def tracked(
    model: type[Thing],
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """A page for the one who came in by number and code; it gets the case or request.

    Others are sent to the entrance. No cache keeps the page.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @public
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            thing = current(request, model)
            if thing is None:
                messages.info(request, "请先填写受理编号和查询码；30 分钟没有操作会自动退出。")
                return redirect("track")
            response = view(request, thing, *args, **kwargs)
            response["Cache-Control"] = "private, no-store"
            return response

        return guarded

    return decorate


@public
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Number and query code."""
    form = LookUp(request.POST if request.method == "POST" else None)
    wrong = ""
    if request.method == "POST" and form.is_valid():
        number, code = form.cleaned_data["number"], form.cleaned_data["code"]
        ratelimit.hit(request, "track", limit=30, seconds=600)
        ratelimit.hit(request, "track-number", limit=20, seconds=3600, of=number)
        thing = find(number, code)
        if thing is not None:  # only failures count
            ratelimit.forgive(request, "track", seconds=600)
            ratelimit.forgive(request, "track-number", seconds=3600, of=number)
            return redirect(open_session(request, thing))
        wrong = WRONG
    response = render(
        request,
        "applications/public/track.html",
        {
            "column": COLUMN,
            "crumbs": [("查询办理进度", None)],
            "form": form,
            "wrong": wrong,
            "inside": request.session.get(KEY, {}).get("kind"),
        },
        status=422 if wrong or form.errors else 200,
    )
    response["Cache-Control"] = "private, no-store"
    return response


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """退出查询."""
    close_session(request)
    messages.success(request, "已退出查询。")
    return redirect("track")


urlpatterns: list[URLPattern] = [
    path("track/", track, name="track"),
    path("track/leave/", leave, name="track-leave"),
]
