"""On a phone the menu is folded: a page begins with what the page is about."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PHONE, context
from tests.journeys.people import barriers, too_wide


@pytest.mark.parametrize(("script", "elder"), [(True, False), (False, False), (True, True)])
def test_the_menu_is_opened_by_keyboard_with_and_without_scripts(
    chromium: Browser, site: str, script: bool, elder: bool
) -> None:
    opened = context(chromium, site, **PHONE, java_script_enabled=script)
    page = opened.new_page()
    page.goto("/display/?elder=1&next=/reports/" if elder else "/reports/")
    head = page.locator(".site-head").bounding_box()
    assert head and head["height"] <= (330 if elder else 240)
    link = page.locator(".site-nav").get_by_role("link", name="依申请公开")
    expect(link).to_be_hidden()
    fold = page.locator(".site-nav summary")
    size = fold.bounding_box()
    assert size and size["height"] >= 44
    fold.focus()
    page.keyboard.press("Enter")
    expect(link).to_be_visible()
    for one in page.locator(".site-nav a").all():
        box = one.bounding_box()
        assert box and box["height"] >= 44
    if script:
        assert not barriers(page)
        assert not too_wide(page)
    link.click()
    page.wait_for_url("**/apply/**")
    expect(page.locator(".site-nav").get_by_role("link", name="公开指南")).to_be_hidden()
    opened.close()


def test_a_wide_screen_always_has_the_whole_menu(page: Page) -> None:
    page.goto("/reports/")
    expect(page.locator(".site-nav summary")).to_be_hidden()
    expect(page.locator(".site-nav").get_by_role("link", name="公开指南")).to_be_visible()
