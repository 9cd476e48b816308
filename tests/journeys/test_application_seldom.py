"""依申请公开 by the ways that are seldom gone: Art 41, Art 35, slips, another section, a refund."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gongkai.documents.tests.redact_files import typeset
from tests.journeys.people import barriers, pdf_text
from tests.journeys.staff import PERSON, Citizen, Office, SignIn, fill, solve

OURS = "main"


@pytest.fixture
def office(signed_in: SignIn) -> Office:
    return Office(signed_in)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A scan of something."""
    file = tmp_path / "扫描件.pdf"
    file.write_bytes(typeset("证明"))
    return file


def received(page: Page, office: Office, subject: str) -> Citizen:
    """An application online that was confirmed and registered."""
    citizen = Citizen(page)
    citizen.apply(subject)
    office.open(citizen.number)
    office.do("jingban", "confirm-receipt", how="电话")
    office.do("jingban", "register")
    return citizen


def test_a_record_is_put_right_and_the_letter_signed_by_the_head_is_fetched(
    page: Page, office: Office, paper: Path, tmp_path: Path
) -> None:
    """条例 Art 41."""
    page.goto("/requests/correction/")
    form = page.locator("form.track-form")
    form.locator("[name=body]").select_option(label="示例市卫生健康委员会")
    fill(
        form,
        {
            "record": "示例市疾病预防控制中心疫苗接种记录",
            "wrong": "出生日期写成1991年",
            "right": "1990年1月1日",
            "evidence": paper,
            "name": "示例秋",
            "id_number": PERSON["id_number"],
            "identity": paper,
            "phone": PERSON["phone"],
            "answer": solve(form.locator("label[for=id_answer]").inner_text()),
        },
    )
    assert barriers(page) == []
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="已经收到")).to_be_visible()
    number, code = page.locator(".track-receipt dd").all_inner_texts()

    clerk = office.at("jingban")
    clerk.goto("/office/applications/requests/?state=open")
    clerk.locator("main a", has_text=number).first.click()
    clerk.get_by_role("button", name="登记为办理中").click()
    expect(clerk.locator("main")).to_contain_text("办理中")
    clerk.locator("[name=result]").select_option(label="予以更正")
    clerk.fill("[name=text]", "经核对原始登记，出生日期应为1990年1月1日，已经更正。")
    clerk.get_by_role("button", name="答复", exact=True).click()
    expect(clerk.get_by_text("已经答复").first).to_be_visible()
    assert clerk.get_by_role("button", name="签发更正告知书").count() == 0
    assert barriers(clerk, OURS) == []
    head = office.at("fuze")
    head.goto(clerk.url)
    head.get_by_role("button", name="签发更正告知书").click()
    expect(head.locator("main")).to_contain_text("更正告知书已经签发")

    page.get_by_role("button", name="退出查询").click()
    page.fill("#id_number", number)
    page.fill("#id_code", code)
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.locator("main")).to_contain_text("予以更正")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载更正告知书").click()
    said = pdf_text(Path(waiting.value.path()).read_bytes(), tmp_path)
    assert "更正" in said and "行政复议" in said and "1990年1月1日" in said


def test_a_slip_is_struck_out_and_the_handler_moves_to_another_section(
    page: Page, office: Office
) -> None:
    citizen = Citizen(page)
    citizen.apply("社区医院值班表")
    office.open(citizen.number)
    office.do("jingban", "confirm-receipt", how="电话")
    clerk = office.see("jingban")
    expect(clerk.locator("#clock")).to_contain_text("收到申请之日")
    slip = clerk.url.split("#")[0] + "do/void/"
    clerk.goto(slip)
    clerk.locator("form.ga-case-form label", has_text="确认").first.click()
    clerk.fill("[name=reason]", "记错了，还没有与申请人联系上")
    clerk.get_by_role("button", name="更正一条办理记录").click()
    # Struck out it stands in the history, the period has not begun, and it can be confirmed again.
    expect(clerk.locator("#timeline, .ga-timeline").first).to_contain_text("记错了")
    page.goto("/track/")
    citizen.track()
    expect(page.locator("main")).to_contain_text("等待确认收到")
    office.do("jingban", "confirm-receipt", how="电话")
    office.do("jingban", "register")

    office.do("jingban", "assign", sections="医政医管科")
    handler = office.see("chengban")
    expect(handler.locator("main")).to_contain_text("社区医院值班表")
    admin = office.at("admin")
    admin.goto("/office/organisation/roles/?q=chengban")
    admin.locator("main table a", has_text="示例己").first.click()
    role = admin.url
    move(admin, role, "政策法规科")
    try:
        # What the section has stays with the section; he sees what his new one has.
        assert handler.goto(office.case).status == 404  # type: ignore[union-attr]
        office.do("jingban", "transfer-section", to="政策法规科", reason="承办人调整")
        today = date.today().isoformat()
        office.do(
            "chengban", "search", place="公文系统", words="值班", searched_on=today,
            searcher="示例己", found="没有找到", result="2020年以来没有找到",
        )  # fmt: skip
        expect(office.see("jingban").locator("main")).to_contain_text("2020年以来没有找到")
    finally:
        move(admin, role, "医政医管科")


