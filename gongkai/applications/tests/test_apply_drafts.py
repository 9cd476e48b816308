"""A draft: sealed, of one browser, deleted on wish and forgotten after some days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from gongkai.applications.models import CaseFile, Draft
from gongkai.applications.public.apply import drafts
from gongkai.applications.tests.cast import Cast
from gongkai.applications.tests.test_apply import WHO, fill, picture

pytestmark = pytest.mark.django_db


def test_a_draft_is_not_readable_in_the_database(client: Client, cast: Cast) -> None:
    fill(client, cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM applications_draft")
        stored = repr(cursor.fetchall())
    assert "周申请" not in stored
    assert "11010519491231002X" not in stored


def test_a_draft_can_be_deleted_with_its_files(client: Client, cast: Cast) -> None:
    fill(client, cast, until="who")
    client.post("/apply/who/", WHO | {"identity": picture()})
    client.post("/apply/discard/")
    assert not Draft.objects.exists()
    assert not CaseFile.objects.exists()
    assert client.get("/apply/check/").url == "/apply/body/"


def test_drafts_are_forgotten_after_some_days(
    client: Client, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(client, cast, until="who")
    client.post("/apply/who/", WHO | {"identity": picture()})
    call_command("forget_drafts")
    assert Draft.objects.count() == 1
    old = timezone.now() - drafts.KEPT - timedelta(hours=1)
    Draft.objects.update(updated_at=old)
    assert client.get("/apply/check/").url == "/apply/body/"
    call_command("forget_drafts")
    assert not Draft.objects.exists()
    assert not CaseFile.objects.exists()
    assert "删除了 1 份" in capsys.readouterr().out


def test_a_cookie_made_up_opens_no_draft(client: Client, cast: Cast) -> None:
    fill(client, cast)
    stranger = Client()
    stranger.cookies[drafts.COOKIE] = Draft.objects.get().key
    assert stranger.get("/apply/check/").url == "/apply/body/"


def test_pages_with_personal_data_are_never_cached(client: Client, cast: Cast) -> None:
    fill(client, cast)
    assert "no-store" in client.get("/apply/check/")["Cache-Control"]


def test_a_draft_is_deleted_only_after_a_question(client: Client, cast: Cast) -> None:
    """What cannot be undone is asked first, also where no script runs."""
    fill(client, cast, until="who")
    for address in ("/apply/", "/apply/who/"):
        page = client.get(address).content.decode()
        asked = page[page.index("<summary>删除草稿</summary>") :]
        asked = asked[: asked.index("</details>")]
        assert "不能恢复" in asked and 'action="/apply/discard/"' in asked
        assert page.count('action="/apply/discard/"') == 1
    client.post("/apply/discard/")
    assert not Draft.objects.exists()
