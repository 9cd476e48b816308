"""The document's page: metadata, validity with its reason, links both ways, releases, tags."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from gongkai.publishing.actions.drafts import save_draft
from gongkai.publishing.actions.publish import publish, withdraw
from gongkai.publishing.models import Document
from gongkai.publishing.tests.cast import Cast, a_draft, passed, published


def page_of(document: Document) -> str:
    response = Client().get(document.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def updated(cast: Cast, document: Document, note: str, **values: object) -> Document:
    save_draft(document, values, by=cast.clerk)
    document.refresh_from_db()
    publish(reviewed_again(cast, document), by=cast.clerk, note=note)
    return Document.objects.get(pk=document.pk)


def reviewed_again(cast: Cast, document: Document) -> Document:
    return passed(cast, document)


def test_what_is_written_at_the_publication_was_not_reviewed_and_is_not_public(cast: Cast) -> None:
    """条例 Art 17: the note is entered after the last signature; the differences say it all."""
    document = published(cast)
    found = updated(cast, document, "更正联系人张三13912345678", text="<p>新的名单。</p>")
    pages = (found.get_absolute_url(), releases_of(found))
    for page in (Client().get(address).content.decode() for address in pages):
        assert "13912345678" not in page and "张三" not in page
    assert found.release is not None and "张三" in found.release.note


def test_the_metadata_of_the_guideline_are_on_the_page(cast: Cast) -> None:
    document = published(
        cast,
        theme="卫生",
        keywords="预防接种,门诊",
        summary="公布门诊名单",
        effective_on=date(2026, 3, 10),
    )
    page = page_of(document)
    for word in (
        "shili-health/2026-00001",
        "示卫发〔2026〕1号",
        "2026年3月2日",
        "示例县卫生健康委员会",
        "预防接种,门诊",
        "公布门诊名单",
        "（此件公开发布）",
    ):
        assert word in page, word


def test_the_tags_of_site_column_and_article_are_all_there(cast: Cast) -> None:
    page = page_of(published(cast))
    for name in (
        *("SiteName", "SiteDomain", "SiteIDCode"),
        *("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"),
        *("ArticleTitle", "PubDate", "ContentSource"),
    ):
        assert f'<meta name="{name}"' in page, name
    assert re.search(r'name="PubDate" content="\d{4}-\d\d-\d\d \d\d:\d\d"', page)


def test_what_repealed_a_document_and_from_when_is_said_beside_its_validity(cast: Cast) -> None:
    old = published(cast, expires_on=date(2031, 8, 31))
    assert "<dt>有效期至</dt>" in page_of(old)
    new = published(
        cast,
        title="关于废止旧通知的通知",
        doc_number="示卫发〔2026〕2号",
        changes=[{"document": old.pk, "does": "repeals", "on": "2026-03-05"}],
    )
    page = page_of(old)
    assert "validity-repealed" in page and "已废止" in page
    assert "<dt>有效期至</dt>" not in page and "<dt>原定有效期至</dt>" in page
    assert "自2026年3月5日起被" in page and new.get_absolute_url() in page
    assert "示卫发〔2026〕2号" in page
    assert old.get_absolute_url() in page_of(new)


def test_the_page_of_an_amended_document_says_which_text_it_shows(cast: Cast) -> None:
    """Whoever reads the old words is led to the new ones, until the text itself is new."""
    old = published(cast, title="门诊管理办法")
    new = published(
        cast,
        title="关于修改《门诊管理办法》的决定",
        doc_number="示卫发〔2026〕3号",
        changes=[{"document": old.pk, "does": "amends", "on": "2026-03-05"}],
    )
    before = page_of(old).partition("下面是修改以前的正文")[2].partition("</p>")[0]
    assert new.get_absolute_url() in before and "一起看" in before
    assert "《关于修改〈门诊管理办法〉的决定》" in before
    assert "现行有效（已修改）" in page_of(old)
    old.refresh_from_db()
    page = page_of(updated(cast, old, "按照修改决定更新", text="<p>修改以后的全文。</p>"))
    assert "下面的正文是修改公布以后发布的" in page and "修改以前的正文" not in page
    assert "下面" not in page_of(new)


def test_a_document_and_its_interpretation_lead_to_each_other(cast: Cast) -> None:
    policy = published(cast)
    reading = published(
        cast, title="一图读懂预防接种门诊", interprets=policy, genre="interpretation"
    )
    assert reading.get_absolute_url() in page_of(policy)
    assert policy.get_absolute_url() in page_of(reading)
    withdraw(reading, "误发", by=cast.head)
    assert reading.get_absolute_url() not in page_of(policy)


def test_a_withdrawn_document_says_so_and_shows_nothing_of_it(cast: Cast) -> None:
    document = published(cast, title="不该公开的标题", text="<p>不该公开的正文</p>")
    withdraw(document, "误发", by=cast.head)
    for address in (
        document.get_absolute_url(),
        reverse("document-releases", args=[cast.body.slug, document.year, document.serial]),
    ):
        response = Client().get(address)
        page = response.content.decode()
        assert response.status_code == 410
        assert "撤下" in page and "不该公开" not in page and "误发" not in page


def test_what_was_never_published_has_no_page(cast: Cast) -> None:
    a_draft(cast)
    assert Client().get(reverse("document", args=[cast.body.slug, 2026, 1])).status_code == 404


def test_releases_show_what_was_changed(cast: Cast) -> None:
    document = published(cast, text="<p>门诊设在东街。</p><p>周一到周五开放。</p>")
    document = updated(
        cast, document, "门诊搬迁", text="<p>门诊设在西街。</p><p>周一到周五开放。</p>"
    )
    assert f'日</time>更新。<a href="{releases_of(document)}">' in page_of(document)
    page = Client().get(releases_of(document)).content.decode()
    assert re.search(r"<del>.*?东</del>", page) and re.search(r"<ins>.*?西</ins>", page)
    assert "周一到周五开放" not in page


def test_a_personal_number_taken_out_is_not_shown_among_the_differences(cast: Cast) -> None:
    document = published(cast, text="<p>联系人电话见附件。</p>")
    first = document.releases.get()
    content = dict(first.content) | {"text": "<p>身份证号 11010519491231002X。</p>"}
    from gongkai.publishing.differences import differences

    shown = differences(content, first.content)
    told = "".join(piece.text for one in shown for piece in one.pieces)
    assert "11010519491231002X" not in told and "■" in told


def test_releases_before_a_withdrawal_are_not_shown_again(cast: Cast) -> None:
    document = published(cast, text="<p>撤下以前的文字。</p>")
    withdraw(document, "有错", by=cast.head)
    document.refresh_from_db()
    document = updated(cast, document, "改正后重新公开", text="<p>改正以后的文字。</p>")
    page = Client().get(releases_of(document)).content.decode()
    assert "撤下以前的文字" not in page and "首次公开" in page


def test_the_data_for_machines_cannot_end_its_element(cast: Cast) -> None:
    page = page_of(published(cast, title="关于</script><script>alert(1)</script>的通知"))
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert found is not None
    assert json.loads(found[1])["name"].startswith("关于</script>")
    assert "<script>alert(1)" not in page


def test_a_normative_document_tells_machines_whether_it_is_in_force(cast: Cast) -> None:
    document = published(cast, expires_on=date(2026, 3, 3))
    Document.objects.filter(pk=document.pk).update(validity="expired")
    page = page_of(document)
    assert "validity-expired" in page and "有效期至2026年3月3日" in page


def releases_of(document: Document) -> str:
    return reverse("document-releases", args=[document.body.slug, document.year, document.serial])


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_page_is_only_read(cast: Cast, method: str) -> None:
    response = getattr(Client(), method)(published(cast).get_absolute_url())
    assert response.status_code == 405
