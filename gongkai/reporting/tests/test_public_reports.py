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
from gongkai.reporting.tests.cast import Cast, make_cast, sound_report
from gongkai.reporting.tests.public_cast import html, publish

ADDRESS = "/reports/shili-health/2023/"
#: Of the other body, for a test that publishes what it says itself.
OTHER = "/reports/shili-edu/2023/"


def make_one() -> Cast:
    people = make_cast()
    publish(people.body, 2023)
    return people


@pytest.fixture(scope="module")
def make_people():
    return make_one


@pytest.fixture
def stored(cast: Cast) -> AnnualReport:
    """The published report at ``ADDRESS``."""
    return AnnualReport.objects.get(body=cast.body)


def meta(page: str, name: str) -> str:
    found = re.search(rf'<meta name="{name}" content="([^"]*)"', page)
    assert found, name
    return found[1]


# --- what the public may see -----------------------------------------------------------------


def test_a_report_that_is_not_published_does_not_exist_for_the_public(
    cast: Cast, client: Client
) -> None:
    actions.import_data(sound_report(2023), body=cast.other_body, by=None)
    hidden = "/reports/shili-edu/2023/"
    html(client, hidden, 404)
    html(client, f"{hidden}report.json", 404)
    for address in ("/", "/reports/", "/bodies/shili-edu/", "/feed.atom", "/sitemap.xml"):
        assert hidden not in html(client, address), address


def test_what_is_in_the_making_or_not_begun_is_told_with_its_legal_day(
    cast: Cast, client: Client
) -> None:
    body = cast.other_body
    report = AnnualReport.objects.create(body=body, year=2023)
    Compilation.objects.create(report=report)
    for address in ("/bodies/shili-edu/", "/reports/?body=shili-edu"):
        page = html(client, address)
        assert "2023年政府信息公开工作年度报告正在编制，尚未公布" in page, address
        assert "2024年1月31日" in page and "已经过了" in page
    assert "正在编制" not in html(client, "/reports/?body=shili-edu&year=2022")
    early = awaited(body, date(2026, 1, 5))
    assert [(one.year, one.state, one.late) for one in early] == [
        (2025, "尚未公布", False),
        (2023, "正在编制，尚未公布", True),
    ]
    assert awaited(body, date(2026, 2, 1))[0].late
    publish(body, 2025, 3)
    Membership.objects.all().delete()  # a body that does not work here publishes elsewhere
    assert [one.year for one in awaited(body, date(2027, 1, 5))] == [2023]


def test_the_public_sees_the_published_version_not_a_newer_draft(
    stored: AnnualReport, client: Client
) -> None:
    actions.correct_cell(stored, "t2.licensing.decisions", "4321", "核对后更正", by=None)
    assert "4321" not in html(client, ADDRESS)
    assert "4321" not in html(client, f"{ADDRESS}report.json")


def test_findings_are_never_public(cast: Cast, client: Client) -> None:
    report = sound_report(2023, agency=cast.other_body.name)
    sections = tuple(
        replace(s, text=s.text + "依据国令第492号。") if s.number == 1 else s
        for s in report.sections
    )
    stored = publish(cast.other_body, 2023, report=replace(report, sections=sections))
    problems = list(stored.problems.all())
    assert problems
    page = html(client, OTHER)
    assert not [p for p in problems if p.message in page]
    assert "found-" not in page


def test_a_withdrawn_report_is_gone(stored: AnnualReport, client: Client) -> None:
    html(client, ADDRESS)
    actions.withdraw_publication(stored, "重复公开", by=None)
    html(client, ADDRESS, 404)


# --- one report ------------------------------------------------------------------------------


def test_the_page_has_six_sections_three_tables_and_its_charts(cast: Cast, client: Client) -> None:
    publish(cast.body, 2022, 2)
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
    page = html(client, ADDRESS)
    assert meta(page, "ArticleTitle") == "示例县卫生健康委员会2023年政府信息公开工作年度报告"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", meta(page, "PubDate"))
    assert meta(page, "ContentSource") == "示例县卫生健康委员会"
    assert meta(page, "ColumnType") == "信息公开年报"
    assert f'<link rel="canonical" href="http://testserver{ADDRESS}">' in page


def test_a_blank_cell_stays_blank_on_the_page_and_in_the_files(cast: Cast, client: Client) -> None:
    report = sound_report(2023, agency=cast.other_body.name).with_cells(
        {"t4.review_upheld": ABSENT}
    )
    publish(cast.other_body, 2023, report=report)
    assert re.search(r'data-address="t4.review_upheld"></td>', html(client, OTHER))
    data = json.loads(html(client, f"{OTHER}report.json"))
    assert data["table4"]["values"][0] is None


def test_an_erratum_is_told_with_the_old_and_the_new_value(
    stored: AnnualReport, client: Client
) -> None:
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
    report = sound_report(2023, agency=cast.other_body.name)
    sections = tuple(
        replace(s, text="<script>alert(1)</script>") if s.number == 5 else s
        for s in report.sections
    )
    stored = publish(cast.other_body, 2023, report=replace(report, sections=sections))
    page = html(client, OTHER)
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
    response = client.get(f"{ADDRESS}report.{kind}")
    assert response.status_code == 200 and response.content.startswith(begins)
    assert "filename*=utf-8''%E7%A4%BA" in response["Content-Disposition"]


def test_an_unchanged_file_is_not_sent_again_and_a_changed_one_is(
    stored: AnnualReport, client: Client
) -> None:
    first = client.get(f"{ADDRESS}report.csv")
    again = client.get(f"{ADDRESS}report.csv", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304 and not again.content
    version = actions.correct_cell(stored, "t2.penalty.decisions", "9", "更正", by=None)
    actions.publish_report(version, by=None, note="更正")
    changed = client.get(f"{ADDRESS}report.csv", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200


def test_there_is_no_other_form(cast: Cast, client: Client) -> None:
    html(client, f"{ADDRESS}report.exe", 404)


def test_an_empty_site_says_what_will_be_here(db: None, client: Client) -> None:
    assert "最新的列在这里" in html(client, "/")
    assert "还没有公开的年报" in html(client, "/reports/")
    assert "还没有机关使用本站" in html(client, "/bodies/")


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

    publish(cast.body, 2022)
    for address in addresses:
        client.get(address)  # caches of the process are filled
    few = {address: queries(address) for address in addresses}
    for year in (2021, 2024):
        publish(cast.body, year)
    for n in range(3):
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
    report = sound_report(2023, agency=cast.other_body.name).with_cells(
        {"t2.fees.fee_amount_wan": Cell(Decimal("60.1733"), "60.1733")}
    )
    publish(cast.other_body, 2023, report=report)
    assert "60.1733" in html(client, OTHER)
    assert '"fee_amount_wan": 60.1733' in html(client, f"{OTHER}report.json")
