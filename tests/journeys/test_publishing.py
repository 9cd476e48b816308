"""A document from the first line to its repeal; what nobody can get around."""

from __future__ import annotations

import random
import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.press import Press
from tests.journeys.staff import SignIn

ID_NUMBER = "990101199001010019"


@pytest.fixture
def press(signed_in: SignIn) -> Press:
    return Press(signed_in)


def test_from_a_draft_with_an_id_number_to_its_repeal(press: Press, page: Page) -> None:
    turn = random.randrange(100, 10_000)  # a site that runs may know the others already
    number = f"示卫办〔2026〕{turn}号"
    title = f"关于举办第{turn}期穴位贴敷培训的通知"
    clerk = press.draft(
        title, f"各有关单位：\n培训联络员证件{ID_NUMBER}，请各单位按时参加。", doc_number=number
    )
    # The machine asks; as long as it does, nothing is handed in.
    expect(clerk.locator("#found-list article").first).to_contain_text("身份证")
    expect(clerk.get_by_role("button", name="送审", exact=True)).to_have_count(0)
    clerk.get_by_role("button", name="遮盖").click()
    expect(clerk.get_by_text("原来的字已经从草稿中去掉")).to_be_visible()
    expect(clerk.locator("#found-text")).not_to_contain_text(ID_NUMBER)

    press.review_all()
    address = press.publish()

    page.goto(address)
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator(".doc-text")).not_to_contain_text(ID_NUMBER)
    expect(page.locator(".doc-validity")).to_contain_text("有效")
    assert ID_NUMBER not in page.content()
    page.goto("/search/?q=穴位")
    hit = page.locator(".hit", has=page.locator(f"a[href='{address}']"))
    expect(hit.locator("mark").first).to_have_text("穴位")

    newer = f"关于停止举办第{turn}期穴位贴敷培训的通知"
    today = date.today()
    press.draft(
        newer,
        f"{number}即日起废止。",
        **{
            "change-0-document": number,
            "change-0-does": "repeals",
            "change-0-on": today.isoformat(),
        },
    )
    press.review_all()
    repealing = press.publish()

    page.goto(address)
    validity = page.locator(".doc-validity")
    expect(validity).to_contain_text("已废止")
    expect(validity).to_contain_text(f"{today.year}年{today.month}月{today.day}日")
    validity.get_by_role("link", name=newer).click()
    expect(page).to_have_url(re.compile(f"{repealing}$"))
    # What holds is found first, what does not says so.
    page.goto(f"/search/?q=第{turn}期穴位")
    expect(page.locator(".hit h3 a")).to_have_text([newer, title])
    expect(page.locator(".hit").last).to_contain_text("已废止")


def test_nobody_reviews_what_he_wrote(press: Press) -> None:
    """The administrator holds no post but what he gives himself, and no two on one document."""
    admin = press.at("admin")
    for role in ("经办人", "审核人"):
        admin.goto("/office/organisation/roles/new/")
        admin.locator("[name=user]").select_option(label="示例戊（admin）")
        admin.locator("[name=body]").select_option(label="示例市卫生健康委员会")
        admin.locator("[name=role]").select_option(label=role)
        admin.get_by_role("button", name="保存").click()
    try:
        written_by_the_administrator(press)
    finally:
        for _ in range(2):
            admin.goto("/office/organisation/roles/?q=admin")
            admin.locator("main table a", has_text="示例戊").first.click()
            admin.get_by_role("link", name="删除").click()
            admin.get_by_role("button", name="确认删除").click()


def written_by_the_administrator(press: Press) -> None:
    press.draft("关于核对管理员拟稿的通知", "请各单位核对。", who="admin")
    press.hand_in("admin")
    admin = press.see("admin", "review/")
    expect(admin.get_by_text("您参与过这一稿的起草，不能自己审查")).to_be_visible()
    expect(admin.get_by_role("button", name="通过")).to_have_count(0)
    # Nor does a form that he makes himself, for exactly this draft.
    seen = admin.locator(".gp-hash").inner_text().rpartition("：")[2].strip()
    token = next(c["value"] for c in admin.context.cookies() if c["name"] == "csrftoken")
    answer = admin.request.post(
        press.document + "review/",
        form={"csrfmiddlewaretoken": token, "step": "section", "sha256": seen, "approve": "1"},
    )
    assert answer.url.endswith("/office/"), "refused, and told so on the first page"
    press.review("科室初审")
    # The clerk sees that it waits for another post, and has no way to take the step himself.
    clerk = press.see("jingban")
    expect(clerk.get_by_text("等保密审查")).to_be_visible()
    clerk.goto(press.document + "review/")
    expect(clerk.get_by_role("button", name="通过")).to_have_count(0)


def test_a_draft_that_is_changed_goes_back_to_review(press: Press) -> None:
    press.draft("关于调整门诊采血时间的通知", "采血时间调整为七时三十分。")
    press.hand_in()
    press.review("科室初审")
    # The secrecy reviewer has the page open when the clerk changes the text.
    reviewer = press.see("baomi", "review/")
    press.change("采血时间调整为八时。")
    reviewer.get_by_label("可以公开", exact=True).check()
    reviewer.get_by_role("button", name="通过", exact=True).click()
    expect(reviewer.get_by_text("保密审查已通过")).to_have_count(0)

    press.review_all()
    clerk = press.see("jingban", "edit/")
    expect(clerk.get_by_text("保存修改以后，审查作废")).to_be_visible()
    press.change("采血时间调整为八时三十分。")
    clerk = press.see("jingban")
    expect(clerk.get_by_role("button", name="送审", exact=True)).to_be_visible()
    expect(clerk.get_by_role("link", name="发布", exact=True)).to_have_count(0)
    press.see("jingban", "publish/")
    expect(clerk.get_by_text("审查通过以后才能发布")).to_be_visible()


#: A list of Word in the browser, which says where it goes on, and the end of a document.
FROM_WORD = """<div class=ListContainerWrapper><ol start="4"><li><p>第四项</p></li></ol></div>
<p class=MsoNormal align=right style='text-align:right'>2026年3月2日<o:p></o:p></p>"""
PASTE = """(area, html) => {
  const carried = new DataTransfer();
  carried.setData("text/html", html);
  area.dispatchEvent(new ClipboardEvent("paste", {clipboardData: carried, bubbles: true}));
}"""
LOOKS = """here => {
  const style = (name, key) => getComputedStyle(here.querySelector(name))[key];
  const kinds = ["ol", "li"].map((name) => style(name, "listStyleType"));
  return [...kinds, style("p.right", "textAlign")];
}"""


def test_what_is_pasted_from_word_keeps_its_numbers_and_its_place(press: Press) -> None:
    """Whoever writes and whoever reviews sees the numbers; Wagtail's own pages hide them."""
    clerk = press.draft("关于粘贴文稿的通知", "一、请核对。")
    clerk.goto(press.document + "edit/")
    area = clerk.locator(".gp-area")
    area.click()
    area.evaluate(PASTE, FROM_WORD)
    expect(area.locator("ol")).to_have_attribute("start", "4")
    assert area.evaluate(LOOKS) == ["decimal", "decimal", "right"]
    press.save(clerk)
    seen = press.see("jingban").locator(".gp-text").first
    expect(seen.locator("ol")).to_have_attribute("start", "4")
    assert seen.evaluate(LOOKS) == ["decimal", "decimal", "right"]
