"""Kept pages: the same for all, old at once after any deed, never a person's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver

from gongkai.base import audit
from gongkai.base.models import AuditHead
from gongkai.base.page_cache import generation, kept

#: The only pages that may be kept: none of them has a form or a person's data.
KEPT = {
    *("home", "column", "document", "document-releases", "policy-list", "interpretation-list"),
    *("guide-list", "rule-list", "catalogue", "catalogue-item", "catalogue-local"),
    *("catalogue-local-item", "key-field-list", "topic-list", "region"),
    *("body-guide", "body-rules", "body-catalogue", "body-organisation", "body-section"),
    *("standard-catalogue-list", "standard-catalogue", "reading-points"),
}


@pytest.fixture(autouse=True)
def _on(settings: Any) -> Iterator[None]:
    settings.GONGKAI_PAGE_CACHE = 60
    caches["pages"].clear()
    yield
    caches["pages"].clear()


def a_deed(scope: str = "") -> None:
    head = AuditHead.objects.get_or_create(scope=scope)[0]
    audit.record("试办", head, by=None, scope=scope)


def made(client: Client, address: str = "/topics/") -> bool:
    """Whether the page was made anew: whether its columns were asked for."""
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    anew = any("publishing_column" in one["sql"] for one in seen)
    assert anew or len(seen) == 1
    return anew


def routes(resolver: Any) -> Iterator[Any]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry)
        else:
            yield entry


def test_only_the_listed_pages_are_kept_and_all_of_them_are_public() -> None:
    found = {one.name: one.callback for one in routes(get_resolver())}
    assert {name for name, view in found.items() if hasattr(view, "kept")} == KEPT
    assert {found[name].permission for name in KEPT} == {"public"}


@pytest.mark.django_db
def test_a_kept_page_is_the_same_page_and_costs_one_query(client: Client) -> None:
    first = client.get("/topics/")
    assert not made(client)
    again = client.get("/topics/")
    assert again.content == first.content and again["Content-Type"] == first["Content-Type"]
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert "max-age" not in again.get("Cache-Control", "")
    assert "Cookie" in again["Vary"]


@pytest.mark.django_db
def test_any_deed_makes_every_kept_page_old_at_once(client: Client) -> None:
    for scope in ("", "a-body", "a-body"):
        made(client)
        assert not made(client)
        before = generation()
        a_deed(scope)
        assert generation() == before + 1
        assert made(client)


@pytest.mark.django_db
def test_large_type_and_text_size_have_pages_of_their_own(client: Client) -> None:
    plain = client.get("/topics/").content
    for cookie, value in (("elder", "1"), ("size", "xl")):
        other = Client()
        other.cookies[cookie] = value
        assert other.get("/topics/").content != plain
        assert not made(other)
    assert client.get("/topics/").content == plain


@pytest.mark.django_db
def test_who_is_signed_in_or_asks_otherwise_gets_a_page_made_for_him(client: Client) -> None:
    made(client)
    clerk = Client()
    clerk.force_login(User.objects.create_user("jingban"))
    assert made(clerk)
    messenger = Client()
    messenger.cookies["messages"] = "x"
    assert made(messenger)
    assert client.post("/topics/").status_code == 405
    assert client.head("/topics/").status_code == 200
    assert made(client, "/topics/?page=2")


@pytest.mark.django_db
def test_nothing_is_kept_where_the_setting_is_off(client: Client, settings: Any) -> None:
    settings.GONGKAI_PAGE_CACHE = 0
    assert made(client) and made(client)


@pytest.mark.django_db
@pytest.mark.parametrize("odd", ["cookie", "token", "policy", "private", "gone", "large"])
def test_what_is_somebodys_own_is_never_kept(odd: str, rf: RequestFactory) -> None:
    made = []

    def view(request: Any) -> HttpResponse:
        made.append(1)
        response = HttpResponse("x" * (300_000 if odd == "large" else 1))
        if odd == "cookie":
            response.set_cookie("a", "b")
        if odd == "token":
            get_token(request)
        if odd == "policy":
            response._csp_replace = {}  # type: ignore[attr-defined]
        if odd == "private":
            response["Cache-Control"] = "private"
        if odd == "gone":
            response.status_code = 410
        return response

    for _ in range(2):
        request = rf.get("/x/")
        request.session = type("Session", (), {"modified": False})()  # type: ignore[assignment]
        kept(view)(request)
    assert len(made) == 2
