"""What comes round again: withheld information (条例 Art 18), the clean-up of what is in force."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.press import Press
from tests.journeys.staff import SignIn

OFFICE = "/office/"


@pytest.fixture
def press(signed_in: SignIn) -> Press:
    return Press(signed_in)


def withhold(press: Press, title: str) -> None:
    """Draft it, and have the secrecy review find that it may not be published."""
    press.draft(title, "一、内部会议安排。")
    press.hand_in()
    press.review("科室初审")
    page = press.see("baomi", "review/")
    page.get_by_label("不予公开", exact=True).check()
    page.locator("[name=ground]").select_option("deny_internal_affairs")
    page.locator("[name=opinion]").fill("内部事务，现在不公开。")
    page.get_by_role("button", name="通过", exact=True).click()
    expect(page.get_by_text("保密审查已通过")).to_be_visible()
    press.review("领导签发")


def test_what_is_withheld_is_looked_at_again_and_comes_out(press: Press, page: Page) -> None:
    turn = random.randrange(100, 10_000)
    title = f"关于第{turn}次业务会商的安排"
    withhold(press, title)
    clerk = press.at("jingban")
    clerk.goto(f"{OFFICE}documents/re-evaluation/")
    row = clerk.locator("tr", has_text=title)
    expect(row).to_contain_text("内部事务信息")

    # Once it stays as it is, with a reason and the next day; nothing of it is public.
    row.get_by_role("link", name="评估").click()
    clerk.get_by_label("继续不主动公开").check()
    clerk.get_by_label("理由").fill("会商还没有结束。")
    later = date.today() + timedelta(days=90)
    clerk.get_by_label("下次评估").fill(later.isoformat())
    clerk.get_by_role("button", name="记录评估").click()
    expect(clerk.locator("tr", has_text=title)).to_contain_text(later.isoformat())
    page.goto(f"/search/?q={title}")
    expect(page.locator(".hit", has_text=title)).to_have_count(0)

    # Then it may be published: a draft again, that takes the whole review.
    clerk.locator("tr", has_text=title).get_by_role("link", name="评估").click()
    clerk.get_by_label("可以公开，转为主动公开").check()
    clerk.get_by_label("理由").fill("会商已经结束，安排可以公开。")
    clerk.get_by_role("button", name="记录评估").click()
    expect(clerk.get_by_text("已转为主动公开的草稿")).to_be_visible()
    expect(clerk.get_by_role("link", name="发布", exact=True)).to_have_count(0)
    press.review_all()
    address = press.publish()
    page.goto(address)
    expect(page.locator("h1")).to_have_text(title)
    clerk.goto(f"{OFFICE}documents/re-evaluation/")
    expect(clerk.locator("tr", has_text=title)).to_have_count(0)
    # What was decided, by whom and why, stays with the document.
    kept = press.see("jingban")
    for words in ("会商还没有结束", "会商已经结束"):
        expect(kept.locator("main")).to_contain_text(words)


def test_a_clean_up_from_its_opening_to_the_published_result(press: Press, page: Page) -> None:
    clerk = press.at("jingban")
    clerk.goto(f"{OFFICE}publishing/cleanups/?body=shilishi-wjw")
    under_way = clerk.locator("tbody tr", has_text="办理中")
    if under_way.count():  # another journey has opened one: there is one at a time
        under_way.get_by_role("link").first.click()
        expect(clerk.locator("h1")).to_contain_text("清理")
        name = clerk.locator("h1").inner_text()
    else:
        name = f"第{random.randrange(100, 10_000)}轮行政规范性文件清理"
        clerk.get_by_role("link", name="开始清理").click()
        clerk.get_by_label("名称").fill(name)
        clerk.get_by_label("清理的依据和要求").fill("按照年度清理工作的要求。")
        clerk.get_by_role("button", name="开始").click()
        expect(clerk.get_by_text("清理已经开始")).to_be_visible()
    round_of = clerk.url

    # Nothing is concluded while one is left; who ends one says why.
    clerk.get_by_role("link", name="形成结果").click()
    clerk.get_by_role("button", name="形成公布结果的草稿").click()
    expect(clerk.get_by_text(re.compile("还有 .* 件没有提出清理意见"))).to_be_visible()
    clerk.goto(round_of)
    rows = clerk.locator(".gk-cards tbody tr")
    count = rows.count()
    ended = rows.first.locator("th a").inner_text()
    rows.first.locator("[name=verdict]").select_option(label="废止")
    rows.first.get_by_role("button", name="保存").click()
    expect(clerk.get_by_text("请写明理由")).to_be_visible()
    for number in range(count):
        row = rows.nth(number)
        row.locator("[name=verdict]").select_option(label="废止" if number == 0 else "继续有效")
        row.locator("[name=reason]").fill("已有新的规定。" if number == 0 else "")
        row.get_by_role("button", name="保存").click()
        expect(clerk.get_by_text("已登记").first).to_be_visible()
    expect(clerk.get_by_text(f"已提出意见 {count} 件")).to_be_visible()

    clerk.get_by_role("link", name="形成结果").click()
    clerk.get_by_role("button", name="形成公布结果的草稿").click()
    expect(clerk.get_by_text("已形成草稿")).to_be_visible()
    press.document = clerk.url
    expect(clerk.locator("h1")).to_contain_text(name)
    # Until its result is published the document stands as it stood.
    page.goto(f"/search/?q={ended}")
    expect(page.locator(".hit", has_text=ended).first).not_to_contain_text("废止")
    press.review_all()
    address = press.publish()
    page.goto(address)
    expect(page.locator(".doc-text")).to_contain_text("废止的行政规范性文件")
    expect(page.locator(".doc-text")).to_contain_text(ended)
    page.get_by_role("link", name=ended).first.click()
    expect(page.locator(".doc-validity")).to_contain_text("废止")
    expect(page.locator(".doc-validity")).to_contain_text(name)
