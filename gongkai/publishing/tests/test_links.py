"""Links to other sites: asked now and then, told when they fail twice, never inside a network."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from gongkai.publishing.actions import links
from gongkai.publishing.actions.links import check_links, dead_links
from gongkai.publishing.actions.publish import withdraw
from gongkai.publishing.models import LinkCheck
from gongkai.publishing.tests.cast import Cast, a_draft, published

GOOD, BAD = "https://www.example.gov.cn/a", "https://old.example.gov.cn/b?x=1&y=2"
TEXT = (
    f'<p>见<a href="{GOOD}">甲</a>和<a href="https://old.example.gov.cn/b?x=1&amp;y=2">乙</a></p>'
)


def _ask(address: str) -> str:
    return "" if address == GOOD else "没有这个网页"


def _days_pass(days: int) -> None:
    for row in LinkCheck.objects.exclude(checked_at=None):
        row.checked_at -= timedelta(days=days)
        if row.failing_since:
            row.failing_since -= timedelta(days=days)
        row.save()


def test_a_link_is_told_when_it_failed_twice_a_day_apart(cast: Cast, client: Client) -> None:
    document = published(cast, text=TEXT)
    a_draft(cast, text=TEXT, doc_number="")
    assert (check_links(ask=_ask).asked, check_links(ask=_ask).asked) == (2, 0)
    assert not dead_links(), "once may be an accident"
    _days_pass(1)
    assert check_links(ask=_ask).answers == {BAD: "没有这个网页"}
    assert [one.document for one in dead_links()] == [document]
    client.force_login(cast.clerk)
    page = client.get("/office/documents/links/").content.decode()
    assert document.title in page and "没有这个网页" in page
    assert "1</strong>处外部链接" in client.get("/office/").content.decode().replace(" ", "")
    _days_pass(8)
    assert check_links(ask=lambda address: "").asked == 2 and not dead_links()


def test_a_link_that_is_not_public_any_more_is_forgotten(cast: Cast) -> None:
    document = published(cast, text=TEXT)
    check_links(ask=_ask)
    withdraw(document, "误发", by=cast.head)
    check_links(ask=_ask)
    assert not LinkCheck.objects.exists()


def test_without_the_internet_nothing_is_held_against_anybody(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(cast, text=TEXT)
    monkeypatch.setattr(links, "answer", lambda address: links.UNREACHED)
    with pytest.raises(CommandError, match="互联网"):
        call_command("check_links")
    assert not LinkCheck.objects.exclude(failing_since=None).exists()


def test_nothing_is_asked_inside_a_network() -> None:
    for address in ("http://127.0.0.1/", "http://10.0.0.8/x", "http://[::1]/", "ftp://a.cn/"):
        assert links.answer(address) in ("是内部网络的地址", "网址写错了")


def test_what_is_not_public_is_not_asked(cast: Cast) -> None:
    a_draft(cast, text=TEXT)
    assert check_links(ask=_ask).asked == 0
