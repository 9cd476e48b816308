"""The staff's stories: a report is filed, checked, corrected and made public."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.people import barriers

SignIn = Callable[[str], Page]
OURS = "main"


def test_from_a_file_to_a_public_page(signed_in: SignIn, page: Page, tmp_path: Path) -> None:
    """The clerk files last year's report, corrects a cell; the head makes it public."""
    clerk = signed_in("jingban")
    file = tmp_path / "示例市卫生健康委员会2019年年报.json"
    file.write_bytes(_report_of_2019(page))

    clerk.goto("/office/annual-reports/import/")
    clerk.set_input_files("#files", file)
    clerk.get_by_role("button", name="上传并查看").click()
    expect(clerk.get_by_text("新建一份年报").first).to_be_visible()
    clerk.get_by_role("button", name="确认录入").click()

    clerk.goto("/office/annual-reports/?body=&year=2019&state=")
    clerk.get_by_role("link", name="示例市卫生健康委员会").first.click()
    report = clerk.url
    expect(clerk.get_by_text("尚未公开").first).to_be_visible()

    # a finding, its cell, the correction
    clerk.get_by_role("link", name="对照源文件，更正数字").click()
    finding = clerk.locator(".gk-finding", has_text="予以公开").first
    expect(finding).to_contain_text("总计")
    clerk.goto(report + "correct/?address=t3.granted.total")
    clerk.fill("#value", "21")
    clerk.fill("#reason", "合计漏加1件，经核对台账为21件。")
    clerk.get_by_role("button", name="保存更正").click()
    expect(clerk.get_by_text("第2版").first).to_be_visible()
    clerk.goto(report)
    expect(clerk.get_by_text("合计漏加1件").first).to_be_visible()
    assert clerk.get_by_role("link", name="公开", exact=True).count() == 0

    # what is still an error gets the clerk's word
    for _ in range(20):
        clerk.goto(report)
        todo = clerk.get_by_role("link", name="逐个办理")
        if todo.count() == 0:
            break
        todo.click()
        clerk.locator("main a[href*='/office/findings/']:not([href*='?'])").first.click()
        clerk.fill("#note-confirmed", "属实，公开后按程序更正。")
        clerk.get_by_role("button", name="确认问题").click()

    head = signed_in("fuze")
    head.goto(report)
    head.get_by_role("link", name="公开", exact=True).click()
    head.get_by_role("button", name=re.compile("^公开第2版")).click()
    expect(head.get_by_text("公开第2版").first).to_be_visible()

    page.goto("/reports/shilishi-wjw/2019/")
    expect(page.locator("h1")).to_contain_text("2019年政府信息公开工作年度报告")
    expect(page.locator('[data-address="t3.granted.total"]')).to_have_text("21")
    expect(page.get_by_role("heading", name="与原文件不同的数据")).to_be_visible()


def _report_of_2019(page: Page) -> bytes:
    """The demonstration's report of 2020 moved by a year, with one sum that does not add up."""
    text = page.request.get("/reports/shilishi-wjw/2020/report.json").text()
    text = text.replace("2020", "2019")
    wrong = re.sub(r'("granted": \[[^\]]*?)21(\s*\])', r"\g<1>20\2", text, count=1)
    assert wrong != text
    return wrong.encode()


def test_the_clerk_sees_what_is_to_be_done(signed_in: SignIn) -> None:
    clerk = signed_in("jingban")
    expect(clerk.get_by_role("heading", name="年度报告：我要办的")).to_be_visible()
    expect(clerk.get_by_text("2025年").first).to_be_visible()


