"""年报体检: anyone drops a report and sees what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Visitor
from tests.shared import SHARED

SAMPLES = Path(__file__).resolve().parents[1] / "samples/reports"
DRAFT = Path(__file__).resolve().parents[2] / "gongkai/demo/data/shilishi-wjw-2025.txt"


def test_the_mistakes_of_a_report_stand_beside_their_cells(visitor: Visitor) -> None:
    visitor.check(DRAFT)
    page = visitor.page
    expect(page.get_by_text("各类申请人相加 8＋3 ＝ 11，但“总计”列是 12").first).to_be_visible()
    expect(page.get_by_text("正文“行政处罚决定121件”").first).to_be_visible()
    expect(page.get_by_text("2025年12月30日").first).to_be_visible()
    # from the finding to the very cell
    finding = page.locator("article.finding", has_text="行政处罚决定121件")
    link = finding.get_by_role("link").first
    target = (link.get_attribute("href") or "").removeprefix("#")
    link.click()
    expect(page.locator(f'[id="{target}"]')).to_be_in_viewport()
    expect(page.locator(f'[id="{target}"]')).to_contain_text("112")


@pytest.mark.parametrize(("name", "beginning"), [("Word", b"PK"), ("Excel", b"PK")])
def test_the_result_can_be_taken_along(visitor: Visitor, name: str, beginning: bytes) -> None:
    visitor.check(DRAFT)
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name=name).click()
    assert Path(download.value.path()).read_bytes().startswith(beginning)


def test_last_years_report_is_compared(visitor: Visitor) -> None:
    page = visitor.page
    page.goto("/check/")
    page.set_input_files("#id_file", DRAFT)
    page.get_by_text("同时对比上一年的年报").click()
    page.set_input_files("#id_previous", SAMPLES / "pipes_2020.txt")
    page.get_by_role("button", name="开始体检").click()
    expect(page.locator("h1")).to_have_text("体检结果")


def test_two_reports_in_one_file_are_told_apart(visitor: Visitor) -> None:
    visitor.check(SAMPLES / "two_reports.txt")
    expect(visitor.page.get_by_text("这个文件里有 2 份年报")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空文件.txt", b""),
        ("照片.pdf", b"\xff\xd8\xff\xe0" + b"\0" * 200),
        ("坏的.docx", b"PK\x03\x04" + b"\0" * 200),
        ("别的.txt", "今天天气很好，没有什么要报告的。".encode()),
    ],
    ids=["empty", "picture", "broken", "other"],
)
def test_what_is_no_report_is_refused_in_one_sentence(
    visitor: Visitor, tmp_path: Path, name: str, content: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    page = visitor.page
    page.goto("/check/")
    page.set_input_files("#id_file", file)
    page.get_by_role("button", name="开始体检").click()
    alert = page.get_by_role("alert").first
    expect(alert).to_be_visible()
    said = alert.inner_text()
    assert 5 < len(said) < 200
    assert "Error" not in said
    assert "Traceback" not in page.content()


def _mengzhou(visitor: Visitor) -> None:
    assert SHARED is not None
    visitor.check(SHARED / "reports/mengzhou_2020.txt")
    text = visitor.page.locator("#content").inner_text()
    for word in ("第492号", "645", "415", "结转下年度继续办理"):
        assert word in text, word
    assert "第711号" in text


if SHARED is not None:

    def test_the_known_defects_of_a_real_report_are_found(visitor: Visitor) -> None:
        _mengzhou(visitor)
