"""Into an account and out of it: register, sign in and out, a forgotten password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongkai.applications import resets
from gongkai.applications.actions import accounts
from gongkai.applications.models import ApplicantAccount
from gongkai.applications.public import signed_in
from gongkai.applications.public.account.forms import (
    ForgottenForm,
    RegisterForm,
    ResetForm,
    SignInForm,
)
from gongkai.applications.public.apply import drafts
from gongkai.base import question, ratelimit
from gongkai.base.entrance import is_person
from gongkai.base.outbox import has_mail
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.base.refusal import Refused

COLUMN = column(
    "申请人账号",
    "经常申请的，可以用账号查看自己的申请；申请政府信息公开不需要账号",
    "办事服务",
    "apply",
)
MINE = "我的申请"
#: One address: registrations in an hour, questions for a forgotten password in an hour.
REGISTRATIONS, FORGOTTEN = 20, 10
#: One address: wrong passwords in ten minutes; for one name in an hour.
TRIES, TRIES_OF_ONE = 40, 10
WRONG = "登录名或者密码不对，没有登录。请核对后重新填写。"
STALE = "这个重设密码的链接已经用过或者过期了，请重新申请一个。"
#: Session mark: the token of the link, so that no address but the link's own holds it.
RESET = "applicant-reset"


def page(
    request: HttpRequest, template: str, title: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the account, kept by no cache."""
    inside = "account" in context and title != MINE
    context |= {
        "column": COLUMN,
        "title": title,
        "crumbs": [
            ("依申请公开", reverse("apply")),
            *([(MINE, reverse("apply-account"))] if inside else []),
            (title, None),
        ],
    }
    name = f"applications/public/account/{template}.html"
    response = render(request, name, context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


@public
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponseBase:
    """注册: name, password, and the question that keeps machines out."""
    if signed_in.current(request) is not None:
        return redirect("apply-account")
    form = RegisterForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        ratelimit.hit(request, "account-register", limit=REGISTRATIONS, seconds=3600)
        if form.is_valid() and is_person(request, form, about="account-register"):
            told = form.cleaned_data
            try:
                account = accounts.register_account(told["username"], told["password"])
            except Refused as no:
                form.add_error("username", str(no))
            else:
                signed_in.sign_in(request, account)
                messages.success(request, "账号已经注册好，您已经登录。")
                return redirect("apply-account")
    return page(
        request,
        "register",
        "注册账号",
        form=form,
        question=question.ask("account-register"),
        years=accounts.UNUSED_YEARS,
        status=422 if form.errors else 200,
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """登录; an unknown name and a wrong password get the same answer after the same time."""
    if signed_in.current(request) is not None:
        return redirect("apply-account")
    form = SignInForm(request.POST if request.method == "POST" else None)
    wrong = ""
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        account = tried(request, told["username"], told["password"])
        if account is not None:
            accounts.note_seen(account)
            signed_in.sign_in(request, account)
            return redirect("apply-account")
        wrong = WRONG
    return page(
        request,
        "sign_in",
        "登录",
        form=form,
        wrong=wrong,
        status=422 if wrong or form.errors else 200,
    )


def tried(request: HttpRequest, username: str, password: str) -> ApplicantAccount | None:
    """The account that name and password open; only failures count. TooMany beyond the limit."""
    limits: list[dict[str, Any]] = [
        {"name": "account-sign-in", "limit": TRIES, "seconds": 600},
        {
            "name": "account-name",
            "limit": TRIES_OF_ONE,
            "seconds": 3600,
            "of": accounts.login_mark(username),
        },
    ]
    try:
        for limit in limits:
            ratelimit.hit(request, **limit)
    except ratelimit.TooMany:
        _note_lockout(request)
        raise
    account = accounts.account_of(username, password)
    if account is not None:
        for limit in limits:
            limit.pop("limit")
            ratelimit.forgive(request, **limit)
    return account


def _note_lockout(request: HttpRequest) -> None:
    """Into the trail, once an hour for an address: it is not for a stranger to fill."""
    try:
        ratelimit.hit(request, "account-lockout", limit=1, seconds=3600)
    except ratelimit.TooMany:
        return
    accounts.note_lockout()


def out(request: HttpRequest) -> HttpResponseBase:
    """End the session and what this browser had filled in: the next one at it sees nothing."""
    signed_in.sign_out(request)
    draft = drafts.current(request)
    if draft is not None:
        drafts.discard(draft)
    return drafts.release(redirect("apply"))


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """退出."""
    response = out(request)
    messages.success(request, "已经退出账号，这台设备上没有留下您填写的内容。")
    return response


# --- a forgotten password ---------------------------------------------------------------------


@public
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """忘记密码: by a link to the address kept with the account, where there is a mail server."""
    mail = has_mail()
    form = ForgottenForm(request.POST if request.method == "POST" and mail else None)
    sent = False
    if form.is_bound:
        ratelimit.hit(request, "account-forgotten", limit=FORGOTTEN, seconds=3600)
        if form.is_valid() and is_person(request, form, about="account-forgotten"):
            resets.ask(accounts.login_mark(form.cleaned_data["username"]))
            sent = True
    return page(
        request,
        "forgotten",
        "忘记密码",
        form=form,
        mail=mail,
        sent=sent,
        minutes=resets.VALID_MINUTES,
        question=question.ask("account-forgotten"),
        status=422 if form.errors else 200,
    )


@public
@require_safe
def reset_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """The link of the e-mail: its token goes into the session and out of the address."""
    if resets.account_of(token) is not None:
        request.session[RESET] = token
    return redirect("apply-account-reset")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest) -> HttpResponseBase:
    """A new password for who came by the link."""
    account = resets.account_of(request.session.get(RESET, ""))
    if account is None:
        return _stale(request)
    form = ResetForm(request.POST if request.method == "POST" else None, account=account)
    if form.is_bound and form.is_valid():
        try:
            accounts.set_password(account, form.cleaned_data["password"], forgotten=True)
        except Refused:  # at this moment the account was closed, or its password changed
            return _stale(request)
        del request.session[RESET]
        messages.success(request, "新的密码已经设置好，请用它登录。")
        return redirect("apply-account-sign-in")
    return page(request, "reset", "设置新的密码", form=form, status=422 if form.errors else 200)


def _stale(request: HttpRequest) -> HttpResponseBase:
    request.session.pop(RESET, None)
    messages.error(request, STALE)
    return redirect("apply-account-forgotten")
