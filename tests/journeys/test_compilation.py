"""A year is compiled from the registers, confirmed by its sections, returned with a remark,
mended, confirmed again, accepted, published.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.conftest import ROOT
from tests.journeys.people import barriers, too_wide

BODY, SLUG = "示例中市卫生健康委员会", "shilizhong-wjw"
YEAR = 2021
PLACE = "t2.licensing.decisions"


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def compiled(clerk: Page) -> str:
    """The clerk begins the report of the year; the address of its way."""
    clerk.goto("/office/compilations/")
    clerk.select_option("select[name=body]", label=BODY)
    clerk.fill("input[name=year]", str(YEAR))
    press(clerk, "从台账取数")
    if clerk.locator("input[name=empty]").count():  # no line of that year: it is asked about
        clerk.check("input[name=empty]")
        press(clerk, "从台账取数")
    expect(clerk.locator("h1")).to_contain_text(f"{YEAR}年年报编制")
    found = re.search(r"/compilations/(\d+)/", clerk.url)
    assert found is not None
    return found[1]


def divided(clerk: Page) -> None:
    """The clerk says which section answers for the numbers of the licences."""
    clerk.goto(f"/office/annual-reports/duties/{SLUG}/")
    clerk.get_by_label("办公室核对行政许可").check()
    press(clerk, "保存分工")
    expect(clerk.get_by_label("办公室核对行政许可")).to_be_checked()
    assert barriers(clerk) == []


def confirmed(person: Page, clerk: Page, way: str) -> None:
    """The section reads and confirms its numbers; until then nobody can pass the report on."""
    clerk.goto(way)
    expect(clerk.locator("#now")).to_contain_text("科室确认")
    expect(clerk.locator("tr", has_text="办公室")).to_contain_text("待确认")
    person.goto(way)
    expect(person.get_by_role("button", name="法制审核通过")).to_have_count(0)
    for box in person.locator("input[name=section]").all():
        box.check()
    press(person, "数字无误，确认")
    expect(person.locator("#now")).to_contain_text("法制审核")


def reviewed(signed_in: Any, clerk: Page, way: str, version: int) -> None:
    """From the clerk's desk past sections, law, secrecy and head to the supervising office."""
    clerk.goto(way)
    press(clerk, f"把第{version}版送审")
    reviewer = signed_in("huishen")
    confirmed(reviewer, clerk, way)
    press(reviewer, "法制审核通过")
    press(reviewer, "保密审查通过")
    head = signed_in("hedui")
    head.goto(way)
    press(head, "签发")
    clerk.goto(way)
    press(clerk, f"报送第{version}版")
    expect(clerk.locator("#now")).to_contain_text("主管部门审核")


def test_a_year_is_compiled_returned_mended_and_published(signed_in: Any, page: Page) -> None:
    clerk = signed_in("taizhang")
    pk = compiled(clerk)
    task, way = f"/office/compilations/{pk}/", f"/office/annual-reports/{pk}/route/"
    assert barriers(clerk) == []
    cell = f"{task}cell/{PLACE}/"
    clerk.goto(cell)
    expect(clerk.get_by_text("取数规则")).to_be_visible()
    assert barriers(clerk) == []
    divided(clerk)
    reviewed(signed_in, clerk, way, 1)

    office = signed_in("duban")
    office.goto(f"{way}read/?place={PLACE}")
    office.fill("#text", "请核对行政许可的件数，并说明依据。")
    press(office, "记下意见")
    office.goto(way)
    office.locator("summary", has_text="退回修改").click()
    press(office, "退回经办人")
    expect(office.locator("#now")).to_contain_text("退回")

    clerk.goto(cell)
    clerk.fill("[name=value]", "5")
    clerk.fill("[name=reason]", "有 5 件纸质决定没有登记进台账")
    press(clerk, "改动这个数")
    clerk.goto(way)
    expect(clerk.get_by_text("请核对行政许可的件数")).to_be_visible()
    assert barriers(clerk) == []
    clerk.locator("#remarks ~ ol textarea").first.fill("已补正为 5 件，理由见人工改动。")
    press(clerk, "保存答复")
    # Handed in after the legal day: that cannot be mended, it is owned to.
    clerk.get_by_role("link", name="逐个办理").click()
    clerk.locator("a", has_text="报送日期").first.click()
    clerk.locator("form.gk-move", has_text="确认问题").locator("textarea").fill("补报上年年报")
    press(clerk, "确认问题")
    reviewed(signed_in, clerk, way, 2)

    office.goto("/office/annual-reports/countdown/?year=2021")
    expect(office.locator("tr", has_text=BODY)).to_be_visible()
    assert barriers(office) == []
    office.goto(way)
    press(office, "审核通过")
    head = signed_in("hedui")
    head.goto(way)
    head.get_by_role("link", name="公开第2版").click()
    with head.expect_navigation():
        head.locator("main form button.button, .gk form button.button").first.click()

    page.goto(f"/reports/{SLUG}/{YEAR}/")
    expect(page.locator(f'[data-address="{PLACE}"]').first).to_contain_text("5")
    assert barriers(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert too_wide(page) <= 0


def test_a_visitor_follows_a_number_to_its_rows_and_reckons_it_again(
    page: Page, tmp_path: Path
) -> None:
    page.goto("/reports/shilizhong-wjw/2022/")
    with page.expect_navigation():
        page.get_by_role("link", name="每个数字都能查到明细").first.click()
    assert barriers(page) == []
    with page.expect_download() as ledger:
        page.get_by_role("link", name=re.compile("下载全部明细")).click()
    with page.expect_download() as report:
        page.get_by_role("link", name="下载年报数据（JSON）").click()
    files = {"ledger.zip": ledger.value, "report.json": report.value}
    for name, download in files.items():
        download.save_as(tmp_path / name)
    number = page.locator("table a", has_text="2173").first
    with page.expect_navigation():
        number.click()
    expect(page.get_by_text("共 2173 行明细")).to_be_visible()
    assert barriers(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert too_wide(page) <= 0

    command = [sys.executable, "-m", "gongkai.cli", "report", "recompute", "ledger.zip"]
    ours = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, "--report", "report.json"], cwd=tmp_path, env=ours, capture_output=True
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
