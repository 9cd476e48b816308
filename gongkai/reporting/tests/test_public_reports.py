"""The pages of annual reports: home, list, one report, its files, the body's page."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongkai.annual_report.model import ABSENT, Cell
from gongkai.bodies.models import Body, Membership, Region
from gongkai.reporting import actions
from gongkai.reporting.models import AnnualReport, Compilation
from gongkai.reporting.public.awaited import awaited
from gongkai.reporting.tests.cast import Cast, sound_report
from gongkai.reporting.tests.public_cast import publish

ADDRESS = "/reports/shili-health/2023/"


def html(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def meta(page: str, name: str) -> str:
    found = re.search(rf'<meta name="{name}" content="([^"]*)"', page)
    assert found, name
    return found[1]


# --- what the public may see -----------------------------------------------------------------


def test_a_report_that_is_not_published_does_not_exist_for_the_public(
    cast: Cast, client: Client
) -> None:
    actions.import_data(sound_report(2023), body=cast.body, by=None)
    html(client, ADDRESS, 404)
    html(client, f"{ADDRESS}report.json", 404)
    for address in ("/", "/reports/", "/bodies/shili-health/", "/feed.atom", "/sitemap.xml"):
        assert ADDRESS not in html(client, address), address


def test_what_is_in_the_making_or_not_begun_is_told_with_its_legal_day(
    cast: Cast, client: Client
) -> None:
    report = AnnualReport.objects.create(body=cast.body, year=2023)
    Compilation.objects.create(report=report)
    for address in ("/bodies/shili-health/", "/reports/?body=shili-health"):
        page = html(client, address)
        assert "2023年政府信息公开工作年度报告正在编制，尚未公布" in page, address
        assert "2024年1月31日" in page and "已经过了" in page
    assert "正在编制" not in html(client, "/reports/?body=shili-health&year=2022")
    early = awaited(cast.body, date(2026, 1, 5))
    assert [(one.year, one.state, one.late) for one in early] == [
        (2025, "尚未公布", False),
        (2023, "正在编制，尚未公布", True),
    ]
    assert awaited(cast.body, date(2026, 2, 1))[0].late
    publish(cast.body, 2025, 3)
    Membership.objects.all().delete()  # a body that does not work here publishes elsewhere
    assert [one.year for one in awaited(cast.body, date(2027, 1, 5))] == [2023]


def test_the_public_sees_the_published_version_not_a_newer_draft(
    cast: Cast, client: Client
) -> None:
    stored = publish(cast.body, 2023, 3)
    actions.correct_cell(stored, "t2.licensing.decisions", "4321", "核对后更正", by=None)
    assert "4321" not in html(client, ADDRESS)
    assert "4321" not in html(client, f"{ADDRESS}report.json")


def test_findings_are_never_public(cast: Cast, client: Client) -> None:
    report = sound_report(2023)
    sections = tuple(
        replace(s, text=s.text + "依据国令第492号。") if s.number == 1 else s
        for s in report.sections
    )
    stored = publish(cast.body, 2023, report=replace(report, sections=sections))
    problems = list(stored.problems.all())
    assert problems
    page = html(client, ADDRESS)
    assert not [p for p in problems if p.message in page]
    assert "found-" not in page


def test_a_withdrawn_report_is_gone(cast: Cast, client: Client) -> None:
    stored = publish(cast.body, 2023)
    html(client, ADDRESS)
    actions.withdraw_publication(stored, "重复公开", by=None)
    html(client, ADDRESS, 404)


# --- one report ------------------------------------------------------------------------------


def test_the_page_has_six_sections_three_tables_and_its_charts(cast: Cast, client: Client) -> None:
    publish(cast.body, 2022, 2)
    publish(cast.body, 2023, 3)
    page = html(client, ADDRESS)
    for title in ("一、总体情况", "六、其他需要报告的事项"):
        assert title in page
    for key in ("official-t2", "official-t3", "official-t4"):
        assert page.count(key) >= 1
    for chart in ("result", "applicant", "years"):
        assert f'id="chart-{chart}"' in page
    assert "新收申请从 2022 年的 2 件增加到 2023 年的 3 件" in page
    assert page.count("<svg") == 4  # three charts and the sign of the site


def test_the_article_tags_and_the_permanent_address(cast: Cast, client: Client) -> None:
    """DOMAIN E.2: ArticleTitle, PubDate as YYYY-MM-DD HH:MM, ContentSource."""
    publish(cast.body, 2023)
    page = html(client, ADDRESS)
    assert meta(page, "ArticleTitle") == "示例县卫生健康委员会2023年政府信息公开工作年度报告"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", meta(page, "PubDate"))
    assert meta(page, "ContentSource") == "示例县卫生健康委员会"
    assert meta(page, "ColumnType") == "信息公开年报"
    assert f'<link rel="canonical" href="http://testserver{ADDRESS}">' in page


def test_a_blank_cell_stays_blank_on_the_page_and_in_the_files(cast: Cast, client: Client) -> None:
    report = sound_report(2023).with_cells({"t4.review_upheld": ABSENT})
    publish(cast.body, 2023, report=report)
    assert re.search(r'data-address="t4.review_upheld"></td>', html(client, ADDRESS))
    data = json.loads(html(client, f"{ADDRESS}report.json"))
    assert data["table4"]["values"][0] is None


def test_an_erratum_is_told_with_the_old_and_the_new_value(cast: Cast, client: Client) -> None:
    stored = publish(cast.body, 2023)
    version = actions.correct_cell(stored, "t2.penalty.decisions", "133", "漏计2件", by=None)
    actions.publish_report(version, by=None, note="行政处罚由0件更正为133件。")
    page = html(client, ADDRESS)
    assert "更正说明" in page and "行政处罚由0件更正为133件。" in page and "漏计2件" in page
    assert "第2版（现在公开的版本）" in page
    # What was public stays to be compared; nothing else is, and a withdrawal ends it.
    former = f"{ADDRESS}versions/1/"
    assert f'<a href="{former}">第1版</a>' in page
    page = html(client, former)
    assert "已经更正，不再有效" in page and "第1版" in page and ">133</td>" not in page
    assert client.get(f"{ADDRESS}versions/2/").status_code == 404
    actions.withdraw_publication(stored, "内容有误", by=None)
    assert client.get(former).status_code == 404
    actions.publish_report(version, by=None)
    assert client.get(former).status_code == 404


def test_what_a_report_says_can_do_no_harm(cast: Cast, client: Client) -> None:
    report = sound_report(2023)
    sections = tuple(
        replace(s, text="<script>alert(1)</script>") if s.number == 5 else s
        for s in report.sections
    )
    stored = publish(cast.body, 2023, report=replace(report, sections=sections))
    page = html(client, ADDRESS)
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    assert stored.published is not None


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        ("html", b"<!doctype html>"),
        ("docx", b"PK"),
        ("pdf", b"%PDF"),
        ("xlsx", b"PK"),
        ("json", b"{"),
        ("csv", b"\xef\xbb\xbf"),
    ],
)
def test_every_form_can_be_downloaded_under_a_chinese_name(
    cast: Cast, client: Client, kind: str, begins: bytes
) -> None:
    publish(cast.body, 2023)
    response = client.get(f"{ADDRESS}report.{kind}")
    assert response.status_code == 200 and response.content.startswith(begins)
    assert "filename*=utf-8''%E7%A4%BA" in response["Content-Disposition"]


def test_an_unchanged_file_is_not_sent_again_and_a_changed_one_is(
    cast: Cast, client: Client
) -> None:
    stored = publish(cast.body, 2023)
    first = client.get(f"{ADDRESS}report.csv")
    again = client.get(f"{ADDRESS}report.csv", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304 and not again.content
    version = actions.correct_cell(stored, "t2.penalty.decisions", "9", "更正", by=None)
    actions.publish_report(version, by=None, note="更正")
    changed = client.get(f"{ADDRESS}report.csv", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200


def test_there_is_no_other_form(cast: Cast, client: Client) -> None:
    publish(cast.body, 2023)
    html(client, f"{ADDRESS}report.exe", 404)


# --- the list --------------------------------------------------------------------------------


@pytest.fixture
def many(cast: Cast) -> Cast:
    """Three years of one body, one of another in another region."""
    far = Region.objects.create(code="9992", name="远方市", level=Region.Level.CITY)
    town = Region.objects.create(
        code="999201", name="山镇", level=Region.Level.TOWNSHIP, parent=far
    )
    distant = Body.objects.create(
        name="远方市山镇人民政府", short_name="山镇", slug="shan", region=town, kind="township"
    )
    for year in (2021, 2022, 2023):
        publish(cast.body, year)
    publish(distant, 2022)
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


def test_the_pages_of_the_list_keep_the_filter(cast: Cast, client: Client) -> None:
    for year in range(2020, 2031):
        publish(cast.body, year)
        publish(cast.other_body, year)
    page = html(client, "/reports/?region=999101&format=2021")
    assert "共 22 份年报，第 1 页，共 2 页" in page
    assert "?region=999101&amp;format=2021&amp;page=2" in page
    assert len(listed(client, "region=999101&format=2021&page=2")) == 2


def test_an_empty_site_says_what_will_be_here(db: None, client: Client) -> None:
    assert "最新的列在这里" in html(client, "/")
    assert "还没有公开的年报" in html(client, "/reports/")
    assert "还没有机关使用本站" in html(client, "/bodies/")


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


# --- the number of queries -------------------------------------------------------------------


def test_the_number_of_queries_does_not_grow_with_the_reports(cast: Cast, client: Client) -> None:
    addresses = (
        "/",
        "/reports/?region=999101",
        ADDRESS,
        "/bodies/",
        "/reports/compare/?body=shili-health",
        "/reports/compare/?year=2023",
        "/feed.atom",
        "/data/annual-reports.json",
    )

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address)
            assert response.status_code == 200
            if response.streaming:
                b"".join(response.streaming_content)
        return len(captured)

    publish(cast.body, 2023)
    publish(cast.body, 2022)
    for address in addresses:
        client.get(address)  # caches of the process are filled
    few = {address: queries(address) for address in addresses}
    for year in (2019, 2020, 2021, 2024):
        publish(cast.body, year)
    for n in range(8):
        region = Region.objects.create(code=f"9993{n}", name=f"新区{n}", level="county")
        body = Body.objects.create(
            name=f"新区{n}局",
            short_name=f"新局{n}",
            slug=f"new-{n}",
            region=region,
            kind="department",
        )
        publish(body, 2023, 3)
    for address in addresses:
        assert queries(address) <= few[address] <= 14, address


def test_amounts_are_exact(cast: Cast, client: Client) -> None:
    report = sound_report(2023).with_cells(
        {"t2.fees.fee_amount_wan": Cell(Decimal("60.1733"), "60.1733")}
    )
    publish(cast.body, 2023, report=report)
    assert "60.1733" in html(client, ADDRESS)
    assert '"fee_amount_wan": 60.1733' in html(client, f"{ADDRESS}report.json")
