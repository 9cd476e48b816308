"""The entrance to one's own letter: number and query code, then a short session.

Nothing of it stands in an address. Whether the number or the code is wrong makes no difference
that can be seen.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from gongkai.base import codes, ratelimit
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.engagement.models import CitizenLetter

KEY = "letter"
#: Seconds without a click after which the number and code are asked for again.
IDLE = 30 * 60
WRONG = "来信编号或者查询码不对，请对照提交时显示的编号和查询码核对后再试。"
#: Compared with where there is no such number, so that the answer takes as long.
NOTHING = "0" * 64
COLUMN = column("查询来信", "用来信编号和查询码查看办理情况和答复", "咨询投诉", "letter-track")


class LookUp(forms.Form):
    """来信编号 and 查询码, however they were copied."""

    number = forms.CharField(
        label="来信编号",
        max_length=60,
        error_messages={"required": "请填写来信编号，提交来信时显示过。"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    code = forms.CharField(
        label="查询码",
        max_length=60,
        error_messages={"required": "请填写查询码，提交来信时显示过。"},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_number(self) -> str:
        return codes.typed(self.cleaned_data["number"])

    def clean_code(self) -> str:
        return codes.typed(self.cleaned_data["code"])


def find(number: str, code: str) -> CitizenLetter | None:
    """The letter that number and code open; None for anything else, in the same time."""
    found = CitizenLetter.objects.filter(number=number).first()
    fits = codes.code_fits(number, code, found.code_mark if found else NOTHING)
    return found if fits else None


def open_session(request: HttpRequest, letter: CitizenLetter) -> None:
    """Let this browser see the letter for a while."""
    request.session.cycle_key()
    request.session[KEY] = {"pk": letter.pk, "at": int(time.time())}


def current(request: HttpRequest) -> CitizenLetter | None:
    """The letter that this browser may see; None after half an hour's silence."""
    held = request.session.get(KEY)
    now = int(time.time())
    if not held:
        return None
    if now - held["at"] > IDLE:
        request.session.pop(KEY, None)
        return None
    if now - held["at"] > IDLE // 30:  # not a write for every click
        request.session[KEY] = {**held, "at": now}
    return CitizenLetter.objects.select_related("mailbox__body").filter(pk=held["pk"]).first()


def tracked(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for the writer; others are sent to the entrance. No cache keeps it."""

    @public
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        letter = current(request)
        if letter is None:
            messages.info(request, "请先填写来信编号和查询码；30 分钟没有操作会自动退出。")
            return redirect("letter-track")
        response = view(request, letter, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    return guarded


@public
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Number and query code."""
    form = LookUp(request.POST if request.method == "POST" else None)
    wrong = ""
    if request.method == "POST" and form.is_valid():
        number, code = form.cleaned_data["number"], form.cleaned_data["code"]
        ratelimit.hit(request, "letter-track", limit=30, seconds=600)
        ratelimit.hit(request, "letter-number", limit=20, seconds=3600, of=number)
        letter = find(number, code)
        if letter is not None:  # only failures count
            ratelimit.forgive(request, "letter-track", seconds=600)
            ratelimit.forgive(request, "letter-number", seconds=3600, of=number)
            open_session(request, letter)
            return redirect("letter-status")
        wrong = WRONG
    response = render(
        request,
        "engagement/public/track.html",
        {
            "column": COLUMN,
            "crumbs": [("互动回应", reverse("engagement")), ("查询来信", None)],
            "form": form,
            "wrong": wrong,
            "inside": bool(request.session.get(KEY)),
        },
        status=422 if wrong or form.errors else 200,
    )
    response["Cache-Control"] = "private, no-store"
    return response


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """退出查询; what else the browser has (a sign-in of the office) stays."""
    request.session.pop(KEY, None)
    request.session.cycle_key()
    messages.success(request, "已退出查询。")
    return redirect("letter-track")


urlpatterns: list[URLPattern] = [
    path("engagement/letter/track/", track, name="letter-track"),
    path("engagement/letter/leave/", leave, name="letter-leave"),
]
