"""The site is for everyone: keyboard, no scripts, a phone, larger type, screen readers."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import Visitor, barriers, too_wide

DRAFT = Path(__file__).resolve().parents[2] / "gongkai/demo/data/shilishi-wjw-2025.txt"
PUBLIC = [
    "/",
    "/reports/",
    "/reports/?region=41&year=2020",
    "/reports/?q=没有这个机关",
    "/reports/shilishi-wjw/2024/",
    "/reports/mengzhou-wjw/2020/",
    "/reports/compare/",
    "/reports/compare/?body=shilishi-wjw&year=2020&year=2021&year=2022&year=2023&year=2024",
    "/reports/compare/?year=2020&body=jiyuan-wjw&body=mengzhou-wjw&body=yichuan-wjw",
    "/check/",
    "/bodies/",
    "/bodies/shilishi-wjw/",
    "/data/",
    "/accessibility/",
    "/site-map/",
    "/report-error/",
    "/no/such/page/",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_has_no_barriers(chromium_page: Page, address: str) -> None:
    chromium_page.goto(address)
    assert barriers(chromium_page) == []


@pytest.mark.parametrize("address", ["/", "/reports/shilishi-wjw/2024/", "/check/"])
def test_the_version_for_the_elderly_has_no_barriers(chromium_page: Page, address: str) -> None:
    chromium_page.goto("/")
    chromium_page.get_by_role("link", name="长辈版").first.click()
    chromium_page.goto(address)
    assert barriers(chromium_page) == []


def test_the_result_of_a_checkup_has_no_barriers(visitor: Visitor) -> None:
    visitor.check(DRAFT)
    assert barriers(visitor.page) == []


@pytest.mark.parametrize("address", PUBLIC)
def test_a_phone_never_moves_sideways(phone: Page, address: str) -> None:
    phone.goto(address)
    assert too_wide(phone) <= 0
    expect(phone.locator("h1").first).to_be_visible()


def test_a_checkup_on_a_phone(phone: Page) -> None:
    Visitor(phone).check(DRAFT)
    assert too_wide(phone) <= 0
    assert barriers(phone) == []


def test_larger_type_for_the_elderly_stays_on(page: Page) -> None:
    page.goto("/")
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    before = page.evaluate(size)
    with page.expect_navigation():
        page.get_by_role("link", name="长辈版").first.click()
    assert page.evaluate(size) >= 20 > before
    page.goto("/reports/")
    assert page.evaluate(size) >= 20
    with page.expect_navigation():
        page.get_by_role("link", name="标准版").first.click()
    assert page.evaluate(size) == before


def test_by_keyboard_to_a_report(page: Page) -> None:
    page.goto("/reports/")
    page.keyboard.press("Tab")
    assert "跳" in page.evaluate("document.activeElement.innerText")
    page.keyboard.press("Enter")
    _tab_to(page, "input[type=search]")
    page.keyboard.type("示例市 2024")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    _tab_to(page, "a[href='/reports/shilishi-wjw/2024/']")
    ring = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(ring) != "none"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("示例市卫生健康委员会2024年")
    _tab_to(page, "a[href$='report.pdf']")


def test_a_form_that_comes_back_begins_with_what_is_wrong(page: Page, tmp_path: Path) -> None:
    empty = tmp_path / "空.txt"
    empty.write_text(" \n", "utf-8")
    page.goto("/check/")
    page.set_input_files("#id_file", empty)
    page.get_by_role("button", name="开始体检").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("空.txt")


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by the Tab key")


def test_without_scripts_everything_can_be_done(plain_page: Page) -> None:
    page = plain_page
    page.goto("/reports/")
    page.fill("input[type=search]", "孟州")
    page.get_by_role("button", name="筛选").click()
    page.locator("a[href='/reports/mengzhou-wjw/2020/']").first.click()
    expect(page.locator('[data-address="t2.licensing.decisions"]')).to_have_text("415")
    page.goto("/reports/compare/?body=shilishi-wjw&year=2023&year=2024")
    expect(page.locator("table.compare-table").first).to_be_visible()
    Visitor(page).check(DRAFT)
    expect(page.locator("article.finding").first).to_be_visible()
    page.get_by_role("link", name="长辈版").first.click()
    expect(page.locator("h1").first).to_be_visible()
