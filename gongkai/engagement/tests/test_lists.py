"""Lists: as many queries for many as for few; what leaves the house holds no citizen's words."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from gongkai.bodies.calendars import same_calendar
from gongkai.engagement.desk import letters as desk
from gongkai.engagement.models import Mailbox
from gongkai.engagement.tests.cast import TEXT, Cast, a_letter, answered, published
from gongkai.engagement.tests.test_surveys import a_survey, running
from gongkai.engagement.wagtail_hooks import LetterPanel

DESK = "/office/engagement/"


def test_a_desk_list_of_letters_asks_no_more_for_more(cast: Cast, client: Client) -> None:
    pages = (f"{DESK}letters/?state=all", f"{DESK}checks/", f"{DESK}letters/counts/")
    client.force_login(cast.clerk)
    a_letter(cast)
    client.get(pages[0])  # notes the daily look once
    few = {address: asked(client, address, warm=True) for address in pages}
    panel = asked_by_the_panel(cast.clerk)
    for _ in range(2):
        a_letter(cast)
        answered(cast)
    for address in pages:
        assert asked(client, address, warm=True) <= few[address] + 1, address
    assert asked_by_the_panel(cast.clerk) <= panel


def asked_by_the_panel(user: Any) -> int:
    """How many queries the part of the first page takes that is of this room."""
    request = RequestFactory().get("/office/")
    request.user = type(user).objects.get(pk=user.pk)
    with CaptureQueriesContext(connection) as queries, same_calendar():
        assert "来信" in LetterPanel().render_html({"request": request})
    return len(queries)


def test_public_lists_ask_no_more_for_more(cast: Cast, client: Client) -> None:
    published(cast)
    running(cast)
    addresses = ("/engagement/", "/engagement/letters/", "/engagement/surveys/")
    few = [asked(client, address) for address in addresses]
    for n in range(3):
        published(cast, f"第{n}封")
        running(cast, title=f"第{n}份")
    assert [asked(client, address, warm=True) for address in addresses] <= few


def test_the_list_of_surveys_asks_no_more_for_more(cast: Cast, client: Client) -> None:
    client.force_login(cast.clerk)
    a_survey(cast)
    few = asked(client, f"{DESK}surveys/")
    for _ in range(3):
        a_survey(cast)
    assert asked(client, f"{DESK}surveys/", warm=True) <= few


def asked(client: Client, address: str, *, warm: bool = False) -> int:
    """How many queries a page takes, once the sessions and permissions are warm."""
    if not warm:
        client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_filter_stays_whole_from_page_to_page(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "PER_PAGE", 1)
    Mailbox.objects.update(categories=["咨询", "投诉&举报"])
    for category in ("投诉&举报", "投诉&举报", "咨询"):
        a_letter(cast, category=category)
    client.force_login(cast.clerk)
    page = client.get(f"{DESK}letters/", {"category": "投诉&举报"})
    assert "▲</span> <strong>临近到期</strong> 3<" in page.content.decode()
    following = re.search(r'href="([?][^"]+)">下一页', page.content.decode())
    assert following
    second = client.get(f"{DESK}letters/{unescape(following[1])}")
    assert second.context["chosen"]["category"] == "投诉&举报"
    assert [row.category for row in second.context["rows"]] == ["投诉&举报"]


def test_the_exported_list_holds_no_words_of_a_citizen(cast: Cast, client: Client) -> None:
    letter = a_letter(cast)
    client.force_login(cast.clerk)
    for kind in ("xlsx", "csv"):
        sent = client.get(f"{DESK}letters/list.{kind}")
        assert sent.status_code == 200 and "attachment" in sent["Content-Disposition"], kind
    text = sent.content.decode("utf-8-sig")
    assert letter.number in text and "主任信箱" in text
    assert TEXT[:6] not in text and "周" not in text and "13800000000" not in text
    client.force_login(cast.stranger)
    assert letter.number.encode() not in client.get(f"{DESK}letters/list.csv").content


ODD = ("99999", "0000", "-1", "٢٠٢٦", "9" * 40, "甲", "")


def test_odd_addresses_are_answered_calmly(cast: Cast, client: Client) -> None:
    published(cast)
    for odd in ODD:
        for address in (
            f"/engagement/letters/?year={odd}&category={odd}&mailbox={odd}&body={odd}&page={odd}",
            f"/engagement/surveys/?page={odd}&body={odd}",
        ):
            assert client.get(address).status_code == 200, address
    client.force_login(cast.clerk)
    for odd in ODD:
        given = f"year={odd}&section={odd}&mailbox={odd}&state={odd}&colour={odd}&p={odd}"
        for address in (
            f"{DESK}letters/?{given}",
            f"{DESK}letters/counts/?year={odd}",
            f"{DESK}checks/?month={odd}-01",
        ):
            assert client.get(address).status_code == 200, address
    # The file asks as the page does: ``chosen_from`` and ``narrow``.
    assert client.get(f"{DESK}letters/list.csv?year=99999&mailbox=甲&colour=x").status_code == 200


def test_what_is_public_is_in_the_sitemap_and_the_feed_and_nothing_else(
    cast: Cast, client: Client
) -> None:
    letter, survey = published(cast), running(cast)
    draft, hidden = a_survey(cast), answered(cast)
    there = [f"/engagement/letters/{letter.pk}/", f"/engagement/surveys/{survey.pk}/"]
    feed = client.get("/engagement/feed.atom").content.decode()
    sections = ("mailboxes", "letters", "surveys", "ledgers")
    maps = "".join(client.get(f"/sitemap-{name}.xml").content.decode() for name in sections)
    for text in (feed, maps):
        assert all(address in text for address in there)
        assert f"/surveys/{draft.pk}/" not in text and hidden.number not in text
    assert "/engagement/mailboxes/zhuren/" in maps
    assert letter.title in feed and TEXT not in feed
