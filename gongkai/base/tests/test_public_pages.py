"""Pages of no domain: 长辈版, help, errors that help, 我为网站找错, robots."""

from html.parser import HTMLParser

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from gongkai.base import public
from gongkai.base.models import SiteError

pytestmark = pytest.mark.django_db


class Tags(HTMLParser):
    """The start tags of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def meta(html: str) -> dict[str, str]:
    return {
        str(a["name"]): str(a.get("content"))
        for tag, a in Tags(html).found
        if tag == "meta" and a.get("name")
    }


def test_every_page_carries_the_site_and_column_tags(client: Client, settings) -> None:
    """DOMAIN E.2: SiteName, SiteDomain, SiteIDCode; columns add ColumnName … ColumnType."""
    settings.GONGKAI_SITE = {
        **settings.GONGKAI_SITE,
        "name": "示例市政府信息公开平台",
        "domain": "www.example.gov.cn",
        "id_code": "9999000001",
    }
    for address in ("/", "/reports/", "/bodies/", "/data/", "/check/", "/accessibility/"):
        tags = meta(client.get(address).content.decode())
        assert tags["SiteName"] == "示例市政府信息公开平台"
        assert tags["SiteDomain"] == "www.example.gov.cn"
        assert tags["SiteIDCode"] == "9999000001"
        for name in ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"):
            assert tags[name], (address, name)


def test_the_footer_says_whose_site_it_is_and_where_to_report_an_error(
    client: Client, settings
) -> None:
    settings.GONGKAI_SITE = {
        **settings.GONGKAI_SITE,
        "organiser": "示例市人民政府办公室",
        "id_code": "9999000001",
        "icp": "示ICP备00000000号",
        "police": "示公网安备00000000000000号",
        "phone": "0000-0000000",
    }
    html = client.get("/").content.decode()
    foot = html[html.index("<footer") :]
    for told in ("示例市人民政府办公室", "9999000001", "示ICP备", "示公网安备", "0000-0000000"):
        assert told in foot
    for address in ("/site-map/", "/accessibility/", "/report-error/"):
        assert address in foot


def test_no_page_has_a_style_or_script_of_its_own_and_the_policy_forbids_them(
    client: Client,
) -> None:
    for address in ("/", "/reports/", "/reports/compare/", "/check/", "/nowhere/"):
        response = client.get(address)
        policy = response["Content-Security-Policy"]
        assert "script-src 'self'" in policy and "unsafe" not in policy
        for tag, attributes in Tags(response.content.decode()).found:
            assert tag != "style", address
            assert "style" not in attributes, (address, tag)
            assert not [a for a in attributes if a.startswith("on")], (address, tag)
            assert tag != "script" or attributes.get("src"), address


def test_the_elder_version_is_switched_by_a_link_and_kept(client: Client) -> None:
    response = client.get("/display/?elder=1&next=/reports/")
    assert response.headers["Location"] == "/reports/"
    page = client.get("/reports/").content.decode()
    assert 'class="elder"' in page and "返回标准版" in page
    client.get("/display/?elder=0&next=/")
    assert 'class="elder"' not in client.get("/").content.decode()


def test_the_text_size_is_kept_and_an_unknown_one_ignored(client: Client) -> None:
    client.get("/display/?size=xl")
    assert 'class="size-xl"' in client.get("/").content.decode()
    client.get("/display/?size=huge")
    assert 'class="size-xl"' in client.get("/").content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_the_switch_never_leads_to_another_site(client: Client, target: str) -> None:
    assert client.get("/display/", {"elder": "1", "next": target}).headers["Location"] == "/"


def test_a_missing_page_helps_to_search(client: Client) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    html = response.content.decode()
    assert "没有找到这个页面" in html and 'action="/search/"' in html


def test_the_page_for_our_own_error_needs_neither_database_nor_context() -> None:
    response = public.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "网站暂时出了问题" in response.content.decode()


def test_a_refusal_says_its_reason() -> None:
    request = RequestFactory().get("/")
    told = public.forbidden(request, PermissionDenied("您没有在示例局办理这项工作的权限。"))
    assert told.status_code == 403 and "示例局" in told.content.decode()


def test_a_stale_form_is_told_in_chinese() -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/report-error/", {"message": "错"})
    assert response.status_code == 403
    assert "页面已经过期" in response.content.decode()


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(client: Client, settings) -> None:
    settings.GONGKAI_UPLOAD_LIMIT = 1 << 20
    response = client.post("/check/", b"x" * (4 << 20), content_type="application/octet-stream")
    assert response.status_code == 413
    assert "1 MB" in response.content.decode()


def test_an_error_report_is_kept_with_its_page(client: Client) -> None:
    assert "/reports/" in client.get("/report-error/?page=/reports/").content.decode()
    response = client.post(
        "/report-error/", {"page": "/reports/", "message": "标题有错字", "contact": ""}, follow=True
    )
    assert "已经收到" in response.content.decode()
    kept = SiteError.objects.get()
    assert (kept.page, kept.message) == ("/reports/", "标题有错字")


def test_an_empty_error_report_is_refused_with_what_to_do(client: Client) -> None:
    response = client.post("/report-error/", {"page": "", "message": "  "})
    assert response.status_code == 400
    assert "请写明哪里有错" in response.content.decode()
    assert not SiteError.objects.exists()


def test_too_many_error_reports_are_told_to_wait(client: Client) -> None:
    for _ in range(10):
        client.post("/report-error/", {"message": "错"})
    response = client.post("/report-error/", {"message": "错"})
    assert response.status_code == 429
    assert "分钟后再试" in response.content.decode() and int(response["Retry-After"]) > 0
    assert SiteError.objects.count() == 10


def test_robots_stay_out_of_the_office_and_find_the_sitemap(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /office/" in text and "/sitemap.xml" in text


def test_the_site_map_lists_every_column(client: Client) -> None:
    html = client.get("/site-map/").content.decode()
    for label in ("信息公开年报", "年报对比", "年报体检", "公开机关", "开放数据", "无障碍声明"):
        assert label in html
