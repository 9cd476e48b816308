"""A visitor finds a report, reads it, takes it along and compares."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect


def test_from_the_home_page_to_a_report(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_text("演示数据").first).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="信息公开年报").first.click()
    page.select_option("#region", label="河南省")
    page.select_option("#year", "2020")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_text("共 4 份年报")).to_be_visible()
    page.get_by_role("link", name=re.compile("孟州市卫生健康委员会")).first.click()
    expect(page.locator("h1")).to_have_text("孟州市卫生健康委员会2020年政府信息公开工作年度报告")
    for heading in (
        "一、总体情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "六、其他需要报告的事项",
    ):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.locator('[data-address="t2.licensing.decisions"]')).to_have_text("415")


def test_the_five_bodies_and_their_reports_are_there(page: Page) -> None:
    page.goto("/reports/?all=1")
    for name in ("济源产城融合示范区", "孟州市", "伊川县", "周口市川汇区", "许昌市", "示例市"):
        expect(
            page.get_by_role("link", name=re.compile(f"^{name}卫生健康委员会")).first
        ).to_be_visible()


def test_a_search_among_the_reports_finds_the_body(page: Page) -> None:
    page.goto("/reports/")
    page.get_by_role("searchbox").fill("许昌 2022")
    page.keyboard.press("Enter")
    expect(page.get_by_text("共 1 份年报")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("许昌市卫生健康委员会")).first).to_be_visible()


@pytest.mark.parametrize(
    ("kind", "beginning"),
    [
        ("html", b"<!"),
        ("docx", b"PK"),
        ("pdf", b"%PDF"),
        ("xlsx", b"PK"),
        ("json", b"{"),
        ("csv", b""),
    ],
)
def test_a_report_can_be_downloaded_in_every_form(page: Page, kind: str, beginning: bytes) -> None:
    page.goto("/reports/shilishi-wjw/2024/")
    link = page.locator(f'a[href$="report.{kind}"]').first
    answer = page.request.get(link.get_attribute("href") or "")
    assert answer.ok
    assert answer.body().removeprefix(b"\xef\xbb\xbf").startswith(beginning)
    assert len(answer.body()) > 1000
    if kind == "json":
        assert json.loads(answer.body())["table3"]["rows"]["new_received"][6] == 85


def test_a_missing_row_is_shown_empty_and_not_as_zero(page: Page) -> None:
    page.goto("/reports/mengzhou-wjw/2020/")
    expect(page.locator('[data-address="t3.carried_forward.total"]')).to_have_text("")
    expect(page.locator('[data-address="t3.new_received.total"]')).to_have_text("0")


def test_five_years_of_one_body_side_by_side(page: Page) -> None:
    page.goto("/reports/shilishi-wjw/2024/")
    page.get_by_role("link", name="对比各年度").click()
    expect(page.locator("h1")).to_contain_text("示例市卫生健康委员会")
    for year in range(2020, 2025):
        expect(page.get_by_role("columnheader", name=str(year)).first).to_be_visible()
    expect(page.get_by_role("heading", name="结转衔接")).to_be_visible()
    assert page.get_by_text("× 不一致").count() == 0


def test_bodies_of_one_year_side_by_side(page: Page) -> None:
    page.goto("/reports/compare/?year=2020&body=jiyuan-wjw&body=yichuan-wjw")
    expect(page.get_by_role("columnheader", name=re.compile("济源")).first).to_be_visible()
    expect(page.get_by_role("columnheader", name=re.compile("伊川")).first).to_be_visible()


def test_a_correction_after_publication_is_told(page: Page) -> None:
    page.goto("/reports/shilishi-wjw/2024/")
    page.get_by_role("link", name="更正说明").click()
    row = page.locator("#errata tbody tr").first
    expect(row).to_contain_text("131")
    expect(row).to_contain_text("133")


def test_a_draft_is_not_public(page: Page) -> None:
    answer = page.request.get("/reports/shilishi-wjw/2025/")
    assert answer.status == 404
    assert "2025年政府信息公开工作年度报告" not in page.request.get("/reports/?all=1").text()


def test_an_address_that_does_not_exist_helps_on(page: Page) -> None:
    answer = page.request.get("/nothing/here/")
    assert answer.status == 404
    assert "首页" in answer.text()


def test_open_data_and_feeds(page: Page) -> None:
    for address, word in {
        "/data/annual-reports.csv": "示例市卫生健康委员会",
        "/data/annual-reports.json": "shilishi-wjw",
        "/feed.atom": "<feed",
        "/sitemap.xml": "/reports/mengzhou-wjw/2020/",
    }.items():
        answer = page.request.get(address)
        assert answer.ok, address
        assert word in answer.text(), address
