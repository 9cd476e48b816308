"""依申请公开 by other ways: refusal, counter, fee, post, who only inspects."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from gongkai.demo.data import load
from gongkai.documents.tests.redact_files import typeset
from tests.journeys.conftest import PHONE, context
from tests.journeys.people import barriers, pdf_text, too_wide
from tests.journeys.staff import PERSON, Citizen, Office, SignIn, fill, solve

OURS = "main"


@pytest.fixture
def office(signed_in: SignIn) -> Office:
    return Office(signed_in)


def test_a_refusal_its_reconsideration_and_the_new_answer(
    page: Page, office: Office, tmp_path: Path
) -> None:
    citizen = Citizen(page)
    citizen.apply("院感专题会议讨论记录")
    office.open(citizen.number)
    office.do("jingban", "confirm-receipt", how="电话")
    office.do("jingban", "register")
    office.decide(
        "清楚",
        "是",
        "由本机关负责",
        "有",
        "讨论记录、过程稿、磋商信函、请示报告",
        过程性类别="讨论记录",
        理由="该材料记录的是决策前的讨论。",
        裁量理由="公开后可能影响以后坦率讨论。",
    )
    office.do("jingban", "draft")
    office.pass_on("submit", "legal-review", "secrecy-review", "sign", "seal", letter="不予公开")
    office.deliver(letter="不予公开")

    # The letter names what can be done against it, and so does the tracking page.
    citizen.track()
    said = pdf_text(citizen.download("不予公开告知书"), tmp_path)
    assert "行政复议" in said and "行政诉讼" in said
    expect(page.get_by_role("heading", name="对答复不服")).to_be_visible()
    expect(page.locator("dt", has_text="申请行政复议的最后一天").locator("+ dd")).to_be_visible()
    assert barriers(page) == []

    # The reconsideration is registered from the case; the day of the defence is there at once.
    legal = office.see("fazhi")
    legal.get_by_role("link", name="登记复议诉讼").click()
    today = date.today()
    expect(legal.locator("[name=number]")).to_have_value(citizen.number)
    legal.locator("[name=kind]").select_option(label="行政复议")
    legal.fill("[name=institution]", "示例市人民政府")
    legal.fill("[name=case_number]", f"示政复〔{today.year}〕走查{citizen.number[-4:]}号")
    legal.fill("[name=accepted_on]", today.isoformat())
    legal.fill("[name=served_on]", today.isoformat())
    legal.get_by_role("button", name="登记", exact=True).click()
    due = legal.locator("dt", has_text="提交答复（答辩）的期限").locator("+ dd")
    expect(due).to_contain_text(re.compile(r"\d{4}年\d+月\d+日"))
    assert barriers(legal, OURS) == []
    dispute = legal.url
    legal.get_by_role("link", name="提交答复（答辩）").click()
    legal.fill("[name=on]", today.isoformat())
    legal.get_by_role("button", name="提交答复（答辩）").click()
    expect(legal.locator("main")).to_contain_text("已提交")
    legal.goto(dispute)
    legal.get_by_role("link", name="登记审理结果").click()
    legal.locator("[name=outcome]").select_option(label="结果纠正")
    legal.fill("[name=on]", today.isoformat())
    again = today + timedelta(days=14)
    legal.fill("[name=reanswer_due_on]", again.isoformat())
    legal.get_by_role("button", name="登记审理结果").click()
    expect(legal.get_by_text("重新答复的期限")).to_be_visible()

    # The case is open again, and table 四 counts the outcome and leads to it.
    clerk = office.see("jingban")
    expect(clerk.locator("#deeds h2")).to_contain_text("重新作出答复决定")
    expect(clerk.locator(".ga-case-head")).to_contain_text(f"{again.month}月{again.day}日")
    clerk.goto("/office/applications/statistics/")
    clerk.get_by_role("link", name=re.compile("^行政复议结果纠正：")).click()
    clerk.get_by_role("link", name=re.compile(citizen.number[-4:])).first.click()
    clerk.get_by_role("link", name=citizen.number).click()
    assert clerk.url == office.case


def test_at_the_counter_with_a_scan_and_a_printed_receipt(
    page: Page, office: Office, tmp_path: Path
) -> None:
    scan = tmp_path / "申请书.pdf"
    scan.write_bytes(typeset("政府信息公开申请表（扫描件）"))
    clerk = office.at("jingban")
    clerk.goto("/office/")
    for tasks in clerk.locator(".gk-tasks").all():  # the days stand below each other
        assert len({x.bounding_box()["x"] for x in tasks.locator(".gk-near").all()}) <= 1  # type: ignore[index]
    clerk.goto("/office/applications/")
    clerk.get_by_role("link", name="收件").first.click()
    clerk.get_by_role("link", name="当面").click()
    assert barriers(clerk, OURS) == []
    for name, value in {
        "name": "示例冬",
        "id_number": str(PERSON["id_number"]),
        "phone": "13800000088",
        "subject": "社区卫生服务中心药品目录",
        "details": "请提供2025年的目录。",
    }.items():
        clerk.fill(f"[name={name}]", value)
    clerk.set_input_files("[name=requests]", scan)
    clerk.get_by_role("button", name="下一步").click()
    expect(clerk.locator("main")).to_contain_text("答复")
    assert barriers(clerk, OURS) == []
    clerk.get_by_role("button", name="确认收件").click()
    expect(clerk.get_by_role("heading", name="已收件")).to_be_visible()
    assert barriers(clerk, OURS) == []
    number, code = clerk.locator(".ga-number").all_inner_texts()

    # The receipt for the applicant has what he needs to look it up.
    with clerk.expect_download() as printed:
        clerk.get_by_role("button", name="打印登记回执").first.click()
    said = pdf_text(Path(printed.value.path()).read_bytes(), tmp_path)
    assert number in said and "".join(code.split()) in said
    clerk.get_by_role("link", name="打开案件页").click()
    expect(clerk.locator("#papers")).to_contain_text("申请材料")
    assert "示例冬" not in clerk.content()

    citizen = Citizen(page)
    citizen.number, citizen.code = number, code
    citizen.track()
    expect(page.get_by_text("社区卫生服务中心药品目录")).to_be_visible()


def test_many_pages_a_fee_its_proof_and_a_paper_letter_by_post(
    page: Page, office: Office, tmp_path: Path
) -> None:
    citizen = Citizen(page)
    citizen.begin("历年采购公告")
    citizen.say(subject="历年药品采购公告全文", details="全部年度")
    citizen.say(**PERSON | {"address": "示例市示例路77号", "post_code": "000000"})
    citizen.say(form="paper", route="post")
    citizen.send()
    office.ask_fee(citizen.number, pages=900)

    # Paid; the proof goes up on the tracking page; the clerk looks at it and enters the payment.
    citizen.track()
    before = page.locator(".track-due, main").first.inner_text()
    page.get_by_role("link", name="上传缴费凭证").first.click()
    assert barriers(page) == []
    proof = tmp_path / "缴费凭证.pdf"
    proof.write_bytes(typeset("缴款成功"))
    page.set_input_files("#id_files", proof)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("缴费凭证已经收到").first).to_be_visible()
    clerk = office.see("jingban")
    expect(clerk.locator("#papers")).to_contain_text("缴费凭证")
    clerk.locator("#deeds a[href$='/do/payment/']").first.click()
    assert float(clerk.locator("[name=amount]").input_value()) > 0
    office.do("jingban", "payment")
    expect(clerk.locator("#clock")).to_contain_text("重新起算")
    page.goto("/track/case/")
    assert page.locator(".track-due, main").first.inner_text() != before
    expect(page.locator("main")).to_contain_text("工作日")

    # Granted, on paper, by post: the number of the mail is on the case and with the applicant.
    office.decide(
        "清楚",
        "是",
        "由本机关负责",
        "有",
        "可以公开",
        "按要求的形式提供",
        提供内容="《药品采购公告汇编》1份900页",
    )
    office.do("jingban", "draft")
    name = "公开告知书"
    given = "纸质复印件随告知书邮寄"
    office.pass_on(
        "submit", "legal-review", "secrecy-review", "sign", "seal", letter=name, otherwise=given
    )
    office.deliver("post", letter=name, tracking="EX123456789CN")
    expect(clerk.locator("#papers tr", has_text=name)).to_contain_text("EX123456789CN")
    page.goto("/track/case/")
    expect(page.locator("main")).to_contain_text("EX123456789CN")


def test_who_inspects_sees_counts_and_cases_but_nobodys_name(signed_in: SignIn) -> None:
    people = load("cases.yaml")["applicants"].values()
    kinds = ("name", "contact", "representative", "phone", "email", "id_number", "credit_code")
    known = {str(p[k]) for p in people for k in kinds if p.get(k)}
    known |= {str(PERSON[k]) for k in ("person", "id_number", "phone")}
    inspector = signed_in("jiancha")
    addresses = ["/office/"]
    for tab in ("", "?tab=body&state=all"):
        inspector.goto(f"/office/applications/{tab}")
        addresses += [f"/office/applications/{tab}"]
    cases = inspector.locator("main a[href]").evaluate_all("all => all.map(a => a.pathname)")
    cases = sorted({a for a in cases if re.fullmatch(r"/office/applications/\d+/", a)})
    assert len(cases) > 10
    inspector.goto("/office/applications/statistics/")
    cell = inspector.locator(".gk-official a").first.get_attribute("href") or ""
    addresses += [*cases, "/office/applications/statistics/", cell]
    addresses += [f"/office/applications/{n}/" for n in ("calendar", "disputes", "moved")]
    found = []
    for address in addresses:
        inspector.goto(address)
        text = inspector.content()
        found += [f"{address}: {one}" for one in known if one in text]
    assert found == []
    inspector.goto(cases[0])
    expect(inspector.get_by_text("以检查人员的身份查看")).to_be_visible()
    assert inspector.locator("#deeds, #words").count() == 0


class OnAPhone(Citizen):
    """Looks at every step whether it can be moved sideways."""

    def go_on(self) -> None:
        assert too_wide(self.page) <= 0, self.page.url
        super().go_on()


@pytest.mark.parametrize("elder", [False, True])
def test_an_application_on_a_phone_without_scripts(
    chromium: Browser, site: str, elder: bool
) -> None:
    opened = context(chromium, site, java_script_enabled=False, **PHONE)
    page = opened.new_page()
    if elder:
        page.goto("/")
        page.get_by_role("link", name="长辈版").first.click()
    citizen = OnAPhone(page)
    citizen.apply("家庭病床收费标准", details="2025年的标准")
    assert too_wide(page) <= 0
    expect(page.locator(".receipt-codes")).to_contain_text(citizen.number)
    with page.expect_download() as receipt:
        page.get_by_role("link", name="下载登记回执").click()
    assert Path(receipt.value.path()).read_bytes().startswith(b"%PDF")
    citizen.track()
    expect(page.locator("main")).to_contain_text("家庭病床收费标准")
    assert too_wide(page) <= 0
    opened.close()


def test_who_applies_often_has_an_account_and_leaves_it(page: Page) -> None:
    citizen, name, password = Citizen(page), "春山在望", "yuntou-3-yaoyuan"
    page.goto("/apply/")
    page.get_by_role("link", name="登录", exact=True).click()
    assert barriers(page) == []
    page.get_by_role("link", name="注册账号").click()
    new = {"username": name, "password": password, "again": password}
    fill(page.locator("form.track-form"), new)
    page.fill("#id_answer", solve(page.locator("label[for=id_answer]").inner_text()))
    assert barriers(page) == []
    page.get_by_role("button", name="注册", exact=True).click()
    expect(page.locator("h1")).to_have_text("我的申请")
    page.get_by_role("link", name="我的资料").click()
    fill(page.locator("form.apply-who"), PERSON)
    assert barriers(page) == []
    page.get_by_role("button", name="保存").click()

    # What he keeps is filled in; what he sends comes to his list.
    citizen.begin("村卫生室药品配送企业名单")
    citizen.say(subject="村卫生室药品配送企业名单")
    expect(page.locator("[name=person]")).to_have_value(str(PERSON["person"]))
    citizen.go_on()
    citizen.say(form="electronic", route="online")
    citizen.send()
    page.get_by_role("link", name="我的申请").click()
    expect(page.get_by_text(citizen.number)).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="查看").click()
    expect(page.locator("h1")).to_have_text("办理进度")

    # The account goes, the application stays.
    page.get_by_role("link", name="我的申请").click()
    page.get_by_role("link", name="注销账号").click()
    page.fill("#id_password", password)
    assert barriers(page) == []
    page.get_by_role("button", name="注销账号").click()
    expect(page.get_by_text("账号已经注销")).to_be_visible()
    citizen.track()
