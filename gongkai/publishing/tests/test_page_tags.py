"""Every public page carries the tags of the annex of 国办发〔2017〕47号, filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from gongkai.base.tests.standing import Make
from gongkai.publishing.models import Column
from gongkai.publishing.tests.cast import Cast, make_site, published

SITE = ("SiteName", "SiteDomain", "SiteIDCode")
COLUMN = ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType")
ARTICLE = ("ArticleTitle", "PubDate", "ContentSource")
#: Words of the annex for ColumnType that the site uses.
COLUMN_TYPES = {
    *("首页", "概况信息", "机构职能", "负责人信息", "工作动态", "政策文件"),
    *("信息公开指南", "信息公开目录", "信息公开年报", "依申请公开", "数据发布", "数据开放"),
    *("政策解读", "回应关切", "办事服务", "咨询投诉", "征集调查", "在线访谈"),
}


@pytest.fixture(scope="session")
def make_people() -> Make:
    return make_site


@pytest.fixture
def site(cast: Cast, settings) -> Cast:  # type: ignore[no-untyped-def]
    settings.GONGKAI_SITE = settings.GONGKAI_SITE | {"id_code": "bm01000001"}
    return cast


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        else:
            yield path


def tags(page: str) -> dict[str, str]:
    found = re.findall(r'<meta name="(\w+)" content="([^"]*)">', page)
    return {name: unescape(content) for name, content in found}


def wrong(address: str, *wanted: tuple[str, ...]) -> list[str]:
    """What is missing or empty on the page; nothing for an answer that is no page (file, 405)."""
    response = Client().get(address)
    html = response.get("Content-Type", "").startswith("text/html")
    if not html or response.status_code != 200:
        return []
    found = tags(response.content.decode())
    if "ArticleTitle" in found:  # a page that is an article is one whole
        wanted = (*wanted, ARTICLE)
    empty = [f"{address}: {n}" for names in wanted for n in names if not found.get(n)]
    if "ColumnType" in found and found["ColumnType"] not in COLUMN_TYPES:
        empty.append(f"{address}: ColumnType {found['ColumnType']}")
    return empty


def test_every_page_without_arguments_says_its_site_and_its_column(site: Cast) -> None:
    published(site)
    addresses = [
        f"/{path}"
        for path in routes(get_resolver())
        if "<" not in path and not path.startswith("office/")
    ]
    assert len(addresses) > 20
    assert [one for address in addresses for one in wrong(address, SITE, COLUMN)] == []


def test_every_column_says_its_site_and_itself(site: Cast) -> None:
    slug = site.body.slug
    pages = [reverse("column", args=[slug, key]) for key in _keys(site)]
    pages += [
        reverse(name, args=[slug])
        for name in ("body", "body-guide", "body-rules", "body-catalogue", "body-organisation")
    ]
    pages += [reverse("region", args=[site.body.region.code]), reverse("catalogue-item", args=[1])]
    assert [one for address in pages for one in wrong(address, SITE, COLUMN)] == []


def test_a_form_is_no_article(site: Cast) -> None:
    """A word that a page tells its template must not become the title of an article."""
    pages = [reverse("side-new", args=[kind]) for kind in ("correction", "suggestion", "complaint")]
    assert [one for address in pages for one in wrong(address, SITE, COLUMN)] == []
    assert "ArticleTitle" not in tags(Client().get(pages[0]).content.decode())


def test_every_document_says_its_site_its_column_and_itself(site: Cast) -> None:
    pages = []
    for key in ("notices", "plans", "policies"):
        column = Column.objects.get(body=site.body, key=key)
        pages.append(published(site, column=column).get_absolute_url())
    assert [one for address in pages for one in wrong(address, SITE, COLUMN, ARTICLE)] == []
    found = tags(Client().get(pages[0]).content.decode())
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", found["PubDate"])
    assert found["Description"].startswith("现将全县预防接种门诊"), "it has no summary"


def _keys(site: Cast) -> list[str]:
    return list(Column.objects.filter(body=site.body).values_list("key", flat=True))