def move(admin: Page, role: str, section: str) -> None:
    """The administrator gives the role another section."""
    admin.goto(role)
    admin.locator("[name=section]").select_option(label=f"示例市卫健委 {section}")
    admin.get_by_role("button", name="保存").click()
    expect(admin.locator("main, .messages").first).to_be_visible()


def test_too_many_applications_reasons_asked_given_and_not_found_good(
    page: Page, office: Office, tmp_path: Path
) -> None:
    """条例 Art 35."""
    citizen = received(page, office, "历年全部会议签到表")
    office.do("jingban", "ask-reasons", counts="今年以来提出80件，涉及同类签到表。", days=5)
    office.pass_on("submit", "sign", "seal", letter="说明理由")
    office.deliver(letter="说明理由")
    citizen.track()
    expect(page.locator("main")).to_contain_text("说明理由")
    page.locator("a[href$='/do/receive-reasons/']").first.click()
    page.fill("[name=text]", "想知道谁参加了会议。")
    assert barriers(page) == []
    page.get_by_role("button", name=re.compile("提交")).click()
    clerk = office.see("jingban")
    office.do(
        "jingban", "receive-reasons", reasonable="理由不合理", judgement="与自身没有关联，数量过大"
    )
    expect(clerk.locator("main")).to_contain_text("判断：不合理")


def test_part_of_a_fee_is_given_back_and_the_receipt_of_the_post_is_kept(
    page: Page, office: Office, paper: Path
) -> None:
    citizen = Citizen(page)
    citizen.begin("历年培训教材")
    citizen.say(subject="历年培训教材全文", details="全部年度")
    citizen.say(**PERSON | {"address": "示例市示例路78号", "post_code": "000000"})
    citizen.say(form="paper", route="post")
    citizen.send()
    office.ask_fee(citizen.number, pages=60)
    office.do("jingban", "payment")
    clerk = office.see("jingban")
    clerk.locator("#deeds a[href$='/do/refund/']").first.click()
    clerk.fill("[name=amount]", "5000")
    clerk.fill("[name=note]", "实际提供的页数少于通知书")
    clerk.get_by_role("button", name="登记退费").click()
    expect(clerk.locator("main [role=alert]").first).to_be_visible()
    office.do("jingban", "refund", amount=100, note="实际提供的页数少于通知书")
    expect(office.see("jingban").locator("main")).to_contain_text("退")

    office.decide(
        "清楚", "是", "由本机关负责", "有", "可以公开", "按要求的形式提供",
        提供内容="《培训教材》1份50页",
    )  # fmt: skip
    office.do("jingban", "draft")
    name = "公开告知书"
    office.pass_on(
        "submit", "legal-review", "secrecy-review", "sign", "seal",
        letter=name, otherwise="纸质复印件随告知书邮寄",
    )  # fmt: skip
    office.deliver("post", letter=name, tracking="EX123456780CN")
    office.do("jingban", "signature", letter=name, proof=paper)
    expect(clerk.locator("#papers")).to_contain_text("送达")

    # The answer is there: he says how he found it, in words that only the office reads.
    citizen.track()
    expect(page.locator("main")).to_contain_text("EX123456780CN")
    page.locator("a[href$='/do/rate/']").first.click()
    page.locator("[name=score]").first.check()
    page.get_by_role("button", name=re.compile("提交")).click()
    expect(page.locator(".notice, .messages").first).to_be_visible()
    assert barriers(page) == []
