"""The sign-in form of the office."""

from __future__ import annotations

from django import forms
from wagtail.admin.forms.auth import LoginForm as WagtailLoginForm


class LoginForm(WagtailLoginForm):
    """Wagtail's form without the password's English label."""

    password = forms.CharField(
        label="密码",
        strip=False,
        widget=forms.PasswordInput(
            attrs={"placeholder": "输入密码", "autocomplete": "current-password"}
        ),
    )
