"""Signing in to the office, and what a person changes in his own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from wagtail.admin.forms.auth import LoginForm as WagtailLoginForm
from wagtail.admin.views.account import AccountView

from gongkai.base import audit
from gongkai.base.ratelimit import hit

#: Attempts of one address, whatever the account, in so many seconds. A whole office may sit
#: behind one address; one account from one address is locked far sooner (AXES_FAILURE_LIMIT).
ATTEMPTS, WITHIN = 120, 600


def note_sign_in(sender: object, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """Somebody signed in through the page (not by a program that has no request)."""
    if request is not None and request.path:
        audit.record("登录", user, by=user)


def note_sign_out(sender: object, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """Somebody signed out; a session that runs out leaves no entry."""
    if request is not None and request.path and user is not None:
        audit.record("退出登录", user, by=user)


class LoginForm(WagtailLoginForm):
    """Wagtail's form without the password's English label, and its refusal as a sentence."""

    error_messages = {
        **WagtailLoginForm.error_messages,
        "invalid_login": "用户名或者密码不对，没有登录。请核对后重新输入。",
    }

    def clean(self) -> dict[str, Any]:
        """Count the attempt before the password is looked at; TooMany beyond the limit."""
        if self.request is not None:
            hit(self.request, "sign-in", limit=ATTEMPTS, seconds=WITHIN)
        return super().clean()  # type: ignore[no-any-return]

    password = forms.CharField(
        label="密码",
        strip=False,
        widget=forms.PasswordInput(
            attrs={"placeholder": "输入密码", "autocomplete": "current-password"}
        ),
    )


class OwnAccount(AccountView):
    """Password and appearance. The name is the administrators' to change: the trail bears it."""

    def get_panels(self) -> list[Any]:
        return [p for p in super().get_panels() if p.name in ("password", "theme")]

    def post(self, request: HttpRequest) -> HttpResponse:
        former = request.user.password
        with transaction.atomic():
            response: HttpResponse = super().post(request)
            if request.user.password != former:
                told = {"密码": "已设置"}
                audit.record("修改自己的密码", request.user, by=request.user, old=told, new=told)  # type: ignore[arg-type]
        return response