def test_a_finding_goes_through_its_loop_by_two_people(signed_in: SignIn) -> None:
    clerk, reviewer = signed_in("jingban"), signed_in("shenhe")
    clerk.goto("/office/findings/?state=found&level=error")
    clerk.locator("main a[href*='/office/findings/']:not([href*='?'])").first.click()
    finding = clerk.url
    clerk.fill("#note-confirmed", "属实。")
    clerk.get_by_role("button", name="确认问题").click()
    clerk.goto(finding)
    clerk.fill("#note-mended", "已改正文稿。")
    clerk.get_by_role("button", name="报告整改完成").click()
    clerk.goto(finding)
    assert clerk.get_by_role("button", name="复核通过").count() == 0
    reviewer.goto(finding)
    reviewer.fill("#note-reviewed", "与台账核对一致，录入新文件后消失。")
    reviewer.get_by_role("button", name="复核通过").click()
    reviewer.goto(finding)
    reviewer.get_by_role("button", name="归档").click()
    reviewer.goto(finding)
    expect(reviewer.locator("[aria-current=step]")).to_have_text("归档")


def test_the_inspector_sees_but_does_not_file(signed_in: SignIn) -> None:
    inspector = signed_in("jiancha")
    inspector.goto("/office/annual-reports/")
    expect(inspector.get_by_role("link", name="示例市卫生健康委员会").first).to_be_visible()
    assert inspector.get_by_role("link", name="录入年报").count() == 0
    answer = inspector.request.get("/office/annual-reports/import/", max_redirects=0)
    assert answer.status in (302, 403)


def test_the_inspector_scores_a_body_by_what_the_records_say(signed_in: SignIn) -> None:
    inspector = signed_in("jiancha")
    inspector.goto("/office/assessments/")
    found = barriers(inspector, OURS)
    inspector.select_option("select[name=year]", "2024")
    inspector.get_by_role("button", name="建立方案").click()
    found += barriers(inspector, OURS)
    inspector.get_by_role("button", name="保存方案").click()
    expect(inspector.get_by_role("link", name="下载结果（XLSX）")).to_be_visible()
    found += barriers(inspector, OURS)
    inspector.get_by_role("link", name="示例市卫生健康委员会").click()
    part = inspector.get_by_role("region", name="保密审查 满分")
    expect(part).to_contain_text("未核实")
    part.get_by_label("得分").fill("6")
    part.get_by_label("理由").fill("年内没有失密泄密")
    part.get_by_role("button", name="确认得分").click()
    expect(part).to_contain_text("得分 6")
    assert found + barriers(inspector, OURS) == []


def test_a_stranger_must_sign_in(page: Page) -> None:
    page.goto("/office/annual-reports/")
    expect(page).to_have_url(re.compile("/office/login/"))
    page.fill("input[name=username]", "jingban")
    page.fill("input[name=password]", "wrong")
    page.click("button[type=submit]")
    expect(page).to_have_url(re.compile("/office/login/"))


def test_our_office_pages_have_no_barriers(signed_in: SignIn) -> None:
    clerk = signed_in("jingban")
    clerk.goto("/office/annual-reports/?clear=1")
    clerk.goto("/office/annual-reports/")
    draft = clerk.locator("main tr", has_text="2025").get_by_role("link").first
    report = draft.get_attribute("href") or ""
    found = []
    for address in (
        "/office/",
        "/office/annual-reports/",
        "/office/annual-reports/import/",
        report,
        report + "beside/",
        report + "correct/?address=t2.penalty.decisions",
        "/office/findings/",
    ):
        clerk.goto(address)
        found += barriers(clerk, OURS)
    clerk.goto("/office/findings/")
    clerk.locator("main a[href*='/office/findings/']:not([href*='?'])").first.click()
    found += barriers(clerk, OURS)
    head = signed_in("fuze")
    head.goto(report + "publish/")
    found += barriers(head, OURS)
    assert found == []


def test_the_office_speaks_chinese(signed_in: SignIn) -> None:
    """No English sentence is left in the pages that a clerk meets."""
    admin = signed_in("admin")
    left = []
    for address in ("/office/", "/office/annual-reports/", "/office/findings/", "/office/account/"):
        admin.goto(address)
        text = admin.locator("body").inner_text()
        left += [
            f"{address} {line.strip()}"
            for line in text.splitlines()
            if re.search(r"\b[A-Za-z]{3,}\b.*\b[a-z]{3,}\b", line)
            and not re.search(r"[\u4e00-\u9fff@]", line)
        ]
    assert left == []
