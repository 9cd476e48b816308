"""A clerk enters a month, another person lets it out, anybody reads it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.people import barriers, too_wide

TODAY = date.today()
BOOK = "/office/ledgers/penalties/"
PUBLIC = "/ledgers/shilishi-wjw/penalties/"
HEAD = (
    "作出决定日期,决定书文号,相对人类别,相对人名称,决定内容,违法事实、案由,处罚依据,"
    "具有一定社会影响"
)


def sheet(folder: Path, *lines: str) -> Path:
    file = folder / "三月处罚.csv"
    file.write_text("\r\n".join((HEAD, *lines)), "utf-8-sig")
    return file


@pytest.fixture
def month(tmp_path: Path) -> tuple[Path, Path]:
    """The sheet of a month, once with a mistake in its second line, once without."""
    year, day = TODAY.year, TODAY.isoformat()
    first = f"{day},示卫罚旅〔{year}〕1号,自然人,欧阳小虎,警告,未公示诊疗科目,某条例,是"
    second = f"{day},示卫罚旅〔{year}〕2号,法人及非法人组织,示例诊所,警告,未消毒,某办法,是"
    bad = sheet(tmp_path, first, second.replace(day, "3月31号"))
    bad = bad.rename(tmp_path / "错.csv")
    return bad, sheet(tmp_path, first, second)


def test_a_clerk_looks_at_the_website_and_sees_what_is_to_be_rectified(signed_in) -> None:
    clerk = signed_in("jingban")
    clerk.goto("/office/self-check/?body=shilishi-wjw")
    clerk.get_by_role("button", name="现在全面自查").click()
    expect(clerk.get_by_text("自查完成。").first).to_be_visible()
    assert barriers(clerk) == []
    assert too_wide(clerk) <= 0
    clerk.locator("main td a").first.click()
    expect(clerk.locator("h1, .w-header__title").first).to_contain_text("自查发现的问题")


def test_a_clerk_enters_a_month_and_another_lets_it_out(
    signed_in, page: Page, month: tuple[Path, Path]
) -> None:
    bad, good = month
    clerk = signed_in("jingban")
    clerk.goto("/office/ledgers/")
    assert barriers(clerk) == []
    clerk.locator("main a", has_text="行政处罚决定").first.click()
    clerk.get_by_role("link", name="导入表格").click()
    clerk.set_input_files("input[type=file]", bad)
    clerk.get_by_role("button", name="上传核对").click()
    expect(clerk.get_by_text("2 行里有 1 行要改")).to_be_visible()
    expect(clerk.locator("td", has_text="作出决定日期")).to_be_visible()
    assert barriers(clerk) == []
    clerk.set_input_files("input[type=file]", good)
    clerk.get_by_role("button", name="上传核对").click()
    clerk.get_by_role("button", name="确认导入 2 行").click()
    expect(clerk.get_by_text("已导入 2 行")).to_be_visible()

    clerk.get_by_role("link", name="登记", exact=True).click()
    clerk.fill("[name=number]", "示卫罚旅3号")
    for name, words in (
        ("happened_on", TODAY.isoformat()),
        ("party", "示例药房"),
        ("content", "罚款"),
        ("cause", "未索证"),
        ("basis", "某办法"),
        ("fine", "500"),
    ):
        clerk.fill(f"[name={name}]", words)
    clerk.check("[name=has_social_impact]")
    clerk.select_option("[name=party_kind]", "legal")
    clerk.get_by_role("button", name="保存", exact=True).click()
    expect(clerk.get_by_text("已登记：示卫罚旅3号")).to_be_visible()
    clerk.goto(f"{BOOK}counts/?year={TODAY.year}")
    month_row = clerk.locator(
        "tr", has=clerk.get_by_role("rowheader", name=f"{TODAY.month} 月", exact=True)
    )
    assert int(month_row.locator("td").first.inner_text()) >= 3
    assert barriers(clerk) == []

    reviewer = signed_in("shenhe", **PHONE)
    reviewer.goto(f"{BOOK}?show=waiting")
    reviewer.get_by_role("searchbox", name="查找").fill("示卫罚旅")
    with reviewer.expect_navigation():
        reviewer.get_by_role("button", name="筛选").click()
    assert "罚" not in unquote(reviewer.url)  # what is searched for stands in no address
    assert too_wide(reviewer) <= 0
    for box in reviewer.locator("input[name=line]").all():
        box.check()
    reviewer.get_by_role("button", name="核对无误，公开所选").click()
    expect(reviewer.get_by_text("已公开 3 件")).to_be_visible()

    page.goto(f"{PUBLIC}?year={TODAY.year}")
    line = page.locator("tr", has_text=f"示卫罚旅〔{TODAY.year}〕1号")
    expect(line).to_contain_text("欧")
    assert "小虎" not in page.content()
    assert barriers(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert too_wide(page) <= 0


def test_a_corrected_sheet_corrects_what_is_ticked(signed_in, page: Page, tmp_path: Path) -> None:
    year, day = TODAY.year, TODAY.isoformat()

    def lines(content: str) -> tuple[str, ...]:
        rest = f"法人及非法人组织,示例诊所,{content},未消毒,某办法,是"
        return tuple(f"{day},示卫罚更〔{year}〕{n}号,{rest}" for n in (1, 2))

    clerk, reviewer = signed_in("jingban"), signed_in("shenhe")
    address = f"{BOOK}import/"
    clerk.goto(address)
    clerk.set_input_files("input[type=file]", sheet(tmp_path, *lines("警告")))
    clerk.get_by_role("button", name="上传核对").click()
    clerk.get_by_role("button", name="确认导入 2 行").click()
    expect(clerk.get_by_text("已导入 2 行")).to_be_visible()
    reviewer.goto(f"{BOOK}?show=waiting")
    reviewer.get_by_label(f"选择 示卫罚更〔{year}〕1号").check()
    reviewer.get_by_role("button", name="核对无误，公开所选").click()
    expect(reviewer.get_by_text("已公开 1 件")).to_be_visible()

    clerk.goto(address)
    clerk.set_input_files("input[type=file]", sheet(tmp_path, *lines("警告，罚款")))
    clerk.get_by_role("button", name="上传核对").click()
    row = clerk.locator("tr", has_text=f"示卫罚更〔{year}〕1号")
    expect(row).to_contain_text("决定内容：警告 → 警告，罚款")
    assert barriers(clerk) == []
    clerk.set_viewport_size(PHONE["viewport"])
    assert too_wide(clerk) <= 0
    clerk.get_by_label(f"更正 示卫罚更〔{year}〕1号").check()
    clerk.get_by_role("button", name="更正勾选的行").click()
    expect(clerk.get_by_text("更正 1 行")).to_be_visible()
    page.goto(PUBLIC)
    assert f"示卫罚更〔{year}〕1号" not in page.content()
    reviewer.goto(f"{BOOK}?show=waiting")
    expect(reviewer.locator("tr", has_text=f"示卫罚更〔{year}〕1号")).to_contain_text("警告，罚款")
    expect(reviewer.locator("tr", has_text=f"示卫罚更〔{year}〕2号")).to_contain_text("警告")
