"""Signing in to the office, and what a person changes in his own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from wagtail.admin.forms.auth import LoginForm as WagtailLoginForm
from wagtail.admin.views.account import AccountView

from gongkai.base import audit


class LoginForm(WagtailLoginForm):
    """Wagtail's form without the password's English label, and its refusal as a sentence."""

    error_messages = {
        **WagtailLoginForm.error_messages,
        "invalid_login": "用户名或者密码不对，没有登录。请核对后重新输入。",
    }

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
