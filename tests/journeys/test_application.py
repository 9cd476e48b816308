"""依申请公开 from the first search to the satisfied citizen, everything in the browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gongkai.documents.tests.redact_files import typeset
from tests.journeys.people import barriers, pdf_text
from tests.journeys.staff import PERSON, Citizen, Office, SignIn

SECRET, KEPT = "13900007788", "合同总价为三百二十万元"
CONTRACT = f"联系人：示例某，电话 {SECRET}。\n\n{KEPT}。\n\n账号 6222000011112222333。"
OURS = "main"


@pytest.fixture
def office(signed_in: SignIn) -> Office:
    return Office(signed_in)


def test_from_the_first_search_to_the_redacted_file(
    page: Page, office: Office, tmp_path: Path
) -> None:
    citizen = Citizen(page)

    # The citizen applies; the draft outlives the browser's wandering off.
    citizen.begin("医疗设备采购合同")
    citizen.say(subject="中心医院医疗设备采购合同", details="合同正文")
    page.goto("/")
    page.goto("/apply/")
    page.get_by_role("link", name="接着填写").click()
    citizen.say(**PERSON)
    citizen.say(form="electronic", route="online")
    expect(page.get_by_text("中心医院医疗设备采购合同").first).to_be_visible()
    assert barriers(page) == []
    citizen.send()
    assert barriers(page) == []
    with page.expect_download() as receipt:
        page.get_by_role("link", name="下载登记回执").click()
    assert citizen.number in pdf_text(Path(receipt.value.path()).read_bytes(), tmp_path)

    # The clerk confirms, registers and asks for a correction.
    clerk = office.open(citizen.number)
    assert barriers(clerk, OURS) == []
    office.do("jingban", "confirm-receipt", how="电话")
    office.do("jingban", "register")
    office.do(
        "jingban",
        "ask-correction",
        problem="未写明或者没有写清楚所需信息的名称、文号或者便于查询的其他特征",
        items="请写明合同的年度。",
        guidance="例如：2025年中心医院CT设备采购合同。",
    )
    office.pass_on("submit", "sign", "seal", letter="补正告知书")
    office.deliver(letter="补正告知书")

    # The citizen answers on the tracking page.
    citizen.track()
    assert barriers(page) == []
    page.get_by_role("link", name="提交补正材料").first.click()
    expect(page.get_by_text("请写明合同的年度").first).to_be_visible()
    assert barriers(page) == []
    page.fill("#id_text", "需要2025年签订的合同。")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("补正材料已经收到").first).to_be_visible()

    # A section takes it over, the third party is asked and answers.
    expect(office.see("jingban").get_by_text("需要2025年签订的合同").first).to_be_visible()
    office.do("jingban", "assign", sections="医政医管科")
    office.do("jingban", "consult-third-party", name="示例医疗设备有限公司", content="采购合同")
    for name in ("征求第三方意见书", "征求意见情况告知书"):
        office.pass_on("submit", "sign", "seal", letter=name)
        office.deliver("counter", letter=name)
    office.do(
        "jingban",
        "consultation-reply",
        position="partly",
        reasons="联系人电话不应公开",
        reasonable="yes",
    )

    # The extension is asked for, approved by the head, and told to the citizen.
    office.do("jingban", "extend", days=5, reason="需要区分处理合同中的个人信息")
    office.do("fuze", "approve-extension", approved="yes")
    office.pass_on("submit", "sign", "seal", letter="延期答复告知书")
    office.deliver(letter="延期答复告知书")
    page.goto("/track/case/")
    expect(page.locator(".track-papers li", has_text="延期答复告知书")).to_be_visible()

    # The original is kept apart; words and a box are taken out of what is given.
    original = tmp_path / "采购合同.pdf"
    original.write_bytes(typeset(CONTRACT))
    office.redact(original, words=SECRET, box="账号")

    # Decided by the questions, drafted, reviewed, signed, sealed, sent.
    office.decide(
        "清楚",
        "是",
        "由本机关负责",
        "有",
        "部分不能公开，可以区分处理",
        提供内容="《采购合同》1份1页",
    )
    office.do("jingban", "draft")
    office.pass_on(
        "submit", "legal-review", "secrecy-review", "sign", "seal", letter="部分公开告知书"
    )
    office.deliver(letter="部分公开告知书")

    # The citizen has letter and file, and says so.
    page.goto("/track/case/")
    assert barriers(page) == []
    letter = pdf_text(citizen.download("部分公开"), tmp_path)
    assert "行政复议" in letter and "示例秋" in letter
    given = pdf_text(citizen.download("采购合同"), tmp_path)
    assert KEPT in given and SECRET not in given and "6222" not in given
    page.get_by_role("button", name="确认收到").last.click()
    expect(page.get_by_text("已确认收到").first).to_be_visible()
    page.get_by_role("link", name="评价这次办理").click()
    page.get_by_label("4 分 满意").check()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("评价已经收到")).to_be_visible()
