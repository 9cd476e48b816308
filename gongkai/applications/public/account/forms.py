"""The forms of an applicant's account."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from gongkai.applications.models import ApplicantAccount
from gongkai.applications.public.apply.forms import WhoForm
from gongkai.base.outbox import has_mail

SHORTEST, LONGEST = 2, 30
_NAME = re.compile(r"[\w.-]+")
#: What would tell whose account it is: a telephone, a number of a document.
_TELLING = re.compile(r"\d{7}")


def _password(label: str, auto: str, required: str, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": auto}),
        error_messages={"required": required, "max_length": "密码最多128个字符。"},
        **more,
    )


def _username(**more: Any) -> forms.CharField:
    return forms.CharField(
        label="登录名",
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": "请填写登录名。", "max_length": "登录名太长了。"},
        **more,
    )


def _as_typed(text: str) -> str:
    """Wide letters as narrow ones."""
    return unicodedata.normalize("NFKC", text).strip()


class Plain(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)


class AskedForm(Plain):
    """With the question that keeps machines out; ``website`` is for machines."""

    answer = forms.CharField(max_length=20, error_messages={"required": "请回答这道题。"})
    website = forms.CharField(required=False, max_length=200)

    def shown(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in ("answer", "website")]


class NewPassword(Plain):
    """A new password, twice; held against the rules of every password here."""

    password = _password(
        "密码",
        "new-password",
        "请填写密码。",
        help_text="至少8个字符，不要全用数字，不要用常见的密码。",
    )
    again = _password("再填一次密码", "new-password", "请再填一次密码。")

    def whose(self) -> ApplicantAccount:
        """The account as far as it is known, so that the password is not its name."""
        return ApplicantAccount()

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        password, again = found.get("password"), found.get("again")
        if password and again and password != again:
            self.add_error("again", "两次填写的密码不一样，请重新填写。")
        if password:
            try:
                validate_password(password, self.whose())
            except forms.ValidationError as error:
                self.add_error("password", error)
        return found


class RegisterForm(NewPassword, AskedForm):
    username = _username(
        help_text=f"自己取一个，{SHORTEST}到{LONGEST}个字，汉字、字母、数字都可以。请不要用姓名、"
        "手机号、证件号码或者邮箱，这样别人就猜不到您有没有账号。"
    )
    field_order = ["username", "password", "again", "answer", "website"]

    def clean_username(self) -> str:
        name = _as_typed(self.cleaned_data["username"])
        if "@" in name or _TELLING.search(name):
            raise forms.ValidationError("登录名请不要用手机号、证件号码或者邮箱，请另取一个。")
        if not SHORTEST <= len(name) <= LONGEST or not _NAME.fullmatch(name):
            raise forms.ValidationError(
                f"登录名要{SHORTEST}到{LONGEST}个字，只用汉字、字母、数字和横线，中间不留空格。"
            )
        return name

    def whose(self) -> ApplicantAccount:
        return ApplicantAccount(username=self.cleaned_data.get("username", ""))


class SignInForm(Plain):
    username = _username()
    password = _password("密码", "current-password", "请填写密码。")

    def clean_username(self) -> str:
        return _as_typed(self.cleaned_data["username"])


class ForgottenForm(AskedForm):
    username = _username()

    def clean_username(self) -> str:
        return _as_typed(self.cleaned_data["username"])


class ChangeForm(NewPassword):
    former = _password("现在的密码", "current-password", "请填写现在的密码。")
    field_order = ["former", "password", "again"]

    def __init__(self, *args: Any, account: ApplicantAccount, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)
        self.fields["password"].label = "新的密码"
        self.fields["again"].label = "再填一次新的密码"

    def whose(self) -> ApplicantAccount:
        return self.account


class ResetForm(NewPassword):
    def __init__(self, *args: Any, account: ApplicantAccount, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)
        self.fields["password"].label = "新的密码"

    def whose(self) -> ApplicantAccount:
        return self.account


class CloseForm(Plain):
    password = _password("密码", "current-password", "请填写密码，确认是您本人。")


class ProfileForm(WhoForm):
    """What the step “您是谁” asks, kept for the next time: nothing of it has to be filled in."""

    identity = authorisation = None  # papers are sent with an application, never kept here

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["applicant_kind"].required = False
        if has_mail():
            self.fields["email"].help_text = "忘记密码时，重设密码的网址发到这里。"

    def needed(self, found: dict[str, Any]) -> dict[str, str]:
        return {}
