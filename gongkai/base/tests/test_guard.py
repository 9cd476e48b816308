"""What the guard refuses before a view sees it, and the heads that every answer carries."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from gongkai.base.log import Refusals
from gongkai.base.middleware import WAGTAIL_IN_USE
from gongkai.base.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser() -> AbstractUser:
    account: AbstractUser = get_user_model().objects.create_superuser(
        "guan", password="first-password-1", last_name="管", first_name="理"
    )
    return account


def _unused() -> list[str]:
    """Addresses without arguments of Wagtail's pages that no room uses."""

    def walk(resolver: URLResolver, prefix: str) -> list[tuple[str, URLPattern]]:
        found = []
        for entry in resolver.url_patterns:
            path = prefix + str(entry.pattern)
            found += walk(entry, path) if isinstance(entry, URLResolver) else [(path, entry)]
        return found

    routes = walk(get_resolver(), "")
    # A page of ours may stand at an address that Wagtail uses too (documents/): ours comes first.
    ours = {path for path, entry in routes if hasattr(entry.callback, "permission")}
    return [
        f"/{path}"
        for path, entry in routes
        if path.startswith("office/")
        and path not in ours
        and entry.name not in {*WAGTAIL_IN_USE, "wagtailadmin_account"}  # ours stands before it
        and not set(path) & set("<(^")
    ]


def test_pages_of_the_shell_that_nobody_uses_do_not_exist_even_for_a_superuser(
    client: Client, superuser: AbstractUser
) -> None:
    client.force_login(superuser)
    unused = _unused()
    assert {"/office/users/", "/office/pages/", "/office/images/add/", "/office/sites/"} <= set(
        unused
    )
    assert [path for path in unused if client.get(path).status_code != 404] == []
    assert client.get("/office/users/edit/1/").status_code == 404
    assert client.get("/office/").status_code == 200
    assert client.get("/office/account/").status_code == 200


def test_the_office_too_runs_no_script_from_a_page(client: Client, superuser: AbstractUser) -> None:
    client.force_login(superuser)
    policy = client.get("/office/").headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["script-src"] == "'self'"
    assert rules["style-src"] == "'self' 'unsafe-inline'"
    assert "'unsafe-inline'" not in client.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/reports/?q=%00", "/office/login/?next=%00", "/?%00=1"])
def test_a_nul_character_gets_a_page_that_says_so(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert "无法处理这次请求" in answer.text


def test_a_nul_character_in_a_form_gets_the_same_page(client: Client) -> None:
    assert client.post("/report-error/", {"message": "a\0b"}).status_code == 400


def test_the_address_of_a_button_opened_by_hand_gets_a_page(client: Client) -> None:
    answer = client.get("/check/download/")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "这个网址不能直接打开" in answer.text


def test_pages_say_that_they_depend_on_cookies(client: Client) -> None:
    assert "Cookie" in client.get("/").headers["Vary"]


def test_own_password_is_changed_with_a_word_in_the_trail_and_the_name_is_not(
    client: Client, superuser: AbstractUser
) -> None:
    client.force_login(superuser)
    page = client.get("/office/account/").text
    assert "first_name" not in page
    answer = client.post(
        "/office/account/",
        {
            "name_email-first_name": "假",
            "name_email-last_name": "冒",
            "theme-theme": "system",
            "theme-contrast": "system",
            "theme-density": "default",
            "theme-keyboard_shortcuts": "on",
            "password-old_password": "first-password-1",
            "password-new_password1": "another-Word-2026",
            "password-new_password2": "another-Word-2026",
        },
    )
    assert answer.status_code == 302
    superuser.refresh_from_db()
    assert superuser.check_password("another-Word-2026")
    assert (superuser.last_name, superuser.first_name) == ("管", "理")
    entry = AuditEntry.objects.get(action="修改自己的密码")
    assert entry.by == superuser
    assert entry.new == {"密码": "已设置"}
    assert "another-Word-2026" not in str(entry.old) + str(entry.new)


def test_more_than_may_be_sent_is_told_and_one_line_of_the_log_says_its_kind(
    client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    long, many = {"message": "甲" * (6 << 20)}, {f"甲{n}": "secret" for n in range(5)}
    for data, status, said in ((long, 413, "最多 5 MB"), (many, 400, "最多提交 3 项")):
        answer = client.post("/report-error/", data)
        assert answer.status_code == status and said in answer.text
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert [(Refusals().filter(r), logging.Formatter().format(r)) for r in caplog.records] == [
        (True, "Refused (RequestDataTooBig): /report-error/"),
        (True, "Refused (TooManyFieldsSent): /report-error/"),
        (True, "Refused (DisallowedHost): /"),
    ]
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["refusals"]
