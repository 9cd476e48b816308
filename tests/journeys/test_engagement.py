"""A citizen writes to a mailbox and takes part in a survey; two people of the office answer."""

from __future__ import annotations

import re
import secrets
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from gongkai.base.question import number_of
from tests.journeys.people import barriers, too_wide
from tests.journeys.staff import SignIn, fill

BODY = "shilishi-wjw"
PHONE_NUMBER = "13900002222"
OURS = "main"


def answer_the_question(page: Page) -> None:
    """The question in words that keeps machines out."""
    asked = page.locator("label[for=id_answer]").inner_text()
    said = map(number_of, re.findall("[零一二两三四五六七八九十]+", asked))
    first, second = [number for number in said if number is not None][:2]
    page.fill("#id_answer", str(first - second if "减" in asked else first + second))


def send(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


@pytest.fixture
def mailbox(signed_in: SignIn) -> str:
    """The address of a mailbox that the head has just opened."""
    slug = f"box-{secrets.token_hex(4)}"
    head = signed_in("fuze")
    head.goto(f"/office/engagement/mailboxes/{BODY}/new/")
    fill(head.locator("form.gk-form"), {"name": f"主任信箱{slug[-4:]}", "slug": slug})
    assert barriers(head, OURS) == []
    send(head, "保存")
    expect(head.get_by_text("信箱已经保存").first).to_be_visible()
    assert barriers(head, OURS) == []
    return f"/engagement/mailboxes/{slug}/"


def test_from_the_letter_to_the_published_answer(
    plain_page: Page, page: Page, signed_in: SignIn, mailbox: str
) -> None:
    # The citizen writes, without JavaScript.
    citizen = plain_page
    citizen.goto(mailbox)
    citizen.get_by_role("link", name="写信", exact=True).click()
    title = f"社区门诊周末能打疫苗吗{secrets.token_hex(3)}"
    form = citizen.locator("form.ge-form")
    words = f"我叫林某某，电话{PHONE_NUMBER}，想问周末能不能打疫苗。"
    fill(form, {"category": "咨询", "subject": title, "text": words, "name": "林某某"})
    fill(form, {"phone": PHONE_NUMBER, "wish_public": "yes"})
    answer_the_question(citizen)
    send(citizen, "提交")
    expect(citizen.get_by_text("已经收到您的来信")).to_be_visible()
    number = citizen.locator("dd.ge-number").inner_text()
    code = citizen.locator("dd.ge-code").inner_text()
    send(citizen, "退出查询")

    # The clerk finds it, hands it on and drafts; another person sends it.
    clerk, reviewer = signed_in("jingban"), signed_in("shenhe")
    clerk.goto("/office/engagement/letters/?state=all")
    assert barriers(clerk, OURS) == []
    clerk.get_by_role("link", name=number).click()
    letter = clerk.url
    assert barriers(clerk, OURS) == []
    clerk.locator("summary", has_text="起草答复").click()
    reply = clerk.locator("form", has=clerk.locator("[value=reply]"))
    fill(reply, {"reply-result": "done", "reply-text": "您好，周六上午开诊，可以接种。"})
    send(clerk, "提交审核")
    expect(clerk.get_by_text("等待另一人审核").first).to_be_visible()
    reviewer.goto(letter)
    assert barriers(reviewer, OURS) == []
    reviewer.get_by_label("通过", exact=True).check()
    send(reviewer, "确定")
    expect(reviewer.get_by_text("答复已经发出").first).to_be_visible()

    # The citizen reads it with number and code, and says what he thinks of it.
    page.goto("/engagement/letter/track/")
    assert barriers(page) == []
    page.fill("#id_number", number)
    page.fill("#id_code", code)
    send(page, "查询")
    expect(page.get_by_text("周六上午开诊，可以接种")).to_be_visible()
    assert barriers(page) == []
    page.get_by_label("5 分 非常满意").check()
    send(page, "提交评价")
    expect(page.get_by_text("您评价为 5 分")).to_be_visible()
    assert number not in page.url

    # De-identified by one, let out by another, found by anybody.
    clerk.goto(letter)
    if not clerk.locator("[name=prepare-question]").is_visible():
        clerk.locator("summary", has_text="整理公开来信").click()
    draft = clerk.locator("[name=prepare-question]")
    assert PHONE_NUMBER not in draft.input_value() and "林某某" not in draft.input_value()
    send(clerk, "提交审核")
    expect(clerk.get_by_text("公开内容已经提交").first).to_be_visible()
    reviewer.goto(letter)
    reviewer.get_by_label("通过", exact=True).check()
    send(reviewer, "确定")
    expect(reviewer.get_by_text("已经公开").first).to_be_visible()
    page.goto("/engagement/letters/")
    page.fill("#q", title)
    send(page, "查找")
    assert barriers(page) == []
    page.get_by_role("link", name=title).click()
    expect(page.get_by_text("周六上午开诊，可以接种")).to_be_visible()
    assert PHONE_NUMBER not in page.content() and "林某某" not in page.content()
    assert barriers(page) == []


def test_a_survey_is_published_by_a_second_person_and_answered_on_a_phone(
    phone: Page, signed_in: SignIn
) -> None:
    clerk, reviewer = signed_in("jingban"), signed_in("shenhe")
    clerk.goto("/office/engagement/surveys/new/")
    assert barriers(clerk, OURS) == []
    title = f"周末门诊问卷{secrets.token_hex(3)}"
    today = date.today()
    questions = "【单选】您去过吗？\n去过\n没有去过\n【打分】您打几分？\n【填写，选答】意见"
    fill(
        clerk.locator("form.gk-form"),
        {
            "kind": "survey",
            "title": title,
            "intro": "想听听您的意见。",
            "opens_on": today.isoformat(),
            "closes_on": (today + timedelta(days=3)).isoformat(),
            "questions": questions,
        },
    )
    send(clerk, "保存")
    expect(clerk.get_by_text("等待另一人审核发布").first).to_be_visible()
    reviewer.goto(clerk.url)
    assert barriers(reviewer, OURS) == []
    send(reviewer, "审核通过并发布")
    expect(reviewer.get_by_text("已经发布").first).to_be_visible()

    phone.goto("/engagement/")
    phone.get_by_role("link", name=title).click()
    assert barriers(phone) == [] and too_wide(phone) == 0
    phone.get_by_label("去过", exact=True).check()
    phone.get_by_label("4 分").check()
    answer_the_question(phone)
    send(phone, "提交")
    expect(phone.get_by_text("谢谢您参加").first).to_be_visible()
    assert too_wide(phone) == 0
    reviewer.reload()
    expect(reviewer.get_by_text("1 人次参加")).to_be_visible()
