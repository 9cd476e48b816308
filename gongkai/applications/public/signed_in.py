"""Who is signed in with an applicant's account: a mark in the session, apart from the office's."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect

from gongkai.applications.models import ApplicantAccount
from gongkai.applications.public.track.entrance import ENTRANCE
from gongkai.base.entrance import IDLE
from gongkai.base.permissions import public
from gongkai.base.refusal import Refused

KEY = "applicant"
#: Seconds after which the password is asked for again, however busy one was.
LONGEST = 12 * 3600
View = Callable[..., HttpResponseBase]


def sign_in(request: HttpRequest, account: ApplicantAccount) -> None:
    """Let this browser use the account; the session gets another key."""
    now = int(time.time())
    request.session.cycle_key()
    rotate_token(request)
    request.session[KEY] = {"pk": account.pk, "since": now, "at": now, "stamp": account.stamp()}


def sign_out(request: HttpRequest) -> None:
    """Forget it, and the case that was opened from it."""
    request.session.pop(KEY, None)
    ENTRANCE.close_session(request)


def current(request: HttpRequest) -> ApplicantAccount | None:
    """The account of this browser; None after ``IDLE`` seconds, or when its password changed."""
    held = request.session.get(KEY)
    if not held:
        return None
    now = int(time.time())
    account = ApplicantAccount.objects.filter(pk=held["pk"], closed_at=None).first()
    fresh = now - held["at"] <= IDLE and now - held["since"] <= LONGEST
    if account is None or not fresh or account.stamp() != held["stamp"]:
        sign_out(request)
        return None
    if now - held["at"] > IDLE // 30:  # not a write for every click
        request.session[KEY] = {**held, "at": now}
    return account


def owned(view: View) -> View:
    """A page for who is signed in; it gets the account. Others come to the sign-in page."""

    @public
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        account = current(request)
        if account is None:
            messages.info(request, f"请先登录；{IDLE // 60} 分钟没有操作会自动退出。")
            return redirect("apply-account-sign-in")
        try:
            response = view(request, account, *args, **kwargs)
        except Refused as no:  # closed at this moment in another window
            messages.info(request, str(no))
            return redirect("apply-account-sign-in")
        response["Cache-Control"] = "private, no-store"
        return response

    return guarded
