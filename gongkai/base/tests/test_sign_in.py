"""Signing in and out leaves its trace, and one address cannot try account after account."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from gongkai.base import chain, sign_in
from gongkai.base.models import AuditEntry

PASSWORD = "足够长的密码-2026"


@pytest.fixture
def clerk(db: None):
    user = get_user_model().objects.create_user("jingban", password=PASSWORD, last_name="王")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return user


def _deeds() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("id").values_list("action", "by_name"))


def _sign_in(client, username: str = "jingban", password: str = PASSWORD):
    return client.post(reverse("wagtailadmin_login"), {"username": username, "password": password})


def test_signing_in_and_out_is_in_the_trail(clerk, client) -> None:
    assert _sign_in(client).status_code == 302
    client.post(reverse("wagtailadmin_logout"))
    assert _deeds() == [("登录", "王"), ("退出登录", "王")]
    assert not [c for c in chain.verify() if c.broken]


def test_a_wrong_password_is_no_sign_in(clerk, client) -> None:
    assert "没有登录" in _sign_in(client, password="猜的").content.decode()
    assert _deeds() == []


def test_one_address_cannot_try_account_after_account(clerk, client, monkeypatch) -> None:
    monkeypatch.setattr(sign_in, "ATTEMPTS", 3)
    for n in range(3):
        assert _sign_in(client, f"user{n}", "猜的").status_code == 200
    assert _sign_in(client, "user9", "猜的").status_code == 429
    assert _sign_in(client).status_code == 429, "nor with the right password"
    elsewhere = client.post(
        reverse("wagtailadmin_login"),
        {"username": "jingban", "password": PASSWORD},
        REMOTE_ADDR="192.0.2.7",
    )
    assert elsewhere.status_code == 302, "another address is not concerned"
