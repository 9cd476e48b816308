"""The list of published reports: narrowed, searched, remembered; the tree of the bodies."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from gongkai.bodies.models import Body, Region
from gongkai.reporting.public import reports
from gongkai.reporting.tests.cast import Cast, make_cast
from gongkai.reporting.tests.public_cast import html, publish


def make_many() -> Cast:
    """Three years of one body, one of another in another region."""
    people = make_cast()
    far = Region.objects.create(code="9992", name="远方市", level=Region.Level.CITY)
    town = Region.objects.create(
        code="999201", name="山镇", level=Region.Level.TOWNSHIP, parent=far
    )
    distant = Body.objects.create(
        name="远方市山镇人民政府", short_name="山镇", slug="shan", region=town, kind="township"
    )
    for year in (2021, 2022, 2023):
        publish(people.body, year)
    publish(distant, 2022)
    return people


@pytest.fixture(scope="module")
def make_people():
    return make_many


@pytest.fixture
def many(cast: Cast) -> Cast:
    return cast


def listed(client: Client, query: str = "") -> list[str]:
    page = html(client, f"/reports/?{query}" if query else "/reports/")
    return re.findall(r'<th scope="row"><a href="(/reports/[^"]+)"', page)


def test_the_list_is_narrowed_by_region_with_all_below_it(many: Cast, client: Client) -> None:
    assert len(listed(client)) == 4
    assert listed(client, "region=9992") == ["/reports/shan/2022/"]


def test_the_list_is_narrowed_by_body_year_and_format(many: Cast, client: Client) -> None:
    assert len(listed(client, "body=shili-health")) == 3
    assert len(listed(client, "year=2022")) == 2
    assert listed(client, "year=2022&body=shan") == ["/reports/shan/2022/"]
    assert len(listed(client, "format=2021")) == 4 and not listed(client, "format=2019")


def test_a_search_finds_names_regions_and_years(many: Cast, client: Client) -> None:
    for words in (
        "山镇",
        "远方市",
        "山镇 2022",
        "山镇2022年",
        "远方市山镇人民政府2022年政府信息公开工作年度报告",
    ):
        assert listed(client, f"q={words}") == ["/reports/shan/2022/"], words


def test_a_filter_that_finds_nothing_says_what_to_do(many: Cast, client: Client) -> None:
    assert "没有符合条件的年报" in html(client, "/reports/?q=不存在的局")


def test_nonsense_in_the_address_is_no_error(many: Cast, client: Client) -> None:
    for query in ("year=abc", "year=99999999999", "page=x", "page=999", "region=%27", "body=../.."):
        html(client, f"/reports/?{query}")


def test_the_list_remembers_its_filter_and_says_so(many: Cast, client: Client) -> None:
    client.get("/reports/?region=9992")
    response = client.get("/reports/", follow=True)
    page = response.content.decode()
    assert "已按您上次的条件筛选" in page and "共 1 份年报" in page
    page = client.get("/reports/?all=1", follow=True).content.decode()
    assert "共 4 份年报" in page


def test_the_pages_of_the_list_keep_the_filter(
    many: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "PAGE_SIZE", 2)
    page = html(client, "/reports/?region=999101&format=2021")
    assert "共 3 份年报，第 1 页，共 2 页" in page
    assert "?region=999101&amp;format=2021&amp;page=2" in page
    assert len(listed(client, "region=999101&format=2021&page=2")) == 1


def test_the_body_page_lists_its_reports_and_its_work_unit(many: Cast, client: Client) -> None:
    many.body.phone = "0000-7654321"
    many.body.save()
    page = html(client, "/bodies/shili-health/")
    assert "0000-7654321" in page and page.count("/reports/shili-health/") == 3


def test_the_tree_shows_the_bodies_by_region(many: Cast, client: Client) -> None:
    page = html(client, "/bodies/")
    assert page.index("远方市") < page.index("山镇") < page.index("远方市山镇人民政府")
    assert "示例县卫生健康委员会" not in html(client, "/bodies/?region=9992")
    assert "远方市山镇人民政府" in html(client, "/bodies/?q=山镇")
    html(client, "/bodies/?region=0000", 404)
