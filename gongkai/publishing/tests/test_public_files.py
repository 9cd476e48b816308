"""Attachments for the public: read in the page, downloaded, only while they are released."""

from __future__ import annotations

import pytest
from django.test import Client

from gongkai.base import search
from gongkai.base.uploads import check_upload
from gongkai.publishing import files
from gongkai.publishing.actions.drafts import attach, save_draft
from gongkai.publishing.actions.publish import publish, withdraw
from gongkai.publishing.models import Document, PublishedFile
from gongkai.publishing.tests.cast import Cast, a_draft, passed, published, reviewed

TEXT = "城关预防接种门诊\n<b>服务时间</b>周一至周五".encode()


@pytest.fixture(autouse=True)
def cached(settings) -> None:  # type: ignore[no-untyped-def]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


@pytest.fixture
def shown(cast: Cast) -> tuple[Document, PublishedFile]:
    document = a_draft(cast)
    (file,) = attach(
        document,
        [
            check_upload(
                "门诊 名单.txt", TEXT.replace(b"<b>", "〈".encode()).replace(b"</b>", "〉".encode())
            )
        ],
        by=cast.clerk,
    )
    publish(reviewed(cast, document), by=cast.clerk)
    document.refresh_from_db()
    return document, file


def address(document: Document, file: PublishedFile, more: str = "") -> str:
    return f"{document.get_absolute_url()}files/{file.pk}/{more}"


def test_an_attachment_is_read_in_the_page_and_found_by_its_words(
    client: Client, shown: tuple[Document, PublishedFile]
) -> None:
    page = client.get(address(*shown))
    assert page.status_code == 200 and "城关预防接种门诊" in page.content.decode()
    assert [hit.url for hit in search.search("城关预防接种")] == [shown[0].get_absolute_url()]


def test_a_download_runs_nowhere_and_keeps_its_name(
    client: Client, shown: tuple[Document, PublishedFile]
) -> None:
    for more in ("download/", "门诊 名单.txt"):
        answer = client.get(address(*shown, more))
        assert answer.status_code == 200 and files.content(shown[1]) == answer.content
        assert "filename*=utf-8''%E9%97%A8" in answer["Content-Disposition"]
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        again = client.get(address(*shown, more), headers={"if-none-match": answer["ETag"]})
        assert again.status_code == 304


def test_a_draft_s_attachment_is_nobody_s_business(client: Client, cast: Cast) -> None:
    document = published(cast)
    (file,) = attach(document, [check_upload("名单.txt", TEXT[:24])], by=cast.clerk)
    assert client.get(address(document, file)).status_code == 404
    assert client.get(address(document, file, "download/")).status_code == 404


def test_what_is_taken_away_or_down_is_not_served_any_more(
    client: Client, cast: Cast, shown: tuple[Document, PublishedFile]
) -> None:
    document, file = shown
    save_draft(document, {"attachments": []}, by=cast.clerk)
    assert client.get(address(document, file)).status_code == 200  # until the next release
    publish(passed(cast, document), by=cast.clerk, note="移除附件")
    assert client.get(address(document, file)).status_code == 404
    assert not search.search("城关预防接种")
    save_draft(document, {"summary": "概述"}, by=cast.clerk)
    withdraw(document, "误发", by=cast.head)
    assert client.get(address(document, file, "download/")).status_code == 404


def test_a_damaged_file_is_not_served(
    client: Client, settings, shown: tuple[Document, PublishedFile]
) -> None:  # type: ignore[no-untyped-def]
    (settings.MEDIA_ROOT / shown[1].path).write_bytes(b"other")
    assert client.get(address(*shown, "download/")).status_code == 404
